"""Computes case forms of Russian names and analyses Russian words. The dictionary is loaded on first use."""

import re
from functools import lru_cache

from .letters import folded
from .vocabulary import vocabulary, words_of

_RUSSIAN = re.compile("[а-яё-]+", re.IGNORECASE)
# Case endings of names with a final consonant.
_HARD = ("а", "у", "ом", "ем", "е")
_DECLENSIONS = [(row.word, row.meaning.replace("-", "").split(" ")) for row in vocabulary("declensions")]
_ADJECTIVE = words_of("endings", "ru", "adjective")
_VOWELS = "аеиоуыэюя"


def case_forms(word: str) -> frozenset[str]:
    """Returns possible case forms of a name, in lower case and without ё. Some forms may not exist."""
    word = folded(word)
    for ending, forms in _DECLENSIONS if len(word) > 2 else ():
        if word.endswith(ending) and len(word) > len(ending) + 1:
            stem = word.removesuffix(ending)
            return adjective_forms(word) if "adjective" in forms else frozenset(stem + each for each in forms)
    declines = len(word) > 1 and "а" <= word[-1] <= "я" and word[-1] not in _VOWELS
    return frozenset({word, *(word + each for each in _HARD if declines)})


def adjective_forms(word: str) -> frozenset[str]:
    """Returns the forms of an adjective, including the form before a hyphen ("китайско" for "китайский")."""
    word = folded(word)
    return frozenset(word[:-2] + ending for ending in _ADJECTIVE)


@lru_cache(maxsize=1)
def _analyzer():
    # Loading the dictionary takes 0.1 s and 20 MB, so only processes that analyse Russian text load it.
    import pymorphy3

    return pymorphy3.MorphAnalyzer()


@lru_cache(maxsize=20_000)
def parses(word: str) -> tuple:
    """Returns all grammatical analyses of a word, most frequent first. Empty for words that are not Russian."""
    return tuple(_analyzer().parse(word)) if _RUSSIAN.fullmatch(word) else ()


def part_of_speech(word: str) -> str:
    """Returns the part of speech in the most frequent analysis ("NOUN"), or "" for words that are not Russian."""
    readings = parses(word)
    return f"{readings[0].tag.POS}" if readings else ""


def lemmas(word: str) -> frozenset[str]:
    return frozenset(each.normal_form.replace("ё", "е") for each in parses(word))


def has(word: str, *grammemes: str) -> bool:
    """Returns True if any analysis of the word has all these grammemes, such as "NOUN" and "gent"."""
    return any(all(each in parse.tag for each in grammemes) for parse in parses(word))


def is_verb(word: str) -> bool:
    """Returns True if the most frequent analysis of the word is a verb form that can be a predicate."""
    return part_of_speech(word) in {"VERB", "INFN", "PRTS", "ADJS"}


def cases(word: str, *grammemes: str) -> frozenset[str]:
    """Returns the possible singular cases of the word, from analyses with all these grammemes."""
    return frozenset(
        f"{parse.tag.case}"
        for parse in parses(word)
        if parse.tag.case and "plur" not in parse.tag and all(each in parse.tag for each in grammemes)
    )


def nominative(word: str, part: str, gender: str = "") -> str:
    """Converts a word to the nominative singular, with the same capitals. `part` is "NOUN" or "ADJF"."""
    for parse in parses(word):
        if part in parse.tag and "plur" not in parse.tag:
            inflected = parse.inflect({"nomn", "sing", gender} if gender else {"nomn", "sing"})
            if inflected:
                return like(word, inflected.word)
    return word


def gender_of_noun(word: str) -> str:
    """Returns the gender in the first analysis as a singular noun ("masc", "femn" or "neut"), or ""."""
    for parse in parses(word):
        if "NOUN" in parse.tag and "plur" not in parse.tag and parse.tag.gender:
            return f"{parse.tag.gender}"
    return ""


def like(model: str, word: str) -> str:
    """Applies the capitals of `model` to a word."""
    if model.isupper() and len(model) > 1:
        return word.upper()
    return word[:1].upper() + word[1:] if model[:1].isupper() else word
