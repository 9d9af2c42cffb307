"""The full-text search that lists use. `sco_cities.search` registers it at start: lists import no search code."""

from collections.abc import Callable
from dataclasses import dataclass

from pyroaring import BitMap

from sco_cities.core import tokenizer
from sco_cities.facet_index.state import IndexState


@dataclass(frozen=True)
class SearchBackend:
    """What lists need of a full-text search. Each function gets the facet index, `find` only if there is one.

    `find` gets a collection, phrases and a database alias; it returns the keys of the records that contain all words
    of any phrase. `search` gets a collection and phrases; it returns the keys of the records that contain the words or
    show records with these names. `named` gets a collection and a text; it returns the keys of the published records
    that the text names, the best match first. `correct` gets phrases and a database alias; it returns the phrases with
    corrected names, or [] if no name seems misspelt.
    """

    find: Callable[[str, list[str], str, IndexState | None], BitMap]
    search: Callable[[str, list[str], IndexState], BitMap]
    named: Callable[[str, str, IndexState], list[int]]
    correct: Callable[[list[str], str, IndexState], list[str]]


_backend: SearchBackend | None = None


def register(backend: SearchBackend) -> None:
    """Makes lists search with `backend`."""
    global _backend
    _backend = backend


def find(collection: str, phrases: list[str], using: str, state: IndexState | None = None) -> BitMap:
    """The keys of the records of `collection`, in any publication state, that contain all words of any phrase."""
    return _registered().find(collection, phrases, using, state)


def search(collection: str, phrases: list[str], state: IndexState) -> BitMap:
    """The same for words that may also be in the names of what a record shows: places, people and organisations."""
    return _registered().search(collection, phrases, state)


def named(collection: str, text: str, state: IndexState) -> list[int]:
    """The keys of the published records that `text` names in any language, the best match first."""
    return [] if tokenizer.phrase_error(text) else _registered().named(collection, text, state)


def _registered() -> SearchBackend:
    if _backend is None:
        raise RuntimeError("No search backend: add sco_cities.search to INSTALLED_APPS")
    return _backend


def correct(phrases: list[str], using: str, state: IndexState) -> list[str]:
    """Phrases without matches, with their names corrected; [] if no name seems misspelt."""
    return _backend.correct(phrases, using, state) if _backend and phrases else []
