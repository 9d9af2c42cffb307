"""Counts the initiatives per city on a map, and the joint initiatives per pair of cities.

For other kinds of record, counts only the records per city, because each record has only one city.
"""

from dataclasses import dataclass
from functools import cached_property

from pyroaring import BitMap

from sco_cities.dashboard.cooccurrence import CITY, Directions, PairCounts, pair_counts
from sco_cities.facet_index.dimensions import Values
from sco_cities.facet_index.state import IndexState
from sco_cities.themes.models import Pillar

from .scope import MapScope

_NONE = BitMap()
_INITIATIVES = "initiatives"
# Maximum number of lines, because more lines would hide each other. The page shows the number of omitted lines.
MAX_EDGES = 200
# Minimum number of joint initiatives for an edge to be drawn by default.
MIN_DRAWN = 2

# The keys of two cities, and the number of their joint initiatives.
WeightedPair = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Edge:
    """An edge between two cities, with the number of joint initiatives.

    `shares` and `learns` count the initiatives where `one` shares or learns. `one` is the city that shares more often
    than it learns. The edge is even if both counts are equal.
    """

    one: int
    other: int
    count: int
    shares: int
    learns: int

    @property
    def is_even(self) -> bool:
        return self.shares == self.learns


class Network:
    """The cities of a map with their numbers of initiatives, and the edges between them."""

    # True if cities have roles in the counted records, such as sharing or learning.
    has_roles = True

    def __init__(self, scope: MapScope):
        self.scope = scope
        self.state = scope.state
        self.directions = Directions(self.state, CITY, scope.keys)
        # Edges are cached, because most edges are lines on the map and also rows in a table.
        self._edges: dict[tuple[int, int], Edge] = {}

    @cached_property
    def cities(self) -> dict[int, int]:
        """Maps the cities on the map to their numbers of initiatives, largest number first."""
        numbers = self._pairs.total_counts
        if self.scope.only_cities is not None:
            numbers = {key: numbers.get(key, 0) for key in self.scope.only_cities}
        return _largest_first(self.state, numbers)

    @cached_property
    def unmapped(self) -> int:
        """The number of initiatives without a published city, or 0 for the map of a list of cities."""
        if self.scope.only_cities is not None:
            return 0
        published = self.state.published(CITY.collection)
        with_city = self.state.memoize(
            ("initiatives with a city",),
            (self._by_city, published),
            lambda: BitMap.union(_NONE, *(self._by_city.get(key, _NONE) for key in published)),
        )
        return len(self.scope.keys) - with_city.intersection_cardinality(self.scope.keys)

    @cached_property
    def edges(self) -> list[WeightedPair]:
        """All edges of the map as (one, other, count)."""
        cities = self.cities
        edges = list(self._pairs)
        if len(cities) < len(self._pairs.total_counts):
            edges = [edge for edge in edges if edge[0] in cities and edge[1] in cities]
        if centres := self.scope.centres:
            edges = [edge for edge in edges if edge[0] in centres or edge[1] in centres]
        return edges

    @cached_property
    def frequent_edges(self) -> list[WeightedPair]:
        """The default edges, which are the edges with two or more joint initiatives.

        All edges are default edges if each has only one joint initiative, or if the filters select a city or country.
        """
        if self.scope.centres:
            return self.edges
        return [edge for edge in self.edges if edge[2] >= MIN_DRAWN] or self.edges

    def drawn_edges(self, city: int | None, *, all_edges: bool) -> list[WeightedPair]:
        """Returns the edges of `city`, all edges, or the default edges, strongest first."""
        if city is not None:
            return [(city, partner, count) for partner, count in self.partners(city).items()]
        return self.strongest(MAX_EDGES, self.edges if all_edges else self.frequent_edges)

    def partners(self, city: int | None) -> dict[int, int]:
        """Maps the partners of a city to their numbers of joint initiatives, largest first, or {} without a city."""
        if city is None:
            return {}
        numbers = {other: self._pairs.of(city, other) for other in self.cities if other != city}
        return _largest_first(self.state, {other: count for other, count in numbers.items() if count})

    def strongest(
        self, most: int | None = None, edges: list[WeightedPair] | None = None
    ) -> list[WeightedPair]:
        """Returns the `most` largest edges of `edges`, or of all edges, largest first."""
        # If counts are equal, edges of cities with few joint initiatives come first. Otherwise, such cities might
        # not appear.
        sizes = self._pairs.joint_counts
        ordered = sorted(
            edges or self.edges,
            key=lambda edge: (-edge[2], sizes[edge[0]] + sizes[edge[1]], edge[0], edge[1]),
        )
        return ordered[:most]

    def edge(self, one: int, other: int, count: int) -> Edge:
        """Returns the edge between two cities, with its direction."""
        key = one, other
        if key not in self._edges:
            shares, learns = self.directions.shares(one, other), self.directions.learns(one, other)
            if learns > shares:
                one, other, shares, learns = other, one, learns, shares
            self._edges[key] = Edge(one, other, count, shares, learns)
        return self._edges[key]

    def main_pillar(self, edge: Edge) -> str:
        """Returns the most frequent pillar among the joint initiatives of an edge, or ""."""
        joint = self._by_city[edge.one] & self._by_city[edge.other] & self.scope.keys
        counts = {name: keys.intersection_cardinality(joint) for name, keys in self._pillars.items()}
        most = max(counts, key=counts.get)
        return most if counts[most] else ""

    def shares(self, city: int) -> int:
        """Returns the number of initiatives where a city shares its knowledge as a reference."""
        return self._count("shares", city)

    def learns(self, city: int) -> int:
        """Returns the number of initiatives where a city learns from another city."""
        return self._count("learns", city)

    def _count(self, facet: str, city: int) -> int:
        by_city = self.state.facet(_INITIATIVES, facet)
        return by_city.get(city, _NONE).intersection_cardinality(self.scope.keys)

    def by_pillar(self) -> dict[str, int]:
        """Returns the number of initiatives by pillar, regardless of the pillar filter."""
        return {
            pillar: keys.intersection_cardinality(self.scope.keys_without_pillar)
            for pillar, keys in self._pillars.items()
        }

    @cached_property
    def _pairs(self) -> PairCounts:
        return pair_counts(self.state, CITY, self.scope.keys)

    @cached_property
    def _by_city(self) -> Values:
        return self.state.facet(self.scope.listing.collection, CITY.name)

    @cached_property
    def _pillars(self) -> Values:
        by_pillar = self.state.facet(_INITIATIVES, "pillar")
        return {pillar.value: by_pillar.get(pillar.value, _NONE) for pillar in Pillar}


class NetworkCounts(Network):
    """The cities of a map with their numbers of records, for records that cannot connect cities."""

    has_roles = False

    @property
    def unmapped(self):
        """The number of records without a published city."""
        return len(self.scope.keys) - sum(self.cities.values())

    @cached_property
    def _pairs(self):
        published = self._by_city.keys() & set(self.state.published(CITY.collection))
        numbers = {city: self._by_city[city].intersection_cardinality(self.scope.keys) for city in published}
        return PairCounts({}, {city: count for city, count in numbers.items() if count}, {})


def _largest_first(state: IndexState, numbers: dict[int, int]) -> dict[int, int]:
    records = state.index(CITY.collection).records
    return dict(sorted(numbers.items(), key=lambda item: (-item[1], records[item[0]].slug)))
