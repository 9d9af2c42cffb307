"""Counts the joint initiatives of two cities or two countries (co-occurrence).

Counted from the facet index. All pairs of 300 cities among 100,000 initiatives take 20 ms as intersections.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import combinations
from urllib.parse import quote

from django.http import QueryDict
from django.urls import reverse
from pyroaring import BitMap

from initiatives.models import CityRole
from sco_cities.cities.place_set import segment
from sco_cities.core.lru_cache import LRUCache
from sco_cities.facet_index.dimensions import Values
from sco_cities.facet_index.facets import AttributeFacet, Facet, RoleFacet
from sco_cities.facet_index.pk_bitmaps import digest
from sco_cities.facet_index.state import IndexState
from sco_cities.listings import querystring
from sco_cities.listings.all_of_filter import AND, split
from sco_cities.listings.fields import divide

INITIATIVES = "initiatives"
_NONE = BitMap()


@dataclass(frozen=True)
class PlaceKind:
    """The kind of place in a pair. `name` is its filter and facet on initiatives.

    `key` is the field that identifies a place in CSV files, as in the exports of lists.
    """

    name: str
    collection: str
    key: str = "slug"

    @property
    def other_name(self) -> str:
        """The filter for the second place of a pair."""
        return f"with_{self.name}"

    def role_facet(self, role: CityRole) -> Facet | str:
        """The facet of the places with this role. A country has the roles of its cities."""
        cities = RoleFacet("roles", role=role.value)
        if self.name == "city":
            return role.value
        return AttributeFacet(cities, "cities", "country_id")


CITY = PlaceKind("city", "cities")
COUNTRY = PlaceKind("country", "countries", "code")
PLACE_KINDS = {side.name: side for side in (CITY, COUNTRY)}


def pair_filter(params: QueryDict, side: PlaceKind, *slugs: str) -> str:
    """The query string `params`, restricted to the initiatives in which all these places take part."""
    first, second = (divide(querystring.values(params, name)) for name in (side.name, side.other_name))
    included, rest = first[0], list(dict.fromkeys(slugs))
    if not included:
        included = [rest.pop(0)]
    elif len(included) == 1:
        # `params` requires this place already.
        rest = [slug for slug in rest if slug not in split(included[0])]
    together = [AND.join(dict.fromkeys([*split(value), *rest])) for value in second[0] or [""]]
    values = [(side.name, value) for value in [*included, *first[1]]]
    values += [(side.other_name, value) for value in [*together, *second[1]] if value]
    return querystring.replacing(params, (side.name, ""), (side.other_name, ""), *values)


# Placeholders for slugs in a URL pattern. These private-use characters occur in no filter value.
_PLACEHOLDERS = "\ue000", "\ue001"
_ONE, _OTHER = map(quote, _PLACEHOLDERS)


class PairLinks:
    """The URLs of the lists of initiatives of a place or a pair, with the filters of `params`."""

    def __init__(self, params: QueryDict, side: PlaceKind):
        path = reverse(f"{INITIATIVES}-list")
        # Building each query string takes longer than all other parts of a page with thousands of them, so slugs are
        # put into a pattern. Places that are filters of `params` have other patterns.
        self._pattern = cache(lambda *slugs: path + pair_filter(params, side, *slugs))
        values = [*params.getlist(side.name), *params.getlist(side.other_name)]
        self._filtered_slugs = {slug for value in values for slug in split(value)}

    def of(self, one: str, other: str) -> str:
        """The list of the joint initiatives of two places, by slug. For the same slug twice, all of its initiatives."""
        first, second = _PLACEHOLDERS
        if one in self._filtered_slugs:
            first = one
        if one == other:
            second = first
        elif other in self._filtered_slugs:
            second = other
        return self._pattern(first, second).replace(_ONE, one).replace(_OTHER, other)


class PairPages:
    """The URLs of the pages about pairs of places of a kind. With filters, of the lists of their joint initiatives."""

    def __init__(self, params: QueryDict, side: PlaceKind, state: IndexState):
        self._lists, self._has_filters = PairLinks(params, side), bool(params)
        self._records = state.index(side.collection).records
        self._pattern = reverse("together", args=["/".join(_PLACEHOLDERS)])

    def of(self, one: int, other: int) -> str:
        """The page about two places, by key. For the same key twice, the list of the initiatives of the place."""
        place, partner = self._records[one], self._records[other]
        if self._has_filters or one == other:
            return self._lists.of(place.slug, partner.slug)
        first, second = sorted((segment(place), segment(partner)))
        return self._pattern.replace(_ONE, first).replace(_OTHER, second)


class _PairCache(LRUCache):
    # All pairs of 300 cities are 25,000 numbers and take two megabytes.
    MAX_SIZE = 6


def pair_counts(state: IndexState, side: PlaceKind, keys: BitMap) -> "PairCounts":
    """The pairs among the initiatives `keys`, cached until these or their places change."""
    inputs = (state.facet(INITIATIVES, side.name), state.published(side.collection))
    cache = state.memoize(("pairs", side.name), inputs, _PairCache)
    key = digest(keys)
    counts = cache.get(key)
    if counts is None:
        counts = PairCounts.count(state, side, keys)
        cache.put(key, counts)
    return counts


@dataclass(frozen=True)
class PairCounts:
    """The number of initiatives per place and per pair of places, by key. Only published places count.

    `joint_counts` counts the initiatives of a place that another place shares; places without any are left out.
    `total_counts` counts all initiatives of every place that has any. Both are ordered by slug.
    """

    joint_counts: dict[int, int]
    total_counts: dict[int, int]
    # Nested by the larger key, then the smaller, which takes half the memory of a tuple per pair.
    _counts_by_pair: dict[int, dict[int, int]]

    @classmethod
    def count(cls, state: IndexState, side: PlaceKind, keys: BitMap) -> "PairCounts":
        by_place = state.facet(INITIATIVES, side.name)
        records = state.index(side.collection).records
        places = sorted(state.published(side.collection), key=lambda place: records[place].slug)
        all_keys = {place: own for place in places if (own := by_place.get(place, _NONE) & keys)}
        shared = keys_with_pairs(state, side)
        joint_keys = {place: joint for place, own in all_keys.items() if (joint := own & shared)}
        sizes = {place: len(own) for place, own in joint_keys.items()}
        by_pair: dict[int, dict[int, int]] = {place: {} for place in joint_keys}
        for lesser, greater, count in _intersections(joint_keys):
            by_pair[greater][lesser] = count
        totals = {place: len(own) for place, own in all_keys.items()}
        return cls(sizes, totals, by_pair)

    def of(self, one: int, other: int) -> int:
        """The number of joint initiatives of two places. For the same place twice, the number of its initiatives."""
        if one == other:
            return self.total_counts.get(one, 0)
        return self._counts_by_pair.get(max(one, other), {}).get(min(one, other), 0)

    def __iter__(self):
        """Every pair with joint initiatives, once, as (one, other, count)."""
        for greater, others in self._counts_by_pair.items():
            for lesser, count in others.items():
                yield lesser, greater, count

    def __len__(self):
        return sum(map(len, self._counts_by_pair.values()))

    def largest(self, most: int | None = None) -> list[int]:
        """The places with the most joint initiatives, in that order. Equal ones are sorted by slug."""
        return sorted(self.joint_counts, key=lambda key: -self.joint_counts[key])[:most]


def _intersections(keys_by_place: dict[int, BitMap]) -> Iterator[tuple[int, int, int]]:
    """The places that have a key in common, the lesser place first, with the number of these keys."""
    # The smaller set comes first, because its empty intersections are found fastest.
    for one, other in combinations(sorted(keys_by_place, key=lambda place: len(keys_by_place[place])), 2):
        if count := keys_by_place[one].intersection_cardinality(keys_by_place[other]):
            yield min(one, other), max(one, other), count


def keys_with_pairs(state: IndexState, side: PlaceKind) -> BitMap:
    """The initiatives with more than one published place."""
    by_place, published = state.facet(INITIATIVES, side.name), state.published(side.collection)

    def compute() -> BitMap:
        once, several = BitMap(), BitMap()
        for key in published:
            if own := by_place.get(key):
                several |= once & own
                once |= own
        return several

    return state.memoize(("joint keys", side.name), (by_place, published), compute)


class Directions:
    """The knowledge flow between two places in the initiatives `keys`. Lead and partner learn from a reference."""

    def __init__(self, state: IndexState, side: PlaceKind, keys: BitMap):
        self._state, self._side, self._keys = state, side, keys
        self._cache: dict[int, tuple[BitMap, BitMap]] = {}

    def shares(self, one: int, other: int) -> int:
        """The number of initiatives in which `one` shares with `other`."""
        (references, _others), (_references, learners) = self._role_keys(one), self._role_keys(other)
        return references.intersection_cardinality(learners)

    def learns(self, one: int, other: int) -> int:
        """The number of initiatives in which `one` learns from `other`."""
        return self.shares(other, one)

    @cached_property
    def _facets(self) -> list[Values]:
        # Looked up on demand, because a map from the cache does not need them.
        return [self._state.facet(INITIATIVES, self._side.role_facet(role)) for role in _ROLES]

    def _role_keys(self, place: int) -> tuple[BitMap, BitMap]:
        """The initiatives of a place as a reference, and its initiatives as a lead or partner."""
        if place not in self._cache:
            references, leads, partners = (facet.get(place, _NONE) & self._keys for facet in self._facets)
            self._cache[place] = references, leads | partners
        return self._cache[place]


_ROLES = (CityRole.REFERENCE, CityRole.LEAD, CityRole.PARTNER)
