"""The order of places that makes clusters visible."""

from collections.abc import Iterable
from itertools import permutations
from random import Random

import pytest
from django.http import QueryDict

from initiatives.columns import INITIATIVES
from sco_cities.dashboard.matrix.page import MatrixPage
from sco_cities.dashboard.matrix.seriation import Weights, seriate
from sco_cities.facet_index.refresh import facet_index


def symmetric_weights(size: int, weights: dict[tuple[int, int], int]):
    links = [{} for _place in range(size)]
    for (one, other), weight in weights.items():
        links[one][other] = links[other][one] = weight
    return links


def spread(order: Iterable[int], weights: Weights) -> int:
    """The sum of the distances between places, multiplied by their weights."""
    at = {place: position for position, place in enumerate(order)}
    return sum(
        weight * abs(at[one] - at[other])
        for one, links in enumerate(weights)
        for other, weight in links.items()
        if one < other
    )


@pytest.mark.parametrize(
    ("size", "weights", "expected"),
    [
        (0, {}, 0),
        (1, {}, 0),
        (3, {}, 0),
        (2, {(0, 1): 5}, 5),
        # A shuffled chain of five becomes straight.
        (5, {(0, 3): 1, (3, 1): 1, (1, 4): 1, (4, 2): 1}, 4),
        # Two unconnected groups of three.
        (6, {(0, 2): 1, (2, 4): 1, (0, 4): 1, (1, 3): 1, (3, 5): 1, (1, 5): 1}, 8),
    ],
)
def test_connected_places_are_next_to_each_other(size, weights, expected):
    order = seriate(symmetric_weights(size, weights))
    assert sorted(order) == list(range(size))
    assert spread(order, symmetric_weights(size, weights)) == expected


@pytest.mark.parametrize("seed", range(8))
def test_the_spread_of_six_places_is_close_to_the_optimum(seed):
    random = Random(seed)
    weights = symmetric_weights(
        6, {(a, b): random.randint(1, 9) for a in range(6) for b in range(a) if random.random() < 0.6}
    )
    best = min(spread(order, weights) for order in permutations(range(6)))
    assert spread(seriate(weights), weights) <= best * 1.1


@pytest.mark.usefixtures("loaded_package")
@pytest.mark.parametrize(
    ("query", "places", "bound"),
    [
        ("by=city", 30, 0.5),
        ("by=city&most=all", None, 0.3),
        ("", None, 0.45),
        ("by=city&theme=smart-city", None, 0.7),
    ],
)
def test_clusters_are_closer_together_than_in_alphabetical_order(query, places, bound):
    def spread_of(order: str) -> int:
        with facet_index("initiatives") as state:
            page = MatrixPage(INITIATIVES, state, QueryDict(f"{query}&order={order}"))
            assert page.errors == {}
            assert places in (None, len(page.places))
            at = {key: position for position, key in enumerate(page.places)}
            return sum(
                count * abs(at[one] - at[other])
                for one, other, count in page.pairs
                if one in at and other in at
            )

    assert 0 < spread_of("clusters") < spread_of("name") * bound
