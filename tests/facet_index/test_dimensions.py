"""Bitmaps by value are merged, updated after changes, and shared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyroaring import BitMap

from sco_cities.facet_index import dimensions, registry
from sco_cities.facet_index.dimensions import merge_values, replace_values
from sco_cities.facet_index.registry import DEFERRED_FIELDS
from tests import factories as make

values = st.dictionaries(st.sampled_from("abcd"), st.sets(st.integers(1, 20), min_size=1).map(BitMap))


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sets(st.integers(1, 20)))))
def test_pairs_with_the_same_value_are_merged_in_any_order(pairs):
    expected = {}
    for value, keys in pairs:
        expected.setdefault(value, set()).update(keys)
    found = merge_values((value, BitMap(keys)) for value, keys in pairs)
    assert {value: set(bitmap) for value, bitmap in found.items()} == expected


@given(values, st.sets(st.integers(1, 20)).map(BitMap), values)
def test_new_values_of_changed_records_replace_the_old_ones(before, changed, after):
    new = {value: bitmap & changed for value, bitmap in after.items() if bitmap & changed}
    unchanged = {value: bitmap.copy() for value, bitmap in before.items()}
    found = replace_values(before, changed, new)
    for value in {*before, *new}:
        expected = before.get(value, BitMap()) - changed | new.get(value, BitMap())
        assert found.get(value, BitMap()) == expected
    assert all(found.values()) and before == unchanged


def test_a_bitmap_that_does_not_change_stays_the_same_object():
    before = {"agreed": BitMap([1, 2]), "stalled": BitMap([3]), "interest": BitMap([4])}
    after = replace_values(before, BitMap([1, 3]), {"agreed": BitMap([1]), "interest": BitMap([3])})
    assert after == {"agreed": BitMap([1, 2]), "interest": BitMap([3, 4])}
    assert after["agreed"] is before["agreed"]
    assert replace_values(before, BitMap([1, 3]), {"agreed": BitMap([1]), "stalled": BitMap([3])}) is before


@pytest.mark.django_db
def test_a_dimension_read_in_several_fetches_is_complete(monkeypatch):
    monkeypatch.setattr(dimensions, "FETCH_SIZE", 2)
    keys = {
        year: make.make_initiative(f"from-{year}", starts_on=f"{year}-03").pk for year in range(2015, 2022)
    }
    other = make.make_initiative("also", starts_on="2015-07-01").pk
    found = registry.indexed_model("initiatives").dimension("from_year").read("default")
    expected = {year: {key} for year, key in keys.items()}
    expected[2015].add(other)
    assert {year: set(bitmap) for year, bitmap in found.items()} == expected


@pytest.mark.django_db
def test_records_in_memory_share_equal_values_and_defer_fields_that_no_list_needs(
    django_assert_num_queries,
):
    country = make.make_country("tj")
    cities = [make.make_city(slug, country=country) for slug in ("dushanbe", "khujand")]
    with django_assert_num_queries(1):
        records = registry.indexed_model("cities").load_records("default")
        first, second = (records[city.pk] for city in cities)
        assert (first.slug, second.slug) == ("dushanbe", "khujand")
        assert first.state == "published" and first.state is second.state
        assert first.country_id == country.pk
    assert first.get_deferred_fields() == set(DEFERRED_FIELDS)
    assert list(registry.indexed_model("cities").load_records("default", [cities[1].pk])) == [cities[1].pk]
