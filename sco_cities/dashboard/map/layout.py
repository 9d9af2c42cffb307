"""A map, ready to be shown: discs, arcs and names on their sheet, and the same in numbers."""

import math
from dataclasses import dataclass

from django.utils.translation import get_language

from sco_cities.cities.models import City
from sco_cities.core.localized_names import Localized
from sco_cities.core.lru_cache import LRUCache
from sco_cities.facet_index.state import IndexState
from sco_cities.listings import filter_options

from . import labels
from .arcs import Spot, arc, arc_width
from .coastline import coastline
from .labels import Disc, Label
from .network import Edge, Network, NetworkCounts
from .projection import Projection
from .scope import MapScope
from .viewport import Viewport, graticule

# More arcs than this hide each other; the others are told as a number.
MAX_ARCS = 200
# The largest disc of a map of few cities, and of many; the smallest of any.
LARGEST, LARGEST_OF_MANY, SMALLEST = 24, 20, 6
MANY = 120


@dataclass(frozen=True)
class Lettering:
    """How names are set where the map is shown in one of three widths: what the style sheet calls `name`."""

    name: str
    size: int
    # How many times larger than on a wide map discs are drawn.
    grown: float
    most: int


# A sheet is shown a third to three quarters as wide as it says: letters of all three come out about as large.
LETTERINGS = (
    Lettering("wide", 21, 1, 140),
    Lettering("middling", 31, 1.15, 70),
    Lettering("narrow", 50, 1.5, 24),
)


@dataclass(frozen=True)
class LaidOutCity:
    """An arc and what it stands for."""

    tie: Edge
    outline: str


@dataclass(frozen=True)
class MapLayout:
    """What a map shows of a scope. `numbers` has all of it, what is drawn and what is not."""

    scope: MapScope
    sheet: Viewport
    land: str
    graticule: str
    discs: list[Disc]
    arcs: list[LaidOutCity]
    names: list[tuple[Lettering, list[Label]]]
    numbers: Network | NetworkCounts

    @property
    def cities(self) -> dict[int, City]:
        return self.scope.state.index("cities").records


def map_layout(numbers: Network | NetworkCounts) -> MapLayout | None:
    """The map of these numbers; None where there is nothing on it."""
    scope, state = numbers.scope, numbers.scope.state
    if not numbers.cities:
        return None
    records = state.index("cities").records
    places = {key: _place(records[key]) for key in numbers.cities}
    sheet = Viewport.fitted(_projection(state), places.values())
    spots = {key: sheet(*place) for key, place in places.items()}
    arcs = _arcs(numbers, spots)
    discs = _discs(numbers, spots, filter_options.labels(state, "cities"))
    names = [
        (kind, labels.place_labels(discs, kind.size, sheet.height, grown=kind.grown, most=kind.most))
        for kind in LETTERINGS
    ]
    return MapLayout(scope, sheet, coastline(sheet), graticule(sheet), discs, arcs, names, numbers)


def layout_cache(scope: MapScope, key: tuple, make):
    """What `make` makes of a scope: once in each language, while all that a map looks at is the same.

    Most changes touch nothing of that: a corrected summary leaves every map as it is.
    """
    known = scope.state.remember(("maps", scope.listing.collection), scope.looked_at, LRUCache)
    full = get_language(), scope.records, *key
    made = known.get(full)
    if made is None:
        made = make()
        known.put(full, made)
    return made


def _place(city: City) -> tuple[float, float]:
    return float(city.longitude), float(city.latitude)


def _projection(state: IndexState) -> Projection:
    """One for all maps of the site: they differ in what part of it they show."""
    records, published = state.index("cities").records, state.published("cities")
    return state.remember(
        ("projection",),
        (records, published),
        lambda: Projection.fitted(_place(records[key]) for key in published),
    )


def _discs(
    numbers: Network | NetworkCounts, spots: dict[int, Spot], names: dict[int, Localized]
) -> list[Disc]:
    most = max(numbers.cities.values()) or 1
    largest = LARGEST if len(spots) < MANY else LARGEST_OF_MANY
    return [
        Disc(key, names[key], *spots[key], max(round(largest * math.sqrt(count / most), 1), SMALLEST))
        for key, count in numbers.cities.items()
    ]


def _arcs(numbers: Network | NetworkCounts, spots: dict[int, Spot]) -> list[LaidOutCity]:
    """The strongest ties, these last: they lie above the others."""
    strongest = numbers.strongest(MAX_ARCS)
    most = strongest[0][2] if strongest else 1
    drawn = []
    for one, other, count in reversed(strongest):
        tie = numbers.tie(one, other, count)
        outline = arc(spots[tie.one], spots[tie.other], arc_width(count, most), is_even=tie.is_even)
        drawn.append(LaidOutCity(tie, outline))
    return drawn
