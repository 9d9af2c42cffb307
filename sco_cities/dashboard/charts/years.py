"""Counts initiatives by start year, in total and by theme."""

from pyroaring import BitMap

from initiatives.models import Status
from sco_cities.themes.models import Theme

from .scope import COLLECTION, ChartScope


def start_year_rows(scope: ChartScope) -> list[tuple[int | None, int, list[int]]]:
    """The year, the count and the count per status for each start year, then for unknown start years (None)."""
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


def theme_year_rows(scope: ChartScope) -> list[tuple[Theme, int | None, int]]:
    """Theme, year and count for each published theme and start year with initiatives. None is an unknown year."""
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


def keys_by_year(scope: ChartScope) -> dict[int, BitMap]:
    """Maps start years to initiatives."""
    by_year = scope.state.dimension(COLLECTION, "from_year")
    return {year: own for year, keys in by_year.items() if (own := keys & scope.keys)}
