"""How far two words are apart, in letters: what transliterations and typing errors change costs less."""

from functools import lru_cache

_VOWELS = frozenset("aeiou")
# What the same letter becomes in several transliterations.
_SIMILAR_PAIRS = (
    "kg gh kh hx kx kc cs sz zq qj zj ji cj cq bp dt vf vu bv td xs jz gj hj hg oa ou ie ea ei ai au ao"
)
_SIMILAR = frozenset(map(frozenset, _SIMILAR_PAIRS.split()))
_VOWEL, _CLOSE_VOWEL, _SIMILAR_LETTER, _OTHER, _SWAP = 0.45, 0.35, 0.5, 1.0, 0.9
_ADD_VOWEL, _ADD_WEAK = 0.5, 0.45
_WEAK = frozenset("hj")


def _replacement(one: str, other: str) -> float:
    if one == other:
        return 0.0
    is_similar = frozenset((one, other)) in _SIMILAR
    if one in _VOWELS and other in _VOWELS:
        return _CLOSE_VOWEL if is_similar else _VOWEL
    return _SIMILAR_LETTER if is_similar else _OTHER


_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
_REPLACEMENTS = {one: {other: _replacement(one, other) for other in _LETTERS} for one in _LETTERS}
_ADDITIONS = {
    letter: _ADD_VOWEL if letter in _VOWELS else _ADD_WEAK if letter in _WEAK else _OTHER
    for letter in _LETTERS
}


@lru_cache(maxsize=1 << 16)
def distance(one: str, other: str) -> float:
    """The cheapest way from one folded word to another by adding, leaving out, replacing and swapping letters.

    What is more than half of the longer word is not counted on.
    """
    start, most = 0, max(len(one), len(other)) / 2
    for letter, its in zip(one, other, strict=False):
        if letter != its:
            break
        start += 1
    end, end_of_other = len(one), len(other)
    while end > start and end_of_other > start and one[end - 1] == other[end_of_other - 1]:
        end, end_of_other = end - 1, end_of_other - 1
    one, other = one[start:end], other[start:end_of_other]
    if not one or not other:
        return sum(_ADDITIONS[letter] for letter in one or other)
    additions = [_ADDITIONS[letter] for letter in other]
    before: list[float] = []
    row = [0.0]
    for addition in additions:
        row.append(row[-1] + addition)
    last = ""
    for letter in one:
        replacements, addition = _REPLACEMENTS[letter], _ADDITIONS[letter]
        current = [row[0] + addition]
        for place, its in enumerate(other):
            best = row[place] + replacements[its]
            if (other_way := row[place + 1] + addition) < best:
                best = other_way
            if (other_way := current[place] + additions[place]) < best:
                best = other_way
            if (
                place
                and letter == other[place - 1]
                and its == last
                and (other_way := before[place - 1] + _SWAP) < best
            ):
                best = other_way
            current.append(best)
        if min(current) > most:
            return most
        before, row, last = row, current, letter
    return row[-1]
