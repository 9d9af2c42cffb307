"""The full-text search of lists. `sco_cities.search` registers it at start, because lists import no search code."""

from collections.abc import Callable

from pyroaring import BitMap

from sco_cities.core import tokenizer
from sco_cities.facet_index.state import IndexState

_functions: dict[str, Callable] = {}


def register(**functions: Callable) -> None:
    """Makes lists search with `functions`, which have the same names and arguments as the functions below."""
    _functions.update(functions)


def find(collection: str, phrases: list[str], using: str, state: IndexState | None = None) -> BitMap:
    """The keys of the records of `collection`, in any publication state, that contain all words of any phrase."""
    return _functions["find"](collection, phrases, using, state)


def search(collection: str, phrases: list[str], state: IndexState) -> BitMap:
    """Searches like `find`, but words may also be in the names of shown places, people and organisations."""
    return _functions["search"](collection, phrases, state)


def named(collection: str, text: str, state: IndexState) -> list[int]:
    """The keys of the published records named by `text` in any language, best match first."""
    return [] if tokenizer.phrase_error(text) else _functions["named"](collection, text, state)


def correct(phrases: list[str], using: str, state: IndexState) -> list[str]:
    """Phrases without matches, with their names corrected. [] if no name seems misspelt."""
    return _functions["correct"](phrases, using, state) if phrases else []
