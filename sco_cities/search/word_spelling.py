"""Spelling correction for names with ordinary words, such as names of themes, organisations and events.

A word counts as misspelt only if no record contains it. Otherwise "dialog" would be corrected to "Dialogue".
"""

from delegates.models import Event, Organisation
from sco_cities.facet_index.state import IndexState
from sco_cities.themes.models import Theme

from . import synonyms
from .spelling import Spelling

_NAMED_MODELS = (Theme, Organisation, Event)


def spelling(state: IndexState) -> Spelling:
    """The spelling corrector for the names of published records, cached in `state`."""
    sources = [
        (state.index(model.collection).records, state.published(model.collection)) for model in _NAMED_MODELS
    ]
    inputs = tuple(part for pair in sources for part in pair)
    return state.memoize(
        ("word spelling",),
        inputs,
        lambda: Spelling(
            name
            for records, published in sources
            for key in published
            for name in _names(records[key])
            if name
        ),
    )


def _names(record: Theme | Organisation | Event) -> list[str]:
    others = record.keyword_list if isinstance(record, Theme) else getattr(record, "alias_list", ())
    return [record.name_en, record.name_ru, record.name_zh, *others]


def corrected_phrases(phrases: list[str], using: str, state: IndexState) -> list[str]:
    """Corrects misspelt names in phrases that have no results. [] if no name seems misspelt.

    If `state` does not contain the other named records, only names of places and people are checked.
    """
    better = synonyms.current(using).spelling.correct_all(phrases)
    if better or not all(model.collection in state.indexes for model in _NAMED_MODELS):
        return better
    return spelling(state).correct_all(phrases)
