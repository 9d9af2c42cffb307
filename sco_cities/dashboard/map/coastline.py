"""The coastlines in a viewport. data/land/README.md describes the source file."""

import json
import math
from collections.abc import Callable
from functools import lru_cache
from itertools import accumulate

from django.conf import settings

from .projection import Projection
from .viewport import CACHE_SIZE, SIDE_OVERHANG, TOP_OVERHANG, WIDTH, Viewport, outline

LAND = settings.BASE_DIR / "data" / "land" / "land.json"
UNITS_PER_DEGREE = 100
# The area of a bend of weight 0, in square degrees, and the smallest area that is drawn, in square map units.
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
    """The land in a viewport as SVG path data, for the fill rule "evenodd"."""
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
    """The minimum weight of points that are visible in this viewport."""
    bend = BASE_BEND * (math.radians(1) * viewport.scale) ** 2
    return min(max(math.ceil(math.log2(MIN_BEND / bend)), 0), MAX_WEIGHT)


@lru_cache(maxsize=1)
def _rings() -> list[Ring]:
    """The rings of the file, in degrees."""
    rings = []
    for flat in json.loads(LAND.read_text(encoding="ascii")):
        longitudes = [step / UNITS_PER_DEGREE for step in accumulate(flat[0::3])]
        latitudes = [step / UNITS_PER_DEGREE for step in accumulate(flat[1::3])]
        rings.append(list(zip(longitudes, latitudes, flat[2::3], strict=True)))
    return rings


@lru_cache(maxsize=16)
def _projected(projection: Projection, min_weight: int) -> list[tuple[Ring, Extent]]:
    """The projected rings, reduced to points with at least this weight and clipped opposite the central meridian.

    Each ring has its bounding box, because most rings are outside the viewport of a single city and need no further
    work.
    """
    result = []
    for whole in _rings():
        ring = [point for point in whole if point[2] >= min_weight]
        if len(ring) < 3:
            continue
        for turn in (-360, 0, 360):
            rotated = [(lon - projection.meridian + turn, lat, weight) for lon, lat, weight in ring]
            west, east = _extent(rotated, 0)
            if east < -MAX_ANGLE or west > MAX_ANGLE:
                continue
            if west < -MAX_ANGLE or east > MAX_ANGLE:
                rotated = _clipped(_clipped(rotated, 0, -MAX_ANGLE, above=True), 0, MAX_ANGLE, above=False)
            points = [(*projection(lon + projection.meridian, lat), weight) for lon, lat, weight in rotated]
            result.append((points, (*_extent(points, 0), *_extent(points, 1))))
    return result


def _extent(ring: Ring, axis: int) -> tuple[float, float]:
    values = [point[axis] for point in ring]
    return min(values), max(values)


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
