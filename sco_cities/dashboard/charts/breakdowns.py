"""Counts initiatives by pillar, theme, status, start year, newest report, evidence level, and roles of cities."""

from dataclasses import dataclass

from pyroaring import BitMap

from initiatives.columns import LAST_REPORTED
from initiatives.models import Status
from sco_cities.sources.filters import EVIDENCE_CHOICES
from sco_cities.themes.models import Pillar, Theme

from .scope import COLLECTION, ChartMark, ChartScope

# Minimum number of initiatives for a theme to appear in the chart of sources.
MIN_INITIATIVES = 5


@dataclass(frozen=True)
class PillarBreakdown:
    """A pillar with its published themes, largest first. Shares are relative to the largest theme of all pillars."""

    pillar: ChartMark
    themes: list[ChartMark]


def by_pillar(scope: ChartScope) -> list[PillarBreakdown]:
    """The three pillars with their themes. An initiative with several themes of a pillar counts once for the pillar."""
    state = scope.state
    published: list[Theme] = [state.index("themes").records[key] for key in state.published("themes")]
    numbers = {theme.pk: scope.count("theme", theme.pk) for theme in published}
    most = max(numbers.values(), default=0)
    breakdowns = []
    for pillar in Pillar:
        themes = [theme for theme in published if theme.pillar == pillar]
        themes.sort(key=lambda theme: (-numbers[theme.pk], theme.name_en, theme.slug))
        breakdowns.append(
            PillarBreakdown(
                scope.mark(
                    "pillar", pillar.value, pillar.label, scope.count("pillar", pillar.value), len(scope)
                ),
                [scope.mark("theme", theme.slug, theme.name, numbers[theme.pk], most) for theme in themes],
            )
        )
    return breakdowns


def by_status(scope: ChartScope) -> list[ChartMark]:
    """Initiatives by status, starting with interest, as shares of all. Statuses without initiatives are included."""
    return [
        scope.mark("status", status.value, status.label, scope.count("status", status.value), len(scope))
        for status in Status
    ]


def report_dates(scope: ChartScope) -> dict[str, BitMap]:
    """Maps dates to the initiatives whose status was last reported on this date. Undated ones are left out."""
    dates = scope.state.dimension(COLLECTION, LAST_REPORTED.name)
    return {date: own for date, keys in dates.items() if (own := keys & scope.keys)}


@dataclass(frozen=True)
class ThemeSources:
    """The initiatives of a theme that only one report supports, as a share of the theme's `total`."""

    single: ChartMark
    total: int


def single_source_by_theme(scope: ChartScope) -> list[ThemeSources]:
    """Themes with at least MIN_INITIATIVES initiatives, sorted by their share with a single report, largest first."""
    by_theme = scope.state.facet(COLLECTION, "theme")
    single, themes = scope.state.facet(COLLECTION, "evidence")["single"] & scope.keys, []
    for key in scope.state.published("themes"):
        theme, keys = scope.state.index("themes").records[key], by_theme.get(key, BitMap()) & scope.keys
        if len(keys) >= MIN_INITIATIVES:
            count = len(keys & single)
            url = scope.url(theme=theme.slug, evidence="single") if count else ""
            mark = ChartMark(theme.slug, theme.name, count, count / len(keys), url)
            themes.append(ThemeSources(mark, len(keys)))
    return sorted(themes, key=lambda each: (-each.single.share, -each.total, each.single.value))


@dataclass(frozen=True)
class CityRoles:
    """The initiatives that a city leads, and the initiatives where it learns from a model city."""

    city_url: str
    lead: ChartMark
    learns: ChartMark


def city_roles(scope: ChartScope) -> list[CityRoles]:
    """The published cities that lead or learn in any initiative. Cities that lead the most come first."""
    cities = scope.state.index("cities").records
    roles = []
    for key in scope.state.published("cities"):
        city, counts = cities[key], [scope.count(name, key) for name in ("lead", "learns")]
        if any(counts):
            marks = [
                scope.mark(name, city.slug, city.name, count, len(scope))
                for name, count in zip(("lead", "learns"), counts, strict=True)
            ]
            roles.append(CityRoles(city.get_absolute_url(), *marks))
    return sorted(roles, key=lambda each: (-each.lead.count, -each.learns.count, each.lead.value))


def by_evidence(scope: ChartScope) -> list[ChartMark]:
    """Initiatives with one report, with several reports, and with disputed values, as shares of all."""
    return [
        scope.mark("evidence", level, label, scope.count("evidence", level), len(scope))
        for level, label in EVIDENCE_CHOICES
    ]


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
