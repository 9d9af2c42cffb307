"""The interface for full-text search in lists. `sco_cities.search` registers the functions at startup.

This package must not import search code.
"""

from collections.abc import Callable

from pyroaring import BitMap

from sco_cities.core import tokenizer
from sco_cities.facet_index.state import IndexState

_functions: dict[str, Callable] = {}


def register(**functions: Callable) -> None:
    """Registers the search functions. They have the same names and arguments as the functions below."""
    _functions.update(functions)


def find(collection: str, phrases: list[str], using: str, state: IndexState | None = None) -> BitMap:
    """The keys of records of `collection` that contain all words of any phrase, in any publication state."""
    return _functions["find"](collection, phrases, using, state)


def search(collection: str, phrases: list[str], state: IndexState) -> BitMap:
    """Searches like `find`, but also in the names of the places, people and organisations shown with a record."""
    return _functions["search"](collection, phrases, state)


def named(collection: str, text: str, state: IndexState) -> list[int]:
    """The keys of the published records named by `text` in any language, best match first."""
    return [] if tokenizer.phrase_error(text) else _functions["named"](collection, text, state)


def correct(phrases: list[str], using: str, state: IndexState) -> list[str]:
    """Phrases without matches, with misspelt names corrected. [] if no name seems misspelt."""
    return _functions["correct"](phrases, using, state) if phrases else []
