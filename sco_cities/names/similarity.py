"""Computes the similarity of two names, from 0 (nothing in common) to 1 (equal).

Names with a similarity of at least `CERTAIN` are treated as spellings of one name. The similarity of names that
probably refer to different objects is below `CERTAIN`, even if few letters differ. The shorter a name, the fewer
letters may differ.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise

from sco_cities.core.tokenizer import transliterate

from .forms import NameForm, Script

_VOWELS = frozenset("aeiou")
# Pairs of letters that are interchangeable in transliterations.
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
    """Returns the edit distance of two folded words (adding, omitting, replacing and swapping letters).

    The computation stops when the distance reaches about half the length of the longer word.
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


Weights = Callable[[str], float]
# The similarity of two names, and True if they are spellings of one name.
Similarity = tuple[float, bool]

CERTAIN = 0.85
# Minimum similarity of names shown as similar.
MIN_SIMILARITY = 0.45
# Maximum similarity of uncertain names, maximum similarity of probably different names, and the width of the range
# below each maximum.
_UNCERTAIN, OTHER_NAME, _RANGE = 0.84, 0.77, 0.1
# The similarity of a Russian name in another case, and of different characters with the same reading.
_SAME_STEM, _SAME_READING = 0.96, 0.94
# The similarity of names with the same words in a different order, in general and for persons. For example, an embassy
# of China in Azerbaijan is not an embassy of Azerbaijan in China.
_OTHER_ORDER, _OTHER_ORDER_OF_PERSONS = 0.9, 0.98
# Minimum similarity of words that may be equal, and of words that are treated as equal if all other words match.
_MIN_WORD, _LIKE_WORD = 0.6, 0.8
# Words shorter than _SHORT_WORD are different if one letter differs, as in Osh and Ash. Words of exactly this length
# are different if their distance is at least _MUCH.
_SHORT_WORD, _MUCH = 6, 0.45
_LONGEST_JOINED = 24
# Minimum length of a reading that identifies a name. The minimum is lower for names in Latin letters, because these
# names have no Chinese characters that could contradict the reading.
_LONG_READING = {Script.LATIN: 7, Script.READING: 12}
# Words must match if they are at least this distinctive, relative to the most distinctive word.
_DISTINCTIVE = 0.5
# Maximum share of uncertain words in a long name, weighted by distinctiveness.
_DOUBTFUL_SHARE = 0.25
_INITIAL = 0.8
_OTHER_BEGINNING = 0.9
# Possible first letters in transliterations of the same sound.
_INITIALS = {
    "d": "dj",
    "k": "khc",
    "z": "zqj",
    "i": "iaeouj",
    "j": "jqaeoui",
    "t": "tc",
    "c": "ckst",
    "g": "gjh",
    "p": "pf",
}
# The similarity of two names of a person if one part is missing, such as the patronymic, and the deduction for each
# further missing part.
_FEWER_NAMES, _EACH_NAME_LESS = 0.94, 0.03


def similarity(query: NameForm, record: NameForm, weight: Weights, *, of_persons: bool = False) -> float:
    """Returns the similarity of two forms. `weight` returns the distinctiveness of a word, from 0 to 1."""
    alike, is_certain = _similarity(query, record, weight, of_persons=of_persons)
    return alike if is_certain else at_most(_UNCERTAIN, alike)


def at_most(limit: float, alike: float) -> float:
    """Reduces similarities to at most `limit`, without changing their order."""
    return min(alike, limit - _RANGE * (1 - alike))


