"""Places city names where they do not cover other names or discs, and where their city is the nearest city.

Names and discs have the same size on the screen at every zoom. At a larger scale of the map, there is more space
between cities, so more names fit. A name has a fixed position next to its disc and is shown from a minimum scale on.
The names of the largest cities are placed first, so a smaller city never displaces them. The names of the very largest
cities may cover the discs of small cities, because readers look for them first. Names that do not fit at any scale are
omitted from the map. The titles of the discs and the table contain all names.
"""

import math
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from .viewport import WIDTH

# The scales for which labels are placed, from the map on a phone to an enlarged map on a large screen. At scale 1, a
# map unit equals a label unit.
SCALES = (0.33, 0.42, 0.53, 0.68, 0.8, 1, 1.4, 2, 3.5, 8)
# The font size in label units, which must equal the size in the style sheet.
SIZE = 21
# Maximum number of names at scale 1. At other scales, the maximum is proportional to the map area.
MAX_LABELS = 140
# The size of the key in the lower left corner, in label units.
KEY_WIDTH, KEY_HEIGHT = 190, 52
# The grid size for tracking occupied space.
CELL = 6
# The gap between a disc and its name, and the space between names, relative to the font size.
GAP, LABEL_SPACING = 0.22, 0.48
# If there is no free position, the names of the PRIORITY_LABELS largest cities may cover discs, except the discs of the
# PROMINENT largest cities. Below the scale LAPTOP (a whole map on a laptop), only the names of the PROMINENT largest
# cities may cover discs.
PRIORITY_LABELS, PROMINENT, LAPTOP = 16, 10, 0.8
# The cost of a scale where the name is not shown, in units of a scale where another disc is nearer to the name.
COST_OF_SCALE = 2
# The heights of characters above and below the baseline, relative to the font size.
ASCENT, DESCENT = 0.8, 0.24
NARROW_LETTERS, BROAD_LETTERS = frozenset("iljtfrI.,'’ -()"), frozenset("mwMWшщжюмфЖМШЩЮФЫ—")

# The edges of a rectangle (left, top, right, bottom).
Box = tuple[float, float, float, float]

_SPACING = LABEL_SPACING * SIZE
# The share of a name's width that is to the left of its anchor point.
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
    """A name on the map, shown at `scale` and all larger scales.

    (x, y) is the position of the `anchor` (start, middle or end) on the baseline, in label units from the disc.
    """

    disc: Disc
    x: int
    y: int
    anchor: str
    scale: float

    def box(self, scale: float) -> Box:
        """Returns the area covered by the name at a scale, in label units."""
        width = text_width(self.disc.name) * SIZE
        left = self.disc.x * scale + self.x - width * _ANCHOR_OFFSET[self.anchor]
        baseline = self.disc.y * scale + self.y
        return left, baseline - ASCENT * SIZE, left + width, baseline + DESCENT * SIZE


def place_labels(discs: Iterable[Disc], height: int, *, may_cover_discs: bool = True) -> list[Label]:
    """Places labels for `discs` on a map of this height.

    `discs` must be in order of importance. The labels are sorted by scale. If `may_cover_discs` is false, the names of
    large cities also cover no discs.
    """
    discs = list(discs)
    scales = [_MapScale(discs, height, scale) for scale in SCALES]
    ranks = list(range(len(discs)))
    covers_from = [0.0] * PROMINENT + [LAPTOP] * (PRIORITY_LABELS - PROMINENT)
    covers_from += [math.inf] * (len(discs) - PRIORITY_LABELS)
    if may_cover_discs:
        # The names of the very largest cities are placed in order of cost, highest cost first.
        costs = [_label(disc, scales, 0)[1] for disc in discs[:PROMINENT]]
        ranks[:PROMINENT] = sorted(ranks[:PROMINENT], key=lambda rank: -costs[rank])
    labels = []
    for rank in ranks:
        label, _cost = _label(discs[rank], scales, covers_from[rank] if may_cover_discs else math.inf)
        if label is not None:
            labels.append(label)
            for scale in scales[SCALES.index(label.scale) :]:
                scale.add(label)
    return sorted(labels, key=lambda label: label.scale)


def _label(disc: Disc, scales: list["_MapScale"], covers_from: float) -> tuple[Label | None, int]:
    """Returns the label for a disc at the best position, and its cost, or None if no position is free.

    The best position is free from the smallest scale on. From the scale `covers_from` on, the label may cover discs. In
    that case, each scale where another disc is nearer to the label raises the cost.
    """
    least = max((place for place, scale in enumerate(scales, 1) if scale.room_for_labels <= 0), default=0)
    best, start, least_cost = None, len(scales), COST_OF_SCALE * len(scales)
    for x, y, anchor in _positions(disc.radius):
        label = Label(disc, x, y, anchor, SCALES[-1])
        # A position with a lower cost must be free at this scale and at all larger scales. At a larger scale, cities
        # are farther apart, and another city can be close to the name or under it.
        place = (least_cost - 1) // COST_OF_SCALE
        if place < least or not all(scale.fits(label, covers_from) for scale in scales[place:]):
            continue
        while place > least and scales[place - 1].fits(label, covers_from):
            place -= 1
        cost = COST_OF_SCALE * place
        if covers_from < math.inf:
            cost += sum(not scale.is_nearest(label) for scale in scales[place:])
        if cost < least_cost:
            best, start, least_cost = label, place, cost
    return replace(best, scale=SCALES[start]) if best else None, least_cost


