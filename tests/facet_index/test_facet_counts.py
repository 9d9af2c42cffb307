"""Facet counts of sparse and dense selections equal the counts of set intersections."""

from random import Random

import pytest
from pyroaring import BitMap

from sco_cities.facet_index.facet_counts import FacetCounter, FacetCounters, SizedBitmaps, ValuesBySize

LAST = 200_000


def random_bitmap(number: int, seed: str) -> BitMap:
    return BitMap(Random(seed).sample(range(1, LAST + 1), number))


VALUES = {
    **{f"rare-{n}": random_bitmap(1 + n, f"rare {n}") for n in range(200)},
    **{f"usual-{n}": random_bitmap(2_000 + n, f"usual {n}") for n in range(20)},
    "frequent": random_bitmap(150_000, "frequent"),
    "everywhere": BitMap(range(1, LAST + 1)),
    "nowhere": BitMap(),
}


NUMBERS = [0, 1, 30, 3_000, 10_000, 60_000, 199_999, LAST]


@pytest.mark.parametrize("number", NUMBERS)
def test_counts_are_the_sizes_of_the_intersections(number):
    selected = random_bitmap(number, "chosen")
    counter = FacetCounter(selected, LAST)
    for value, keys in VALUES.items():
        both = len(keys & selected)
        assert (value, counter.count(keys), counter.count_nonempty([keys])) == (value, both, both > 0)
    measured, counts = SizedBitmaps(VALUES), [len(keys & selected) for keys in VALUES.values()]
    assert (counter.counts(measured), counter.counts(measured, slice(3, 9))) == (counts, counts[3:9])
    assert (measured.values, measured.last) == (list(VALUES), LAST)


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("most", [1, 3, 15, 100, 1_000, None])
def test_the_most_frequent_values_are_complete(number, most):
    selected = random_bitmap(number, "chosen")
    expected = {value: count for value, keys in VALUES.items() if (count := len(keys & selected))}
    sizes, counter = ValuesBySize(VALUES, among=VALUES), FacetCounter(selected, LAST)
    counts = sizes.most_frequent(counter, most)
    assert sizes.count_values(counter) == len(expected)
    assert counts == {value: expected[value] for value in counts}
    least = sorted(expected.values())[-most:][:1] if most else []
    # Values with the same count as the last value are included.
    assert counts.keys() == {value for value, count in expected.items() if not least or count >= least[0]}


def test_only_values_among_the_given_ones_are_counted():
    by_size = ValuesBySize({"a": BitMap([1]), "hidden": BitMap([1, 2])}, among=["a", "unused"])
    assert by_size.most_frequent(FacetCounter(BitMap([1, 2]), 2), None) == {"a": 1}
    assert by_size.last == 1


def test_each_selection_has_one_counter():
    counters, selected = FacetCounters(), BitMap([1, 2])
    assert counters.counter(selected, 5) is counters.counter(selected, 500)
    assert counters.counter(BitMap([1, 2]), 5) is not counters.counter(selected, 5)
    # A key beyond its last container needs another counter.
    assert counters.counter(selected, 70_000).count(BitMap([2, 70_000])) == 1
