"""The cached candidate pairs equal the result of a full run after a change of any compared value."""

import pytest

from initiatives.models import Initiative
from sco_cities.curation.duplicates import candidates
from tests import factories


@pytest.mark.django_db
def test_pairs_are_found_once_until_a_record_changes(monkeypatch):
    candidates.open_pairs(Initiative)
    with monkeypatch.context() as patch:
        patch.setattr(candidates, "candidate_pairs", lambda model: pytest.fail("a full run"))
        candidates.open_pairs(Initiative)


@pytest.mark.django_db
def test_after_a_change_the_pairs_equal_a_full_run():
    lamps, poles, trams = (
        factories.make_initiative(slug, title_en=title, lead=[factories.make_city()])
        for slug, title in (
            ("lamps", "Bright street lamps for all"),
            ("poles", "Poles along the river road"),
            ("trams", "Night trams"),
        )
    )
    assert candidates.open_pairs(Initiative) == []

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
        pairs = candidates.open_pairs(Initiative)
        assert pairs == candidates.candidate_pairs(Initiative)
        numbers.append(len(pairs))
    assert numbers == [number for _edit, number in edits]
