"""The parsed form of a search: words and prefixes, combined with AND and OR."""

import string
from collections.abc import Iterable
from dataclasses import dataclass

from sco_cities.core import tokenizer

from . import pinyin


@dataclass(frozen=True)
class QueryTerm:
    """A token that a document must contain; if `is_prefix`, a longer token also matches."""

    token: str
    is_prefix: bool = True

    def matches(self, token: str) -> bool:
        return token.startswith(self.token) if self.is_prefix else token == self.token


# The characters that can follow in a token.
_TOKEN_CHARACTERS = string.digits + string.ascii_lowercase

# All of these terms (AND).
Terms = tuple[QueryTerm, ...]
# Any of these (OR).
Alternatives = tuple[Terms, ...]
# All of these (AND).
Phrase = tuple[Alternatives, ...]


@dataclass(frozen=True)
class SearchQuery:
    """Matches documents that contain any of the non-empty phrases; without phrases, no document."""

    phrases: tuple[Phrase, ...]


def any_of(alternatives: Iterable[Terms]) -> SearchQuery:
    """Matches documents that contain all of any terms."""
    return SearchQuery(tuple(((terms,),) for terms in alternatives))


def split_whole_word(alternatives: Alternatives) -> tuple[str, SearchQuery] | None:
    """The token of a search for a single word, and the query for all matching documents without that very token.

    These contain a longer word or another of the alternatives. None if the search is for several tokens.
    """
    own, *others = alternatives
    if len(own) > 1:
        return None
    [term] = own
    longer = [(QueryTerm(term.token + letter),) for letter in _TOKEN_CHARACTERS] if term.is_prefix else []
    return term.token, any_of([*longer, *others])


def word_terms(word: str) -> Terms:
    """The terms of a search word. From two letters on, it also matches as a prefix."""
    if tokenizer.is_han(word):
        return _han_terms(word)
    return (QueryTerm(word, len(word) > 1),)


def _han_terms(word: str) -> Terms:
    """Each pair of Chinese characters is a token; a single character is a prefix of tokens."""
    return tuple(QueryTerm(token, len(word) == 1) for token in tokenizer.query_tokens(word))


def transliterations(word: str) -> Alternatives:
    """The terms that find Chinese text by its pinyin: "tianjin" finds 天津."""
    if tokenizer.is_han(word) or len(word) < 2:
        return ()
    # Documents contain the readings of up to READING_LENGTH characters in a row; a longer word is a sequence of these.
    longer = [
        syllables for syllables in pinyin.segmentations(word) if len(syllables) > tokenizer.READING_LENGTH
    ]
    return (
        (QueryTerm(tokenizer.READING_PREFIX + word),),
        *(
            tuple(
                QueryTerm(
                    tokenizer.READING_PREFIX + "".join(syllables[start : start + tokenizer.READING_LENGTH])
                )
                for start in range(len(syllables) - tokenizer.READING_LENGTH + 1)
            )
            for syllables in longer
        ),
    )


def name_terms(name_words: Iterable[str]) -> Terms:
    """The terms of a name: prefixes, because names are inflected (Ташкента); short words of longer names are exact.

    Otherwise "Инь Юн" would match every text with "in" and "Yunnan".
    """
    name_words = list(name_words)
    short = 2 if len(name_words) == 1 else 3
    terms: list[QueryTerm] = []
    for word in name_words:
        terms += _han_terms(word) if tokenizer.is_han(word) else [QueryTerm(word, len(word) > short)]
    return tuple(terms)
