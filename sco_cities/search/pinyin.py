"""Segmentation of pinyin that is typed without spaces, such as "shanghaihezuozuzhi", into syllables."""

from collections.abc import Iterator
from functools import cache
from itertools import islice

from sco_cities.core import tokenizer

# The common characters: together they have every syllable.
_COMMON_HAN = range(0x4E00, 0xA000)
# A word can have many segmentations: "xian" is xian or xi'an. More than these are not tried.
_MAX_SEGMENTATIONS = 32


@cache
def _syllables() -> frozenset[str]:
    # "ng" and "o" are only interjections.
    readings = map(tokenizer.pinyin_syllable, map(chr, _COMMON_HAN))
    return frozenset(reading for reading in readings if reading != "o" and set(reading) & set("aeiou"))


@cache
def _syllable_prefixes() -> frozenset[str]:
    return frozenset(syllable[:end] for syllable in _syllables() for end in range(1, len(syllable) + 1))


@cache
def _longest_syllable() -> int:
    return max(map(len, _syllables()))


def segmentations(word: str) -> list[tuple[str, ...]]:
    """The first segmentations of `word`, long syllables first; the last syllable may be incomplete."""
    return list(islice(_segmentations(word, 0, _segmentable(word)), _MAX_SEGMENTATIONS))


def _segmentable(word: str) -> list[bool]:
    """For each position, whether the rest of the word has a segmentation."""
    segmentable = [False] * len(word) + [True]
    for start in reversed(range(len(word))):
        segmentable[start] = any(segmentable[end] for end in _syllable_ends(word, start))
    return segmentable


def _syllable_ends(word: str, start: int) -> Iterator[int]:
    """The positions where a syllable that starts at `start` can end, longest first."""
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
