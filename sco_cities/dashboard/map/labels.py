"""Label placement: no name covers another name or a disc, or seems to belong to another city.

The largest cities are placed first. A name without a free position that is nearest to its own disc is left out; the
title of the disc and the table still show it.
"""

import math
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from copy import copy
from dataclasses import dataclass
from functools import lru_cache

from .viewport import WIDTH

# The grid size of the occupied space.
CELL = 6
# In units of the font size: the gap between a disc and its name, the padding at the ends of a name towards discs, and
# the spacing towards other names, wide enough to read them as two.
GAP, PADDING, LABEL_SPACING = 0.22, 0.14, 0.48
# The largest cities. If one of their names finds no position, they are placed again in another order.
PRIORITY_LABELS = 16
ATTEMPTS = 8
# The number of names that are tried per allowed label.
CANDIDATES = 3
# The height of letters above and below the baseline.
ASCENT, DESCENT = 0.8, 0.24
NARROW_LETTERS, BROAD_LETTERS = frozenset("iljtfrI.,'’ -()"), frozenset("mwMWшщжюмфЖМШЩЮФЫ—")

# Left, top, right, bottom.
Box = tuple[float, float, float, float]

# The share of a name that lies before its anchor point.
_ANCHOR_OFFSET = {"start": 0, "middle": 0.5, "end": 1}


@dataclass(frozen=True, slots=True)
class Disc:
    """A city on the map."""

    key: int
    name: str
    x: int
    y: int
    radius: float


@dataclass(frozen=True, slots=True)
class Label:
    """A name on the map; (x, y) is the start, middle or end of its baseline, as given by `anchor`."""

    disc: Disc
    x: int
    y: int
    anchor: str

    def box(self, size: float) -> Box:
        """The area that the name covers."""
        width = text_width(self.disc.name) * size
        left = self.x - width * _ANCHOR_OFFSET[self.anchor]
        return left, self.y - ASCENT * size, left + width, self.y + DESCENT * size


def place_labels(
    discs: Iterable[Disc], size: float, height: int, *, disc_scale: float = 1, max_labels: int = 400
) -> list[Label]:
    """Labels in font size `size` for these discs, which are in order of importance, on a map of this height.

    `disc_scale` is the factor by which the discs are drawn larger.
    """
    discs = list(discs)
    placer = _LabelPlacer(discs, size, height, disc_scale)
    # The positions that discs leave free. Names without any do not cause another attempt.
    positions = {
        disc.key: free for disc in discs[:PRIORITY_LABELS] if (free := list(placer.free_positions(disc)))
    }
    first, best = list(positions), []
    for _attempt in range(ATTEMPTS):
        attempt = placer.copy()
        labels = {key: label for key in first if (label := attempt.label(positions[key]))}
        if len(labels) > len(best):
            best = list(labels.values())
        left_out = [key for key in first if key not in labels]
        if not left_out:
            break
        # Names without a position come first in the next attempt.
        first = left_out + list(labels)
    for label in best:
        placer.add(label)
    # With more candidates the map is full: trying the rest would only take time.
    for disc in discs[PRIORITY_LABELS : max_labels * CANDIDATES]:
        if len(best) >= max_labels:
            break
        if label := next((label for label, _box in placer.free_positions(disc)), None):
            placer.add(label)
            best.append(label)
    return best[:max_labels]


class _LabelPlacer:
    """The discs and the labels placed so far."""

    def __init__(self, discs: list[Disc], size: float, height: int, disc_scale: float):
        self.size, self.disc_scale = size, disc_scale
        self.occupied = _OccupiedSpace(height)
        for disc in discs:
            self.occupied.add_circle(disc.x, disc.y, disc.radius * disc_scale)
        # Ordered from top to bottom, so that only the discs next to a name are checked.
        self.discs = sorted((disc.y, disc.x, disc.radius * disc_scale, disc.key) for disc in discs)
        self.tops = [disc[0] for disc in self.discs]
        self.largest_radius = max((disc[2] for disc in self.discs), default=0)

    def copy(self) -> "_LabelPlacer":
        other = copy(self)
        other.occupied = self.occupied.copy()
        return other

    def free_positions(self, disc: Disc) -> Iterator[tuple[Label, Box]]:
        """The free positions of a name that are nearest to its own disc, best first, each with its area."""
        size, padding = self.size, PADDING * self.size
        width = text_width(disc.name) * size
        for x, y, anchor in _positions(disc, size, disc.radius * self.disc_scale):
            left = x - width * _ANCHOR_OFFSET[anchor]
            box = left, y - ASCENT * size, left + width, y + DESCENT * size
            padded = left - padding, box[1], box[2] + padding, box[3]
            if self.occupied.is_free(padded) and self._is_nearest_to(disc, box):
                yield Label(disc, x, y, anchor), padded

    def label(self, positions: Iterable[tuple[Label, Box]]) -> Label | None:
        """The label at the first of these positions that is free; it is added."""
        for label, box in positions:
            if self.occupied.is_free(box):
                self.add(label)
                return label
        return None

    def add(self, label: Label) -> None:
        left, top, right, bottom = label.box(self.size)
        spacing = (LABEL_SPACING - PADDING) * self.size
        self.occupied.add((left - spacing, top, right + spacing, bottom))

    def _is_nearest_to(self, own: Disc, box: Box) -> bool:
        """Whether no other disc is nearer to the name; otherwise it would seem to belong to that city."""
        left, top, right, bottom = box
        gap = _distance(box, own.x, own.y) - own.radius * self.disc_scale
        reach = gap + self.largest_radius
        first, last = left - reach, right + reach
        nearby = slice(bisect_left(self.tops, top - reach), bisect_right(self.tops, bottom + reach))
        return not any(
            first < x < last and key != own.key and _distance(box, x, y) - radius < gap
            for y, x, radius, key in self.discs[nearby]
        )


