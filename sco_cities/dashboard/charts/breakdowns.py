"""Initiatives by pillar and theme, by status, and by evidence level."""

from dataclasses import dataclass

from initiatives.models import Status
from sco_cities.sources.filters import EVIDENCE_CHOICES
from sco_cities.themes.models import Pillar, Theme

from .scope import ChartMark, ChartScope


@dataclass(frozen=True)
class PillarBreakdown:
    """A pillar and its published themes, largest first; shares are relative to the largest theme of all pillars."""

    pillar: ChartMark
    themes: list[ChartMark]


def by_pillar(scope: ChartScope) -> list[PillarBreakdown]:
    """The three pillars with their themes; a pillar counts an initiative once, however many of its themes it has."""
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
    """The initiatives by status, starting with interest, as shares of all; includes statuses without initiatives."""
    return [
        scope.mark("status", status.value, status.label, scope.count("status", status.value), len(scope))
        for status in Status
    ]


def by_evidence(scope: ChartScope) -> list[ChartMark]:
    """The initiatives supported by one report, by several, and those with differing reports, as shares of all."""
    return [
        scope.mark("evidence", level, label, scope.count("evidence", level), len(scope))
        for level, label in EVIDENCE_CHOICES
    ]
