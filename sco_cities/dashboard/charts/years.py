"""Initiatives by start year and status, beside the reports that were read of the same years."""

import datetime
from collections.abc import Iterable

from django.utils.translation import gettext as _
from pyroaring import BitMap

from initiatives.models import Status
from sco_cities.facet_index.state import IndexState
from sco_cities.listings import histogram
from sco_cities.listings.year_filters import UNKNOWN, format_range
from sco_cities.sources.models import Report
from sco_cities.sources.related_records import list_url

from .scope import COLLECTION, ChartMark, ChartScope

# The first and the last year of a column; None for an open end.
Span = tuple[int | None, int | None]


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
