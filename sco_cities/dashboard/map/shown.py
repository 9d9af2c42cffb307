"""A map as templates show it: made once for each filter and language, while what it shows stays the same."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import QueryDict
from django.urls import reverse

from initiatives.columns import INITIATIVES
from sco_cities.browse.index.state import State
from sco_cities.browse.selection import Selection
from sco_cities.themes.models import Pillar

from .drawing import Drawing, drawing, remembered
from .marks import Marks
from .scope import PILLAR, Scope
from .sheet import WIDTH


@dataclass(frozen=True)
class PillarLink:
    """A pillar in the legend: what it is called, in how many initiatives, and where only these are mapped."""

    value: str
    label: str
    count: str
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
    cities: int
    ties: int
    drawn: int
    # By pillar, whichever is asked for.
    pillars: dict[str, int]
    # The query string of the map's page, and of the same without a pillar.
    query: str
    by_pillar: dict[str, str]
    # Whether the page and the file of the map show the same.
    has_page: bool

    @classmethod
    def of(cls, made: Drawing) -> "Shown":
        marks, scope = Marks(made), made.scope
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
            cities=len(made.discs),
            ties=len(made.numbers.all),
            drawn=len(made.arcs),
            pillars=made.numbers.by_pillar(),
            query=scope.query,
            by_pillar={pillar: scope.query_of_pillar(pillar) for pillar in ("", *Pillar.values)},
            has_page=scope.only is None,
        )

    def legend(self, chosen: list[str], address: Callable[[str], str] | None = None) -> list[PillarLink]:
        """The pillars, with their links: to the map's page, or where `address` says."""
        links = []
        for pillar in Pillar:
            is_here = chosen == [pillar.value]
            wanted = "" if is_here else pillar.value
            to = address(wanted) if address else reverse("map") + self.by_pillar[wanted]
            count = self.pillars[pillar.value]
            links.append(PillarLink(pillar.value, pillar.label, count, to, is_here))
        return links


def shown(selection: Selection) -> Shown | None:
    """The map of a list of initiatives or of cities; None where there is nothing to show, or no index to count by."""
    if selection.errors or selection.state is None or not selection.found.count():
        return None
    asked = tuple((name, *values) for name, _item, values in selection.active)

    is_of_cities = selection.listing.collection == "cities"
    scope = Scope.of_cities(selection) if is_of_cities else Scope(selection)

    def make() -> Shown | None:
        made = drawing(scope)
        return made and Shown.of(made)

    return remembered(scope, (selection.listing.collection, asked), make)


def chosen_pillars(selection: Selection) -> list[str]:
    """The pillars that a list asks for."""
    return selection.values_of(PILLAR)


def initiatives(state: State, query: str) -> Selection:
    """The list of initiatives that a query string asks for."""
    return Selection(INITIATIVES, state, QueryDict(query))
