"""The base map, with its projection, the viewport (the visible section and its size), and the coastlines.

The projection is conic, because the places are on one side of the equator. It is equal-area, because the areas of
countries must be comparable. data/land/README.md describes the file of the coastlines.
"""

import json
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import accumulate, pairwise

from django.conf import settings

# The share of the latitude range beyond each standard parallel.
OUTSIDE_PARALLELS = 1 / 6
# A cylindrical projection is used for cone constants below this value.
MIN_CONE = 0.02

Place = tuple[float, float]


@dataclass(frozen=True)
class Projection:
    """Albers' conic equal-area projection of a sphere of radius 1. x increases to the right and y downwards.

    `meridian` is the central meridian, and `south` and `north` are the standard parallels, in degrees.
    """

    meridian: float
    south: float
    north: float

    @classmethod
    def fitted(cls, places: Iterable[Place]) -> "Projection":
        """Returns the projection with the least distortion for these longitudes and latitudes.

        The parameters are whole degrees, so adding or removing a city rarely changes the projection.
        """
        places = list(places)
        if not places:
            return cls(80, 30, 50)
        south, north = min(lat for _lon, lat in places), max(lat for _lon, lat in places)
        beyond = (north - south) * OUTSIDE_PARALLELS
        return cls(_middle([lon for lon, _lat in places]), round(south + beyond), round(north - beyond))

    def __call__(self, longitude: float, latitude: float) -> Place:
        """Returns the projected point of a place."""
        angle_east = math.radians((longitude - self.meridian + 180) % 360 - 180)
        height = math.sin(math.radians(latitude))
        if self._is_flat:
            return angle_east * self._cylinder_scale, -height / self._cylinder_scale
        radius = math.sqrt(max(self._constant - 2 * self._cone * height, 0)) / self._cone
        angle = self._cone * angle_east
        return radius * math.sin(angle), radius * math.cos(angle) - 1 / math.tan(self._tilt)

    @cached_property
    def _cone(self) -> float:
        return (math.sin(math.radians(self.south)) + math.sin(math.radians(self.north))) / 2

    @cached_property
    def _is_flat(self) -> bool:
        return abs(self._cone) < MIN_CONE

    @cached_property
    def _cylinder_scale(self) -> float:
        return math.cos(math.radians((abs(self.south) + abs(self.north)) / 2))

    @cached_property
    def _tilt(self) -> float:
        return math.asin(self._cone)

    @cached_property
    def _constant(self) -> float:
        return math.cos(math.radians(self.south)) ** 2 + 2 * self._cone * math.sin(math.radians(self.south))


def _middle(longitudes: list[float]) -> float:
    """Returns the meridian in the middle of these longitudes, opposite the widest gap between them."""
    around = sorted({longitude % 360 for longitude in longitudes})
    gaps = [(after - before, after) for before, after in pairwise([*around, around[0] + 360])]
    gap, east = max(gaps)
    return (round(east + (360 - gap) / 2) + 180) % 360 - 180


# The width of a map in map units, so that integer coordinates are precise enough for any screen.
WIDTH = 1600
MIN_RATIO, MAX_RATIO = 0.52, 0.88
# Lines continue this far beyond the edges, in map units, because the frame can show more than the viewport. The style
# sheet map.css limits the shape of the frame.
SIDE_OVERHANG, TOP_OVERHANG = 880, 190
# The margin around the places as a share of the width, for names and arcs that bend outwards.
MARGIN = 0.045
# The minimum width, in earth radii (about 3,800 km). Almost every map of this width includes a recognisable coast.
MIN_SPAN = 0.6
# Sizes and corners are multiples of this step, so the viewport and its coastline rarely change with the cities.
STEP = 0.02
# Maximum number of cached base maps, at an average size of 5 kB. The cities and countries of the shipped data need 85.
CACHE_SIZE = 512


@dataclass(frozen=True)
class Viewport:
    """A section of a projection. `left`, `top` and `span` (width) are in projection units, `height` is in map units."""

    projection: Projection
    left: float
    top: float
    span: float
    height: int

    @classmethod
    def fitted(cls, projection: Projection, places: Iterable[Place]) -> "Viewport":
        """Returns the viewport that shows these places with a margin around them."""
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
    """Returns a line through these points as SVG path data. All points except the first are relative."""
    steps = [f"{x - before_x} {y - before_y}" for (before_x, before_y), (x, y) in pairwise(points)]
    return f"M{points[0][0]} {points[0][1]}l{' '.join(steps)}".replace(" -", "-")


def _extent(values: Iterable[float]) -> tuple[float, float]:
    values = list(values)
    return min(values), max(values)


def _rounded_to_step(value: float) -> float:
    return round(round(value / STEP) * STEP, 2)


