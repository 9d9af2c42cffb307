"""Where the names of cities stand on a sheet, so that none covers another, or any disc, or seems to be another city's.

The largest cities choose first. A name that has no place nearer to its own disc than to all others is left out: the
disc's title and the table have it.
"""

import math
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from copy import copy
from dataclasses import dataclass
from functools import lru_cache

from .viewport import WIDTH

# What is taken is noted in squares of this size.
CELL = 6
# As parts of the size of the letters: between a disc and its name, at the ends of a name to discs, and to other names,
# which together are to be read as two.
GAP, AROUND, APART = 0.22, 0.14, 0.48
# So many cities choose anew, others first, where one of them finds no place.
FIRST = 16
ATTEMPTS = 8
# Names that are tried for each one that may stand.
CANDIDATES = 3
# Above and below the line that letters stand on.
ASCENT, DESCENT = 0.8, 0.24
NARROW_LETTERS, BROAD_LETTERS = frozenset("iljtfrI.,'’ -()"), frozenset("mwMWшщжюмфЖМШЩЮФЫ—")

# Left, top, right, bottom.
Box = tuple[float, float, float, float]

# How much of a name lies before the point that it is anchored at.
_BEFORE = {"start": 0, "middle": 0.5, "end": 1}


@dataclass(frozen=True, slots=True)
class Disc:
    """A city on a sheet."""

    key: int
    name: str
    x: int
    y: int
    radius: float


@dataclass(frozen=True, slots=True)
class Label:
    """A name on a sheet: where its line begins, ends or has its middle, by `anchor`."""

    disc: Disc
    x: int
    y: int
    anchor: str

    def box(self, size: float) -> Box:
        """What it covers."""
        width = text_width(self.disc.name) * size
        left = self.x - width * _BEFORE[self.anchor]
        return left, self.y - ASCENT * size, left + width, self.y + DESCENT * size


def place_labels(
    discs: Iterable[Disc], size: float, height: int, *, grown: float = 1, most: int = 400
) -> list[Label]:
    """Names in letters of `size` for these discs, in the order of their importance, on a sheet of this height.

    `grown` is how many times as large as they say the discs are drawn.
    """
    discs = list(discs)
    sheet = _DrawnLabels(discs, size, height, grown)
    # What discs leave: nobody chooses anew for the sake of a name that has no place at all.
    spots = {disc.key: found for disc in discs[:FIRST] if (found := list(sheet.spots(disc)))}
    first, best = list(spots), []
    for _attempt in range(ATTEMPTS):
        drawn = sheet.copy()
        labels = {key: label for key in first if (label := drawn.label(spots[key]))}
        if len(labels) > len(best):
            best = list(labels.values())
        left_out = [key for key in first if key not in labels]
        if not left_out:
            break
        # Who has found no room chooses before the others the next time.
        first = left_out + list(labels)
    for label in best:
        sheet.add(label)
    # Beyond these a sheet is full: to try the rest would only take time.
    for disc in discs[FIRST : most * CANDIDATES]:
        if len(best) >= most:
            break
        if label := next((label for label, _box in sheet.spots(disc)), None):
            sheet.add(label)
            best.append(label)
    return best[:most]


