"""Bitmaps by value: joined, replaced after changes, and what they share."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyroaring import BitMap

from sco_cities.facet_index import dimensions, registry
from sco_cities.facet_index.dimensions import joined, with_values
from sco_cities.facet_index.registry import HIDDEN
from tests import factories as make

values = st.dictionaries(st.sampled_from("abcd"), st.sets(st.integers(1, 20), min_size=1).map(BitMap))


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sets(st.integers(1, 20)))))
def test_pairs_of_the_same_value_are_joined_wherever_they_stand(pairs):
    expected = {}
    for value, keys in pairs:
        expected.setdefault(value, set()).update(keys)
    found = joined((value, BitMap(keys)) for value, keys in pairs)
    assert {value: set(having) for value, having in found.items()} == expected


@given(values, st.sets(st.integers(1, 20)).map(BitMap), values)
def test_what_records_have_now_takes_the_place_of_what_they_had(before, changed, after):
    now = {value: having & changed for value, having in after.items() if having & changed}
    unchanged = {value: having.copy() for value, having in before.items()}
    found = with_values(before, changed, now)
    for value in {*before, *now}:
        expected = before.get(value, BitMap()) - changed | now.get(value, BitMap())
        assert found.get(value, BitMap()) == expected
    assert all(found.values()) and before == unchanged


def test_a_value_whose_records_stay_is_the_same_object_after_a_change_of_others():
    before = {"agreed": BitMap([1, 2]), "stalled": BitMap([3]), "interest": BitMap([4])}
    after = with_values(before, BitMap([1, 3]), {"agreed": BitMap([1]), "interest": BitMap([3])})
    assert after == {"agreed": BitMap([1, 2]), "interest": BitMap([3, 4])}
    assert after["agreed"] is before["agreed"]
    assert with_values(before, BitMap([1, 3]), {"agreed": BitMap([1]), "stalled": BitMap([3])}) is before


@pytest.mark.django_db
def test_an_axis_is_read_in_pieces_with_nothing_left_out(monkeypatch):
    monkeypatch.setattr(dimensions, "ROWS", 2)
    keys = {
        year: make.make_initiative(f"from-{year}", starts_on=f"{year}-03").pk for year in range(2015, 2022)
    }
    also = make.make_initiative("also", starts_on="2015-07-01").pk
    found = registry.indexed_model("initiatives").axis("from_year").read("default")
    expected = {year: {key} for year, key in keys.items()}
    expected[2015].add(also)
    assert {year: set(having) for year, having in found.items()} == expected


@pytest.mark.django_db
def test_records_that_are_kept_share_what_they_have_alike_and_lack_what_no_list_shows(
    django_assert_num_queries,
):
    country = make.make_country("tj")
    cities = [make.make_city(slug, country=country) for slug in ("dushanbe", "khujand")]
    with django_assert_num_queries(1):
        kept = registry.indexed_model("cities").kept("default")
        first, second = (kept[city.pk] for city in cities)
        assert (first.slug, second.slug) == ("dushanbe", "khujand")
        assert first.state == "published" and first.state is second.state
        assert first.country_id == country.pk
    assert first.get_deferred_fields() == set(HIDDEN)
    assert list(registry.indexed_model("cities").kept("default", [cities[1].pk])) == [cities[1].pk]
