"""The layout of a map: discs, arcs and names in a viewport, with the numbers that they show."""

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

# More arcs would hide each other; the page states how many are not drawn.
MAX_ARCS = 200
# The largest disc of a map with few and with many cities, and the smallest disc.
LARGEST, LARGEST_OF_MANY, SMALLEST = 24, 20, 6
MANY = 120


@dataclass(frozen=True)
class Lettering:
    """The labels for one of the three widths of the map; `name` is the class in the style sheet."""

    name: str
    size: int
    # The size of discs relative to the wide map.
    disc_scale: float
    max_labels: int


# The map is displayed at a third to three quarters of its nominal width; text has about the same size in all three.
LETTERINGS = (
    Lettering("wide", 21, 1, 140),
    Lettering("medium", 31, 1.15, 70),
    Lettering("narrow", 50, 1.5, 24),
)


@dataclass(frozen=True)
class MapArc:
    """An arc and its edge."""

    edge: Edge
    outline: str


@dataclass(frozen=True)
class MapLayout:
    """The drawn content of a map. `numbers` also has the edges that are not drawn."""

    scope: MapScope
    viewport: Viewport
    land: str
    graticule: str
    discs: list[Disc]
    arcs: list[MapArc]
    names: list[tuple[Lettering, list[Label]]]
    numbers: Network | NetworkCounts

    @property
    def cities(self) -> dict[int, City]:
        return self.scope.state.index("cities").records


def map_layout(numbers: Network | NetworkCounts) -> MapLayout | None:
    """The layout for these numbers; None without any city."""
    scope, state = numbers.scope, numbers.scope.state
    if not numbers.cities:
        return None
    records = state.index("cities").records
    places = {key: _place(records[key]) for key in numbers.cities}
    viewport = Viewport.fitted(_projection(state), places.values())
    points = {key: viewport(*place) for key, place in places.items()}
    arcs = _arcs(numbers, points)
    discs = _discs(numbers, points, filter_options.labels(state, "cities"))
    names = [
        (
            lettering,
            labels.place_labels(
                discs,
                lettering.size,
                viewport.height,
                disc_scale=lettering.disc_scale,
                max_labels=lettering.max_labels,
            ),
        )
        for lettering in LETTERINGS
    ]
    return MapLayout(scope, viewport, coastline(viewport), graticule(viewport), discs, arcs, names, numbers)


def layout_cache(scope: MapScope, key: tuple, make):
    """The result of `make` for a scope, cached per language until the data of the map changes.

    Most changes do not affect maps, for example a corrected summary.
    """
    cache = scope.state.memoize(("maps", scope.listing.collection), scope.cache_inputs, LRUCache)
    full_key = get_language(), scope.record_digests, *key
    result = cache.get(full_key)
    if result is None:
        result = make()
        cache.put(full_key, result)
    return result


def _place(city: City) -> tuple[float, float]:
    return float(city.longitude), float(city.latitude)


def _projection(state: IndexState) -> Projection:
    """One projection for all maps of the site; only their viewports differ."""
    records, published = state.index("cities").records, state.published("cities")
    return state.memoize(
        ("projection",),
        (records, published),
        lambda: Projection.fitted(_place(records[key]) for key in published),
    )


def _discs(
    numbers: Network | NetworkCounts, points: dict[int, Spot], names: dict[int, Localized]
) -> list[Disc]:
    most = max(numbers.cities.values()) or 1
    largest = LARGEST if len(points) < MANY else LARGEST_OF_MANY
    return [
        Disc(key, names[key], *points[key], max(round(largest * math.sqrt(count / most), 1), SMALLEST))
        for key, count in numbers.cities.items()
    ]


def _arcs(numbers: Network | NetworkCounts, points: dict[int, Spot]) -> list[MapArc]:
    """The arcs of the strongest edges, weakest first, so that the strongest are on top."""
    strongest = numbers.strongest(MAX_ARCS)
    most = strongest[0][2] if strongest else 1
    arcs = []
    for one, other, count in reversed(strongest):
        edge = numbers.edge(one, other, count)
        outline = arc(points[edge.one], points[edge.other], arc_width(count, most), is_even=edge.is_even)
        arcs.append(MapArc(edge, outline))
    return arcs
