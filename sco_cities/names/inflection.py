"""Computes the stems of inflected words.

"Тяньцзиня" and "Тяньцзинем" are forms of "Тяньцзинь", and "mayors" is a form of "mayor". Endings are compared in the
original script, because мэра (genitive of mayor) and мера (measure) have the same transliteration.
"""

from collections.abc import Collection, Iterable, Iterator
from itertools import product

from sco_cities.core import tokenizer

from .letters import folded
from .vocabulary import words_of

# Case endings of nouns, and of adjectives in the singular except the nominative.
_ENDINGS, SINGULAR = words_of("endings", "ru"), words_of("endings", "ru", "singular")
# Endings of the nominative. Names with other final vowels have no forms, so дела and делу are not forms of Дели.
_ADJECTIVE_ENDINGS = ("ый", "ий", "ой", "ая", "яя", "ое", "ее", "ые", "ие")
_NOUN_ENDINGS = "аяыьй"
_VOWELS = "аеиоуыэюя"
_MIN_STEM, _MIN_PLURAL = 2, 5
# Maximum number of words in a compared phrase. Each word multiplies the number of keys, because a word has several
# stems.
_MAX_WORDS = 4


def words(text: str) -> list[str]:
    """Returns the words of a text in lower case, in their original script."""
    return [fold(text[start:end]) for start, end, _forms in tokenizer.spans(text)]


def fold(word: str) -> str:
    """Converts a word to lower case and removes apostrophes. ё becomes е, which is the usual spelling."""
    return folded(word).replace("'", "")


def stems(word: str, endings: Collection[str] = _ENDINGS) -> set[str]:
    """Returns the possible stems of a folded word, including the word itself."""
    if not _is_russian(word):
        return _english_stems(word)
    found = (ending for ending in endings if word.endswith(ending))
    return {word, *(stem for ending in found if len(stem := word.removesuffix(ending)) >= _MIN_STEM)}


def stems_of_name(word: str) -> set[str]:
    """Returns the stems of a folded nominative. Георгий and Нижний have two stems (noun or adjective)."""
    if not _is_russian(word):
        return _english_stems(word)
    found = {word[:-2] for ending in _ADJECTIVE_ENDINGS if word.endswith(ending)}
    if word[-1] in _NOUN_ENDINGS:
        found.add(word[:-1])
    elif word[-1] not in _VOWELS:
        found.add(word)
    return {stem for stem in found if len(stem) >= _MIN_STEM} or {word}


def keys(word_stems: Iterable[set[str]], *, in_any_order: bool = False) -> Iterator[str]:
    """Yields a key for each combination of the stems of several words. Forms of the same name have a key in common."""
    word_stems = list(word_stems)
    if len(word_stems) <= _MAX_WORDS:
        for combination in product(*word_stems):
            yield " ".join(sorted(combination) if in_any_order else combination)


def _is_russian(word: str) -> bool:
    return "а" <= word[0] <= "я"


def _english_stems(word: str) -> set[str]:
    if len(word) < _MIN_PLURAL or not word.endswith("s"):
        return {word}
    return {word, word[:-1], *({word[:-3] + "y"} if word.endswith("ies") else ())}
