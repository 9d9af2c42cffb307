"""The viewport of a map, which is the visible section of the projection and its size."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from .projection import Place, Projection

# The width in map units. It is large enough for integer coordinates to be precise on any screen.
WIDTH = 1600
MIN_RATIO, MAX_RATIO = 0.52, 0.88
# Lines continue this far beyond the edges, in map units, because the frame can show more than the viewport. The style
# sheet map.css limits the shape of the frame.
SIDE_OVERHANG, TOP_OVERHANG = 880, 190
# The margin around the places as a share of the width, for names and arcs that bend outwards.
MARGIN = 0.045
# The minimum width, in earth radii (about 3,800 km). Almost everywhere, it includes a recognisable coast.
MIN_SPAN = 0.6
# Sizes and corners are multiples of this step, so that the viewport and its coastline rarely change with the cities.
STEP = 0.02
# Maximum number of cached base maps, at an average size of 5 kB. The cities and countries of the shipped data need 85.
CACHE_SIZE = 512


@dataclass(frozen=True)
class Viewport:
    """A section of a projection. `left`, `top` and `span` (the width) are in its units, `height` is in map units."""

    projection: Projection
    left: float
    top: float
    span: float
    height: int

    @classmethod
    def fitted(cls, projection: Projection, places: Iterable[Place]) -> "Viewport":
        """The viewport that shows these places with a margin around them."""
        points = [projection(*place) for place in places] or [(0, 0)]
        (left, right), (top, bottom) = _extent(x for x, _y in points), _extent(y for _x, y in points)
        span = max((right - left) * (1 + 2 * MARGIN), MIN_SPAN)
        tall = max(bottom - top + 2 * MARGIN * span, 0)
        if tall > span * MAX_RATIO:
            span = tall / MAX_RATIO
        span = math.ceil(span / STEP + 1) * STEP
        share = min(max(tall / span, MIN_RATIO), MAX_RATIO)
        height = math.ceil(WIDTH * share / 20) * 20
        middle, centre = (left + right) / 2, (top + bottom) / 2
        return cls(
            projection,
            _rounded_to_step(middle - span / 2),
            _rounded_to_step(centre - span * height / WIDTH / 2),
            round(span, 2),
            height,
        )

    @property
    def scale(self) -> float:
        """The number of map units per unit of the projection."""
        return WIDTH / self.span

    def position(self, point: Place) -> Place:
        """Converts a point of the projection to map coordinates."""
        return (point[0] - self.left) * self.scale, (point[1] - self.top) * self.scale

    def __call__(self, longitude: float, latitude: float) -> tuple[int, int]:
        """Converts a place to map coordinates, rounded to integers."""
        x, y = self.position(self.projection(longitude, latitude))
        return round(x), round(y)


def outline(points: list[tuple[int, int]]) -> str:
    """A line through these points as SVG path data. The first point is absolute, the others are relative."""
    steps = [f"{x - before_x} {y - before_y}" for (before_x, before_y), (x, y) in pairwise(points)]
    return f"M{points[0][0]} {points[0][1]}l{' '.join(steps)}".replace(" -", "-")


def _extent(values: Iterable[float]) -> tuple[float, float]:
    values = list(values)
    return min(values), max(values)


def _rounded_to_step(value: float) -> float:
    return round(round(value / STEP) * STEP, 2)
