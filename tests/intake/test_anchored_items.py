"""Items from a language model become doubtful proposals unless the rules have found the same items."""

from typing import NamedTuple

import pytest

from sco_cities.intake.proposals.report_proposals import propose_items
from tests.factories import make_theme

from .reports import MEMORANDUM, read_report, subject, values

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("places")]


class Item(NamedTuple):
    """An item with a quote in the third passage of the memorandum."""

    kind: str
    field: str
    value: str
    passage: int
    quote: str
    start: int
    end: int


def item(kind, field, value, quote="") -> Item:
    text = MEMORANDUM.split("\n\n")[2]
    start = text.index(quote or value)
    return Item(kind, field, value, 3, quote or value, start, start + len(quote or value))


def test_new_names_and_themes_are_added_as_doubtful():
    make_theme("smart-city")
    intake = read_report()
    count = intake.proposals.count()
    items = [
        item("organisation", "name", "Hotels of both cities"),
        item("theme", "slug", "smart-city", "tourist maps"),
    ]
    assert propose_items(intake, items) == 2
    added = intake.proposals.filter(origin="model")
    assert {(each.certainty, each.reason) for each in added} == {("doubtful", "language_model")}
    assert {each.quote for each in added} == {"Hotels of both cities", "tourist maps"}
    hotline = values(subject(intake, "initiative", "Help for visitors: Dushanbe"))
    assert "smart-city" in hotline["themes"]
    assert propose_items(intake, items) == 0
    assert intake.proposals.count() == count + 2


def test_a_person_has_the_role_that_is_quoted_with_the_name():
    told = MEMORANDUM.replace("Deputy Mayor of Dushanbe Farrukh", "Ada Lampova and their friend Farrukh")
    intake = read_report(told)
    text = told.split("\n\n")[2]

    def said(kind, field, value, quote=""):
        start = text.index(quote or value)
        return Item(kind, field, value, 3, quote or value, start, start + len(quote or value))

    items = [
        said("person", "name", "Ada Lampova"),
        said("person", "name", "Farrukh Testov"),
        said("person", "role", "friend", "friend Farrukh Testov"),
    ]
    assert propose_items(intake, items) == 3
    persons = {each.shown: (each.value, values(each)) for each in intake.proposals.filter(kind="delegate")}
    assert persons == {
        "Ada Lampova": ({"name_en": "Ada Lampova"}, {}),
        "Farrukh Testov": ({"name_en": "Farrukh Testov"}, {"role": ["friend"]}),
    }


@pytest.mark.parametrize(
    "repeated",
    [
        item("city", "name", "Dushanbe"),
        item("person", "name", "Farrukh Testov"),
        item("theme", "slug", "tourism", "visitors"),
        item("city", "name", "Visitors"),
        item("theme", "slug", "no-such-theme", "tourist maps"),
        item("figure", "value", "40000", "40,000"),
    ],
)
def test_items_found_by_rules_and_unknown_cities_are_not_added(repeated):
    intake = read_report()
    assert propose_items(intake, [repeated]) == 0