def _similarity(query: NameForm, record: NameForm, weight: Weights, *, of_persons: bool) -> Similarity:
    if Script.HAN in (query.script, record.script):
        return _character_similarity(query, record, of_persons=of_persons)
    has_reading = Script.READING in (query.script, record.script)
    if query.joined == record.joined and has_reading:
        # Different names may have the same reading.
        is_long = len(query.joined) >= _LONG_READING[query.script]
        is_typed = query.script == Script.LATIN
        return _SAME_READING if is_long or is_typed else at_most(OTHER_NAME, _SAME_READING), is_long
    if query.joined == record.joined:
        return 1.0, True
    if query.stems and not set(query.stems).isdisjoint(record.stems):
        return _SAME_STEM, True
    alike, is_certain = _letter_similarity(query, record, weight, of_persons=of_persons)
    # Readings must be equal, because similar readings such as Nanchang and Nanchong are different Chinese names.
    is_other_name = query.is_syllabic and record.is_syllabic and query.unordered != record.unordered
    is_of_other_country = query.countries and record.countries and query.countries != record.countries
    if has_reading or is_other_name or is_of_other_country:
        # Among different names, names with the same first letter rank higher.
        share = 1 if query.joined[:1] == record.joined[:1] else _OTHER_BEGINNING
        return at_most(OTHER_NAME, share * alike), False
    return alike, is_certain


def _letter_similarity(query: NameForm, record: NameForm, weight: Weights, *, of_persons: bool) -> Similarity:
    if len(query.words) == len(record.words) == 1:
        return word_similarity(query.words[0], record.words[0])
    best = _aligned(query.words, record.words, weight, of_persons=of_persons)
    mine, theirs = query.joined, record.joined
    if len(query.words) != len(record.words) and max(len(mine), len(theirs)) <= _LONGEST_JOINED:
        # Spaces and hyphens vary between spellings.
        best = max(best, word_similarity(mine, theirs))
    return best


def word_similarity(one: str, other: str) -> Similarity:
    """Returns the similarity of two folded words, and True if they are spellings of one word."""
    if one == other:
        return 1.0, True
    shorter, length = sorted((len(one), len(other)))
    if shorter < length / 2 or one.isdigit() or other.isdigit():
        return 0.0, False
    if shorter >= _SHORT_WORD and _pairs(one).isdisjoint(_pairs(other)):
        return 0.0, False
    cost = distance(one, other)
    is_short = length < _SHORT_WORD or (length == _SHORT_WORD and cost >= _MUCH)
    alike = 1 - cost / length
    return alike, alike >= CERTAIN and not is_short


@lru_cache(maxsize=1 << 15)
def _pairs(word: str) -> frozenset[str]:
    """Returns the pairs of adjacent letters in a word. Similar words share at least one pair."""
    return frozenset(word[start : start + 2] for start in range(len(word) - 1))


def _aligned(mine: Sequence[str], theirs: Sequence[str], weight: Weights, *, of_persons: bool) -> Similarity:
    """Returns the similarity of names with several words. Each word is matched with the most similar word."""
    places, rest, others = {}, [], dict(enumerate(theirs))
    pairs: list[tuple[float, float, bool]] = []
    for place, word in enumerate(mine):
        its = next((its for its, other in others.items() if other == word), None)
        if its is None:
            rest.append(place)
        else:
            pairs.append((weight(others.pop(its)), 1.0, True))
            places[place] = its
    for place in sorted(rest, key=lambda place: -len(mine[place])):
        found = [(*_word_or_initial(mine[place], other), its) for its, other in others.items()]
        alike, is_certain, its = max(found, default=(0.0, False, 0))
        if alike >= _MIN_WORD:
            # If all other words match, a long word with one different letter may be a spelling of the same word.
            is_certain |= alike >= _LIKE_WORD and len(mine[place]) >= _SHORT_WORD
            pairs.append((weight(others.pop(its)), alike, is_certain))
            places[place] = its
    rest = [mine[place] for place in rest if place not in places]
    if not pairs:
        return 0.0, False
    left = list(others.values())
    alike, is_certain = _similarity_of_pairs(pairs, rest, left, weight, places, of_persons=of_persons)
    is_same = _has_family_name(places, len(mine), len(theirs)) if of_persons else _is_in_order(places)
    if (rest or left) and not is_same:
        return at_most(OTHER_NAME, alike), False
    return alike, is_certain


def _has_family_name(places: Mapping[int, int], number: int, its_number: int) -> bool:
    """Returns True if incomplete names share a family name, which is last in one name and may be first in the other.

    For example, Muhammad Ali is not Muhammad Ali Randhawa.
    """
    place = next((place for place, its in places.items() if its == its_number - 1), None)
    return place is not None and (number <= its_number or place in (0, number - 1))


