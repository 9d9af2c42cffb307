"""Initiatives by start year and status, beside the reports that were read of the same years."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from pyroaring import BitMap

from initiatives.models import Status
from sco_cities.facet_index.state import IndexState
from sco_cities.listings import histogram
from sco_cities.listings.year_filters import UNKNOWN, format_range
from sco_cities.sources.models import Report
from sco_cities.sources.related_records import list_url

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
# The first and the last year of a column; None for an open end.
Span = tuple[int | None, int | None]


@dataclass(frozen=True)
class YearSegment:
    """The initiatives of a column with the same status; `top` is the distance from the top as a share of the height."""

    mark: ChartMark
    top: float


@dataclass(frozen=True)
class YearColumn:
    """The initiatives that started in the years from `first` to `last`; None for an open end.

    `mark.share` is relative to the highest column, so `top` is 1 minus that share. `read`: the reports of these years.
    """

    first: int | None
    last: int | None
    mark: ChartMark
    segments: list[YearSegment]
    # Whether its label is also shown on narrow screens.
    has_room: bool
    read: ChartMark

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
    years = keys_by_year(scope)
    columns = spans(years, MAX_COLUMNS)
    keys_of_columns = [keys_in_span(years, each) for each in columns]
    highest = max(map(len, keys_of_columns), default=0)
    read = reports_read(scope.state, columns)
    return StartYears(
        [
            _column(scope, each, keys, highest, read[position], has_room=_has_room(columns, position))
            for position, (each, keys) in enumerate(zip(columns, keys_of_columns, strict=True))
        ],
        undated(scope, years),
    )


def undated(scope: ChartScope, years: dict[int, BitMap]) -> ChartMark:
    """The initiatives without a reported start, as a share of all."""
    count = len(scope) - sum(map(len, years.values()))
    return scope.mark("started", UNKNOWN, _("start year unknown"), count, len(scope))


def start_year_rows(scope: ChartScope) -> list[tuple[int | None, int, list[int]]]:
    """A row for every start year, then one for None (unknown): the year, the count, and the count per status."""
    years = keys_by_year(scope)
    without = scope.keys.difference(*years.values())
    rows = [(year, years[year]) for year in sorted(years)] + ([(None, without)] if without else [])
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


def keys_by_year(scope: ChartScope) -> dict[int, BitMap]:
    """The initiatives by start year."""
    by_year = scope.state.dimension(COLLECTION, "from_year")
    return {year: own for year, keys in by_year.items() if (own := keys & scope.keys)}


def keys_in_span(years: dict[int, BitMap], span: Span) -> BitMap:
    """The initiatives that started in a span of years."""
    first, last = span
    if first == last:
        return years.get(first, BitMap())
    return BitMap.union(
        BitMap(), *(keys for year, keys in years.items() if (first or year) <= year <= (last or year))
    )


def spans(years: Iterable[int], most: int) -> list[Span]:
    """A column for each year from the first to the last; of more than `most`, earlier and far later ones share one."""
    if not years:
        return []
    least, greatest = min(years), max(years)
    first, last = histogram.window(least, greatest, this_year(), most)
    columns: list[Span] = [(year, year) for year in range(first, last + 1)]
    if first > least:
        columns.insert(0, (None, first - 1))
    if last < greatest:
        columns.append((last + 1, None))
    return columns


def span_label(span: Span) -> str:
    """The years of a column in words: "up to 2012", "2024", "2026 to date" for the current year."""
    first, last = span
    if first == last == this_year():
        return _("%(year)s to\N{NO-BREAK SPACE}date") % {"year": first}
    return histogram.Bar(first, last, 0).label


def reports_read(state: IndexState, columns: list[Span]) -> list[ChartMark]:
    """The published reports of each column, by their date, as shares of the largest number."""
    years, published = state.index("reports").indexed_model.facets["years"], state.published("reports")
    counts = [len(years.overlapping(state, "reports", *each) & published) for each in columns]
    highest = max(counts, default=0)
    return [
        ChartMark(
            format_range(*span),
            span_label(span),
            count,
            count / highest if highest else 0,
            list_url(
                Report,
                **{f"year_{name}": year for name, year in zip(("from", "to"), span, strict=True) if year},
            ),
        )
        for span, count in zip(columns, counts, strict=True)
    ]


def _has_room(columns: list[Span], position: int) -> bool:
    if position in (0, len(columns) - 1) or len(columns) <= LABEL_INTERVAL:
        return True
    is_far_from_ends = LABEL_INTERVAL <= position < len(columns) - LABEL_INTERVAL
    return is_far_from_ends and columns[position][0] % LABEL_INTERVAL == 0


def _column(
    scope: ChartScope, span: Span, keys: BitMap, highest: int, read: ChartMark, *, has_room: bool
) -> YearColumn:
    value, count = format_range(*span), len(keys)
    mark = scope.mark("started", value, span_label(span), count, highest)
    segments, below = [], 0
    if count:
        statuses = scope.state.facet(COLLECTION, "status")
        for status in STACKING_ORDER:
            size = statuses.get(status.value, BitMap()).intersection_cardinality(keys)
            if size:
                url = scope.url(started=value, status=status.value)
                below += size
                segment = ChartMark(status.value, status.label, size, size / highest, url)
                segments.append(YearSegment(segment, 1 - below / highest))
    return YearColumn(*span, mark, segments, has_room, read)
