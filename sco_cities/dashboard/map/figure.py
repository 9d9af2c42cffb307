"""The figure of a map on a page: the map, which is cached, and what depends on the query string of the page."""

from django.http import QueryDict
from django.utils.translation import gettext as _

from sco_cities.core.user_input import shortened
from sco_cities.listings import querystring
from sco_cities.listings.list_query import ListQuery

from .context import MapContext, PillarLink, city_counts, map_context
from .focus import CityPanel, find_city
from .layout import Emphasis
from .network import MAX_EDGES, Network, NetworkCounts
from .scope import PILLAR

# The parameters of a map besides the filters of its list: the selected city, and whether all connections are drawn.
FOCUS, TIES = "focus", "ties"
ALL_TIES = "all"


class MapFigure:
    """The map of the list of `list_query` on a page with the path `path` and the query `params`.

    `filters_page`: whether the filters of the page are those of the list, so that the legend can filter the page.
    Wrong values of FOCUS and TIES are no errors here: `message` says that a city is not on the map.
    """

    def __init__(self, list_query: ListQuery, path: str, params: QueryDict, *, filters_page: bool = True):
        self._list_query, self._path, self._params, self._filters_page = (
            list_query,
            path,
            params,
            filters_page,
        )
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
                self.panel = CityPanel.of(numbers, city)
        # None if it would be empty.
        self.map: MapContext | None = map_context(list_query, Emphasis(city, self.has_all_ties))

    @property
    def wanted_edge_count(self) -> int:
        """The number of connections that would be drawn if there were room for any number."""
        if self.panel or self.has_all_ties:
            return self.map.drawn_edge_count if self.panel else self.map.edge_count
        return self.map.frequent_edge_count

    @property
    def offers_all_ties(self) -> bool:
        """Whether the map draws more connections if a reader asks for all."""
        return not self.panel and self.map.frequent_edge_count < min(self.map.edge_count, MAX_EDGES)

    @property
    def ties_url(self) -> str:
        """The URL of the page with all connections, or with the usual ones if all are drawn."""
        return self._url((TIES, "" if self.has_all_ties else ALL_TIES))

    @property
    def unfocused_url(self) -> str:
        """The URL of the page without a selected city."""
        return self._url((FOCUS, ""))

    @property
    def hidden_fields(self) -> list[tuple[str, str]]:
        """The parameters of the page that the form for finding a city keeps."""
        return [
            (name, value)
            for name in self._params
            if name not in (FOCUS, "page")
            for value in querystring.values(self._params, name)
        ]

    @property
    def legend(self) -> list[PillarLink]:
        """The pillars, each with a link that filters this page by it, or else with one to the map page."""
        if not self._filters_page:
            return self.map.legend(self._pillars)
        has_filter = PILLAR in self._list_query.filterset.filters
        return self.map.legend(
            self._pillars, lambda pillar: self._url((PILLAR, pillar)) if has_filter else ""
        )

    @property
    def pillar(self) -> str:
        """The pillar that the list is filtered by, which gives connections their colour; "" for none or several."""
        return "".join(self._pillars) if len(self._pillars) == 1 else ""

    @property
    def _pillars(self) -> list[str]:
        return self._list_query.values_of(PILLAR)

    def _url(self, *changes: tuple[str, str]) -> str:
        return self._path + querystring.replacing(self._params, *changes).removesuffix("?")


def _absence(numbers: Network | NetworkCounts, place: str) -> str:
    """The sentence for a place that is not on a map."""
    if not numbers.has_roles:
        return _("Nothing in %(place)s on this map.") % {"place": place}
    if numbers.scope.query or numbers.scope.only_cities is not None:
        return _("No initiatives in %(place)s on this map.") % {"place": place}
    return _("No initiatives in %(place)s.") % {"place": place}
