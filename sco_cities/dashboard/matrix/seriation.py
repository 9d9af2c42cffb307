"""Seriation: an order in which places that work together are next to each other, so that clusters show as blocks.

The best order has the smallest *spread*: the distance between two places, summed over their joint initiatives. The
places are inserted one by one, in the order of the list, each where the spread grows least. Then each is moved to
its best position, until no move improves the order. Measured on the shipped data:

    spread of                          30 cities   79 cities   22 countries
    alphabetical order                     1,520       6,830          3,248
    largest first                          1,239       4,154          1,773
    by the Fiedler vector                    768       2,591          1,937
    by bond energy                           854       2,606          1,352
    by bond energy, then moved               656       1,680          1,288
    inserted largest first                   717       1,797          1,296
    inserted largest first, then moved       656       1,627          1,294

The last takes 2 ms, 22 ms and 1 ms, and a second for 300 cities of which nearly all work with each other.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, pairwise
from operator import add, sub

# A safety limit: places stop moving much sooner.
_MAX_ROUNDS = 12

# For each place, by its index, the weights of its links: {index of the other place: weight}.
Weights = Sequence[dict[int, int]]


def seriate(weights: Weights) -> list[int]:
    """The indices of the places in order; unconnected groups follow each other, the largest first."""
    groups = sorted(_groups(weights), key=len, reverse=True)
    return [place for group in groups for place in _ordered_group(sorted(group), weights)]


def _groups(weights: Weights) -> Iterator[set[int]]:
    """The connected components."""
    remaining = set(range(len(weights)))
    while remaining:
        group, new = set(), {min(remaining)}
        while new:
            group |= new
            new = {other for place in new for other in weights[place]} - group
        remaining -= group
        yield group


def _ordered_group(group: list[int], weights: Weights) -> list[int]:
    ordering = _Ordering(weights)
    for place in group:
        ordering.insert(place)
    for _round in range(_MAX_ROUNDS):
        if not sum(ordering.move(place) for place in group):
            break
    # The denser half comes first.
    half = len(group) // 2
    totals = [sum(weights[place].values()) for place in ordering.order]
    return ordering.order if sum(totals[:half]) >= sum(totals[-half:]) else ordering.order[::-1]


class _Ordering:
    """Places in order, and for each gap the total weight of the links that cross it."""

    def __init__(self, weights: Weights):
        self.weights = weights
        self.order: list[int] = []
        self.gap_weights = [0]

    def insert(self, place: int) -> None:
        """Insert a place where the spread grows least."""
        left, right = self._sides(place)
        costs = list(map(add, self._distances(left, right), self.gap_weights))
        self._insert(place, costs.index(min(costs)), left, right)

    def move(self, place: int) -> bool:
        """Move a place to its best position; return whether the position has changed."""
        here = self.order.index(place)
        del self.order[here]
        left, right = self._sides(place)
        before, after = self.gap_weights[: here + 1], self.gap_weights[here + 2 :]
        self.gap_weights = [*map(sub, before, left), *map(sub, after, right[here + 1 :])]
        costs = list(map(add, self._distances(left, right), self.gap_weights))
        least = min(costs)
        there = here if costs[here] == least else costs.index(least)
        self._insert(place, there, left, right)
        return there != here

    def _sides(self, place: int) -> tuple[list[int], list[int]]:
        """For each gap, the weight of the links of a place to those before and to those after the gap."""
        own = self.weights[place]
        left = list(accumulate((own.get(other, 0) for other in self.order), initial=0))
        return left, [left[-1] - before for before in left]

    def _distances(self, left: list[int], right: list[int]) -> Iterable[int]:
        """For each gap, the weighted distance of a place in it from the places that it is linked to."""
        # In the first gap all places are to the right, at distances from 1 on.
        first = sum(right[:-1])
        steps = (before - after for (before, _), (_, after) in pairwise(zip(left, right, strict=True)))
        return accumulate(steps, initial=first)

    def _insert(self, place: int, gap: int, left: list[int], right: list[int]) -> None:
        # The links of a place cross all gaps between the place and its partners.
        before = map(add, self.gap_weights[: gap + 1], left)
        after = map(add, self.gap_weights[gap:], right[gap:])
        self.gap_weights = [*before, *after]
        self.order.insert(gap, place)
