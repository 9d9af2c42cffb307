"""Searching in the admin's lists: words in any script, as parts of words too."""

from django.db.models import Q

from sco_cities.sources import names, words


def words_of(term: str) -> list[str]:
    """The words of a search as they were typed, but for their case."""
    return names.fold(term).split()


def containing(word: str, texts: str = "search_text") -> Q:
    """That the texts to search in, which are in the column `texts`, contain `word` in whatever script."""
    tokens = [token for part in words.split(word) for token in words.sought(part)]
    if not tokens:
        return Q(pk__in=())
    return Q(*(Q(**{f"{texts}__contains": token}) for token in tokens))