class _MapScale:
    """The discs and the labels placed so far at a scale, in label units."""

    def __init__(self, discs: list[Disc], height: int, scale: float):
        self.scale = scale
        self.room_for_labels = math.ceil(MAX_LABELS * scale**2)
        self.occupied = _OccupiedSpace(WIDTH * scale, height * scale)
        # The occupied space, except discs that the names of the largest cities may cover.
        self.occupied_for_largest = _OccupiedSpace(WIDTH * scale, height * scale)
        for rank, disc in enumerate(discs):
            self.occupied.add_circle(disc.x * scale, disc.y * scale, disc.radius)
            if rank < PROMINENT:
                self.occupied_for_largest.add_circle(disc.x * scale, disc.y * scale, disc.radius)
        for space in (self.occupied, self.occupied_for_largest):
            space.add((0, height * scale - KEY_HEIGHT, KEY_WIDTH, height * scale))
        # The discs are sorted from top to bottom, so that only the discs near a name are checked.
        self.discs = sorted((disc.y * scale, disc.x * scale, disc.radius, disc.key) for disc in discs)
        self.tops = [disc[0] for disc in self.discs]
        self.largest_radius = max((disc[2] for disc in self.discs), default=0)

    def fits(self, label: Label, covers_discs_from: float) -> bool:
        """Returns True if the label covers no other label or disc, and its own disc is the nearest disc.

        From the scale `covers_discs_from` on, the label may cover the discs of small cities.
        """
        box = label.box(self.scale)
        if self.occupied.is_free(box) and self.is_nearest(label):
            return True
        return self.scale >= covers_discs_from and self.occupied_for_largest.is_free(box)

    def add(self, label: Label) -> None:
        self.room_for_labels -= 1
        left, top, right, bottom = label.box(self.scale)
        for space in (self.occupied, self.occupied_for_largest):
            space.add((left - _SPACING, top, right + _SPACING, bottom))

    def is_nearest(self, label: Label) -> bool:
        """Returns True if no other disc is nearer to the name. A name seems to belong to the nearest disc."""
        own, box = label.disc, label.box(self.scale)
        left, top, right, bottom = box
        gap = _distance(box, own.x * self.scale, own.y * self.scale) - own.radius
        reach = gap + self.largest_radius
        nearby = slice(bisect_left(self.tops, top - reach), bisect_right(self.tops, bottom + reach))
        return not any(
            left - reach < x < right + reach and key != own.key and _distance(box, x, y) - radius < gap
            for y, x, radius, key in self.discs[nearby]
        )


def _distance(box: Box, x: float, y: float) -> float:
    """Returns the distance from a point to a box."""
    left, top, right, bottom = box
    return math.hypot(max(left - x, x - right, 0), max(top - y, y - bottom, 0))


@lru_cache(maxsize=2000)
def text_width(name: str) -> float:
    """Returns the estimated width of a name at font size 1. The actual width is never larger."""
    return sum(map(_width, name))


def _width(letter: str) -> float:
    if unicodedata.east_asian_width(letter) in "WF":
        return 1.04
    if letter in NARROW_LETTERS:
        return 0.36
    if letter in BROAD_LETTERS:
        return 0.92
    return 0.72 if letter.isupper() else 0.6


@lru_cache(maxsize=500)
def _positions(radius: float) -> list[tuple[int, int, str]]:
    """Returns the possible positions around a disc in order of preference (right, left, above, below, diagonal)."""
    gap, slant = round(radius + GAP * SIZE), radius * 0.75 + GAP * SIZE
    middle = round((ASCENT - DESCENT) / 2 * SIZE)
    upper, lower, across = round(-slant - DESCENT * SIZE), round(slant + ASCENT * SIZE), round(slant)
    return [
        (gap, middle, "start"), (-gap, middle, "end"),
        (0, round(-gap - DESCENT * SIZE), "middle"), (0, round(gap + ASCENT * SIZE), "middle"),
        (across, upper, "start"), (-across, upper, "end"), (across, lower, "start"), (-across, lower, "end"),
    ]  # fmt: skip


class _OccupiedSpace:
    """The occupied space of a map as rows of bits. A check takes a microsecond, regardless of the occupied space."""

    def __init__(self, width: float, height: float):
        self.width, self.height = width, height
        self.rows = [0] * (int(height) // CELL + 1)

    def add(self, box: Box) -> None:
        left, top, right, bottom = box
        first = int(left) // CELL if left > 0 else 0
        bits = (1 << (int(right) // CELL + 1)) - (1 << first)
        rows = self.rows
        for row in range(int(top) // CELL if top > 0 else 0, min(int(bottom) // CELL + 1, len(rows))):
            rows[row] |= bits

    def add_circle(self, x: float, y: float, radius: float) -> None:
        """Marks the cells that the circle covers. Cells that the circle only touches are not marked."""
        radius = max(radius - CELL / 2, radius * 0.75)
        rows, square = self.rows, radius * radius
        first, last = max(int((y - radius) // CELL), 0), min(int((y + radius) // CELL), len(rows) - 1)
        middle = y // CELL
        for row in range(first, last + 1):
            # The shortest distance from the row to the centre.
            distance = 0 if row == middle else (row * CELL - y if row > middle else y - (row + 1) * CELL)
            rest = square - distance * distance
            half = math.sqrt(rest) if rest > 0 else 0
            left, right = int((x - half) // CELL) if x > half else 0, int((x + half) // CELL)
            rows[row] |= (1 << (right + 1)) - (1 << left)

    def is_free(self, box: Box) -> bool:
        """Returns True if the box is inside the map and unoccupied."""
        left, top, right, bottom = box
        if left < 0 or top < 0 or right > self.width or bottom > self.height:
            return False
        # This code is inlined, because it runs thousands of times per map. Function calls would take twice as long.
        first = int(left) // CELL
        bits = (1 << (int(right) // CELL + 1)) - (1 << first)
        for row in self.rows[int(top) // CELL : int(bottom) // CELL + 1]:  # noqa: SIM110 - a generator takes longer
            if row & bits:
                return False
        return True
