"""A map as templates show it: made once for each filter and language, while what it shows stays the same."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import ngettext_lazy

from delegates.columns import DELEGATES, EVENTS, ORGANISATIONS
from initiatives.columns import INITIATIVES
from sco_cities.cities.columns import CITIES, COUNTRIES
from sco_cities.facet_index.state import State
from sco_cities.i18n.numbers import Grouped
from sco_cities.listings.list_query import Selection
from sco_cities.themes.models import Pillar

from .layout import Drawing, drawing, remembered
from .network import Counts, Ties
from .scope import PILLAR, Placed, Scope
from .svg import Marks
from .viewport import WIDTH

# The lists that have a map besides that of initiatives.
MAPPED = {listing.collection: listing for listing in (CITIES, COUNTRIES, DELEGATES, ORGANISATIONS, EVENTS)}
# So long a query string may a map have that is kept for those who ask for it again.
LONGEST_REMEMBERED = 500
# What the discs say, by what they count.
SIZES = {
    "initiatives": ngettext_lazy(
        "%(count)s city, as large as the number of its initiatives.",
        "%(count)s cities, each as large as the number of its initiatives.",
        "count",
    ),
    "delegates": ngettext_lazy(
        "%(count)s city, as large as the number of its delegates.",
        "%(count)s cities, each as large as the number of its delegates.",
        "count",
    ),
    "organisations": ngettext_lazy(
        "%(count)s city, as large as the number of its organisations.",
        "%(count)s cities, each as large as the number of its organisations.",
        "count",
    ),
    "events": ngettext_lazy(
        "%(count)s city, as large as the number of events there.",
        "%(count)s cities, each as large as the number of events there.",
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
class Shown:
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
    def of(cls, made: Drawing, selection: Selection) -> "Shown":
        """What a page shows of the map of a list."""
        marks, scope, numbers = Marks(made), made.scope, made.numbers
        listing, name = scope.listing, selection.listing.collection
        has_page = name == INITIATIVES.collection
        csv = reverse("map-csv") if has_page else reverse("map-csv-of-list", args=[name])
        elsewhere = numbers.elsewhere and listing.counted % {"count": Grouped(numbers.elsewhere)}
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
            sizes=SIZES[listing.collection] % {"count": Grouped(len(made.discs))},
            elsewhere=elsewhere or "",
            ties=len(numbers.all),
            drawn=len(made.arcs),
            pillars=numbers.by_pillar() if has_page else {},
            by_pillar={pillar: scope.query_of_pillar(pillar) for pillar in ("", *Pillar.values)},
            page=reverse("map") + scope.query if has_page else "",
            csv=csv + Scope(selection).query,
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


def numbers_of(selection: Selection) -> Ties | Counts:
    """What the map of a list counts."""
    match selection.listing.collection:
        case "initiatives":
            return Ties(Scope(selection))
        case "cities":
            return Ties(Scope.of_cities(selection))
        case "countries":
            return Ties(Scope.of_countries(selection))
    return Counts(Placed(selection))


def shown(selection: Selection) -> Shown | None:
    """The map of a list; None where there is nothing to show, or no index to count by."""
    if selection.errors or selection.state is None or not selection.found.count():
        return None
    asked = tuple((name, *values) for name, _item, values in selection.active)
    numbers = numbers_of(selection)

    def make() -> Shown | None:
        made = drawing(numbers)
        return made and Shown.of(made, selection)

    # Each of hundreds of links repeats the filters: of very many, a map takes megabytes.
    if len(numbers.scope.query) > LONGEST_REMEMBERED:
        return make()
    return remembered(numbers.scope, (selection.listing.collection, asked), make)


def chosen_pillars(selection: Selection) -> list[str]:
    """The pillars that a list asks for."""
    return selection.values_of(PILLAR)


def initiatives(state: State, query: str) -> Selection:
    """The list of initiatives that a query string asks for."""
    return Selection(INITIATIVES, state, QueryDict(query))
