"""The full-text search that lists use. `sco_cities.search` registers it at start: lists import no search code."""

from collections.abc import Callable
from dataclasses import dataclass

from pyroaring import BitMap

from sco_cities.facet_index.state import IndexState


@dataclass(frozen=True)
class SearchBackend:
    """What lists need of a full-text search.

    `find` gets a collection, phrases, a database alias and the facet index, if there is one; it returns the keys of
    the records that contain all words of any phrase. `correct` gets phrases, a database alias and the facet index; it
    returns the phrases with corrected names, or [] if no name seems misspelt. `phrase_error` returns a sentence that
    says why a phrase cannot be searched for, or "".
    """

    find: Callable[[str, list[str], str, IndexState | None], BitMap]
    correct: Callable[[list[str], str, IndexState], list[str]]
    phrase_error: Callable[[str], str]


_backend: SearchBackend | None = None


def register(backend: SearchBackend) -> None:
    """Makes lists search with `backend`."""
    global _backend
    _backend = backend


def find(collection: str, phrases: list[str], using: str, state: IndexState | None = None) -> BitMap:
    """The keys of the records of `collection`, in any publication state, that contain all words of any phrase."""
    if _backend is None:
        raise RuntimeError("No search backend: add sco_cities.search to INSTALLED_APPS")
    return _backend.find(collection, phrases, using, state)


def correct(phrases: list[str], using: str, state: IndexState) -> list[str]:
    """Phrases without matches, with their names corrected; [] if no name seems misspelt."""
    return _backend.correct(phrases, using, state) if _backend and phrases else []


def phrase_error(phrase: str) -> str:
    """Why a phrase cannot be searched for, as a sentence, or ""."""
    return _backend.phrase_error(phrase) if _backend else ""
