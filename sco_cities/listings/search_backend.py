"""How lists find records by words. The room of search says it when it is ready, since browse knows no search."""

from collections.abc import Callable

from pyroaring import BitMap

from sco_cities.facet_index.state import IndexState

# Collection, phrases, database alias: the keys of the records that contain all words of any phrase.
Finder = Callable[[str, list[str], str], BitMap]

# What is wrong with a phrase that cannot be searched for, in a sentence, or "".
Problem = Callable[[str], str]

# Phrases, database alias, the facet index if there is one: the phrases as they are rather spelled; none where no name
# in them seems misspelt.
Corrector = Callable[[list[str], str, IndexState | None], list[str]]

finder: Finder | None = None
corrector: Corrector | None = None
problem: Problem | None = None


def find(collection: str, phrases: list[str], using: str) -> BitMap:
    """The keys of the records of `collection`, whatever their state, that contain all words of any phrase."""
    if finder is None:
        raise RuntimeError("sco_cities.search is not installed: nothing can be found by words")
    return finder(collection, phrases, using)


def problem_with(phrase: str) -> str:
    """What is wrong with a phrase that cannot be searched for, in a sentence, or ""."""
    return problem(phrase) if problem else ""


def corrected(phrases: list[str], using: str, state: IndexState | None) -> list[str]:
    """Phrases that find nothing, as they are rather spelled, or [] where no name in them seems misspelt."""
    return corrector(phrases, using, state) if corrector and phrases else []
