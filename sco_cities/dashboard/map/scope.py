"""What a map is of: the records that a list finds, and the lists that its marks lead to.

A mark's number is the number of its list, whatever filters the list has already.
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

PILLAR = "pillar"
# What the lists of cities and of initiatives mean alike.
OF_BOTH = ("theme", PILLAR)


@dataclass(frozen=True)
class MapScope:
    """The initiatives of a selection; with `only`, on a map of these cities."""

    selection: ListQuery
    only: BitMap | None = None

    @classmethod
    def of_cities(cls, cities: ListQuery) -> "MapScope":
        """The cities of a list of them, and what they do together on the themes that the list asks for."""
        shared = [
            (name, value) for name, _item, values in cities.active if name in OF_BOTH for value in values
        ]
        asked = ListQuery(INITIATIVES, cities.state, QueryDict(urlencode(shared)))
        return cls(asked, cities.found.keys)

    @classmethod
    def of_countries(cls, countries: ListQuery) -> "MapScope":
        """The cities of the countries of a list, and what they do together."""
        state, known = countries.state, countries.found.keys
        having = state.facet(CITIES.collection, "country")
        cities = BitMap.union(BitMap(), *(of for country, of in having.items() if country in known))
        asked = ListQuery(INITIATIVES, state, QueryDict())
        return cls(asked, cities & state.published(CITIES.collection))

    @property
    def state(self) -> IndexState:
        return self.selection.state

    @property
    def listing(self) -> Listing:
        """The list that marks lead to."""
        return self.selection.listing

    @property
    def found(self) -> BitMap:
        """The keys of the records."""
        return self.selection.found.keys

    @cached_property
    def without_pillar(self) -> BitMap:
        """What all filters but the one by pillar find."""
        return self.selection.found.without(PILLAR)

    @property
    def records(self) -> tuple[bytes, ...]:
        """What stands for all records that the map counts and shows: of the same ones it is the same."""
        counted = [self.found]
        if self.without_pillar is not self.found:
            counted.append(self.without_pillar)
        if self.only is not None:
            counted.append(self.only)
        return tuple(map(digest, counted))

    @property
    def looked_at(self) -> tuple:
        """What a map looks at, besides the records that are found."""
        state = self.state
        return (
            state.index("cities").records,
            state.published("cities"),
            # A filter by country asks for its cities.
            state.index("countries").records,
            state.axis("initiatives", "cities"),
            # Not the roles themselves: they would be read only to see that they are as they were.
            state.index("initiatives").lazy["roles"],
            state.facet("initiatives", "pillar"),
        )

    @cached_property
    def centres(self) -> set[int]:
        """The cities, by key, that the list asks for, or whose countries: their map has their own ties alone."""
        if cities := self._asked(cooccurrence.CITY.name):
            return cities
        countries = self._asked(cooccurrence.COUNTRY.name)
        records = self.state.index("cities").records
        return {key for key, city in records.items() if city.country_id in countries} if countries else set()

    def _asked(self, name: str) -> set[int]:
        """The keys of the records that a filter asks for."""
        wanted = self.selection.found.asked.get(name, SelectedValues()).wanted
        offered = self.selection.filterset.filters[name].offered
        return {offered.by_slug[slug].pk for slug in wanted}

    @property
    def query(self) -> str:
        """The query string of the list that is mapped."""
        return querystring.without(self._params).removesuffix("?")

    def query_of_pillar(self, pillar: str) -> str:
        """The query string of the same map of another pillar; of all, where `pillar` is ""."""
        return querystring.replacing(self._params, (PILLAR, pillar)).removesuffix("?")

    def address_of_city(self, slug: str) -> str:
        """The list of the initiatives of a city."""
        return self._lists.of(slug, slug)

    def address_of_tie(self, one: str, other: str) -> str:
        """The list of the initiatives in which both take part."""
        return self._lists.of(one, other)

    @cached_property
    def _params(self) -> QueryDict:
        """The filters that are asked for, and nothing else of the query string."""
        params = QueryDict(mutable=True)
        for name, _item, values in self.selection.active:
            params.setlist(name, values)
        return params

    @cached_property
    def _lists(self) -> cooccurrence.PairLinks:
        return cooccurrence.PairLinks(self._params, cooccurrence.CITY)


class ListMapScope(MapScope):
    """The records of a list of another kind, each of which is in one city: events, delegates, organisations."""

    @property
    def looked_at(self):
        state = self.state
        return (
            state.index("cities").records,
            state.published("cities"),
            state.facet(self.listing.collection, cooccurrence.CITY.name),
        )

    def address_of_city(self, slug):
        """The same list of one city; as its records have no other, whatever cities it asks for."""
        query = querystring.replacing(self._params, (cooccurrence.CITY.name, slug))
        return reverse(f"{self.listing.collection}-list") + query
