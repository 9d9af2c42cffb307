"""Initiatives by start year and status."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from pyroaring import BitMap

from initiatives.models import Status
from sco_cities.listings import histogram
from sco_cities.listings.year_filters import UNKNOWN, format_range

from .scope import COLLECTION, ChartMark, ChartScope

# As many columns as can be distinguished on a phone. Earlier years share one column.
MAX_COLUMNS = 24
# From bottom to top: the most advanced statuses first, stalled and unknown last.
STACKING_ORDER = (
    Status.COMPLETED, Status.OPERATING, Status.UNDER_WAY, Status.AGREED, Status.PROPOSED, Status.INTEREST,
    Status.STALLED, Status.UNKNOWN,
)  # fmt: skip
# On narrow screens only the first, every fifth and the last year have a label.
LABEL_INTERVAL = 5


@dataclass(frozen=True)
class YearSegment:
    """The initiatives of a column with the same status; `top` is the distance from the top as a share of the height."""

    mark: ChartMark
    top: float


@dataclass(frozen=True)
class YearColumn:
    """The initiatives that started in the years from `first` to `last`; None for an open end.

    `mark.share` is relative to the highest column, so `top` is 1 minus that share.
    """

    first: int | None
    last: int | None
    mark: ChartMark
    segments: list[YearSegment]
    # Whether its label is also shown on narrow screens.
    has_room: bool

    @property
    def top(self) -> float:
        return 1 - self.mark.share


@dataclass(frozen=True)
class StartYears:
    """The columns in order of time, and the initiatives without a reported start."""

    columns: list[YearColumn]
    undated: ChartMark

    @property
    def statuses(self) -> list[Status]:
        """The statuses that occur in any column, starting with interest."""
        values = {segment.mark.value for column in self.columns for segment in column.segments}
        return [status for status in Status if status.value in values]

    @property
    def rows(self) -> list[tuple[YearColumn, list[ChartMark | None]]]:
        """Each column with its marks in the order of `statuses`; None for a status without initiatives."""
        rows = []
        for column in self.columns:
            marks = {segment.mark.value: segment.mark for segment in column.segments}
            rows.append((column, [marks.get(status.value) for status in self.statuses]))
        return rows


def by_start_year(scope: ChartScope) -> StartYears:
    """The initiatives by start year; an imprecise start counts in its first possible year."""
    years = _keys_by_year(scope)
    total = len(scope)
    undated = scope.mark(
        "started", UNKNOWN, _("start year unknown"), total - sum(map(len, years.values())), total
    )
    spans = _spans(years)
    span_keys = [_keys_in_span(years, *each) for each in spans]
    highest = max(map(len, span_keys), default=0)
    columns = [
        _column(scope, *each, keys, highest, has_room=_has_room(spans, position))
        for position, (each, keys) in enumerate(zip(spans, span_keys, strict=True))
    ]
    return StartYears(columns, undated)


def start_year_rows(scope: ChartScope) -> list[tuple[int | None, int, list[int]]]:
    """A row for every start year, then one for None (unknown): the year, the count, and the count per status."""
    years = _keys_by_year(scope)
    undated = scope.keys.difference(*years.values())
    rows = [(year, years[year]) for year in sorted(years)] + ([(None, undated)] if undated else [])
    by_status = scope.state.facet(COLLECTION, "status")
    return [
        (
            year,
            len(keys),
            [by_status.get(status.value, BitMap()).intersection_cardinality(keys) for status in Status],
        )
        for year, keys in rows
    ]


def this_year() -> int:
    """The current year; it decides which years have their own columns."""
    return datetime.date.today().year


def _keys_by_year(scope: ChartScope) -> dict[int, BitMap]:
    by_year = scope.state.dimension(COLLECTION, "from_year")
    return {year: own for year, keys in by_year.items() if (own := keys & scope.keys)}


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


def _has_room(spans: list[tuple[int | None, int | None]], position: int) -> bool:
    if position in (0, len(spans) - 1) or len(spans) <= LABEL_INTERVAL:
        return True
    is_far_from_ends = LABEL_INTERVAL <= position < len(spans) - LABEL_INTERVAL
    return is_far_from_ends and spans[position][0] % LABEL_INTERVAL == 0


def _keys_in_span(years: dict[int, BitMap], first: int | None, last: int | None) -> BitMap:
    if first == last:
        return years.get(first, BitMap())
    return BitMap.union(
        BitMap(), *(keys for year, keys in years.items() if (first or year) <= year <= (last or year))
    )


def _column(
    scope: ChartScope, first: int | None, last: int | None, keys: BitMap, highest: int, *, has_room: bool
) -> YearColumn:
    value, count = format_range(first, last), len(keys)
    mark = scope.mark("started", value, histogram.Bar(first, last, count).label, count, highest)
    segments, below = [], 0
    if count:
        statuses = scope.state.facet(COLLECTION, "status")
        for status in STACKING_ORDER:
            size = statuses.get(status.value, BitMap()).intersection_cardinality(keys)
            if size:
                address = scope.address(started=value, status=status.value)
                below += size
                segment = ChartMark(status.value, status.label, size, size / highest, address)
                segments.append(YearSegment(segment, 1 - below / highest))
    return YearColumn(first, last, mark, segments, has_room)
