"""Names as they are compared: in one spelling whatever the script, and never mind the order of their words."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from math import ceil
from sys import intern
from urllib.parse import parse_qsl, urlencode, urlsplit

from sco_cities.core import tokenizer

# They come and go in names and titles without changing what is named; Russian ones in Latin letters.
_JOINING = {
    *("a", "an", "and", "at", "by", "for", "from", "in", "of", "on", "the", "to", "with"),
    *("dlya", "i", "iz", "k", "na", "o", "po", "s", "v"),
}
# One name may be longer than the other as long as they share this part of their words; where each has words of its
# own ("Sister cities A and B", "Sister cities A and C"), they are to share more, or those are to be alike.
LEAST_SHARED, _LEAST_SHARED_OF_BOTH, _LEAST_ALIKE = 0.6, 0.75, 0.8
# Characters that are read alike need not be the same.
_READ_ALIKE = 0.9
# Shorter words differ in a letter without being alike: Iran and Iraq.
_LONG_ENOUGH = 5
_MOST_ALIKE = 2
# Names of so many words are short.
_FEW = 3
_SOFT = re.compile(r"[aeiouyh]")
_DOUBLED = re.compile(r"(.)\1+")


@dataclass(frozen=True, slots=True)
class NormalizedName:
    """A name in one piece, and its words in order. Of a Chinese run, each two characters that follow each other.

    Without words it is how a Chinese name is read, of which nobody can tell where words end.
    """

    letters: str
    words: tuple[str, ...]

    @classmethod
    def of(cls, letters: str, parts: Iterable[str]) -> "NormalizedName":
        # Of a hundred thousand names, few words are different ones: they share their memory.
        return cls(letters, tuple(map(intern, sorted(set(parts)))))

    @property
    def numbers(self) -> str:
        """The words with digits: names that differ in them are not alike."""
        return " ".join(word for word in self.words if not word.isalpha())

    def telling(self, number: int = 1) -> list[str]:
        """So many words, the longest first, that names which share enough of them share `number` of these."""
        in_order = sorted(
            (word for word in self.words if word.isalpha()), key=lambda word: (-len(word), word)
        )
        if len(in_order) <= _FEW:
            return in_order
        return in_order[: len(in_order) - ceil(LEAST_SHARED * len(in_order)) + number]

    @property
    def outlines(self) -> Iterator[str]:
        """What is the same for most spellings of a name: of its words in any order, and of a short one in one piece."""
        if self.words:
            yield " ".join(sorted(map(outline, self.words)))
        if len(self.words) <= _FEW:
            yield outline(self.letters)


def normalized_name(name: str) -> Iterator[NormalizedName]:
    """`name`, and how it is read aloud if it is Chinese."""
    found = tokenizer.split(name)
    if not found:
        return
    telling = [word for word in found if word not in _JOINING] or found
    yield NormalizedName.of("".join(telling), (part for word in telling for part in _parts(word)))
    if all(map(tokenizer.is_han, found)) and (read := "".join(map(tokenizer.transliterate, found))):
        yield NormalizedName.of(read, ())


def _parts(word: str) -> list[str]:
    if not tokenizer.is_han(word) or len(word) < 2:
        return [word]
    return [word[place : place + 2] for place in range(len(word) - 1)]


@lru_cache(maxsize=1 << 14)
def outline(word: str) -> str:
    """A word without most of what transliterations differ in: "srg" of Sergei, Sergey and Serguei."""
    if len(word) < _LONG_ENOUGH or not word.isalpha() or not word.isascii():
        return word
    return _DOUBLED.sub(r"\1", word[0] + _SOFT.sub("", word[1:]))


def name_similarity(one: NormalizedName, other: NormalizedName) -> float:
    """How alike two names are: 1 if they are the same, 0 if nothing speaks for it."""
    if not one.words or not other.words:
        return _READ_ALIKE if one.letters == other.letters else 0.0
    if one.letters == other.letters or one.words == other.words:
        return 1.0
    mine, theirs = set(one.words), set(other.words)
    shared = len(mine & theirs)
    mine, theirs = mine - theirs, theirs - mine
    # "Forum 2024" and "Forum 2025", "School No. 1" and "School No. 2" are two.
    if any(not word.isalpha() for word in mine | theirs):
        return 0.0
    if len(mine) == len(theirs) <= _MOST_ALIKE and (ratios := _ratios(mine, theirs)):
        return (shared + sum(ratios)) / (shared + len(mine))
    part = shared / (shared + len(mine) + len(theirs))
    least = _LEAST_SHARED_OF_BOTH if mine and theirs else LEAST_SHARED
    return part if shared > 1 and part >= least else 0.0


def _ratios(mine: set[str], theirs: set[str]) -> list[float]:
    """How alike the words are, one by one in their order; nothing if two of them are not."""
    ratios = []
    for one, other in zip(sorted(mine), sorted(theirs), strict=True):
        if one[0] != other[0] or min(len(one), len(other)) < _LONG_ENOUGH:
            return []
        ratio = SequenceMatcher(None, one, other, autojunk=False).ratio()
        if ratio < _LEAST_ALIKE:
            return []
        ratios.append(ratio)
    return ratios


# Parameters that say where a reader came from.
_TRACKING_PARAMETERS = ("utm_", "fbclid", "gclid", "yclid", "_openstat")


def normalized_url(address: str) -> str:
    """What is the same for all addresses of a page: no scheme, no www., no #fragment, the query in order."""
    address = address.strip()
    try:
        parts = urlsplit(address if "//" in address else f"//{address}")
        host, port = (parts.hostname or "").removeprefix("www."), parts.port
    except ValueError:
        return address
    if port not in (None, 80, 443):
        host = f"{host}:{port}"
    asked = sorted(
        pair
        for pair in parse_qsl(parts.query, keep_blank_values=True)
        if not pair[0].startswith(_TRACKING_PARAMETERS)
    )
    path = parts.path.rstrip("/")
    return f"{host}{path}?{urlencode(asked)}" if asked else f"{host}{path}"