def _is_in_order(places: Mapping[int, int]) -> bool:
    """Returns True if the matching words are in the same order in both names.

    For example, the Lahore Medical Association is not the Pakistan Medical Association Lahore.
    """
    return all(places[one] < places[other] for one, other in pairwise(sorted(places)))


def _similarity_of_pairs(
    pairs, rest, others, weight: Weights, places: dict[int, int], *, of_persons: bool
) -> Similarity:
    told = sum(each for each, _alike, _is_certain in pairs)
    unmatched = [weight(word) for word in (*rest, *others)]
    alike = 2 * sum(each * its for each, its, _is_certain in pairs) / (2 * told + sum(unmatched))
    most = max([*unmatched, *(each for each, _alike, _is_certain in pairs)])
    doubtful = [each for each, _alike, certain in pairs if not certain]
    is_certain = sum(doubtful) <= _DOUBTFUL_SHARE * told or all(
        each < _DISTINCTIVE * most for each in doubtful
    )
    if rest and others:
        is_certain = False
    if any(word.isdigit() for word in (*rest, *others)):
        # "Forum 2024" and "Forum 2025", or "School 1" and "School 2", are different names.
        return min(alike, _MIN_WORD), False
    if of_persons and len(pairs) > 1 and not (rest and others):
        least = min(its for _weight, its, _is_certain in pairs)
        alike = max(
            alike, (_FEWER_NAMES - _EACH_NAME_LESS * (len(unmatched) - 1)) * least if unmatched else 0
        )
    if not unmatched and any(place != its for place, its in places.items()):
        alike *= _OTHER_ORDER_OF_PERSONS if of_persons else _OTHER_ORDER
    return alike, is_certain


def _word_or_initial(one: str, other: str) -> Similarity:
    if one and other and min(len(one), len(other)) == 1 < max(len(one), len(other)):
        short, long = sorted((one, other), key=len)
        return (_INITIAL, False) if long[0] in _INITIALS.get(short, short) else (0.0, False)
    return word_similarity(one, other)


def _character_similarity(query: NameForm, record: NameForm, *, of_persons: bool) -> Similarity:
    if query.script != record.script:
        return 0.0, False
    mine, theirs = query.joined, record.joined
    if mine == theirs:
        return 1.0, True
    if query.unordered == record.unordered:
        return _OTHER_ORDER_OF_PERSONS if of_persons else _OTHER_ORDER, True
    if [char for char in mine if char.isdigit()] != [char for char in theirs if char.isdigit()]:
        return _MIN_WORD, False
    length, alike = max(len(mine), len(theirs)), 0.0
    if length > _SHORT_WORD:
        pairs = [_pairs(text) for text in (mine, theirs)]
        alike = 0.95 * 2 * len(pairs[0] & pairs[1]) / (len(pairs[0]) + len(pairs[1]))
    # Each character without a counterpart adds at least 1 to the edit distance. This lower bound makes most comparisons
    # unnecessary.
    readings = [Counter(map(transliterate, text)) for text in (mine, theirs)]
    most = (readings[0] & readings[1]).total() / length
    if most > alike and most >= MIN_SIMILARITY:
        alike = max(alike, 1 - _character_distance(mine, theirs) / length)
    return alike, min(len(mine), len(theirs)) >= _SHORT_WORD


def _character_distance(one: str, other: str) -> float:
    """Returns the edit distance of two runs of characters. Characters with the same reading are nearly equal."""
    row = [float(place) for place in range(len(other) + 1)]
    readings = [(its, transliterate(its)) for its in other]
    for number, char in enumerate(one, start=1):
        reading = transliterate(char)
        current = [float(number)]
        for place, (its, its_reading) in enumerate(readings):
            cost = 0.0 if char == its else 0.4 if reading == its_reading else 1.0
            current.append(min(row[place] + cost, row[place + 1] + 1, current[place] + 1))
        row = current
    return row[-1]
