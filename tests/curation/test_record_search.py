"""The search over all kinds of record in the head of every page of the admin."""

import pytest
from django.contrib.auth.models import Permission

from sco_cities.curation import record_search
from sco_cities.sources.base_models import PublicationState
from tests import factories as make
from tests.curation.admin_client import admin_url, soup, staff_client

SEARCH = "/admin/search/"


def found(client, phrase: str) -> dict[str, list[str]]:
    """The rows of each kind of record."""
    page = soup(client.get(SEARCH, {"q": phrase}))
    return {
        section.h2.text: [" ".join(row.text.split()) for row in section.select("li")]
        for section in page.select("#content-main .queues")
    }


@pytest.fixture
def records(db):
    make.make_initiative("lamps-of-omsk", title_en="Lamps of Omsk", state=PublicationState.DRAFT)
    return make.make_city("omsk", name_en="Omsk", name_ru="Омск", name_zh="鄂木斯克")


@pytest.mark.parametrize("phrase", ["omsk", " OMSK ", "Омск", "鄂木斯克"])
def test_records_are_found_by_names_in_any_script(phrase, records, curator):
    assert found(curator, phrase)["Cities"] == ["Omsk"]


def test_a_record_named_exactly_so_comes_first_and_drafts_are_marked(records, curator):
    assert found(curator, "omsk") == {"Cities": ["Omsk"], "Initiatives": ["Lamps of Omsk draft"]}
    page = soup(curator.get(SEARCH, {"q": "omsk"}))
    assert page.select_one("#content-main li a")["href"] == admin_url(records, "change")
    assert page.select_one("#header [name=q]")["value"] == "omsk"


def test_more_matches_of_a_kind_are_in_its_list(records, curator, monkeypatch):
    monkeypatch.setattr(record_search, "PER_KIND", 1)
    make.make_initiative("omsk-roads", title_en="Roads of Omsk")
    link = soup(curator.get(SEARCH, {"q": "of omsk"})).select_one("#content-main .all")
    assert link["href"] == "/admin/initiatives/initiative/?q=of+omsk"
    assert len(soup(curator.get(link["href"])).select("#result_list tbody tr")) == 2


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("", "Enter a name or a word in the field above, in English, Russian or Chinese."),
        (
            "<b>zzz</b>",
            "No record contains “<b>zzz</b>” in its names or texts. Try fewer words, or the name in another "
            "language.",
        ),
    ],
)
def test_without_a_match_the_page_explains_what_to_do(phrase, text, curator):
    assert soup(curator.get(SEARCH, {"q": phrase})).select_one("#content-main").text.strip() == text


def test_kinds_that_an_account_may_not_see_are_left_out(records):
    permission = Permission.objects.get(codename="view_city")
    assert found(staff_client(permission), "omsk") == {"Cities": ["Omsk"]}