class _DrawnLabels:
    """A sheet with its discs, on which names are written."""

    def __init__(self, discs: list[Disc], size: float, height: int, grown: float):
        self.size, self.grown = size, grown
        self.taken = _OccupiedSpace(height)
        for disc in discs:
            self.taken.add_circle(disc.x, disc.y, disc.radius * grown)
        # From top to bottom, so that only those beside a name are looked at.
        self.discs = sorted((disc.y, disc.x, disc.radius * grown, disc.key) for disc in discs)
        self.tops = [disc[0] for disc in self.discs]
        self.largest = max((disc[2] for disc in self.discs), default=0)

    def copy(self) -> "_DrawnLabels":
        other = copy(self)
        other.taken = self.taken.copy()
        return other

    def spots(self, disc: Disc) -> Iterator[tuple[Label, Box]]:
        """The places for a name that are free and nearer to its disc than to any other, the best first.

        With each what must be free there.
        """
        size, around = self.size, AROUND * self.size
        width = text_width(disc.name) * size
        for x, y, anchor in _spots(disc, size, disc.radius * self.grown):
            left = x - width * _BEFORE[anchor]
            box = left, y - ASCENT * size, left + width, y + DESCENT * size
            wider = left - around, box[1], box[2] + around, box[3]
            if self.taken.is_free(wider) and self._is_its_own(disc, box):
                yield Label(disc, x, y, anchor), wider

    def label(self, spots: Iterable[tuple[Label, Box]]) -> Label | None:
        """The first of these places that is free, which is taken then."""
        for label, box in spots:
            if self.taken.is_free(box):
                self.add(label)
                return label
        return None

    def add(self, label: Label) -> None:
        left, top, right, bottom = label.box(self.size)
        apart = (APART - AROUND) * self.size
        self.taken.add((left - apart, top, right + apart, bottom))

    def _is_its_own(self, own: Disc, box: Box) -> bool:
        """Whether no other disc has its edge nearer to a name, which would then seem to be of that city."""
        left, top, right, bottom = box
        gap = _distance(box, own.x, own.y) - own.radius * self.grown
        reach = gap + self.largest
        first, last = left - reach, right + reach
        beside = slice(bisect_left(self.tops, top - reach), bisect_right(self.tops, bottom + reach))
        return not any(
            first < x < last and key != own.key and _distance(box, x, y) - radius < gap
            for y, x, radius, key in self.discs[beside]
        )


def _distance(box: Box, x: float, y: float) -> float:
    """How far a point lies from a box; 0 within it."""
    left, top, right, bottom = box
    return math.hypot(max(left - x, x - right, 0), max(top - y, y - bottom, 0))


@lru_cache(maxsize=2000)
def text_width(name: str) -> float:
    """How long a name is in letters of size 1, rather too long than too short."""
    return sum(map(_width, name))


def _width(letter: str) -> float:
    if unicodedata.east_asian_width(letter) in "WF":
        return 1.04
    if letter in NARROW_LETTERS:
        return 0.36
    if letter in BROAD_LETTERS:
        return 0.92
    return 0.72 if letter.isupper() else 0.6


def _spots(disc: Disc, size: float, radius: float) -> list[tuple[int, int, str]]:
    """The places beside a disc, the best first: right, left, above, below, and between these."""
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
    """What of a sheet is taken, as rows of bits: a name is tried in a microsecond, however much is there."""

    def __init__(self, height: int, rows: list[int] | None = None):
        self.height = height
        self.rows = rows or [0] * (height // CELL + 1)

    def copy(self) -> "_OccupiedSpace":
        return _OccupiedSpace(self.height, self.rows[:])

    def add(self, box: Box) -> None:
        rows, bits = self._cells(box)
        self.rows[rows] = [row | bits for row in self.rows[rows]]

    def add_circle(self, x: float, y: float, radius: float) -> None:
        """Takes the squares that the circle lies in, but for those that it only touches."""
        radius = max(radius - CELL / 2, radius * 0.75)
        for row in range(
            max(int((y - radius) // CELL), 0), min(int((y + radius) // CELL), len(self.rows) - 1) + 1
        ):
            # How far the row is from the middle, at its nearest.
            far = min(abs(row * CELL - y), abs((row + 1) * CELL - y)) if row != y // CELL else 0
            half = math.sqrt(max(radius**2 - far**2, 0))
            left, right = int(max(x - half, 0) // CELL), int(max(x + half, 0) // CELL)
            self.rows[row] |= (1 << (right + 1)) - (1 << left)

    def is_free(self, box: Box) -> bool:
        """Whether all of it is on the sheet, and none of it taken."""
        left, top, right, bottom = box
        if left < 0 or top < 0 or right > WIDTH or bottom > self.height:
            return False
        # Thousands of times for a map: in place, where calls would take twice as long.
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
