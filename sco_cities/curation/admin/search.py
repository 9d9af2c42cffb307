"""Searching in the admin's lists: words in any script, as parts of words too."""

from django.db.models import F, Q, Value
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan

from sco_cities.core import localized_names, tokenizer


def search_words(term: str) -> list[str]:
    """The words of a search as they were typed, but for their case."""
    return localized_names.fold(term).split()


def contains_word(word: str, texts: str = "search_text") -> Q:
    """That the texts to search in, which are in the column `texts`, contain `word` in whatever script."""
    tokens = [token for part in tokenizer.split(word) for token in tokenizer.query_tokens(part)]
    if not tokens:
        return Q(pk__in=())
    # Both are folded already. LIKE, which steps through a text character by character, takes twice as long.
    return Q(*(Q(GreaterThan(StrIndex(F(texts), Value(token)), 0)) for token in tokens))
