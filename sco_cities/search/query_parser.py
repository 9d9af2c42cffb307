"""What a search wants of a document: words, or beginnings of words, with and, or."""

from collections.abc import Iterable
from dataclasses import dataclass

from sco_cities.core import tokenizer

from . import pinyin


@dataclass(frozen=True)
class QueryTerm:
    """A token that a document must have; one that goes on will do where `may_go_on`."""

    token: str
    may_go_on: bool = True

    def fits(self, token: str) -> bool:
        return token.startswith(self.token) if self.may_go_on else token == self.token


# All of these together.
Terms = tuple[QueryTerm, ...]
# Any of these.
Alternatives = tuple[Terms, ...]
# Each of these.
Phrase = tuple[Alternatives, ...]


@dataclass(frozen=True)
class SearchQuery:
    """Documents that hold any of the phrases, none of which is empty; without phrases, no document."""

    phrases: tuple[Phrase, ...]


def parse(word: str) -> Terms:
    """The terms for a word of a search: from two letters on, it may be the beginning of a word."""
    if tokenizer.is_han(word):
        return _han(word)
    return (QueryTerm(word, len(word) > 1),)


def _han(word: str) -> Terms:
    """Two Chinese characters are a token, one is the beginning of some."""
    return tuple(QueryTerm(token, len(word) == 1) for token in tokenizer.query_tokens(word))


def transliterations(word: str) -> Alternatives:
    """What is Chinese for a word that is taken for pinyin: "tianjin" for 天津."""
    if tokenizer.is_han(word) or len(word) < 2:
        return ()
    # Documents hold the readings of so many characters together: of a longer word, of all that follow each other.
    longer = [cut for cut in pinyin.cuts(word) if len(cut) > tokenizer.SYLLABLES]
    return (
        (QueryTerm(tokenizer.READING + word),),
        *(
            tuple(
                QueryTerm(tokenizer.READING + "".join(cut[place : place + tokenizer.SYLLABLES]))
                for place in range(len(cut) - tokenizer.SYLLABLES + 1)
            )
            for cut in longer
        ),
    )


def named(name_words: Iterable[str]) -> Terms:
    """The terms for a name: inflected it goes on (Ташкента), but short words of longer names are exact.

    "Инь Юн" would otherwise be found in every text with "in" and "Yunnan".
    """
    name_words = list(name_words)
    short = 2 if len(name_words) == 1 else 3
    terms: list[QueryTerm] = []
    for word in name_words:
        terms += _han(word) if tokenizer.is_han(word) else [QueryTerm(word, len(word) > short)]
    return tuple(terms)
