"""When initiatives have begun, and how firm those of each year are."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from pyroaring import BitMap

from initiatives.models import Status
from sco_cities.listings import histogram
from sco_cities.listings.year_filters import UNKNOWN, span

from .scope import COLLECTION, ChartMark, ChartScope

# What is told apart on a phone. Of more years the latest have columns of their own, the others stand together.
MAX_COLUMNS = 24
# From the ground up: the firmest carry the others; what has stalled or is not known stands on top.
STACKED = (
    Status.COMPLETED, Status.OPERATING, Status.UNDER_WAY, Status.AGREED, Status.PROPOSED, Status.INTEREST,
    Status.STALLED, Status.UNKNOWN,
)  # fmt: skip
# Where there is little room, only the first, every fifth and the last year are written below their columns.
EVERY = 5


@dataclass(frozen=True)
class YearSegment:
    """Those of a year that are equally firm: where they lie in its column, measured from the top, as shares of it."""

    mark: ChartMark
    top: float


@dataclass(frozen=True)
class YearColumn:
    """The initiatives begun from the year `first` to the year `last`, None for an open end.

    `mark.share` is of the highest column, so that `top` lies at 1 less it.
    """

    first: int | None
    last: int | None
    mark: ChartMark
    segments: list[YearSegment]
    # Whether its label is shown also where there is little room.
    has_room: bool

    @property
    def top(self) -> float:
        return 1 - self.mark.share


@dataclass(frozen=True)
class StartYears:
    """The columns in order of time, and those initiatives of which no report tells when they began."""

    columns: list[YearColumn]
    undated: ChartMark

    @property
    def statuses(self) -> list[Status]:
        """The statuses that any of the columns has, from interest on."""
        there = {segment.mark.value for column in self.columns for segment in column.segments}
        return [status for status in Status if status.value in there]

    @property
    def rows(self) -> list[tuple[YearColumn, list[ChartMark | None]]]:
        """Each column with its marks by status; None where it has none."""
        found = []
        for column in self.columns:
            marks = {segment.mark.value: segment.mark for segment in column.segments}
            found.append((column, [marks.get(status.value) for status in self.statuses]))
        return found


def by_start(charted: ChartScope) -> StartYears:
    """The initiatives by the year of their start; a vague start counts in the first year that it may mean."""
    years = _years(charted)
    total = len(charted)
    undated = charted.mark(
        "started", UNKNOWN, _("start year unknown"), total - sum(map(len, years.values())), total
    )
    spans = _spans(years)
    united = [_merged(years, *each) for each in spans]
    highest = max(map(len, united), default=0)
    columns = [
        _column(charted, *each, having, highest, has_room=_fits(spans, place))
        for place, (each, having) in enumerate(zip(spans, united, strict=True))
    ]
    return StartYears(columns, undated)


def each_start(charted: ChartScope) -> list[tuple[int | None, int, list[int]]]:
    """For every year that any begins in, and then for None: how many, and how many of each status."""
    years = _years(charted)
    undated = charted.keys.difference(*years.values())
    found = [(year, years[year]) for year in sorted(years)] + ([(None, undated)] if undated else [])
    having = charted.state.facet(COLLECTION, "status")
    return [
        (
            year,
            len(keys),
            [having.get(status.value, BitMap()).intersection_cardinality(keys) for status in Status],
        )
        for year, keys in found
    ]


def this_year() -> int:
    """Up to which years have columns of their own, and some after it."""
    return datetime.date.today().year


def _years(charted: ChartScope) -> dict[int, BitMap]:
    started = charted.state.axis(COLLECTION, "from_year")
    return {year: here for year, having in started.items() if (here := having & charted.keys)}


def _spans(years: Iterable[int]) -> list[tuple[int | None, int | None]]:
    if not years:
        return []
    least, most = min(years), max(years)
    first, last = histogram.window(least, most, this_year(), MAX_COLUMNS)
    spans: list[tuple[int | None, int | None]] = [(year, year) for year in range(first, last + 1)]
    if first > least:
        spans.insert(0, (None, first - 1))
    if last < most:
        spans.append((last + 1, None))
    return spans


def _fits(spans: list[tuple[int | None, int | None]], place: int) -> bool:
    is_alone = EVERY <= place < len(spans) - EVERY
    return place in (0, len(spans) - 1) or len(spans) <= EVERY or (is_alone and spans[place][0] % EVERY == 0)


def _merged(years: dict[int, BitMap], first: int | None, last: int | None) -> BitMap:
    if first == last:
        return years.get(first, BitMap())
    return BitMap.union(
        BitMap(), *(here for year, here in years.items() if (first or year) <= year <= (last or year))
    )


def _column(
    charted: ChartScope, first: int | None, last: int | None, having: BitMap, highest: int, *, has_room: bool
) -> YearColumn:
    value, count = span(first, last), len(having)
    mark = charted.mark("started", value, histogram.Bar(first, last, count).label, count, highest)
    segments, below = [], 0
    if count:
        statuses = charted.state.facet(COLLECTION, "status")
        for status in STACKED:
            here = statuses.get(status.value, BitMap()).intersection_cardinality(having)
            if here:
                address = charted.address(started=value, status=status.value)
                below += here
                segment = ChartMark(status.value, status.label, here, here / highest, address)
                segments.append(YearSegment(segment, 1 - below / highest))
    return YearColumn(first, last, mark, segments, has_room)
