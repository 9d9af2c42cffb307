"""Where the names of cities stand on a sheet, so that none covers another, or any disc.

The largest cities choose first, and the very first may cover small discs, which shine through the halo of a name.
A name that fits nowhere is left out: the disc's title and the table have it.
"""

import math
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from .sheet import WIDTH

# What is taken is noted in squares of this size.
CELL = 6
# Between a disc and its name, and around a name, as parts of the size of the letters.
GAP, AROUND = 0.22, 0.14
# So many cities are named even where their names cover discs of others.
FIRST = 16
ATTEMPTS = 8
# Names that are tried for each one that may stand.
TRIED = 3
# Above and below the line that letters stand on.
ASCENT, DESCENT = 0.8, 0.24
NARROW_LETTERS, BROAD_LETTERS = frozenset("iljtfrI.,'’ -()"), frozenset("mwMWшщжюмфЖМШЩЮФЫ—")


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

    def box(self, size: float) -> tuple[float, float, float, float]:
        """What it covers: left, top, right, bottom."""
        width = length(self.disc.name) * size
        left = self.x - width * _BEFORE[self.anchor]
        return left, self.y - ASCENT * size, left + width, self.y + DESCENT * size


def placed(
    discs: Iterable[Disc], size: float, height: int, *, grown: float = 1, most: int = 400
) -> list[Label]:
    """Names in letters of `size` for these discs, in the order of their importance, on a sheet of this height.

    `grown` is how many times as large as they say the discs are drawn.
    """
    discs = list(discs)
    first = discs[:FIRST]
    best: list[Label] = []
    empty = _Drawn.of(discs, size, height, grown)
    for _attempt in range(ATTEMPTS):
        drawn = empty.copy()
        labels = [label for disc in first if (label := drawn.label(disc, is_first=True))]
        if len(labels) > len(best):
            best = labels
        named = {label.disc.key for label in labels}
        left_out = [disc for disc in first if disc.key not in named]
        if not left_out:
            break
        # Who has found no room chooses before the others the next time.
        first = left_out + [disc for disc in first if disc.key in named]
    drawn = empty.copy()
    for label in best:
        drawn.add(label)
    # Beyond these a sheet is full: to try the rest would only take time.
    for disc in discs[FIRST : most * TRIED]:
        if len(best) >= most:
            break
        if label := drawn.label(disc, is_first=False):
            best.append(label)
    return best[:most]


class _Drawn:
    """A sheet with its discs, on which names are written."""

    def __init__(self, size: float, grown: float, firm: "_Taken", all_: "_Taken"):
        self.size, self.grown = size, grown
        # What nobody may cover, and with it what the first may.
        self.firm, self.all = firm, all_

    @classmethod
    def of(cls, discs: list[Disc], size: float, height: int, grown: float) -> "_Drawn":
        firm = _Taken(height)
        for disc in discs[:FIRST]:
            firm.add_circle(disc.x, disc.y, disc.radius * grown)
        all_ = firm.copy()
        for disc in discs[FIRST:]:
            all_.add_circle(disc.x, disc.y, disc.radius * grown)
        return cls(size, grown, firm, all_)

    def copy(self) -> "_Drawn":
        return _Drawn(self.size, self.grown, self.firm.copy(), self.all.copy())

    def label(self, disc: Disc, *, is_first: bool) -> Label | None:
        """The best place that is left for the name of a disc, which is taken then; None where there is none."""
        width = length(disc.name) * self.size
        spots = _spots(disc, self.size, disc.radius * self.grown)
        for taken in (self.all, self.firm) if is_first else (self.all,):
            for x, y, anchor in spots:
                if taken.is_free(self._box(x, y, anchor, width)):
                    label = Label(disc, x, y, anchor)
                    self.add(label)
                    return label
        return None

    def add(self, label: Label) -> None:
        box = self._box(label.x, label.y, label.anchor, length(label.disc.name) * self.size)
        self.firm.add(box)
        self.all.add(box)

    def _box(self, x: int, y: int, anchor: str, width: float) -> tuple[float, float, float, float]:
        """What a name takes, with some room at both ends."""
        size = self.size
        left = x - width * _BEFORE[anchor] - AROUND * size
        return left, y - ASCENT * size, left + width + 2 * AROUND * size, y + DESCENT * size


@lru_cache(maxsize=2000)
def length(name: str) -> float:
    """How long a name is in letters of size 1, rather too long than too short."""
    return sum(map(_breadth, name))


def _breadth(letter: str) -> float:
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


class _Taken:
    """What of a sheet is taken, as rows of bits: a name is tried in a microsecond, however much is there."""

    def __init__(self, height: int, rows: list[int] | None = None):
        self.height = height
        self.rows = rows or [0] * (height // CELL + 1)

    def copy(self) -> "_Taken":
        return _Taken(self.height, self.rows[:])

    def add(self, box: tuple[float, float, float, float]) -> None:
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

    def is_free(self, box: tuple[float, float, float, float]) -> bool:
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

    def _cells(self, box: tuple[float, float, float, float]) -> tuple[slice, int]:
        left, top, right, bottom = box
        first, last = int(max(left, 0)) // CELL, int(max(right, 0)) // CELL
        rows = slice(int(max(top, 0)) // CELL, int(bottom) // CELL + 1)
        return rows, (1 << (last + 1)) - (1 << first)
