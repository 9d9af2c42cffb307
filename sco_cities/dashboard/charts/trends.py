"""Trends: initiatives by start year for each pillar and theme on one scale, beside the reports read of these years."""

from collections.abc import Hashable, Iterable
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
    """A pillar or theme with all of its initiatives (`mark`), and those of each column; `recent` of the last years."""

    mark: ChartMark
    columns: list[ChartMark]
    recent: int


@dataclass(frozen=True)
class PillarTrends:
    """The trend of a pillar, and of its themes with initiatives; one scale for all themes, one for all pillars."""

    pillar: Trend
    themes: list[Trend]


@dataclass(frozen=True)
class TrendChart:
    """The trends of the pillars with initiatives; for each column, in order of time, the reports read."""

    pillars: list[PillarTrends]
    read: list[ChartMark]
    undated: ChartMark


def trend_chart(scope: ChartScope, *, by_theme: bool = True) -> TrendChart:
    """The trends of the pillars, and `by_theme` of their themes.

    An imprecise start counts in its first possible year.
    """
    return scope.memoize(("trends", by_theme, this_year()), lambda: _trend_chart(scope, by_theme=by_theme))


def _trend_chart(scope: ChartScope, *, by_theme: bool) -> TrendChart:
    state, years = scope.state, keys_by_year(scope)
    published = state.published("reports")
    read_years = [year for year, keys in state.dimension("reports", "from_year").items() if keys & published]
    columns = spans({*years, *read_years}, MAX_YEARS) if years else []
    starts = [(span, keys_in_span(years, span)) for span in columns]
    recent = keys_in_span(years, (this_year() - RECENT_YEARS + 1, None))
    slugs = {theme.slug: key for key, theme in state.index("themes").records.items()}
    breakdowns = [each for each in by_pillar(scope) if each.pillar.count]

    def counted(facet: str, mark: ChartMark, key: Hashable) -> tuple:
        keys = state.facet(COLLECTION, facet).get(key, BitMap())
        counts = [keys.intersection_cardinality(started) for _span, started in starts]
        return facet, mark, counts, keys.intersection_cardinality(recent)

    pillars = [counted("pillar", each.pillar, each.pillar.value) for each in breakdowns]
    themes = [
        [counted("theme", mark, slugs[mark.value]) for mark in each.themes if by_theme and mark.count]
        for each in breakdowns
    ]
    highest = _highest(pillars)
    highest_theme = _highest(theme for group in themes for theme in group)
    return TrendChart(
        [
            PillarTrends(
                _trend(scope, columns, *pillar, highest),
                sorted(
                    (_trend(scope, columns, *theme, highest_theme) for theme in group),
                    key=lambda trend: (-trend.recent, -trend.mark.count, trend.mark.value),
                ),
            )
            for pillar, group in zip(pillars, themes, strict=True)
        ],
        reports_read(state, columns),
        undated(scope, years),
    )


def _highest(counted: Iterable[tuple]) -> int:
    return max((max(counts, default=0) for _facet, _mark, counts, _recent in counted), default=0)


def _trend(
    scope: ChartScope,
    columns: list[Span],
    facet: str,
    mark: ChartMark,
    counts: list[int],
    recent: int,
    highest: int,
) -> Trend:
    marks = []
    for span, count in zip(columns, counts, strict=True):
        value = format_range(*span)
        url = scope.url(**{facet: mark.value}, started=value) if count else ""
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
