"""How many of the selected records have a value, and which values most of them have."""

from collections.abc import Hashable, Iterable
from heapq import heappush, heapreplace

from pyroaring import BitMap

from .axes import Values

# Bitmaps keep keys in containers of so many.
_CONTAINER = 1 << 16


class Census:
    """Counts among `selected` what has keys up to `last`.

    Two sparse bitmaps are compared key by key, but in a dense one the keys of a sparse one are merely looked up.
    What is outside of a sparse selection is dense: so what a value has there is counted, and taken off what it has.
    1,500 organisations among the 60,000 initiatives of a city took 20 ms, and take 1 ms.
    """

    # A value that has so many times as many records as are selected is dense enough itself.
    DENSE = 4

    def __init__(self, selected: BitMap, last: int):
        self.selected = selected
        self._outside = selected.flip(0, last + 1)
        self._dense = self.DENSE * len(selected)

    def count(self, having: BitMap) -> int:
        """How many of the selected records are in `having`."""
        size = len(having)
        if size > self._dense:
            return having.intersection_cardinality(self.selected)
        return size - having.intersection_cardinality(self._outside)

    def has_any(self, having: BitMap) -> bool:
        """Whether any of the selected records is in `having`: known sooner than how many."""
        return not having.issubset(self._outside)


class Censuses:
    """The censuses of one request: of the same selection there is one."""

    def __init__(self):
        self._made: dict[tuple[int, int], Census] = {}

    def of(self, selected: BitMap, last: int) -> Census:
        """Counts among `selected` what has keys up to `last`."""
        # By the object: each census holds its own, so that no other can take its id. Facets mostly end in the
        # same container.
        last |= _CONTAINER - 1
        key = id(selected), last
        if key not in self._made:
            self._made[key] = Census(selected, last)
        return self._made[key]


class BySize:
    """The values of a facet, those of most records first."""

    def __init__(self, values: Values, among: Iterable[Hashable]):
        """Of `values` those that are in `among`."""
        offered = ((len(values[value]), value, values[value]) for value in among if value in values)
        self._sizes = sorted(offered, key=lambda item: -item[0])
        self.last = max((having.max() for size, _value, having in self._sizes if size), default=0)

    def most_frequent(self, census: Census, most: int | None) -> tuple[dict[Hashable, int], int]:
        """The values that `most` of the selected records have, with their counts, and how many others have any.

        Where the last ones have equally many, all of these are among them. Without `most` it is all values.
        """
        counts: dict[Hashable, int] = {}
        highest: list[int] = []
        sizes = iter(self._sizes)
        for size, value, having in sizes:
            # No value has more of the selected records than it has of all.
            if len(highest) == most and size < highest[0]:
                rest = census.has_any(having) + sum(census.has_any(other) for _size, _value, other in sizes)
                break
            count = census.count(having)
            if not count:
                continue
            counts[value] = count
            if most is None:
                continue
            if len(highest) < most:
                heappush(highest, count)
            elif count > highest[0]:
                heapreplace(highest, count)
        else:
            rest = 0
        if len(highest) != most:
            return counts, rest
        frequent = {value: count for value, count in counts.items() if count >= highest[0]}
        return frequent, rest + len(counts) - len(frequent)
