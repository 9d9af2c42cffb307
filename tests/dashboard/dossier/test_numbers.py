"""Every number of a page about several places equals the number in its list and in plain SQL."""

import pytest
from bs4 import BeautifulSoup

from sco_cities.cities.models import City, Country
from sco_cities.dashboard.dossier.page import Dossier
from sco_cities.facet_index.refresh import facet_index
from tests.list_numbers import linked_numbers, wrong_numbers
from tests.oracle_query import matching_keys
from tests.sql_oracle import Oracle

pytestmark = pytest.mark.usefixtures("loaded_package")

PAGES = (
    "tashkent/tianjin", "cn/uz", "kg/ru", "beijing/kz", "almaty/moscow/tianjin", "cn/kg/kz/ru", "osh/qingdao",
)  # fmt: skip


@pytest.fixture
def page_of(client):
    def read(places: str) -> BeautifulSoup:
        response = client.get(f"/together/{places}/")
        assert response.status_code == 200
        return BeautifulSoup(response.content, "html.parser")

    return read


@pytest.mark.parametrize("places", PAGES)
def test_every_number_that_is_a_link_is_that_of_its_list_and_of_plain_sql(page_of, places):
    page = page_of(places)
    assert len(linked_numbers(page)) > 10
    assert wrong_numbers(page, Oracle()) == []


def test_every_joint_initiative_of_a_small_pair_has_an_entry_with_its_sources(page_of):
    page, oracle = page_of("tashkent/tianjin"), Oracle()
    keys = matching_keys(oracle, "initiatives", "city=tashkent&with_city=tianjin")
    entries = {entry.h4.a["href"].split("/")[-2]: entry for entry in page.select(".entry")}
    assert set(entries) == {oracle.slug("initiatives", key) for key in keys}
    assert all(entry.select("a.marker") for entry in entries.values())
    notes = {note["id"] for note in page.select(".note")}
    # Statements and events link to passages of reports instead.
    assert {marker["href"][1:] for marker in page.select("a.marker[href^='#note-']")} == notes


@pytest.mark.parametrize("places", PAGES)
def test_the_sections_have_what_the_rows_of_the_database_say(places):
    oracle = Oracle()
    with facet_index("initiatives", "statements") as state:
        records = [(Country if len(slug) == 2 else City).objects.get(slug=slug) for slug in places.split("/")]
        dossier = Dossier(state, records)
        met = {
            (event.pk, *(delegates.count for _place, delegates in delegations))
            for event, delegations in dossier.comparison.encounters.shown
        }
        own_themes = {
            place.slug: {theme.slug for theme, _own in themes}
            for place, themes in dossier.comparison.own_themes
        }
        statements = {place.slug: found.count for place, found in dossier.statements}
        assert dossier.comparison.encounters.count == len(met)
    filters = [
        (record.collection, record.pk, "country" if isinstance(record, Country) else "city")
        for record in records
    ]

    def keys_of(collection: str, name: str, key: int) -> set[int]:
        values = oracle.values[collection][name]
        return {each for each in oracle.published[collection] if key in values(each)}

    delegates = [keys_of("delegates", name, key) for _collection, key, name in filters]
    at_events = {
        event: [sum(event in oracle.values["delegates"]["event"](key) for key in own) for own in delegates]
        for event in oracle.published["events"]
    }
    assert met == {(event, *counts) for event, counts in at_events.items() if all(counts)}
    initiatives = [keys_of("initiatives", name, key) for _collection, key, name in filters]
    themes = [
        {oracle.slug("themes", theme) for key in own for theme in oracle.themes["initiatives"].get(key, ())}
        for own in initiatives
    ]
    assert own_themes == {
        record.slug: themes[position]
        - set().union(*(other for at, other in enumerate(themes) if at != position))
        for position, record in enumerate(records)
    }
    joint = set.intersection(*initiatives)
    said = {
        record.slug: {
            statement
            for statement in keys_of("statements", name, key)
            if oracle.statements.initiatives(statement) & joint
        }
        for record, (_collection, key, name) in zip(records, filters, strict=True)
    }
    assert statements == {slug: len(keys) for slug, keys in said.items() if keys}


# Queries of the change log are for the page cache, the view and the form. Other queries read the initiatives, their
# cities and organisations, evidence, passages and figures, and the rulings if reports differ. After each change, one
# query reads the roles of all cities, and two queries read the passages that support initiatives. Five queries read
# statements, with their initiatives, themes, figures and evidence. A relation needs no query if it has fewer records
# than there are initiatives.
@pytest.mark.parametrize(
    ("places", "expected"),
    [
        ("tashkent/tianjin", 13),
        ("cn/uz", 18),
        ("osh/qingdao", 3),
    ],
)
def test_the_page_runs_few_queries_for_any_number_of_initiatives(places, expected, check_query_count):
    check_query_count(f"/together/{places}/", expected, at_most=True)
