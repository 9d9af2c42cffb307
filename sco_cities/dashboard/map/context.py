"""A map as templates show it: made once for each filter and language, while what it shows stays the same."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import ngettext_lazy

from delegates.columns import DELEGATES, EVENTS, ORGANISATIONS
from initiatives.columns import INITIATIVES
from sco_cities.cities.columns import CITIES, COUNTRIES
from sco_cities.facet_index.state import IndexState
from sco_cities.i18n.numbers import GroupedInt
from sco_cities.listings.list_query import ListQuery
from sco_cities.themes.models import Pillar

from .layout import MapLayout, layout_cache, map_layout
from .network import Network, NetworkCounts
from .scope import PILLAR, ListMapScope, MapScope
from .svg import SvgMarks
from .viewport import WIDTH

# The lists that have a map besides that of initiatives.
MAPPED_LISTS = {
    listing.collection: listing for listing in (CITIES, COUNTRIES, DELEGATES, ORGANISATIONS, EVENTS)
}
# So long a query string may a map have that is kept for those who ask for it again.
MAX_CACHED_QUERY = 500
# What the discs say, by what they count.
SIZES = {
    "initiatives": ngettext_lazy(
        "%(count)s city. A larger circle means more initiatives.",
        "%(count)s cities. A larger circle means more initiatives.",
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


@dataclass(frozen=True)
class PillarLink:
    """A pillar in the legend: what it is called, in how many initiatives, and where only these are mapped.

    The legend of a list of other records has no numbers, and no `address` where the list has no filter by pillar.
    """

    value: str
    label: str
    count: int | None
    address: str
    is_here: bool


@dataclass(frozen=True)
class MapContext:
    """What of a drawing a page holds, as texts: nothing of it looks at the database or the index any more."""

    width: int
    height: int
    graticule: str
    land: str
    arcs: str
    discs: str
    names: list[tuple[str, str]]
    city_rows: str
    tie_rows: str
    # What is counted, whether cities share and learn in it, what discs say, and what is not on the map, or "".
    counted: str
    have_parts: bool
    sizes: str
    elsewhere: str
    ties: int
    drawn: int
    # The initiatives by pillar, whichever is asked for, on a map of their list.
    pillars: dict[str, int]
    # The query string of the map's page for each pillar, and for none.
    by_pillar: dict[str, str]
    # The addresses of the page that shows the same, or "", and of its numbers.
    page: str
    csv: str

    @classmethod
    def of(cls, made: MapLayout, selection: ListQuery) -> "MapContext":
        """What a page shows of the map of a list."""
        marks, scope, numbers = SvgMarks(made), made.scope, made.numbers
        listing, name = scope.listing, selection.listing.collection
        has_page = name == INITIATIVES.collection
        csv = reverse("map-csv") if has_page else reverse("map-csv-of-list", args=[name])
        elsewhere = numbers.elsewhere and listing.counted % {"count": GroupedInt(numbers.elsewhere)}
        return cls(
            width=WIDTH,
            height=made.sheet.height,
            graticule=made.graticule,
            land=made.land,
            arcs=marks.arcs,
            discs=marks.discs,
            names=marks.names,
            city_rows=marks.city_rows,
            tie_rows=marks.tie_rows,
            counted=str(listing.title),
            have_parts=numbers.have_parts,
            sizes=SIZES[listing.collection] % {"count": GroupedInt(len(made.discs))},
            elsewhere=elsewhere or "",
            ties=len(numbers.all),
            drawn=len(made.arcs),
            pillars=numbers.by_pillar() if has_page else {},
            by_pillar={pillar: scope.query_of_pillar(pillar) for pillar in ("", *Pillar.values)},
            page=reverse("map") + scope.query if has_page else "",
            csv=csv + MapScope(selection).query,
        )

    def legend(self, chosen: list[str], address: Callable[[str], str] | None = None) -> list[PillarLink]:
        """The pillars, with their links: to the map's page, or where `address` says."""
        if not self.ties:
            return []
        links = []
        for pillar in Pillar:
            is_here = chosen == [pillar.value]
            wanted = "" if is_here else pillar.value
            to = address(wanted) if address else reverse("map") + self.by_pillar[wanted]
            count = self.pillars.get(pillar.value)
            links.append(PillarLink(pillar.value, pillar.label, count, to, is_here))
        return links


def city_counts(selection: ListQuery) -> Network | NetworkCounts:
    """What the map of a list counts."""
    match selection.listing.collection:
        case "initiatives":
            return Network(MapScope(selection))
        case "cities":
            return Network(MapScope.of_cities(selection))
        case "countries":
            return Network(MapScope.of_countries(selection))
    return NetworkCounts(ListMapScope(selection))


def map_context(selection: ListQuery) -> MapContext | None:
    """The map of a list; None where there is nothing to show, or no index to count by."""
    if selection.errors or selection.state is None or not selection.found.count():
        return None
    asked = tuple((name, *values) for name, _item, values in selection.active)
    numbers = city_counts(selection)

    def make() -> MapContext | None:
        made = map_layout(numbers)
        return made and MapContext.of(made, selection)

    # Each of hundreds of links repeats the filters: of very many, a map takes megabytes.
    if len(numbers.scope.query) > MAX_CACHED_QUERY:
        return make()
    return layout_cache(numbers.scope, (selection.listing.collection, asked), make)


def selected_pillars(selection: ListQuery) -> list[str]:
    """The pillars that a list asks for."""
    return selection.values_of(PILLAR)


def initiatives(state: IndexState, query: str) -> ListQuery:
    """The list of initiatives that a query string asks for."""
    return ListQuery(INITIATIVES, state, QueryDict(query))
