"""What initiatives are about."""

from dataclasses import dataclass

from sco_cities.themes.models import Pillar, Theme

from .charted import Charted, Mark


@dataclass(frozen=True)
class PillarMarks:
    """A pillar and its published themes, those with most initiatives first; shares are of the largest theme of all."""

    pillar: Mark
    themes: list[Mark]


def by_pillar(charted: Charted) -> list[PillarMarks]:
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
            PillarMarks(
                charted.mark(
                    "pillar", pillar.value, pillar.label, charted.count("pillar", pillar.value), len(charted)
                ),
                [charted.mark("theme", theme.slug, theme.name, numbers[theme.pk], most) for theme in own],
            )
        )
    return found
