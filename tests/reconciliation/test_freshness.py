"""Unpublished records are never candidates, and no response is older than the data."""

import pytest

from sco_cities.cities.models import City
from sco_cities.core.publication_state import PublicationState
from sco_cities.names import index
from sco_cities.reconciliation import candidates
from tests import factories as make

pytestmark = pytest.mark.django_db


def test_published_and_changed_names_are_found_immediately_and_withdrawn_names_are_not(matched):
    city = make.make_city("alphaville", name_en="Alphaville", state=PublicationState.DRAFT)
    seen = [matched("Alphaville", "Betaburgh")]
    for values in (
        {"state": PublicationState.PUBLISHED},
        {"name_en": "Betaburgh"},
        {"state": PublicationState.WITHDRAWN},
    ):
        City.objects.filter(pk=city.pk).update(**values)
        seen.append(matched("Alphaville", "Betaburgh"))
    known = "cities:alphaville"
    assert seen == [["", ""], [known, ""], ["", known], ["", ""]]


def test_a_draft_has_no_values_and_no_identifier(client, ask):
    make.make_city("alphaville", name_en="Alphaville", state=PublicationState.DRAFT, geonames_id=7)
    property_ = {"pid": "geonames_id", "v": 7}
    assert ask({"query": "cities:alphaville"}, {"query": "x", "properties": [property_]}) == [[], []]
    extend = '{"ids": ["cities:alphaville"], "properties": [{"id": "name_en"}]}'
    assert client.post("/reconcile", {"extend": extend}).json()["rows"] == {
        "cities:alphaville": {"name_en": []}
    }


def test_the_withdrawn_country_of_a_city_does_not_contradict_it(matched):
    country = make.make_country("tj", name_en="Tajikistan")
    make.make_city("dushanbe", name_en="Dushanbe", country=country)
    type(country).objects.filter(pk=country.pk).update(state=PublicationState.WITHDRAWN)
    country_beside = [{"pid": "country", "v": "Tajikistan"}]
    found = matched("Dushanbe, Tajikistan", {"query": "Dushanbe", "properties": country_beside})
    assert found == ["cities:dushanbe"] * 2


def test_a_title_shared_by_more_records_than_are_compared_still_has_candidates(ask, monkeypatch):
    monkeypatch.setattr(index, "MAX_INDEXED", 1)
    monkeypatch.setattr(candidates, "_MAX_FOUND", 3)
    for number in range(5):
        make.make_initiative(f"lamps-{number}", title_en="Bright lamps")
        make.make_initiative(f"trams-{number}", title_en=f"Old trams {number}")
    same, word = ask("Bright lamps", "trams")
    assert len(same) == 3
    assert word == []


def test_the_names_of_a_long_list_are_found_by_the_full_text_search(matched, monkeypatch):
    monkeypatch.setattr(index, "MAX_INDEXED", 1)
    make.make_initiative(
        "lamps", title_en="Bright lamps for the old harbour of Alphaville", title_ru="Яркие лампы"
    )
    make.make_initiative("trams", title_en="Trams for the new harbour of Betaburgh")
    found = matched(
        "Bright lamps for the old harbour of Alphaville",
        "«ЯРКИЕ ЛАМПЫ»",
        "Bright lamps for the old harbuor of Alphaville",
        "Lamps",
    )
    assert found == ["initiatives:lamps"] * 3 + [""]
