"""The pairs that may be one: after a change only what has changed is compared, and finds what comparing all would."""

import pytest

from initiatives.models import Initiative
from sco_cities.cities.models import City
from sco_cities.curation.duplicates import candidates, pair_cache
from sco_cities.facet_index import triggers
from tests import factories
from tests.curation.test_duplicates import make_pair


@pytest.mark.django_db
def test_after_a_change_only_what_has_changed_is_compared_and_the_pairs_are_those_of_all(monkeypatch):
    lamps, poles, trams = (
        factories.make_initiative(slug, title_en=title, lead=[factories.make_city()])
        for slug, title in (
            ("lamps", "Bright street lamps for all"),
            ("poles", "Poles along the river road"),
            ("trams", "Night trams"),
        )
    )
    assert pair_cache.open_pairs(Initiative) == []
    monkeypatch.setattr(pair_cache, "pairs", lambda model: pytest.fail("all were compared"))

    def renamed(record, title):
        record.title_en = title
        record.save()

    edits = [
        (lambda: renamed(poles, "Bright streets lamps for all"), 1),
        (lambda: factories.make_initiative("more", title_en="Bright lamps", lead=[factories.make_city()]), 1),
        (lambda: renamed(trams, "Bright street lamps for all"), 3),
        (lambda: lamps.city_roles.update(city=factories.make_city("betatown")), 1),
        (lambda: poles.delete(), 0),
    ]
    numbers = []
    for edit, _number in edits:
        edit()
        found = pair_cache.open_pairs(Initiative)
        assert found == candidates.pairs(Initiative)
        numbers.append(len(found))
    assert numbers == [number for _edit, number in edits]


@pytest.mark.django_db
def test_after_too_many_changes_all_are_compared(monkeypatch):
    monkeypatch.setattr(pair_cache, "MAX_CHANGED", 1)
    pair_cache.open_pairs(City)
    make_pair()
    assert len(pair_cache.open_pairs(City)) == 1


@pytest.mark.django_db
def test_all_that_is_compared_is_logged():
    logged = {
        f"{table}.{column}" for table, each in triggers.watched_tables().items() for column in each.columns
    }
    parts = {name for model in pair_cache.compared_models() for name in pair_cache.watched(model)}
    assert parts <= logged
