"""From degrees to a sheet of paper: a conic equal-area projection that is fitted to the places to be shown.

Equal areas, so that no country looks larger than it is; a cone, since what is shown lies on one side of the equator.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

# Of the latitudes shown, the parts below and above the two parallels that keep their length.
BEYOND_PARALLELS = 1 / 6
# A cone this flat is a cylinder.
FLAT = 0.02

Place = tuple[float, float]


@dataclass(frozen=True)
class Projection:
    """Albers' conic equal-area projection of a sphere of radius 1, x to the right and y down.

    `middle` is the meridian that runs straight up, `south` and `north` are the parallels that keep their length.
    """

    middle: float
    south: float
    north: float

    @classmethod
    def fitted(cls, places: Iterable[Place]) -> "Projection":
        """The projection that shows these longitudes and latitudes with the least distortion.

        In whole degrees: a city more or less seldom makes another sheet.
        """
        places = list(places)
        if not places:
            return cls(80, 30, 50)
        south, north = min(lat for _lon, lat in places), max(lat for _lon, lat in places)
        beyond = (north - south) * BEYOND_PARALLELS
        return cls(_middle([lon for lon, _lat in places]), round(south + beyond), round(north - beyond))

    def __call__(self, longitude: float, latitude: float) -> Place:
        """Where on the sheet a place lies."""
        turned = math.radians((longitude - self.middle + 180) % 360 - 180)
        height = math.sin(math.radians(latitude))
        if self._is_flat:
            return turned * self._shrunk, -height / self._shrunk
        radius = math.sqrt(max(self._constant - 2 * self._cone * height, 0)) / self._cone
        angle = self._cone * turned
        return radius * math.sin(angle), radius * math.cos(angle) - 1 / math.tan(self._tilt)

    @cached_property
    def _cone(self) -> float:
        return (math.sin(math.radians(self.south)) + math.sin(math.radians(self.north))) / 2

    @cached_property
    def _is_flat(self) -> bool:
        return abs(self._cone) < FLAT

    @cached_property
    def _shrunk(self) -> float:
        return math.cos(math.radians((abs(self.south) + abs(self.north)) / 2))

    @cached_property
    def _tilt(self) -> float:
        return math.asin(self._cone)

    @cached_property
    def _constant(self) -> float:
        return math.cos(math.radians(self.south)) ** 2 + 2 * self._cone * math.sin(math.radians(self.south))


def _middle(longitudes: list[float]) -> float:
    """The meridian in the middle of these, opposite the widest gap between them."""
    around = sorted({longitude % 360 for longitude in longitudes})
    gaps = [(after - before, after) for before, after in pairwise([*around, around[0] + 360])]
    gap, east = max(gaps)
    return (round(east + (360 - gap) / 2) + 180) % 360 - 180
