"""What initiatives are about."""

from dataclasses import dataclass

from initiatives.models import Status
from sco_cities.sources.filters import EVIDENCE_CHOICES
from sco_cities.themes.models import Pillar, Theme

from .scope import ChartMark, ChartScope


@dataclass(frozen=True)
class PillarBreakdown:
    """A pillar and its published themes, those with most initiatives first; shares are of the largest theme of all."""

    pillar: ChartMark
    themes: list[ChartMark]


def by_pillar(charted: ChartScope) -> list[PillarBreakdown]:
    """The three pillars with their themes; an initiative counts once in a pillar, however many of its themes it has."""
    state = charted.state
    known: list[Theme] = [state.index("themes").records[key] for key in state.published("themes")]
    numbers = {theme.pk: charted.count("theme", theme.pk) for theme in known}
    most = max(numbers.values(), default=0)
    found = []
    for pillar in Pillar:
        own = [theme for theme in known if theme.pillar == pillar]
        own.sort(key=lambda theme: (-numbers[theme.pk], theme.name_en, theme.slug))
        found.append(
            PillarBreakdown(
                charted.mark(
                    "pillar", pillar.value, pillar.label, charted.count("pillar", pillar.value), len(charted)
                ),
                [charted.mark("theme", theme.slug, theme.name, numbers[theme.pk], most) for theme in own],
            )
        )
    return found


def by_status(charted: ChartScope) -> list[ChartMark]:
    """The initiatives by status, from interest on, as shares of all; a status that none has is among them."""
    return [
        charted.mark(
            "status", status.value, status.label, charted.count("status", status.value), len(charted)
        )
        for status in Status
    ]


def by_evidence(charted: ChartScope) -> list[ChartMark]:
    """The initiatives that one report or several support, and those on which reports disagree, as shares of all."""
    return [
        charted.mark("evidence", level, label, charted.count("evidence", level), len(charted))
        for level, label in EVIDENCE_CHOICES
    ]
