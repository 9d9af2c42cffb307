"""Counts the joint initiatives of two cities or two countries (co-occurrence).

Pairs are counted by intersecting bitmaps of the facet index. Counting all pairs of 300 cities among 100,000 initiatives
takes 20 ms.
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
from sco_cities.cities.models import segment
from sco_cities.core.lru_cache import LRUCache
from sco_cities.facet_index.dimensions import Values
from sco_cities.facet_index.facets import AttributeFacet, Facet, RoleFacet
from sco_cities.facet_index.pk_bitmaps import digest
from sco_cities.facet_index.state import IndexState
from sco_cities.listings import querystring
from sco_cities.listings.fields import divide
from sco_cities.listings.record_filters import AND, split

INITIATIVES = "initiatives"
_NONE = BitMap()


@dataclass(frozen=True)
class PlaceKind:
    """The kind of places in a pair. `name` is the filter and facet in the list of initiatives.

    `key` is the field that identifies a place in CSV files, as in exports of lists.
    """

    name: str
    collection: str
    key: str = "slug"

    @property
    def other_name(self) -> str:
        """The filter for the second place of a pair."""
        return f"with_{self.name}"

    def role_facet(self, role: CityRole) -> Facet | str:
        """Returns the facet of the places with this role. The roles of a country are the roles of its cities."""
        cities = RoleFacet("roles", role=role.value)
        if self.name == "city":
            return role.value
        return AttributeFacet(cities, "cities", "country_id")


CITY = PlaceKind("city", "cities")
COUNTRY = PlaceKind("country", "countries", "code")
PLACE_KINDS = {side.name: side for side in (CITY, COUNTRY)}


def pair_filter(params: QueryDict, side: PlaceKind, *slugs: str) -> str:
    """Restricts the query `params` to the initiatives where all these places take part."""
    first, second = (divide(querystring.values(params, name)) for name in (side.name, side.other_name))
    included, rest = first[0], list(dict.fromkeys(slugs))
    if not included:
        included = [rest.pop(0)]
    elif len(included) == 1:
        # Skips places that `params` already requires.
        rest = [slug for slug in rest if slug not in split(included[0])]
    together = [AND.join(dict.fromkeys([*split(value), *rest])) for value in second[0] or [""]]
    values = [(side.name, value) for value in [*included, *first[1]]]
    values += [(side.other_name, value) for value in [*together, *second[1]] if value]
    return querystring.replacing(params, (side.name, ""), (side.other_name, ""), *values)


# Placeholders for slugs in a URL pattern. These private-use characters do not occur in filter values.
_PLACEHOLDERS = "\ue000", "\ue001"
_ONE, _OTHER = map(quote, _PLACEHOLDERS)


class PairPages:
    """The URLs of pages about pairs of places or, if there are filters, of lists of their joint initiatives."""

    def __init__(self, params: QueryDict, side: PlaceKind, state: IndexState):
        path = reverse(f"{INITIATIVES}-list")
        # Slugs are inserted into a URL pattern. On a page with thousands of links, building each query string would
        # take longer than all other work. Places that are already filters in `params` need separate patterns.
        self._list_pattern = cache(lambda *slugs: path + pair_filter(params, side, *slugs))
        values = [*params.getlist(side.name), *params.getlist(side.other_name)]
        self._filtered_slugs = {slug for value in values for slug in split(value)}
        self._has_filters = bool(params)
        self._records = state.index(side.collection).records
        self._page_pattern = reverse("together", args=["/".join(_PLACEHOLDERS)])

    def of(self, one: int, other: int) -> str:
        """Returns the URL of the page about two places, or of a place's initiatives if the keys are equal."""
        place, partner = self._records[one], self._records[other]
        if self._has_filters or one == other:
            return self.list_of(place.slug, partner.slug)
        first, second = sorted((segment(place), segment(partner)))
        return self._page_pattern.replace(_ONE, first).replace(_OTHER, second)

    def list_of(self, one: str, other: str) -> str:
        """Returns the URL of the list of joint initiatives, or of all initiatives of a place if the slugs are equal."""
        first, second = _PLACEHOLDERS
        if one in self._filtered_slugs:
            first = one
        if one == other:
            second = first
        elif other in self._filtered_slugs:
            second = other
        return self._list_pattern(first, second).replace(_ONE, one).replace(_OTHER, other)


