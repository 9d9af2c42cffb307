"""The delegates whom passages quote.

`delegates` imports `sources` and not vice versa, so this module refers to the delegates' collection by name.
"""

from collections.abc import Callable, Iterable

from sco_cities.facet_index.state import IndexState

from .base_models import Record
from .models import Passage

_COLLECTION, _QUOTED_IN = "delegates", "quoted_in"


def published_speakers(passage: Passage) -> list[Record]:
    """The published speakers of a passage, ordered by slug. `speakers` should be prefetched."""
    return _published(passage.speakers.all())


def speakers_by_passage(state: IndexState) -> Callable[[int], list[Record]]:
    """Returns a function that gets the speakers for a passage's key from the facet index."""
    quoted_in, delegates = state.dimension(_COLLECTION, _QUOTED_IN), state.index(_COLLECTION).records
    return lambda passage: _published(map(delegates.__getitem__, quoted_in.get(passage, ())))


def _published(speakers: Iterable[Record]) -> list[Record]:
    return sorted((each for each in speakers if each.is_published), key=lambda speaker: speaker.slug)
