"""The coastlines of a sheet. The file that they come from is told of in data/land/README.md."""

import json
import math
from collections.abc import Callable
from functools import lru_cache
from itertools import accumulate

from django.conf import settings

from .projection import Projection
from .viewport import VIEWPORTS, WIDTH, Viewport, outline

LAND = settings.BASE_DIR / "data" / "land" / "land.json"
STEPS = 100
# What a point of weight 0 stands for, in square degrees, and what its bend must be on the sheet to be drawn.
SMALLEST_BEND, SMALLEST_DRAWN = 0.004, 6
# The sheet of a projection ends so far from its middle meridian.
MAX_SCALE = 175
# Coasts go on beyond the edge, so that the edge itself is no coast.
OVERHANG = 12
MAX_POINTS = 15

# x, y (or longitude, latitude) and weight.
Point = tuple[float, float, int]
Ring = list[Point]
# Of a ring: west, east, north and south.
Ends = tuple[float, float, float, float]


@lru_cache(maxsize=VIEWPORTS)
def coastline(sheet: Viewport) -> str:
    """The land of a sheet as the outline of a path; its rings are filled by the rule "evenodd"."""
    least = _least_weight(sheet)
    right, bottom = WIDTH + OVERHANG, sheet.height + OVERHANG
    drawn = []
    left, top, scale = sheet.left, sheet.top, sheet.scale
    for ring, ends in _projected(sheet.projection, least):
        west, east = ((x - left) * scale for x in ends[:2])
        north, south = ((y - top) * scale for y in ends[2:])
        if east < -OVERHANG or west > right or south < -OVERHANG or north > bottom:
            continue
        points = [((x - left) * scale, (y - top) * scale, heavy) for x, y, heavy in ring]
        if west < -OVERHANG or east > right:
            points = _cut(_cut(points, 0, -OVERHANG, above=True), 0, right, above=False)
        if points and (north < -OVERHANG or south > bottom):
            points = _cut(_cut(points, 1, -OVERHANG, above=True), 1, bottom, above=False)
        rounded = list(dict.fromkeys((round(x), round(y)) for x, y, _heavy in points))
        if len(rounded) > 2:
            drawn.append(f"{outline(rounded)}z")
    return "".join(drawn)


def _least_weight(sheet: Viewport) -> int:
    """The weight from which on points are seen on this sheet."""
    bend = SMALLEST_BEND * (math.radians(1) * sheet.scale) ** 2
    return min(max(math.ceil(math.log2(SMALLEST_DRAWN / bend)), 0), MAX_POINTS)


@lru_cache(maxsize=1)
def _rings() -> list[Ring]:
    """The rings of the file, in degrees."""
    rings = []
    for flat in json.loads(LAND.read_text(encoding="ascii")):
        longitudes = [step / STEPS for step in accumulate(flat[0::3])]
        latitudes = [step / STEPS for step in accumulate(flat[1::3])]
        rings.append(list(zip(longitudes, latitudes, flat[2::3], strict=True)))
    return rings


@lru_cache(maxsize=16)
def _projected(projection: Projection, least: int) -> list[tuple[Ring, Ends]]:
    """The points of this weight on the plane of a projection, cut along the meridian opposite its middle.

    With where each ring ends: most lie beyond the sheet of a single city, and are not looked at any closer.
    """
    found = []
    for whole in _rings():
        ring = [point for point in whole if point[2] >= least]
        if len(ring) < 3:
            continue
        for round_ in (-360, 0, 360):
            turned = [(lon - projection.middle + round_, lat, heavy) for lon, lat, heavy in ring]
            west, east = _ends(turned, 0)
            if east < -MAX_SCALE or west > MAX_SCALE:
                continue
            if west < -MAX_SCALE or east > MAX_SCALE:
                turned = _cut(_cut(turned, 0, -MAX_SCALE, above=True), 0, MAX_SCALE, above=False)
            placed = [(*projection(lon + projection.middle, lat), heavy) for lon, lat, heavy in turned]
            found.append((placed, (*_ends(placed, 0), *_ends(placed, 1))))
    return found


def _ends(ring: Ring, axis: int) -> tuple[float, float]:
    values = [point[axis] for point in ring]
    return min(values), max(values)


def _cut(ring: Ring, axis: int, at: float, *, above: bool) -> Ring:
    """The part of a ring on one side of a line, closed along that line (Sutherland and Hodgman)."""
    is_inside: Callable[[Point], bool] = (
        (lambda point: point[axis] >= at) if above else (lambda point: point[axis] <= at)
    )
    kept: Ring = []
    before = ring[-1] if ring else None
    for point in ring:
        if is_inside(point) != is_inside(before):
            share = (at - before[axis]) / (point[axis] - before[axis])
            x, y = (before[each] + share * (point[each] - before[each]) for each in (0, 1))
            kept.append((x, y, MAX_POINTS))
        if is_inside(point):
            kept.append(point)
        before = point
    return kept
