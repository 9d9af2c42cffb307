"""Trends: initiatives by start year for each theme on one scale, with the reports read of these years."""

from dataclasses import dataclass

from pyroaring import BitMap

from sco_cities.listings.year_filters import format_range
from sco_cities.themes.models import Theme

from .breakdowns import by_pillar
from .scope import COLLECTION, ChartMark, ChartScope
from .years import Span, keys_by_year, keys_in_span, reports_read, span_label, spans, this_year, undated

# As many years as have room on a phone. Earlier years share one column.
MAX_YEARS = 14
# Themes with the most starts in so many years come first, the current one included.
RECENT_YEARS = 3


@dataclass(frozen=True)
class Trend:
    """A theme with all of its initiatives (`mark`), and those of each column; `recent` of the last years."""

    mark: ChartMark
    columns: list[ChartMark]
    recent: int


@dataclass(frozen=True)
class PillarTrends:
    """A pillar with all of its initiatives, and the trends of its themes that have any."""

    mark: ChartMark
    themes: list[Trend]


@dataclass(frozen=True)
class TrendChart:
    """The trends of the pillars with initiatives; for each column, in order of time, the reports read."""

    pillars: list[PillarTrends]
    read: list[ChartMark]
    undated: ChartMark


def trend_chart(scope: ChartScope) -> TrendChart:
    """The trends of the themes of each pillar. An imprecise start counts in its first possible year."""
    return scope.memoize(("trends", this_year()), lambda: _trend_chart(scope))


def _trend_chart(scope: ChartScope) -> TrendChart:
    state, years = scope.state, keys_by_year(scope)
    published = state.published("reports")
    read_years = [year for year, keys in state.dimension("reports", "from_year").items() if keys & published]
    columns = spans({*years, *read_years}, MAX_YEARS) if years else []
    starts = [(span, keys_in_span(years, span)) for span in columns]
    recent = keys_in_span(years, (this_year() - RECENT_YEARS + 1, None))
    slugs = {theme.slug: key for key, theme in state.index("themes").records.items()}
    breakdowns = [each for each in by_pillar(scope) if each.pillar.count]

    def counted(mark: ChartMark) -> tuple[ChartMark, list[int], int]:
        keys = state.facet(COLLECTION, "theme").get(slugs[mark.value], BitMap())
        counts = [keys.intersection_cardinality(started) for _span, started in starts]
        return mark, counts, keys.intersection_cardinality(recent)

    themes = [[counted(mark) for mark in each.themes if mark.count] for each in breakdowns]
    highest = max((max(counts, default=0) for group in themes for _mark, counts, _recent in group), default=0)
    return TrendChart(
        [
            PillarTrends(
                each.pillar,
                sorted(
                    (_trend(scope, columns, *theme, highest) for theme in group),
                    key=lambda trend: (-trend.recent, -trend.mark.count, trend.mark.value),
                ),
            )
            for each, group in zip(breakdowns, themes, strict=True)
        ],
        reports_read(state, columns),
        undated(scope, years),
    )


def _trend(
    scope: ChartScope, columns: list[Span], mark: ChartMark, counts: list[int], recent: int, highest: int
) -> Trend:
    marks = []
    for span, count in zip(columns, counts, strict=True):
        value = format_range(*span)
        url = scope.url(theme=mark.value, started=value) if count else ""
        marks.append(ChartMark(value, span_label(span), count, count / highest if highest else 0, url))
    return Trend(mark, marks, recent)


def theme_year_rows(scope: ChartScope) -> list[tuple[Theme, int | None, int]]:
    """A row for every published theme and start year (None: unknown) with initiatives: theme, year, and count."""
    years, themes = keys_by_year(scope), scope.state.index("themes").records
    columns = [(year, years[year]) for year in sorted(years)]
    columns.append((None, scope.keys.difference(*years.values())))
    by_theme = scope.state.facet(COLLECTION, "theme")
    published = sorted(scope.state.published("themes"), key=lambda key: themes[key].slug)
    return [
        (themes[theme], year, count)
        for theme in published
        for year, keys in columns
        if (count := by_theme.get(theme, BitMap()).intersection_cardinality(keys))
    ]
