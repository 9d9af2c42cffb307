"""Did you mean, among the words of names that are words of any text too: those of themes, organisations and events.

One of them is misspelt only where nothing has it: "dialog" is no "Dialogue" that somebody got wrong.
"""

from delegates.models import Event, Organisation
from sco_cities.facet_index.state import IndexState
from sco_cities.themes.models import Theme

from . import synonyms
from .spelling import Spelling

_NAMING = (Theme, Organisation, Event)


def spelling(state: IndexState) -> Spelling:
    """What knows these names, of what readers see."""
    found = [(state.index(model.collection).records, state.published(model.collection)) for model in _NAMING]
    inputs = tuple(thing for pair in found for thing in pair)
    return state.remember(
        ("usual words",),
        inputs,
        lambda: Spelling(
            name for records, published in found for key in published for name in _names(records[key]) if name
        ),
    )


def _names(record: Theme | Organisation | Event) -> list[str]:
    others = record.keyword_list if isinstance(record, Theme) else getattr(record, "alias_list", ())
    return [record.name_en, record.name_ru, record.name_zh, *others]


def corrected(phrases: list[str], using: str, state: IndexState | None) -> list[str]:
    """Phrases for which nothing was found, as they are rather spelled, or [] where no name in them seems misspelt.

    Only by the names of places and people where `state` has no others.
    """
    better = synonyms.current(using).spelling.mended_all(phrases)
    if better or state is None or not all(model.collection in state.indexes for model in _NAMING):
        return better
    return spelling(state).mended_all(phrases)
