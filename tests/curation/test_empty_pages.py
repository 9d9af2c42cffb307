"""Empty pages of the admin give the reason for being empty."""

import pytest
from django.urls import reverse

from sco_cities.curation.duplicates import views as duplicates_views
from tests import factories as make
from tests.curation.admin_client import form_data, messages_in, soup

pytestmark = pytest.mark.only_on("sqlite")


@pytest.mark.parametrize(
    ("query", "text", "shows_all"),
    [
        ("", "No records are awaiting review.", False),
        ("?kind=events", "No records match these filters.", True),
        ("?by=curator", "No records match these filters.", True),
    ],
)
def test_an_empty_review_queue_shows_whether_it_is_filtered(query, text, shows_all, curator):
    if query:
        make.make_theme("lamps", state="in_review")
    page = soup(curator.get(reverse("admin:review") + query))
    assert page.select("#content-main > p")[-1].text == text
    assert bool(page.select('.filter-form a[href="?"]')) == shows_all


def test_marks_of_deleted_records_fill_no_pages(curator, monkeypatch):
    monkeypatch.setattr(duplicates_views, "PAIRS_PER_PAGE", 1)
    towns = [make.make_city(slug) for slug in ("alphaville", "betaville", "gammaville", "deltaville")]
    for one, other in (towns[:2], towns[2:]):
        curator.post(reverse("admin:mark_not_duplicates", args=["cities", one.pk, other.pk]))
    towns[3].delete()
    page = soup(curator.get(reverse("admin:not_duplicates")))
    assert [row.th.text for row in page.select("#pairs tbody tr")] == ["Alphaville alphaville"]
    assert not page.select(".paginator")
    towns[0].delete()
    page = soup(curator.get(reverse("admin:not_duplicates")))
    assert page.select("#content-main > p")[-1].text == "No pairs are marked."


def test_after_the_last_record_of_a_queue_nothing_remains_to_be_listed(curator):
    undated = make.make_initiative("undated", starts_on="", state="draft")
    address = f"/admin/initiatives/initiative/{undated.pk}/change/?queue=undated"
    page = curator.post(address, form_data(curator.get(address)) | {"starts_on": "2024"}, follow=True)
    assert messages_in(page)[-1] == "That was the last record in this queue."
    assert soup(page).select("#content-main > p")[-1].text == "This queue is empty."
