"""The template context of a map, cached by filters and language until the data changes."""

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import get_language, ngettext_lazy

from delegates.columns import DELEGATES, EVENTS, ORGANISATIONS
from initiatives.columns import INITIATIVES
from sco_cities.cities.columns import CITIES, COUNTRIES
from sco_cities.core.lru_cache import LRUCache
from sco_cities.facet_index.state import IndexState
from sco_cities.i18n.numbers import GroupedInt
from sco_cities.listings.list_query import ListQuery

from .layout import Emphasis, MapLayout, map_layout
from .network import MAX_EDGES, Network, NetworkCounts
from .scope import ListMapScope, MapScope
from .svg import SvgMarks
from .viewport import WIDTH, coastline

# The lists with a map, except the list of initiatives.
MAPPED_LISTS = {
    listing.collection: listing for listing in (CITIES, COUNTRIES, DELEGATES, ORGANISATIONS, EVENTS)
}
NO_EMPHASIS = Emphasis()
# Maps with longer query strings are not cached.
MAX_CACHED_QUERY = 500
# Captions for the discs. A map of places also shows cities without initiatives.
_PLACES_NOTE = ngettext_lazy(
    "%(count)s city. A larger circle means more initiatives.",
    "%(count)s cities. A larger circle means more initiatives.",
    "count",
)
DISC_NOTES = {
    "cities": _PLACES_NOTE,
    "countries": _PLACES_NOTE,
    "initiatives": ngettext_lazy(
        "%(count)s city takes part in these initiatives. A larger circle means more initiatives.",
        "%(count)s cities take part in these initiatives. A larger circle means more initiatives.",
        "count",
    ),
    "delegates": ngettext_lazy(
        "%(count)s city. A larger circle means more delegates.",
        "%(count)s cities. A larger circle means more delegates.",
        "count",
    ),
    "organisations": ngettext_lazy(
        "%(count)s city. A larger circle means more organisations.",
        "%(count)s cities. A larger circle means more organisations.",
        "count",
    ),
    "events": ngettext_lazy(
        "%(count)s city. A larger circle means more events.",
        "%(count)s cities. A larger circle means more events.",
        "count",
    ),
}


class MapContext:
    """The texts and HTML of the map of a list. A template renders it without access to the database and the index."""

    def __init__(self, layout: MapLayout, list_query: ListQuery):
        marks, numbers = SvgMarks(layout), layout.numbers
        scope = numbers.scope
        listing, name = scope.listing, list_query.listing.collection
        has_page = name == INITIATIVES.collection
        csv = reverse("map-csv") if has_page else reverse("map-csv-of-list", args=[name])
        self.width, self.height, self.land = WIDTH, layout.viewport.height, coastline(layout.viewport)
        self.arcs, self.discs, self.names, self.key = marks.arcs, marks.discs, marks.names, marks.key
        self.city_rows, self.edge_rows = marks.city_rows, marks.edge_rows
        self.list_title = str(listing.title)
        # True if cities have roles in the listed records, such as sharing or learning.
        self.has_roles = numbers.has_roles
        # The caption of the discs.
        self.disc_note = DISC_NOTES[name] % {"count": GroupedInt(len(layout.discs))}
        # The number of records that are not on the map. "" if all records are on the map.
        count = numbers.unmapped
        self.unmapped = listing.count_label % {"count": GroupedInt(count)} if count else ""
        # The numbers of all edges, of default edges, of edges on this map, and of rows in the table of edges.
        self.edge_count, self.frequent_edge_count = len(numbers.edges), len(numbers.frequent_edges)
        self.drawn_edge_count = len(layout.arcs)
        self.table_edge_count = min(self.edge_count, MAX_EDGES)
        # True if any edge on this map has an arrowhead.
        self.has_directions = layout.has_directions
        # The number of initiatives by pillar, regardless of the pillar filter. Set only for maps of initiatives.
        self.pillars = numbers.by_pillar() if has_page else {}
        # The URL of the page with the same map ("" if there is no such page), and the URL of the CSV file.
        self.page = reverse("map") + scope.query if has_page else ""
        self.csv = csv + MapScope(list_query).query


def city_counts(list_query: ListQuery) -> Network:
    """Returns the numbers of records and edges for the map of a list."""
    match list_query.listing.collection:
        case "initiatives":
            return Network(MapScope(list_query))
        case "cities":
            return Network(MapScope.of_cities(list_query))
        case "countries":
            return Network(MapScope.of_countries(list_query))
    return NetworkCounts(ListMapScope(list_query))


def map_context(list_query: ListQuery, emphasis: Emphasis = NO_EMPHASIS) -> MapContext | None:
    """Returns the context for the map of a list. Returns None if the list is empty."""
    if list_query.errors or not list_query.result_set.count():
        return None
    numbers = city_counts(list_query)
    scope = numbers.scope
    filters = tuple((name, *values) for name, _item, values in list_query.active_filters)
    # Most changes, such as a corrected summary, do not affect maps.
    cache = scope.state.memoize(("maps", scope.listing.collection), scope.cache_inputs, LRUCache)
    key = get_language(), scope.record_digests, list_query.listing.collection, filters, emphasis
    context = cache.get(key)
    if context is None:
        layout = map_layout(numbers, emphasis)
        context = layout and MapContext(layout, list_query)
        # A map with very many filters takes megabytes, because hundreds of links contain the filters.
        if len(scope.query) <= MAX_CACHED_QUERY:
            cache.put(key, context)
    return context


def initiative_list(state: IndexState, query: str) -> ListQuery:
    """Returns the list query for initiatives with this query string."""
    return ListQuery(INITIATIVES, state, QueryDict(query))
