"""The map on a page, which consists of a cached map and parts that depend on the query string."""

from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from initiatives.related_stats import LinkedCount
from sco_cities.cities.columns import CITIES
from sco_cities.cities.models import City
from sco_cities.core.exceptions import shortened
from sco_cities.dashboard.charts.scope import ChartScope, by_pillar, by_status
from sco_cities.dashboard.cooccurrence import CITY
from sco_cities.facet_index.state import IndexState
from sco_cities.listings import querystring
from sco_cities.listings.filter_options import labels
from sco_cities.listings.list_query import ListQuery
from sco_cities.themes.models import Pillar

from .context import MapContext, city_counts, map_context
from .layout import Emphasis
from .network import MAX_EDGES, Network
from .scope import PILLAR, MapScope

# Maximum number of partner cities, and maximum number of topics, in the panel.
MAX_ROWS = 3


@dataclass(frozen=True)
class PillarLink:
    """A pillar in the legend, with its number of initiatives and the URL of the map filtered by the pillar.

    `count` is None if the map does not count initiatives. `url` is "" if the list has no filter by pillar.
    """

    value: str
    label: str
    count: int | None
    url: str
    is_current: bool


class CityPanel:
    """The panel of the selected city below the map's filters. Each number equals the count of the linked list.

    `counted` is the heading and `url` the URL of the list of the city's records. `statuses`, `partners` and `topics`
    are set only on maps of initiatives.
    """

    def __init__(self, numbers: Network, key: int):
        scope, state = numbers.scope, numbers.state
        names = labels(state, CITY.collection)
        self.city, self.name = state.index(CITY.collection).records[key], names[key]
        self.url = scope.url_of_city(self.city.slug)
        params = QueryDict(self.url.partition("?")[2])
        # The heading names the filters, because filters reduce the number.
        self.counted = ListQuery(scope.listing, state, params).heading
        if not numbers.has_roles or not numbers.cities[key]:
            return
        keys = scope.keys & state.facet(scope.listing.collection, CITY.name)[key]
        chart = ChartScope(state, keys, params)
        topics = [theme for _pillar, themes in by_pillar(chart) for theme in themes if theme.count]
        self.statuses = [mark for mark in by_status(chart) if mark.count]
        self.partners = [
            (names[other], LinkedCount(joint, scope.url_of_edge(key, other)))
            for other, joint in islice(numbers.partners(key).items(), MAX_ROWS)
        ]
        self.topics = sorted(topics, key=lambda mark: -mark.count)[:MAX_ROWS]


def find_city(state: IndexState, cities: dict[int, int], text: str) -> tuple[int | None, str]:
    """Returns the key and the name of the city with `text` as its slug or its name in any script.

    If several cities match, the first match in `cities` is used. The key is None if `cities` does not contain the city.
    If no city matches, the name is `text`.
    """
    records, names = state.index(CITY.collection).records, labels(state, CITY.collection)
    matches = _cities_named(state, text)
    for key in cities:
        if key in matches:
            return key, names[key]
    return None, next((names[key] for key in sorted(matches) if key in records), text)


def _cities_named(state: IndexState, text: str) -> set[int]:
    """Returns the published cities with this slug or exact name, or otherwise the cities found by a search."""
    records, published = state.index(CITY.collection).records, state.published(CITY.collection)
    wanted = text.casefold()
    for values in (lambda city: {city.slug}, _names):
        if exact := {key for key in published if wanted in values(records[key])}:
            return exact
    list_query = ListQuery(CITIES, state, QueryDict(urlencode({"q": text})))
    return set() if list_query.errors else set(list_query.result_set.keys)


def _names(city: City) -> set[str]:
    return {name.casefold() for name in (city.name_en, city.name_ru, city.name_zh) if name}


# Parameters of maps that lists do not have (the selected city, and the option to draw all connections).
FOCUS, TIES = "focus", "ties"
ALL_TIES = "all"


class MapFigure:
    """The map of `list_query` on the page with this path and these query parameters.

    If `filters_page` is true, the page has the filters of the list, so the legend can filter the page. Invalid values
    of FOCUS and TIES are ignored. If the selected city is not on the map, `message` contains an explanation.
    """

    def __init__(self, list_query: ListQuery, path: str, params: QueryDict, *, filters_page: bool = True):
        self._list_query, self._path, self._params = list_query, path, params
        self._filters_page = filters_page
        self.has_all_ties = querystring.values(params, TIES) == [ALL_TIES]
        self.focus_text = "".join(querystring.values(params, FOCUS)[-1:])
        self.panel: CityPanel | None = None
        self.message = ""
        city = None
        if self.focus_text and not list_query.errors:
            numbers = city_counts(list_query)
            city, name = find_city(list_query.state, numbers.cities, self.focus_text)
            if city is None:
                self.message = _absence(numbers, shortened(name))
            else:
                self.panel = CityPanel(numbers, city)
        # None if the map would be empty.
        self.map: MapContext | None = map_context(list_query, Emphasis(city, self.has_all_ties))

    @property
    def wanted_edge_count(self) -> int:
        """The number of connections that would be drawn without a limit."""
        if self.panel or self.has_all_ties:
            return self.map.drawn_edge_count if self.panel else self.map.edge_count
        return self.map.frequent_edge_count

    @property
    def offers_all_ties(self) -> bool:
        """True if the map can draw more connections than it does by default."""
        return not self.panel and self.map.frequent_edge_count < min(self.map.edge_count, MAX_EDGES)

    @property
    def ties_url(self) -> str:
        """The URL of the page with all connections, or with the default connections if all are already drawn."""
        return self._url((TIES, "" if self.has_all_ties else ALL_TIES))

    @property
    def unfocused_url(self) -> str:
        """The URL of the page without a selected city."""
        return self._url((FOCUS, ""))

    @property
    def hidden_fields(self) -> list[tuple[str, str]]:
        """The page's other parameters, which the form for finding a city submits as hidden fields."""
        return [
            (name, value)
            for name in self._params
            if name not in (FOCUS, "page")
            for value in querystring.values(self._params, name)
        ]

    @cached_property
    def legend(self) -> list[PillarLink]:
        """The pillars. Each pillar has a link that filters this page, or the map page if `filters_page` is false."""
        chosen, links = self._list_query.values_of(PILLAR), []
        for pillar in Pillar:
            is_here = chosen == [pillar.value]
            url, count = (
                self._url_of_pillar("" if is_here else pillar.value),
                self.map.pillars.get(pillar.value),
            )
            links.append(PillarLink(pillar.value, pillar.label, count, url, is_here))
        return links

    def _url_of_pillar(self, pillar: str) -> str:
        """Returns the URL of the map filtered by this pillar, or of the map without this filter if `pillar` is ""."""
        if not self._filters_page:
            return reverse("map") + MapScope(self._list_query).query_of_pillar(pillar)
        has_filter = PILLAR in self._list_query.filterset.filters
        return self._url((PILLAR, pillar)) if has_filter else ""

    def _url(self, *changes: tuple[str, str]) -> str:
        return self._path + querystring.replacing(self._params, *changes).removesuffix("?")


def _absence(numbers: Network, place: str) -> str:
    """Returns the message that a place is not on the map."""
    if not numbers.has_roles:
        return _("Nothing in %(place)s on this map.") % {"place": place}
    if numbers.scope.query or numbers.scope.only_cities is not None:
        return _("No initiatives in %(place)s on this map.") % {"place": place}
    return _("No initiatives in %(place)s.") % {"place": place}
