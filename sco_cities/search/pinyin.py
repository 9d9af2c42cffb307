"""Words of Latin letters as the syllables of Chinese ones that are written together: "shanghaihezuozuzhi"."""

from collections.abc import Iterator
from functools import cache
from itertools import islice

from sco_cities.core import tokenizer

# The usual characters: every syllable is that of some of them.
_USUAL = range(0x4E00, 0xA000)
# A word can be cut in more ways than anybody means: "xian" is xian, or xi'an.
_MOST_WAYS = 32


@cache
def _syllables() -> frozenset[str]:
    # "ng" and "o" are but interjections.
    found = map(tokenizer.syllable, map(chr, _USUAL))
    return frozenset(read for read in found if read != "o" and set(read) & set("aeiou"))


@cache
def _beginnings() -> frozenset[str]:
    return frozenset(syllable[:end] for syllable in _syllables() for end in range(1, len(syllable) + 1))


@cache
def _longest() -> int:
    return max(map(len, _syllables()))


def cuts(word: str) -> list[tuple[str, ...]]:
    """The first ways to cut `word` into syllables, long ones first; the last of them may be the beginning of one."""
    return list(islice(_cuts(word, 0, _ends(word)), _MOST_WAYS))


def _ends(word: str) -> list[bool]:
    """For each place whether the rest of the word after it can be cut."""
    can_be_cut = [False] * len(word) + [True]
    for place in reversed(range(len(word))):
        can_be_cut[place] = any(can_be_cut[end] for end in _pieces(word, place))
    return can_be_cut


def _pieces(word: str, place: int) -> Iterator[int]:
    """Where a syllable that begins at a place may end."""
    for end in range(min(len(word), place + _longest()), place, -1):
        if word[place:end] in (_beginnings() if end == len(word) else _syllables()):
            yield end


def _cuts(word: str, place: int, can_be_cut: list[bool]) -> Iterator[tuple[str, ...]]:
    if place == len(word):
        yield ()
        return
    for end in _pieces(word, place):
        if can_be_cut[end]:
            for others in _cuts(word, end, can_be_cut):
                yield (word[place:end], *others)