LAND = settings.BASE_DIR / "data" / "land" / "land.json"
UNITS_PER_DEGREE = 100
# The area of a bend with weight 0, in square degrees, and the minimum area of a visible bend, in square map units.
BASE_BEND, MIN_BEND = 0.004, 6
# The map ends at this distance from the central meridian of the projection, in degrees.
MAX_ANGLE = 175
MAX_WEIGHT = 15

# Two coordinates (x and y, or longitude and latitude) and the weight.
Point = tuple[float, float, int]
Ring = list[Point]
# The bounding box of a ring (west, east, north, south).
Extent = tuple[float, float, float, float]


@lru_cache(maxsize=CACHE_SIZE)
def coastline(viewport: Viewport) -> str:
    """Returns the land in a viewport as SVG path data, for the fill rule "evenodd"."""
    min_weight = _min_weight(viewport)
    right, bottom = WIDTH + SIDE_OVERHANG, viewport.height + TOP_OVERHANG
    paths = []
    left, top, scale = viewport.left, viewport.top, viewport.scale
    for ring, extent in _projected(viewport.projection, min_weight):
        west, east = ((x - left) * scale for x in extent[:2])
        north, south = ((y - top) * scale for y in extent[2:])
        if east < -SIDE_OVERHANG or west > right or south < -TOP_OVERHANG or north > bottom:
            continue
        points = [((x - left) * scale, (y - top) * scale, weight) for x, y, weight in ring]
        if west < -SIDE_OVERHANG or east > right:
            points = _clipped(_clipped(points, 0, -SIDE_OVERHANG, above=True), 0, right, above=False)
        if points and (north < -TOP_OVERHANG or south > bottom):
            points = _clipped(_clipped(points, 1, -TOP_OVERHANG, above=True), 1, bottom, above=False)
        rounded = list(dict.fromkeys((round(x), round(y)) for x, y, _weight in points))
        if len(rounded) > 2:
            paths.append(f"{outline(rounded)}z")
    return "".join(paths)


def _min_weight(viewport: Viewport) -> int:
    """Returns the minimum weight of points that are visible in this viewport."""
    bend = BASE_BEND * (math.radians(1) * viewport.scale) ** 2
    return min(max(math.ceil(math.log2(MIN_BEND / bend)), 0), MAX_WEIGHT)


@lru_cache(maxsize=1)
def _rings() -> list[Ring]:
    """Returns the rings of land.json, in degrees."""
    rings = []
    for flat in json.loads(LAND.read_text(encoding="ascii")):
        longitudes = [step / UNITS_PER_DEGREE for step in accumulate(flat[0::3])]
        latitudes = [step / UNITS_PER_DEGREE for step in accumulate(flat[1::3])]
        rings.append(list(zip(longitudes, latitudes, flat[2::3], strict=True)))
    return rings


@lru_cache(maxsize=16)
def _projected(projection: Projection, min_weight: int) -> list[tuple[Ring, Extent]]:
    """Returns the projected rings, reduced to points of this weight and clipped opposite the central meridian.

    Each ring has its bounding box, because most rings are outside the viewport of a single city and can be skipped.
    """
    result = []
    for whole in _rings():
        ring = [point for point in whole if point[2] >= min_weight]
        if len(ring) < 3:
            continue
        for turn in (-360, 0, 360):
            rotated = [(lon - projection.meridian + turn, lat, weight) for lon, lat, weight in ring]
            west, east = _extent(point[0] for point in rotated)
            if east < -MAX_ANGLE or west > MAX_ANGLE:
                continue
            if west < -MAX_ANGLE or east > MAX_ANGLE:
                rotated = _clipped(_clipped(rotated, 0, -MAX_ANGLE, above=True), 0, MAX_ANGLE, above=False)
            points = [(*projection(lon + projection.meridian, lat), weight) for lon, lat, weight in rotated]
            x_extent, y_extent = (_extent(point[axis] for point in points) for axis in (0, 1))
            result.append((points, (*x_extent, *y_extent)))
    return result


def _clipped(ring: Ring, axis: int, at: float, *, above: bool) -> Ring:
    """Clips a ring at a line and closes it along the line (Sutherland–Hodgman)."""
    is_inside: Callable[[Point], bool] = (
        (lambda point: point[axis] >= at) if above else (lambda point: point[axis] <= at)
    )
    clipped: Ring = []
    before = ring[-1] if ring else None
    for point in ring:
        if is_inside(point) != is_inside(before):
            share = (at - before[axis]) / (point[axis] - before[axis])
            x, y = (before[each] + share * (point[each] - before[each]) for each in (0, 1))
            clipped.append((x, y, MAX_WEIGHT))
        if is_inside(point):
            clipped.append(point)
        before = point
    return clipped
