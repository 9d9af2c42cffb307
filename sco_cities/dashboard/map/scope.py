"""The scope of a map, with the records of a list and the URLs of the lists that the map links to.

A linked list has the filters of the mapped list. Each number on the map equals the number of records in the linked
list.
"""

from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from pyroaring import BitMap

from initiatives.columns import INITIATIVES
from sco_cities.cities.columns import CITIES
from sco_cities.dashboard import cooccurrence
from sco_cities.facet_index.pk_bitmaps import digest
from sco_cities.facet_index.state import IndexState
from sco_cities.listings import querystring
from sco_cities.listings.fields import SelectedValues
from sco_cities.listings.list_query import ListQuery
from sco_cities.listings.listing import Listing
from sco_cities.listings.record_filters import split

PILLAR = "pillar"
# Filters with the same meaning in the lists of cities and of initiatives.
SHARED_FILTERS = ("theme", PILLAR)


@dataclass(frozen=True)
class MapScope:
    """The initiatives of a list. `only_cities` restricts the map to cities with these keys."""

    list_query: ListQuery
    only_cities: BitMap | None = None

    @classmethod
    def of_cities(cls, cities: ListQuery) -> "MapScope":
        """Returns the cities of a list, and their joint initiatives on the themes in the filters of the list."""
        shared = [
            (name, value)
            for name, _item, values in cities.active_filters
            if name in SHARED_FILTERS
            for value in values
        ]
        initiatives = ListQuery(INITIATIVES, cities.state, QueryDict(urlencode(shared)))
        return cls(initiatives, cities.result_set.keys)

    @classmethod
    def of_countries(cls, countries: ListQuery) -> "MapScope":
        """Returns the cities in the countries of a list, and their joint initiatives."""
        state, country_keys = countries.state, countries.result_set.keys
        by_country = state.facet(CITIES.collection, "country")
        cities = BitMap.union(
            BitMap(), *(keys for country, keys in by_country.items() if country in country_keys)
        )
        initiatives = ListQuery(INITIATIVES, state, QueryDict())
        return cls(initiatives, cities & state.published(CITIES.collection))

    @property
    def state(self) -> IndexState:
        return self.list_query.state

    @property
    def listing(self) -> Listing:
        """The list to which the map links."""
        return self.list_query.listing

    @property
    def keys(self) -> BitMap:
        """The keys of the list's records."""
        return self.list_query.result_set.keys

    @cached_property
    def keys_without_pillar(self) -> BitMap:
        """The keys of the records that match all filters except the pillar filter."""
        return self.list_query.result_set.keys_without(PILLAR)

    @property
    def record_digests(self) -> tuple[bytes, ...]:
        """A cache key, with a digest of each set of records that the map counts."""
        counted = [self.keys]
        if self.keys_without_pillar is not self.keys:
            counted.append(self.keys_without_pillar)
        if self.only_cities is not None:
            counted.append(self.only_cities)
        return tuple(map(digest, counted))

    @property
    def cache_inputs(self) -> tuple:
        """The data besides the list's records that affects a map. A change to this data invalidates the cache."""
        state = self.state
        return (
            state.index("cities").records,
            state.published("cities"),
            # A filter by country selects the cities of the country.
            state.index("countries").records,
            state.dimension("initiatives", "cities"),
            # This is only the version of the roles, because loading the roles for a comparison would be slow.
            state.index("initiatives").lazy_changes["roles"],
            state.facet("initiatives", "pillar"),
        )

    @cached_property
    def centres(self) -> set[int]:
        """The keys of the cities, or of the cities in the countries, in the filters. The map shows only their edges."""
        if cities := self._filtered_keys(cooccurrence.CITY.name):
            return cities
        countries = self._filtered_keys(cooccurrence.COUNTRY.name)
        records = self.state.index("cities").records
        return {key for key, city in records.items() if city.country_id in countries} if countries else set()

    def _filtered_keys(self, name: str) -> set[int]:
        """Returns the keys of the records selected in the filter `name`."""
        slugs = self.list_query.result_set.filter_values.get(name, SelectedValues()).included
        choices = self.list_query.filterset.filters[name].choices
        return {choices.by_slug[slug].pk for value in slugs for slug in split(value)}

    @property
    def query(self) -> str:
        """The filters of the mapped list as a query string."""
        return querystring.without(self._params).removesuffix("?")

    def query_of_pillar(self, pillar: str) -> str:
        """Returns the query string of the same map for another pillar. "" means all pillars."""
        return querystring.replacing(self._params, (PILLAR, pillar)).removesuffix("?")

    def url_of_city(self, slug: str) -> str:
        """Returns the URL of the list of a city's initiatives."""
        return self._pages.list_of(slug, slug)

    def url_of_edge(self, one: int, other: int) -> str:
        """Returns the URL of the page about two cities, or of the list of their joint initiatives if there are filters.

        Pairs on the map of a single city link to pages without filters, because the map contains all their joint
        initiatives.
        """
        has_all = self._only_city in (one, other)
        return (self._unfiltered_pages if has_all else self._pages).of(one, other)

    @cached_property
    def _only_city(self) -> int | None:
        """The key of the city in the filter if the map's only filter is a single city."""
        city = cooccurrence.CITY.name
        is_one = list(self._params) == [city] and len(self._params.getlist(city)) == len(self.centres) == 1
        return next(iter(self.centres)) if is_one else None

    @cached_property
    def _pages(self) -> cooccurrence.PairPages:
        return cooccurrence.PairPages(self._params, cooccurrence.CITY, self.state)

    @cached_property
    def _unfiltered_pages(self) -> cooccurrence.PairPages:
        return cooccurrence.PairPages(QueryDict(), cooccurrence.CITY, self.state)

    @cached_property
    def _params(self) -> QueryDict:
        """The active filters, without the other parameters of the query string."""
        params = QueryDict(mutable=True)
        for name, _item, values in self.list_query.active_filters:
            params.setlist(name, values)
        return params


class ListMapScope(MapScope):
    """A scope without edges, for records that have at most one city each (events, delegates and organisations)."""

    centres = frozenset()

    @property
    def cache_inputs(self):
        state = self.state
        return (
            state.index("cities").records,
            state.published("cities"),
            state.facet(self.listing.collection, cooccurrence.CITY.name),
        )

    def url_of_city(self, slug):
        """Returns the URL of the list for this city, which replaces any filter by city."""
        query = querystring.replacing(self._params, (cooccurrence.CITY.name, slug))
        return reverse(f"{self.listing.collection}-list") + query
