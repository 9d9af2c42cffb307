"""Search in changelists and autocompletes. It matches words in any script, including parts of longer words."""

from django.db.models import Case, F, Q, TextField, Value, When
from django.db.models.functions import Concat, StrIndex
from django.db.models.lookups import GreaterThan

from sco_cities.core import localized_names, tokenizer


def search_words(term: str) -> list[str]:
    """Splits a search term into case-folded words."""
    return localized_names.fold(term).split()


def contains_word(word: str, texts: str = "search_text") -> Q:
    """Returns the condition that the search text in column `texts` contains `word`, in any script."""
    tokens = [token for part in tokenizer.split(word) for token in tokenizer.query_tokens(part)]
    if not tokens:
        return Q(pk__in=())
    # StrIndex can be used because both sides are case-folded. LIKE compares character by character and takes twice as
    # long.
    return Q(*(Q(GreaterThan(StrIndex(F(texts), Value(token)), 0)) for token in tokens))


def match_rank(term: str, prefix: str = "") -> Case:
    """Ranks records by match. Exact names come first, then names that begin with the term, then others.

    `prefix` is the lookup path to the record, such as "report__".
    """
    whole = Concat(Value(" "), F(f"{prefix}search_text"), Value(" "), output_field=TextField())
    name = tokenizer.name_token(tokenizer.split(term))

    def has(text: str) -> Q:
        return Q(GreaterThan(StrIndex(whole, Value(text)), 0))

    exact = Q(**{f"{prefix}slug": localized_names.fold(term)}) | has(f" {name} ")
    return Case(When(exact, then=0), When(has(f" {name}"), then=1), default=2)
