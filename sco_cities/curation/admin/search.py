"""Search in changelists: words in any script, also inside longer words."""

from django.db.models import F, Q, Value
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan

from sco_cities.core import localized_names, tokenizer


def search_words(term: str) -> list[str]:
    """The words of a search term, case-folded."""
    return localized_names.fold(term).split()


def contains_word(word: str, texts: str = "search_text") -> Q:
    """The condition that the search text in the column `texts` contains `word`, in any script."""
    tokens = [token for part in tokenizer.split(word) for token in tokenizer.query_tokens(part)]
    if not tokens:
        return Q(pk__in=())
    # Both sides are already folded. LIKE steps through a text by character and takes twice as long.
    return Q(*(Q(GreaterThan(StrIndex(F(texts), Value(token)), 0)) for token in tokens))
