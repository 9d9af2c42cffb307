"""The parsed form of a search, with words and prefixes combined by AND and OR."""

import string
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice

from sco_cities.core import tokenizer

# The common Chinese characters. Together, their readings contain every syllable.
_COMMON_HAN = range(0x4E00, 0xA000)
# A word can have many segmentations ("xian" is xian or xi'an). This is the maximum number tried.
_MAX_SEGMENTATIONS = 32


@cache
def _syllables() -> frozenset[str]:
    # "ng" and "o" are left out, because they are only interjections.
    readings = map(tokenizer.pinyin_syllable, map(chr, _COMMON_HAN))
    return frozenset(reading for reading in readings if reading != "o" and set(reading) & set("aeiou"))


@cache
def _syllable_prefixes() -> frozenset[str]:
    return frozenset(syllable[:end] for syllable in _syllables() for end in range(1, len(syllable) + 1))


@cache
def _longest_syllable() -> int:
    return max(map(len, _syllables()))


def segmentations(word: str) -> list[tuple[str, ...]]:
    """The segmentations of `word` into syllables, longest syllables first. The last syllable may be incomplete."""
    return list(islice(_segmentations(word, 0, _segmentable(word)), _MAX_SEGMENTATIONS))


def _segmentable(word: str) -> list[bool]:
    """For each position, True if the rest of the word can be segmented."""
    segmentable = [False] * len(word) + [True]
    for start in reversed(range(len(word))):
        segmentable[start] = any(segmentable[end] for end in _syllable_ends(word, start))
    return segmentable


def _syllable_ends(word: str, start: int) -> Iterator[int]:
    """The possible ends of a syllable that starts at `start`, longest syllable first."""
    for end in range(min(len(word), start + _longest_syllable()), start, -1):
        if word[start:end] in (_syllable_prefixes() if end == len(word) else _syllables()):
            yield end


def _segmentations(word: str, start: int, segmentable: list[bool]) -> Iterator[tuple[str, ...]]:
    if start == len(word):
        yield ()
        return
    for end in _syllable_ends(word, start):
        if segmentable[end]:
            for rest in _segmentations(word, end, segmentable):
                yield (word[start:end], *rest)


@dataclass(frozen=True)
class QueryTerm:
    """A token that a document must contain. With `is_prefix`, longer tokens that start with it also match."""

    token: str
    is_prefix: bool = True

    def matches(self, token: str) -> bool:
        return token.startswith(self.token) if self.is_prefix else token == self.token


# The characters that may continue a token.
_TOKEN_CHARACTERS = string.digits + string.ascii_lowercase

# A document must match all of these terms (AND).
Terms = tuple[QueryTerm, ...]
# A document must match any of these (OR).
Alternatives = tuple[Terms, ...]
# A document must match all of these (AND).
Phrase = tuple[Alternatives, ...]


@dataclass(frozen=True)
class SearchQuery:
    """Matches documents that match any of the non-empty phrases. Without phrases, no document matches."""

    phrases: tuple[Phrase, ...]


def any_of(alternatives: Iterable[Terms]) -> SearchQuery:
    """A query for documents that contain all terms of any of `alternatives`."""
    return SearchQuery(tuple(((terms,),) for terms in alternatives))


def split_whole_word(alternatives: Alternatives) -> tuple[str, SearchQuery] | None:
    """Splits a single-word search into its token and a query for the documents without exactly that token.

    These documents contain a longer word or one of the alternatives. None if the search has several tokens.
    """
    own, *others = alternatives
    if len(own) > 1:
        return None
    [term] = own
    longer = [(QueryTerm(term.token + letter),) for letter in _TOKEN_CHARACTERS] if term.is_prefix else []
    return term.token, any_of([*longer, *others])


def word_terms(word: str) -> Terms:
    """The terms for a search word. A word of two or more characters also matches as a prefix."""
    if tokenizer.is_han(word):
        return _han_terms(word)
    return (QueryTerm(word, len(word) > 1),)


def _han_terms(word: str) -> Terms:
    """The terms for Chinese text. Each pair of characters is a token. A single character matches as a prefix."""
    return tuple(QueryTerm(token, len(word) == 1) for token in tokenizer.query_tokens(word))


def transliterations(word: str) -> Alternatives:
    """The terms that find Chinese text by its pinyin, such as 天津 for "tianjin"."""
    if tokenizer.is_han(word) or len(word) < 2:
        return ()
    # Documents contain the readings of up to READING_LENGTH consecutive characters. Words with more syllables are split
    # into sequences of such readings.
    longer = [syllables for syllables in segmentations(word) if len(syllables) > tokenizer.READING_LENGTH]
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
    """The terms for a name. Its words match as prefixes, because names are inflected, as in Ташкента.

    Short words match exactly. Otherwise "Инь Юн" would match every text with "in" and "Yunnan".
    """
    name_words = list(name_words)
    short = 2 if len(name_words) == 1 else 3
    terms: list[QueryTerm] = []
    for word in name_words:
        terms += _han_terms(word) if tokenizer.is_han(word) else [QueryTerm(word, len(word) > short)]
    return tuple(terms)
