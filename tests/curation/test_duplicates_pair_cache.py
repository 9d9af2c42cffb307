"""The cache of candidate pairs: after a change only changed records are compared, with the result of a full run."""

import pytest

from initiatives.models import Initiative
from sco_cities.cities.models import City
from sco_cities.curation.duplicates import candidates, pair_cache
from sco_cities.facet_index import triggers
from tests import factories
from tests.curation.test_duplicates import make_pair


@pytest.mark.django_db
def test_after_a_change_only_changed_records_are_compared_and_the_pairs_equal_a_full_run(monkeypatch):
    lamps, poles, trams = (
        factories.make_initiative(slug, title_en=title, lead=[factories.make_city()])
        for slug, title in (
            ("lamps", "Bright street lamps for all"),
            ("poles", "Poles along the river road"),
            ("trams", "Night trams"),
        )
    )
    assert pair_cache.open_pairs(Initiative) == []
    monkeypatch.setattr(pair_cache, "candidate_pairs", lambda model: pytest.fail("a full run"))

    def rename(record, title):
        record.title_en = title
        record.save()

    edits = [
        (lambda: rename(poles, "Bright streets lamps for all"), 1),
        (lambda: factories.make_initiative("more", title_en="Bright lamps", lead=[factories.make_city()]), 1),
        (lambda: rename(trams, "Bright street lamps for all"), 3),
        (lambda: lamps.city_roles.update(city=factories.make_city("betatown")), 1),
        (lambda: poles.delete(), 0),
    ]
    numbers = []
    for edit, _number in edits:
        edit()
        pairs = pair_cache.open_pairs(Initiative)
        assert pairs == candidates.candidate_pairs(Initiative)
        numbers.append(len(pairs))
    assert numbers == [number for _edit, number in edits]


@pytest.mark.django_db
def test_after_too_many_changes_all_records_are_compared(monkeypatch):
    monkeypatch.setattr(pair_cache, "MAX_CHANGED", 1)
    pair_cache.open_pairs(City)
    make_pair()
    assert len(pair_cache.open_pairs(City)) == 1


@pytest.mark.django_db
def test_the_change_log_has_every_compared_part():
    logged = {
        f"{table}.{column}"
        for table, each in triggers.watched_tables().items()
        for column in each.key_columns
    }
    parts = {name for model in pair_cache.compared_models() for name in pair_cache.watched_parts(model)}
    assert parts <= logged