class _PairCache(LRUCache):
    # The cache is small, because the pairs of 300 cities take two megabytes.
    MAX_SIZE = 6


def pair_counts(state: IndexState, side: PlaceKind, keys: BitMap) -> "PairCounts":
    """Returns the pairs in the initiatives `keys`, cached until the initiatives or their places change."""
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
    """The number of initiatives per published place and per pair of published places, by key.

    `joint_counts` counts the initiatives that a place shares with another place. `total_counts` counts all initiatives
    of a place. Both mappings omit places without initiatives, and are ordered by slug.
    """

    joint_counts: dict[int, int]
    total_counts: dict[int, int]
    # A nested dictionary, keyed by the larger and then by the smaller primary key. A dictionary keyed by tuples would
    # take twice as much memory.
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
        """Returns the number of joint initiatives, or of all initiatives of a place if the keys are equal."""
        if one == other:
            return self.total_counts.get(one, 0)
        return self._counts_by_pair.get(max(one, other), {}).get(min(one, other), 0)

    def __iter__(self):
        """Yields each pair with joint initiatives once, as (one, other, count)."""
        for greater, others in self._counts_by_pair.items():
            for lesser, count in others.items():
                yield lesser, greater, count

    def largest(self, most: int | None = None) -> list[int]:
        """Returns the places with the most joint initiatives, largest number first, then by slug."""
        return sorted(self.joint_counts, key=lambda key: -self.joint_counts[key])[:most]


def _intersections(keys_by_place: dict[int, BitMap]) -> Iterator[tuple[int, int, int]]:
    """Yields (one, other, number of common keys) for places with common keys, where `one` < `other`."""
    # Empty intersections are found fastest if the place with fewer keys is first.
    for one, other in combinations(sorted(keys_by_place, key=lambda place: len(keys_by_place[place])), 2):
        if count := keys_by_place[one].intersection_cardinality(keys_by_place[other]):
            yield min(one, other), max(one, other), count


def keys_with_pairs(state: IndexState, side: PlaceKind) -> BitMap:
    """Returns the initiatives with at least two published places."""
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
    """Counts who learns from whom in the initiatives `keys`. Leads and partners learn from the reference city."""

    def __init__(self, state: IndexState, side: PlaceKind, keys: BitMap):
        self._state, self._side, self._keys = state, side, keys
        self._cache: dict[int, tuple[BitMap, BitMap]] = {}

    def shares(self, one: int, other: int) -> int:
        """Returns the number of initiatives where `one` shares its knowledge with `other`."""
        (references, _others), (_references, learners) = self._role_keys(one), self._role_keys(other)
        return references.intersection_cardinality(learners)

    def learns(self, one: int, other: int) -> int:
        """Returns the number of initiatives where `one` learns from `other`."""
        return self.shares(other, one)

    @cached_property
    def _facets(self) -> list[Values]:
        # The facets are read on demand, because cached maps do not need them.
        return [self._state.facet(INITIATIVES, self._side.role_facet(role)) for role in _ROLES]

    def _role_keys(self, place: int) -> tuple[BitMap, BitMap]:
        """Returns the initiatives where a place is a reference, and the initiatives where it is a lead or partner."""
        if place not in self._cache:
            references, leads, partners = (facet.get(place, _NONE) & self._keys for facet in self._facets)
            self._cache[place] = references, leads | partners
        return self._cache[place]


_ROLES = (CityRole.REFERENCE, CityRole.LEAD, CityRole.PARTNER)