def _distance(box: Box, x: float, y: float) -> float:
    """The distance of a point from a box; 0 inside it."""
    left, top, right, bottom = box
    return math.hypot(max(left - x, x - right, 0), max(top - y, y - bottom, 0))


@lru_cache(maxsize=2000)
def text_width(name: str) -> float:
    """The estimated width of a name in font size 1, never too small."""
    return sum(map(_width, name))


def _width(letter: str) -> float:
    if unicodedata.east_asian_width(letter) in "WF":
        return 1.04
    if letter in NARROW_LETTERS:
        return 0.36
    if letter in BROAD_LETTERS:
        return 0.92
    return 0.72 if letter.isupper() else 0.6


def _positions(disc: Disc, size: float, radius: float) -> list[tuple[int, int, str]]:
    """The positions around a disc, the best first: right, left, above, below, then the diagonals."""
    x, y = disc.x, disc.y
    gap, slant = radius + GAP * size, radius * 0.75 + GAP * size
    middle = round(y + (ASCENT - DESCENT) / 2 * size)
    upper, lower = round(y - slant - DESCENT * size), round(y + slant + ASCENT * size)
    right, left = round(x + slant), round(x - slant)
    return [
        (round(x + gap), middle, "start"), (round(x - gap), middle, "end"),
        (x, round(y - gap - DESCENT * size), "middle"), (x, round(y + gap + ASCENT * size), "middle"),
        (right, upper, "start"), (left, upper, "end"), (right, lower, "start"), (left, lower, "end"),
    ]  # fmt: skip


class _OccupiedSpace:
    """The occupied space of a map as rows of bits: a check takes a microsecond, however much is occupied."""

    def __init__(self, height: int, rows: list[int] | None = None):
        self.height = height
        self.rows = rows or [0] * (height // CELL + 1)

    def copy(self) -> "_OccupiedSpace":
        return _OccupiedSpace(self.height, self.rows[:])

    def add(self, box: Box) -> None:
        rows, bits = self._cells(box)
        self.rows[rows] = [row | bits for row in self.rows[rows]]

    def add_circle(self, x: float, y: float, radius: float) -> None:
        """Mark the squares that the circle covers, without those that it only touches."""
        radius = max(radius - CELL / 2, radius * 0.75)
        for row in range(
            max(int((y - radius) // CELL), 0), min(int((y + radius) // CELL), len(self.rows) - 1) + 1
        ):
            # The smallest distance of the row from the centre.
            distance = min(abs(row * CELL - y), abs((row + 1) * CELL - y)) if row != y // CELL else 0
            half = math.sqrt(max(radius**2 - distance**2, 0))
            left, right = int(max(x - half, 0) // CELL), int(max(x + half, 0) // CELL)
            self.rows[row] |= (1 << (right + 1)) - (1 << left)

    def is_free(self, box: Box) -> bool:
        """Whether the box is inside the map and not occupied."""
        left, top, right, bottom = box
        if left < 0 or top < 0 or right > WIDTH or bottom > self.height:
            return False
        # Runs thousands of times per map; inlined, because calls would take twice as long.
        first = int(left) // CELL
        bits = (1 << (int(right) // CELL + 1)) - (1 << first)
        for row in self.rows[int(top) // CELL : int(bottom) // CELL + 1]:  # noqa: SIM110 - a generator takes longer
            if row & bits:
                return False
        return True

    def _cells(self, box: Box) -> tuple[slice, int]:
        left, top, right, bottom = box
        first, last = int(max(left, 0)) // CELL, int(max(right, 0)) // CELL
        rows = slice(int(max(top, 0)) // CELL, int(bottom) // CELL + 1)
        return rows, (1 << (last + 1)) - (1 << first)
