"""Normalised names and URLs for comparison: names in one script, with the words in sorted order."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from math import ceil
from sys import intern
from urllib.parse import parse_qsl, urlencode, urlsplit

from sco_cities.core import tokenizer

# Words that vary between titles of the same thing; the Russian ones in Latin letters.
_STOP_WORDS = {
    *("a", "an", "and", "at", "by", "for", "from", "in", "of", "on", "the", "to", "with"),
    *("dlya", "i", "iz", "k", "na", "o", "po", "s", "v"),
}
# One name may be longer than the other if they share at least this part of their words. If each has words that the
# other lacks ("Sister cities A and B", "Sister cities A and C"), they must share more, or those words must be similar.
MIN_SHARED, _MIN_SHARED_OF_BOTH, _MIN_WORD_RATIO = 0.6, 0.75, 0.8
# The similarity of Chinese names with the same reading, which need not have the same characters.
_SAME_READING = 0.9
# Shorter words may differ in a letter without being similar: Iran and Iraq.
_MIN_WORD_LENGTH = 5
_MAX_SIMILAR_WORDS = 2
# A name of up to this many words is short.
_SHORT_NAME = 3
_VOWELS = re.compile(r"[aeiouyh]")
_REPEATED = re.compile(r"(.)\1+")


@dataclass(frozen=True, slots=True)
class NormalizedName:
    """A name without spaces, and its words, sorted; a Chinese run is split into overlapping pairs of characters.

    Without words it is the reading of a Chinese name, whose word boundaries are unknown.
    """

    letters: str
    words: tuple[str, ...]

    @classmethod
    def from_words(cls, letters: str, words: Iterable[str]) -> "NormalizedName":
        # A hundred thousand names have few distinct words: interned, these share their memory.
        return cls(letters, tuple(map(intern, sorted(set(words)))))

    @property
    def numbers(self) -> str:
        """The words with digits; names that differ in them are not similar."""
        return " ".join(word for word in self.words if not word.isalpha())

    def distinctive_words(self, number: int = 1) -> list[str]:
        """The longest words, so many that similar names always share at least `number` of them."""
        by_length = sorted(
            (word for word in self.words if word.isalpha()), key=lambda word: (-len(word), word)
        )
        if len(by_length) <= _SHORT_NAME:
            return by_length
        return by_length[: len(by_length) - ceil(MIN_SHARED * len(by_length)) + number]

    @property
    def consonant_keys(self) -> Iterator[str]:
        """Keys shared by most spellings of a name: of its words in any order, and of a short name as one word."""
        if self.words:
            yield " ".join(sorted(map(consonant_key, self.words)))
        if len(self.words) <= _SHORT_NAME:
            yield consonant_key(self.letters)


def normalized_names(name: str) -> Iterator[NormalizedName]:
    """`name` normalised, and the reading of a Chinese name."""
    tokens = tokenizer.split(name)
    if not tokens:
        return
    words = [word for word in tokens if word not in _STOP_WORDS] or tokens
    yield NormalizedName.from_words("".join(words), (part for word in words for part in _parts(word)))
    if all(map(tokenizer.is_han, tokens)) and (reading := "".join(map(tokenizer.transliterate, tokens))):
        yield NormalizedName.from_words(reading, ())


def _parts(word: str) -> list[str]:
    """The word itself, or the character bigrams of a Chinese run."""
    if not tokenizer.is_han(word) or len(word) < 2:
        return [word]
    return [word[start : start + 2] for start in range(len(word) - 1)]


@lru_cache(maxsize=1 << 14)
def consonant_key(word: str) -> str:
    """A word without most differences of transliteration: "srg" for Sergei, Sergey and Serguei."""
    if len(word) < _MIN_WORD_LENGTH or not word.isalpha() or not word.isascii():
        return word
    return _REPEATED.sub(r"\1", word[0] + _VOWELS.sub("", word[1:]))


def name_similarity(one: NormalizedName, other: NormalizedName) -> float:
    """The similarity of two names, from 0 (not similar) to 1 (equal)."""
    if not one.words or not other.words:
        return _SAME_READING if one.letters == other.letters else 0.0
    if one.letters == other.letters or one.words == other.words:
        return 1.0
    mine, theirs = set(one.words), set(other.words)
    shared = len(mine & theirs)
    mine, theirs = mine - theirs, theirs - mine
    # "Forum 2024" and "Forum 2025", "School No. 1" and "School No. 2" are different things.
    if any(not word.isalpha() for word in mine | theirs):
        return 0.0
    if len(mine) == len(theirs) <= _MAX_SIMILAR_WORDS and (ratios := _word_ratios(mine, theirs)):
        return (shared + sum(ratios)) / (shared + len(mine))
    share = shared / (shared + len(mine) + len(theirs))
    min_share = _MIN_SHARED_OF_BOTH if mine and theirs else MIN_SHARED
    return share if shared > 1 and share >= min_share else 0.0


def _word_ratios(mine: set[str], theirs: set[str]) -> list[float]:
    """The similarity of the words, pair by pair in sorted order; empty if any two are not similar."""
    ratios = []
    for one, other in zip(sorted(mine), sorted(theirs), strict=True):
        if one[0] != other[0] or min(len(one), len(other)) < _MIN_WORD_LENGTH:
            return []
        ratio = SequenceMatcher(None, one, other).ratio()
        if ratio < _MIN_WORD_RATIO:
            return []
        ratios.append(ratio)
    return ratios


# Parameters that record where a reader came from.
_TRACKING_PARAMETERS = ("utm_", "fbclid", "gclid", "yclid", "_openstat")


def normalized_url(url: str) -> str:
    """One form for all URLs of a page: no scheme, no www., no #fragment, no tracking, a sorted query."""
    url = url.strip()
    try:
        parts = urlsplit(url if "//" in url else f"//{url}")
        host, port = (parts.hostname or "").removeprefix("www."), parts.port
    except ValueError:
        return url
    if port not in (None, 80, 443):
        host = f"{host}:{port}"
    query = sorted(
        pair
        for pair in parse_qsl(parts.query, keep_blank_values=True)
        if not pair[0].startswith(_TRACKING_PARAMETERS)
    )
    path = parts.path.rstrip("/")
    return f"{host}{path}?{urlencode(query)}" if query else f"{host}{path}"
