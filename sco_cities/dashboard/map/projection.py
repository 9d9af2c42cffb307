"""A conic equal-area projection, fitted to the places on the map.

An equal-area projection does not make countries look larger than they are. It is conic, because the places are on one
side of the equator.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

# The share of the latitude range on the outer side of each standard parallel.
OUTSIDE_PARALLELS = 1 / 6
# If the cone constant is smaller, a cylindrical projection is used.
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
        """The projection with the least distortion for these longitudes and latitudes.

        Its parameters are whole degrees, so that adding or removing a city rarely changes the projection.
        """
        places = list(places)
        if not places:
            return cls(80, 30, 50)
        south, north = min(lat for _lon, lat in places), max(lat for _lon, lat in places)
        beyond = (north - south) * OUTSIDE_PARALLELS
        return cls(_middle([lon for lon, _lat in places]), round(south + beyond), round(north - beyond))

    def __call__(self, longitude: float, latitude: float) -> Place:
        """The projected point of a place."""
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
    """The meridian in the middle of these longitudes. It is opposite the widest gap between them."""
    around = sorted({longitude % 360 for longitude in longitudes})
    gaps = [(after - before, after) for before, after in pairwise([*around, around[0] + 360])]
    gap, east = max(gaps)
    return (round(east + (360 - gap) / 2) + 180) % 360 - 180
