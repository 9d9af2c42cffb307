"""Narrowing to sets of keys: few are looked up each, many are a bitmap that each row is looked up in."""

import pytest
from pyroaring import BitMap

from sco_cities.db import pk_filter
from sco_cities.sources.models import Passage, Report
from tests import factories as make


@pytest.fixture
def stored(db):
    return [make.make_report(f"report-{number}", passages=2).pk for number in range(6)]


def dense(monkeypatch):
    monkeypatch.setattr(pk_filter, "MANY", 0)
    monkeypatch.setattr(pk_filter, "EACH_OF_THEM", 2**32)


@pytest.mark.parametrize("places", [[0], [1, 4], [0, 1, 2, 3], [5], [0, 1, 2, 3, 4, 5]])
def test_many_keys_narrow_to_the_same_rows_as_few(places, stored, monkeypatch):
    wanted = BitMap(stored[place] for place in places)
    few = pk_filter.pk_in(wanted)
    dense(monkeypatch)
    many = pk_filter.pk_in(wanted)
    assert many != few
    for found in (few, many):
        assert set(Report.objects.filter(found).values_list("pk", flat=True)) == set(wanted)
        assert set(Report.objects.exclude(found).values_list("pk", flat=True)) == set(stored) - set(wanted)


def test_many_keys_narrow_by_another_column_and_one_that_is_empty(stored, monkeypatch):
    dense(monkeypatch)
    wanted = BitMap(stored[:2])
    assert Passage.objects.filter(pk_filter.pk_in(wanted, "report")).count() == 4
    assert Passage.objects.filter(pk_filter.pk_in(wanted, "report__address_check")).count() == 0


def test_keys_at_the_end_of_a_way_are_where_the_search_begins(stored, monkeypatch):
    few = pk_filter.pk_in(stored[:2], "passages__report")
    dense(monkeypatch)
    many = pk_filter.pk_in(BitMap(stored[:2]), "passages__report")
    for condition in (few, many):
        found = Report.objects.filter(condition)
        assert found.distinct().count() == 2
        assert "OUTER" not in str(found.query)


def test_only_sets_that_are_large_and_dense_are_taken_as_bitmaps():
    def is_bitmap(some):
        [condition] = pk_filter.pk_in(some).children
        return isinstance(condition, pk_filter._IsIn)

    every = pk_filter.EACH_OF_THEM - 1
    assert is_bitmap(BitMap(range(0, every * 2 * pk_filter.MANY, every)))
    assert not is_bitmap(BitMap(range(pk_filter.MANY)))
    assert not is_bitmap(BitMap(range(0, 2 * every * 2 * pk_filter.MANY, 2 * every)))
