"""The layout of a map, which places discs, arcs and names in a viewport."""

import math
from dataclasses import dataclass, replace

from sco_cities.cities.models import City
from sco_cities.core.localized_names import Localized
from sco_cities.facet_index.state import IndexState
from sco_cities.i18n.numbers import GroupedInt
from sco_cities.listings import filter_options

from .labels import Disc, Label, place_labels
from .network import Edge, Network
from .viewport import Projection, Viewport

# The distance of the control point from the straight line, as a fraction of the line's length.
CURVATURE = 0.16

Spot = tuple[int, int]


def arc(start: Spot, end: Spot) -> str:
    """Returns the curve from one city to another as SVG path data.

    The curve bends to the left, as seen from its start, so arcs in opposite directions do not overlap.
    """
    (x, y), (over_x, over_y) = start, _control_point(start, end)
    return f"M{_pair(x, y)}q{_pair(over_x - x, over_y - y)} {_pair(end[0] - x, end[1] - y)}".replace(
        " -", "-"
    )


def arrival_angle(start: Spot, end: Spot) -> int:
    """Returns the direction of an arc at its end, in degrees clockwise from the right."""
    over_x, over_y = _control_point(start, end)
    return round(math.degrees(math.atan2(end[1] - over_y, end[0] - over_x)))


def _control_point(start: Spot, end: Spot) -> Spot:
    (x, y), (to_x, to_y) = start, end
    return (
        round((x + to_x) / 2 + (to_y - y) * CURVATURE),
        round((y + to_y) / 2 - (to_x - x) * CURVATURE),
    )


def _pair(x: int, y: int) -> str:
    return f"{x} {y}"


# The maximum radius of a disc on maps with few and with many cities, and the minimum radius.
LARGEST, LARGEST_OF_MANY, SMALLEST = 20, 17, 5
MANY = 120


@dataclass(frozen=True)
class Emphasis:
    """Selects the edges to draw, either the edges of the city with this key, all edges, or the default edges."""

    city: int | None = None
    all_edges: bool = False


@dataclass(frozen=True)
class MapArc:
    """An arc for an edge. `angle` is the direction of the arrowhead, or None if the edge is even."""

    edge: Edge
    outline: str
    angle: int | None


@dataclass(frozen=True)
class MapLayout:
    """The content of a map. `numbers` also contains the edges that are not drawn."""

    viewport: Viewport
    discs: list[Disc]
    arcs: list[MapArc]
    labels: list[Label]
    numbers: Network
    emphasis: Emphasis
    # Maps the partners of the emphasised city to their numbers of joint initiatives.
    partners: dict[int, int]

    @property
    def has_directions(self) -> bool:
        """True if any arc has an arrowhead."""
        return any(arc.angle is not None for arc in self.arcs)


def map_layout(numbers: Network, emphasis: Emphasis) -> MapLayout | None:
    """Computes the layout for these numbers. Returns None if there are no cities."""
    if not numbers.cities:
        return None
    records = numbers.state.index("cities").records
    places = {key: _place(records[key]) for key in numbers.cities}
    viewport = Viewport.fitted(_projection(numbers.state), places.values())
    points = {key: viewport(*place) for key, place in places.items()}
    partners = numbers.partners(emphasis.city)
    names = filter_options.labels(numbers.state, "cities")
    discs = [
        Disc(key, names[key], *points[key], disc_radius(numbers, count))
        for key, count in numbers.cities.items()
    ]
    named = discs if emphasis.city is None else _named_discs(discs, emphasis.city, partners)
    return MapLayout(
        viewport,
        discs,
        _arcs(numbers, points, emphasis),
        # On the map of an emphasised city, only its partners are labelled, so there is enough space for their names.
        place_labels(named, viewport.height, may_cover_discs=emphasis.city is None),
        numbers,
        emphasis,
        partners,
    )


def _place(city: City) -> tuple[float, float]:
    return float(city.longitude), float(city.latitude)


def _projection(state: IndexState) -> Projection:
    """Returns the projection for all maps of the site. Maps differ only in their viewports."""
    records, published = state.index("cities").records, state.published("cities")
    return state.memoize(
        ("projection",),
        (records, published),
        lambda: Projection.fitted(_place(records[key]) for key in published),
    )


def disc_radius(numbers: Network, count: int) -> float:
    """Returns the radius of a disc for `count` initiatives."""
    largest = LARGEST if len(numbers.cities) < MANY else LARGEST_OF_MANY
    return max(round(largest * math.sqrt(count / (max(numbers.cities.values()) or 1)), 1), SMALLEST)


def _named_discs(discs: list[Disc], city: int, partners: dict[int, int]) -> list[Disc]:
    """Returns the discs of a city and its partners. The names of partners include their number of joint initiatives."""
    by_key = {disc.key: disc for disc in discs}
    return [by_key[city]] + [
        replace(disc, name=Localized(f"{disc.name} {GroupedInt(count)}", disc.name.lang))
        for disc, count in ((by_key[key], count) for key, count in partners.items())
    ]


def _arcs(numbers: Network, points: dict[int, Spot], emphasis: Emphasis) -> list[MapArc]:
    """Returns the arcs for the strongest edges, weakest edge first, so that stronger edges are drawn on top."""
    arcs = []
    for triple in reversed(numbers.drawn_edges(emphasis.city, all_edges=emphasis.all_edges)):
        edge = numbers.edge(*triple)
        ends = points[edge.one], points[edge.other]
        if edge.is_even:
            # Arcs without a direction are drawn from west to east and bend north, like most shortest paths on the
            # globe.
            arcs.append(MapArc(edge, arc(*sorted(ends)), None))
        else:
            arcs.append(MapArc(edge, arc(*ends), arrival_angle(*ends)))
    return arcs
