"""Filters by sets of keys use a list for a few keys, and a bitmap for many."""

import pytest
from pyroaring import BitMap

from sco_cities.db import pk_queries
from sco_cities.sources.models import Passage, Report
from tests import factories as make


@pytest.fixture
def report_keys(db):
    return [make.make_report(f"report-{number}", passages=2).pk for number in range(6)]


def use_bitmaps(monkeypatch):
    monkeypatch.setattr(pk_queries, "MIN_BITMAP_KEYS", 0)
    monkeypatch.setattr(pk_queries, "MAX_MEAN_GAP", 2**32)


@pytest.mark.parametrize("places", [[0], [1, 4], [0, 1, 2, 3], [5], [0, 1, 2, 3, 4, 5]])
def test_a_bitmap_matches_the_same_rows_as_a_list(places, report_keys, monkeypatch):
    wanted = BitMap(report_keys[place] for place in places)
    few = pk_queries.pk_in(wanted)
    use_bitmaps(monkeypatch)
    many = pk_queries.pk_in(wanted)
    assert many != few
    for condition in (few, many):
        assert set(Report.objects.filter(condition).values_list("pk", flat=True)) == set(wanted)
        assert set(Report.objects.exclude(condition).values_list("pk", flat=True)) == set(report_keys) - set(
            wanted
        )


def test_a_bitmap_filters_by_another_column_even_if_it_is_empty(report_keys, monkeypatch):
    use_bitmaps(monkeypatch)
    wanted = BitMap(report_keys[:2])
    assert Passage.objects.filter(pk_queries.pk_in(wanted, "report")).count() == 4
    assert Passage.objects.filter(pk_queries.pk_in(wanted, "report__address_check")).count() == 0


def test_a_filter_across_a_relation_uses_no_outer_join(report_keys, monkeypatch):
    few = pk_queries.pk_in(report_keys[:2], "passages__report")
    use_bitmaps(monkeypatch)
    many = pk_queries.pk_in(BitMap(report_keys[:2]), "passages__report")
    for condition in (few, many):
        reports = Report.objects.filter(condition)
        assert reports.distinct().count() == 2
        assert "OUTER" not in str(reports.query)


def test_only_large_and_dense_sets_become_bitmaps():
    def is_bitmap(keys):
        [condition] = pk_queries.pk_in(keys).children
        return isinstance(condition, pk_queries._InBitmap)

    gap = pk_queries.MAX_MEAN_GAP - 1
    assert is_bitmap(BitMap(range(0, gap * 2 * pk_queries.MIN_BITMAP_KEYS, gap)))
    assert not is_bitmap(BitMap(range(pk_queries.MIN_BITMAP_KEYS)))
    assert not is_bitmap(BitMap(range(0, 2 * gap * 2 * pk_queries.MIN_BITMAP_KEYS, 2 * gap)))
