"""Counting among a selection, however sparse it is, says what counting one by one would."""

from random import Random

import pytest
from pyroaring import BitMap

from sco_cities.facet_index.facet_counts import BySize, FacetCounter, FacetCounters, SizedBitmaps

LAST = 200_000


def some(number: int, seed: str) -> BitMap:
    return BitMap(Random(seed).sample(range(1, LAST + 1), number))


VALUES = {
    **{f"rare-{n}": some(1 + n, f"rare {n}") for n in range(200)},
    **{f"usual-{n}": some(2_000 + n, f"usual {n}") for n in range(20)},
    "frequent": some(150_000, "frequent"),
    "everywhere": BitMap(range(1, LAST + 1)),
    "nowhere": BitMap(),
}


SELECTED = [0, 1, 30, 3_000, 10_000, 60_000, 199_999, LAST]


@pytest.mark.parametrize("selected", SELECTED)
def test_what_is_counted_is_what_both_have(selected):
    chosen = some(selected, "chosen")
    census = FacetCounter(chosen, LAST)
    for value, having in VALUES.items():
        both = len(having & chosen)
        assert (value, census.count(having), census.with_any([having])) == (value, both, both > 0)
    measured, counts = SizedBitmaps(VALUES), [len(having & chosen) for having in VALUES.values()]
    assert (census.counts(measured), census.counts(measured, slice(3, 9))) == (counts, counts[3:9])
    assert (measured.values, measured.last) == (list(VALUES), LAST)


@pytest.mark.parametrize("selected", SELECTED)
@pytest.mark.parametrize("most", [1, 3, 15, 100, 1_000, None])
def test_the_most_frequent_values_are_all_there(selected, most):
    chosen = some(selected, "chosen")
    right = {value: count for value, having in VALUES.items() if (count := len(having & chosen))}
    sizes, census = BySize(VALUES, among=VALUES), FacetCounter(chosen, LAST)
    counts = sizes.most_frequent(census, most)
    assert sizes.number(census) == len(right)
    assert counts == {value: right[value] for value in counts}
    least = sorted(right.values())[-most:][:1] if most else []
    # Whatever has as many as the last one is there too.
    assert counts.keys() == {value for value, count in right.items() if not least or count >= least[0]}


def test_values_that_are_not_on_offer_are_not_counted():
    by_size = BySize({"a": BitMap([1]), "hidden": BitMap([1, 2])}, among=["a", "unused"])
    assert by_size.most_frequent(FacetCounter(BitMap([1, 2]), 2), None) == {"a": 1}
    assert by_size.last == 1


def test_of_the_same_selection_there_is_one_census():
    censuses, chosen = FacetCounters(), BitMap([1, 2])
    assert censuses.of(chosen, 5) is censuses.of(chosen, 500)
    assert censuses.of(BitMap([1, 2]), 5) is not censuses.of(chosen, 5)
    # A key far behind needs a wider one.
    assert censuses.of(chosen, 70_000).count(BitMap([2, 70_000])) == 1
