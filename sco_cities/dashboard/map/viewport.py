"""The sheet that a map is drawn on: the part of the projection that is shown, and its size."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from .projection import Place, Projection

# Whole numbers on a sheet this wide are fine enough for any screen.
WIDTH = 1600
FLATTEST, TALLEST = 0.52, 0.74
# Around the places, as a part of the width: room for names and for arcs that bend outwards.
MARGIN = 0.045
# A single city is shown with so much around it, in radii of the earth, about 3,800 km: nearly everywhere this has a
# coast to know it by.
LEAST = 0.6
# Sizes and corners are multiples of these, so that other cities mostly leave the sheet, and its land, as it is.
FINENESS = 0.02
BETWEEN_LINES = 20
# Paper that is kept, of 3 kB each on average: the cities and countries of the shipped data take 85 sheets.
VIEWPORTS = 512


@dataclass(frozen=True)
class Viewport:
    """A window on a projection: `left` and `top` in its units, of which `scale` times WIDTH are shown."""

    projection: Projection
    left: float
    top: float
    span: float
    height: int

    @classmethod
    def fitted(cls, projection: Projection, places: Iterable[Place]) -> "Viewport":
        """The sheet that shows these places, with some room around them."""
        points = [projection(*place) for place in places] or [(0, 0)]
        (left, right), (top, bottom) = _ends(x for x, _y in points), _ends(y for _x, y in points)
        span = max((right - left) * (1 + 2 * MARGIN), LEAST)
        tall = max(bottom - top + 2 * MARGIN * span, 0)
        if tall > span * TALLEST:
            span = tall / TALLEST
        span = math.ceil(span / FINENESS + 1) * FINENESS
        share = min(max(tall / span, FLATTEST), TALLEST)
        height = math.ceil(WIDTH * share / 20) * 20
        middle, centre = (left + right) / 2, (top + bottom) / 2
        return cls(
            projection,
            _stepped(middle - span / 2),
            _stepped(centre - span * height / WIDTH / 2),
            round(span, 2),
            height,
        )

    @property
    def scale(self) -> float:
        """How many units of the sheet a unit of the projection takes."""
        return WIDTH / self.span

    def placed(self, point: Place) -> Place:
        """Where on the sheet a point of the projection lies."""
        return (point[0] - self.left) * self.scale, (point[1] - self.top) * self.scale

    def __call__(self, longitude: float, latitude: float) -> tuple[int, int]:
        """Where on the sheet a place lies, in whole units."""
        x, y = self.placed(self.projection(longitude, latitude))
        return round(x), round(y)


@lru_cache(maxsize=VIEWPORTS)
def graticule(sheet: Viewport) -> str:
    """The meridians and parallels of a sheet as the outline of a path."""
    middle = round(sheet.projection.middle / BETWEEN_LINES) * BETWEEN_LINES
    meridians = range(middle - 160, middle + 161, BETWEEN_LINES)
    parallels = range(0, 81, BETWEEN_LINES)
    lines = [[(longitude, latitude) for latitude in parallels] for longitude in meridians]
    lines += [
        [(longitude, latitude) for longitude in range(middle - 160, middle + 161, 5)]
        for latitude in parallels
    ]
    shown: list[list[tuple[int, int]]] = []
    for line in lines:
        for one, other in pairwise(sheet(*place) for place in line):
            if not (_is_near(sheet, one) or _is_near(sheet, other)):
                continue
            if not shown or shown[-1][-1] != one:
                shown.append([one])
            shown[-1].append(other)
    return "".join(map(outline, shown))


def _is_near(sheet: Viewport, point: tuple[int, int]) -> bool:
    x, y = point
    return -WIDTH / 2 < x < WIDTH * 1.5 and -WIDTH / 2 < y < sheet.height + WIDTH / 2


def outline(points: list[tuple[int, int]]) -> str:
    """A line through these points, as the outline of a path: the first where it is, the others as steps."""
    steps = [f"{x - before_x} {y - before_y}" for (before_x, before_y), (x, y) in pairwise(points)]
    return f"M{points[0][0]} {points[0][1]}l{' '.join(steps)}".replace(" -", "-")


def _ends(values: Iterable[float]) -> tuple[float, float]:
    values = list(values)
    return min(values), max(values)


def _stepped(value: float) -> float:
    return round(round(value / FINENESS) * FINENESS, 2)
