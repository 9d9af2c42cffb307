"""The query of ties. It accepts the filters of initiatives. Place filters also apply to the two cities of a row."""

from collections.abc import Iterable
from functools import cached_property
from itertools import combinations
from typing import NamedTuple

from pyroaring import BitMap

from initiatives.columns import INITIATIVES
from sco_cities.cities.models import City
from sco_cities.dashboard.cooccurrence import CITY, PLACE_KINDS, keys_with_pairs, pair_counts
from sco_cities.listings.all_of_filter import split
from sco_cities.listings.list_query import ListQuery
from sco_cities.listings.result_set import ResultSet
from sco_cities.listings.row_batch import RowBatch


class Tie(NamedTuple):
    """A row, with the initiative's position in its batch, two cities and their roles, and the number of all cities."""

    place: int
    one: City
    role: str
    other: City
    with_role: str
    city_count: int


class TiesMixin:
    """Applies the filters `country`, `with_country`, `city` and `with_city` also to each pair of cities.

    With "country=cn,ru", one city of a row is in China and the other in Russia. All other filters apply only to the
    initiative.
    """

    @cached_property
    def result_set(self) -> ResultSet:
        """The initiatives with at least one matching pair."""
        within = super().result_set.keys & keys_with_pairs(self.state, CITY)
        if self._place_values:
            cities = self.state.facet(INITIATIVES.collection, CITY.name)
            pairs = self.pairs_among(within)
            within &= BitMap.union(BitMap(), *(cities[one] & cities[other] for one, other, _count in pairs))
        return ResultSet(self.listing, self.filterset, self.sort, has_errors=bool(self.errors), within=within)

    @property
    def row_count(self) -> int:
        """The number of rows on all pages."""
        return sum(count for _one, _other, count in self.pairs_among(self.result_set.keys))

    def pairs_among(self, keys: BitMap) -> Iterable[tuple[int, int, int]]:
        """Pairs of cities that match the query, as keys, with the number of joint initiatives in `keys`."""
        records = self.state.index(CITY.collection).records
        for one, other, count in pair_counts(self.state, CITY, keys):
            if self.has_pair(records[one], records[other]):
                yield one, other, count

    @cached_property
    def _place_values(self) -> list[tuple[str, tuple[str, ...]]]:
        """For each active place filter, the kind of place and the included values."""
        values = self.filterset.form.cleaned_data
        named = ((kind.name, name) for kind in PLACE_KINDS.values() for name in (kind.name, kind.other_name))
        return [
            (kind, values[name].included)
            for kind, name in named
            if values.get(name) and values[name].included
        ]

    def has_pair(self, one: City, other: City) -> bool:
        """True if the cities match each place filter. A value matches if both cities together cover all its places."""
        if not self._place_values:
            return True
        names = {kind: {self._name(one, kind), self._name(other, kind)} for kind in PLACE_KINDS}
        return all(
            any(names[kind].issuperset(split(value)) for value in values)
            for kind, values in self._place_values
        )

    def _name(self, city: City, kind: str) -> str:
        if kind == CITY.name:
            return city.slug
        return self.state.index("countries").records[city.country_id].slug

    @cached_property
    def _ranks(self) -> dict[tuple[str, str], int]:
        """Maps the places in the filters to their order in the query."""
        places = (
            (kind, slug) for kind, values in self._place_values for value in values for slug in split(value)
        )
        return {place: rank for rank, place in enumerate(dict.fromkeys(places))}

    @cached_property
    def _positions(self) -> dict[int, int]:
        """Maps the cities to their position in the order of the columns."""
        cities = sorted(self.state.index(CITY.collection).records.values(), key=self._order)
        return {city.pk: position for position, city in enumerate(cities)}

    def _order(self, city: City) -> tuple[int, str]:
        ranks = (self._ranks.get((kind, self._name(city, kind)), len(self._ranks)) for kind in PLACE_KINDS)
        return min(ranks), city.slug

    def ties(self, batch: RowBatch) -> list[Tie]:
        """The rows for a batch of initiatives. The first city of a row is the one that is first in the query."""
        records = batch.records(CITY.collection)
        roles = batch.keys_by_value("roles").items()
        members = batch.group_by_record(
            ((records[key], role), keys) for (role, key), keys in roles if records[key].is_published
        )
        return [tie for place, cities in enumerate(members) for tie in self._ties(place, cities)]

    def _ties(self, place: int, cities: list[tuple[City, str]]) -> Iterable[Tie]:
        in_order = sorted(cities, key=lambda each: self._positions[each[0].pk])
        for one, other in combinations(in_order, 2):
            if self.has_pair(one[0], other[0]):
                yield Tie(place, *one, *other, len(cities))


class TieQuery(TiesMixin, ListQuery):
    """The query of the CSV and JSON files."""
