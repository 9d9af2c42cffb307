"""The page of a record in review links to the reports that must be published first, and offers permitted decisions."""

import pytest
from django.urls import reverse

from sco_cities.sources.base_models import PublicationState
from tests import factories as make
from tests.curation.admin_client import admin_url, client_with_role, soup


def test_the_review_page_of_a_record_links_to_its_form(curator):
    record = make.make_theme()
    page = soup(curator.get(reverse("admin:review_record", args=["themes", record.pk])))
    assert page.select(f'a[href="{admin_url(record, "change")}"]')


def test_the_review_page_of_a_record_without_evidence_links_to_the_evidence_page(curator):
    lamps = make.make_initiative("lamps", state="in_review")
    page = soup(curator.get(reverse("admin:review_record", args=["initiatives", lamps.pk])))
    [link] = page.select(".publish-error a")
    assert "no published report supports" in page.select_one(".publish-error").text
    assert soup(curator.get(link["href"])).h1.text == "Add evidence: Lamps"


@pytest.mark.parametrize(
    ("role", "state", "has_link"),
    [
        ("contributor", PublicationState.DRAFT, True),
        ("contributor", PublicationState.WITHDRAWN, False),
        ("curator", PublicationState.WITHDRAWN, True),
    ],
)
def test_users_who_may_edit_a_record_get_a_link_to_the_evidence_page(role, state, has_link, db):
    record = make.make_initiative(state=state)
    page = soup(client_with_role(role).get(reverse("admin:review_record", args=["initiatives", record.pk])))
    assert bool(page.select(".publish-error a")) == has_link


@pytest.mark.parametrize(
    ("state", "states"),
    [
        (PublicationState.DRAFT, ["draft"]),
        (PublicationState.IN_REVIEW, ["in review"]),
        (PublicationState.PUBLISHED, []),
    ],
)
def test_the_review_page_lists_the_reports_to_be_published_first(state, states, curator):
    record, report = (
        make.make_initiative(state=PublicationState.DRAFT),
        make.make_report("gazette-1", passages=2, state=state),
    )
    for passage in report.passages.all():
        make.make_evidence(record, passage=passage)
    other = make.make_report("other", state=PublicationState.DRAFT).passages.get()
    make.make_evidence(record, "kind", other, stance="differs", reported_value="plan")
    page = soup(curator.get(reverse("admin:review_record", args=["initiatives", record.pk])))
    links = page.select("a[href*='/review/together/report/']")
    assert [link.next_sibling.strip(" ()\n") for link in links] == states
    assert {link["href"] for link in links} <= {reverse("admin:review_together", args=["report", report.pk])}


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("sourced", [True, False])
def test_the_review_page_offers_to_publish_only_what_can_be_published(sourced, curator):
    record = make.make_initiative(state=PublicationState.DRAFT, sourced=sourced)
    page = soup(curator.get(reverse("admin:review_record", args=["initiatives", record.pk])))
    assert [button.text for button in page.select(".decisions .default")] == ["Publish"] * sourced
    assert len(page.select("button[value=publish]")) == sourced
    assert len(page.select(".publish-error")) == (not sourced)
