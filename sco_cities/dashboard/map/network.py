"""What a map counts: the initiatives of each city, and those that two cities are in together.

Of other kinds of record, which have one city each, only how many a city has.
"""

from dataclasses import dataclass
from functools import cached_property
from heapq import nlargest
from operator import itemgetter

from pyroaring import BitMap

from sco_cities.dashboard.cooccurrence import CITY, Directions, PairCounts, pairs
from sco_cities.facet_index.dimensions import Values
from sco_cities.facet_index.state import IndexState
from sco_cities.themes.models import Pillar

from .scope import ListMapScope, MapScope

_NONE = BitMap()
_INITIATIVES = "initiatives"


@dataclass(frozen=True, slots=True)
class Edge:
    """What two cities, by key, do together: in how many initiatives, in how many of these one shares and one learns.

    `one` is whoever shares more; where neither does, the two are even. `pillar` is what most of it is about, or "".
    """

    one: int
    other: int
    count: int
    shares: int
    learns: int
    pillar: str

    @property
    def is_even(self) -> bool:
        return self.shares == self.learns


class Network:
    """The cities of a map with their numbers, and the ties between them, strongest first."""

    # Whether a city has a part in what is counted, by which it shares or learns.
    have_parts = True

    def __init__(self, scope: MapScope):
        self.scope = scope
        self.state = scope.state
        self.directions = Directions(self.state, CITY, scope.found)

    @cached_property
    def cities(self) -> dict[int, int]:
        """The number of initiatives by city, for those that are shown, the largest first."""
        numbers = self._pairs.in_all
        if self.scope.only is not None:
            numbers = {key: numbers.get(key, 0) for key in self.scope.only}
        return _largest_first(self.state, numbers)

    @cached_property
    def elsewhere(self) -> int:
        """How many initiatives are on no map, since readers see no city of theirs; 0 where the list is of cities."""
        if self.scope.only is not None:
            return 0
        with_city = BitMap.union(BitMap(), *(self._having[key] for key in self.cities))
        return len(self.scope.found - with_city)

    @cached_property
    def all(self) -> list[tuple[int, int, int]]:
        """Two cities and the number of initiatives of both, for every tie of the map."""
        shown = self.cities
        some = list(self._pairs)
        if len(shown) < len(self._pairs.in_all):
            some = [tie for tie in some if tie[0] in shown and tie[1] in shown]
        if centres := self.scope.centres:
            some = [tie for tie in some if tie[0] in centres or tie[1] in centres]
        return some

    def strongest(self, most: int | None = None) -> list[tuple[int, int, int]]:
        """Those of them with the largest numbers, these first."""
        some = self.all
        if most is not None and len(some) > most:
            # To sort all of 25,000 takes longer than the rest of the drawing.
            least = nlargest(most, map(itemgetter(2), some))[-1]
            some = [tie for tie in some if tie[2] >= least]
        # Of the same strength first those whose cities have fewer others: they would be seen nowhere.
        sizes = self._pairs.sizes
        return sorted(some, key=lambda tie: (-tie[2], sizes[tie[0]] + sizes[tie[1]], tie[0], tie[1]))[:most]

    def tie(self, one: int, other: int, count: int) -> Edge:
        """The tie of two cities, with its direction and its pillar."""
        shares, learns = self.directions.shares(one, other), self.directions.learns(one, other)
        if learns > shares:
            one, other, shares, learns = other, one, learns, shares
        both = self._having[one] & self._having[other] & self.scope.found
        return Edge(one, other, count, shares, learns, self._pillar(both))

    def shares(self, city: int) -> int:
        """In how many initiatives a city shares with any other, as a reference."""
        return self._count("shares", city)

    def learns(self, city: int) -> int:
        """In how many initiatives a city learns from any other."""
        return self._count("learns", city)

    def _count(self, facet: str, city: int) -> int:
        return self.state.having(_INITIATIVES, facet, city).intersection_cardinality(self.scope.found)

    def by_pillar(self) -> dict[str, int]:
        """The number of initiatives by pillar, whichever pillar is asked for."""
        return {
            pillar: having.intersection_cardinality(self.scope.without_pillar)
            for pillar, having in self._pillars.items()
        }

    @cached_property
    def _pairs(self) -> PairCounts:
        return pairs(self.state, CITY, self.scope.found)

    @cached_property
    def _having(self) -> Values:
        return self.state.facet(_INITIATIVES, "city")

    @cached_property
    def _pillars(self) -> Values:
        having = self.state.facet(_INITIATIVES, "pillar")
        return {pillar.value: having.get(pillar.value, _NONE) for pillar in Pillar}

    def _pillar(self, both: BitMap) -> str:
        counts = {name: having.intersection_cardinality(both) for name, having in self._pillars.items()}
        most = max(counts, key=counts.get)
        return most if counts[most] else ""


class NetworkCounts:
    """The cities of a map with the numbers of their records, where records tie no cities together."""

    have_parts = False
    all = ()

    def __init__(self, scope: ListMapScope):
        self.scope = scope
        self.state = scope.state

    @cached_property
    def cities(self) -> dict[int, int]:
        """The number of records by city, the largest first."""
        state, found = self.state, self.scope.found
        having = state.facet(self.scope.listing.collection, CITY.name)
        known = having.keys() & set(state.published(CITY.collection))
        numbers = {key: having[key].intersection_cardinality(found) for key in known}
        return _largest_first(state, {key: count for key, count in numbers.items() if count})

    @property
    def elsewhere(self) -> int:
        """How many records are on no map, since readers see no city of theirs."""
        return len(self.scope.found) - sum(self.cities.values())

    def strongest(self, most: int | None = None) -> list[tuple[int, int, int]]:
        return []

    def by_pillar(self) -> dict[str, int]:
        return {}


def _largest_first(state: IndexState, numbers: dict[int, int]) -> dict[int, int]:
    records = state.index(CITY.collection).records
    return dict(sorted(numbers.items(), key=lambda item: (-item[1], records[item[0]].slug)))
