"""The order in which places stand so that clusters show."""

from itertools import permutations
from random import Random

import pytest
from django.http import QueryDict

from initiatives.columns import INITIATIVES
from sco_cities.dashboard.matrix.page import MatrixPage
from sco_cities.dashboard.matrix.seriation import seriate, spread
from sco_cities.facet_index.refresh import require_facet_index


def ties(size: int, weights: dict[tuple[int, int], int]):
    found = [{} for _place in range(size)]
    for (one, other), weight in weights.items():
        found[one][other] = found[other][one] = weight
    return found


@pytest.mark.parametrize(
    ("size", "weights", "expected"),
    [
        (0, {}, 0),
        (1, {}, 0),
        (3, {}, 0),
        (2, {(0, 1): 5}, 5),
        # A chain of five, given out of order, lies straight.
        (5, {(0, 3): 1, (3, 1): 1, (1, 4): 1, (4, 2): 1}, 4),
        # Two groups of three that have nothing to do with each other.
        (6, {(0, 2): 1, (2, 4): 1, (0, 4): 1, (1, 3): 1, (3, 5): 1, (1, 5): 1}, 8),
    ],
)
def test_what_belongs_together_stands_together(size, weights, expected):
    order = seriate(ties(size, weights))
    assert sorted(order) == list(range(size))
    assert spread(order, ties(size, weights)) == expected


@pytest.mark.parametrize("seed", range(8))
def test_the_spread_of_six_places_is_hardly_more_than_that_of_the_best_of_all_orders(seed):
    random = Random(seed)
    given = ties(
        6, {(a, b): random.randint(1, 9) for a in range(6) for b in range(a) if random.random() < 0.6}
    )
    best = min(spread(order, given) for order in permutations(range(6)))
    assert spread(seriate(given), given) <= best * 1.1


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize(
    ("query", "places", "bound"),
    [("", 30, 0.5), ("most=all", 79, 0.3), ("by=country", 22, 0.45), ("theme=smart-city", None, 0.7)],
)
def test_clusters_stand_closer_together_than_in_the_order_of_names(query, places, bound):
    def far_apart(order: str) -> int:
        with require_facet_index("initiatives") as state:
            page = MatrixPage(INITIATIVES, state, QueryDict(f"{query}&order={order}"))
            assert page.errors == {}
            assert places in (None, len(page.places))
            at = {key: place for place, key in enumerate(page.places)}
            return sum(
                count * abs(at[one] - at[other])
                for one, other, count in page.pairs
                if one in at and other in at
            )

    assert 0 < far_apart("clusters") < far_apart("name") * bound
