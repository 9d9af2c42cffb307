"""Stop words: they say what a thing is and not which one, and are left out before names are compared."""

import re

from .romanization import folded_word
from .vocabulary import meanings, vocabulary

_FOLDED = {meaning: frozenset(map(folded_word, words)) for meaning, words in meanings("stop_words").items()}
SMALL_WORDS = _FOLDED["small"]
SYNONYMS = {folded_word(row.word): folded_word(row.meaning) for row in vocabulary("synonyms")}
# The authorities of a city, by the words of its country, are the same thing.
AUTHORITY = "cityhall"
_OF_ORGANISATIONS = SYNONYMS | dict.fromkeys(_FOLDED[AUTHORITY], AUTHORITY)
_STOP_WORDS = {
    "cities": _FOLDED["cities"],
    "countries": _FOLDED["countries"],
    "delegates": SMALL_WORDS - _FOLDED["initial"] | _FOLDED["delegates"],
    # What organisations are, beside what distinguishes them; and the words of their countries and cities.
    "organisations": (SMALL_WORDS | _FOLDED["organisations"] | _FOLDED["cities"]) - _OF_ORGANISATIONS.keys(),
}
# Of Chinese names: the word for a city, a state or a company at the end.
HAN_SUFFIXES = meanings("han_suffixes")
# Phrases and their abbreviations, by the word that stands for both. The names of persons come after a school's own.
PHRASES = tuple(
    (re.compile(pattern, re.IGNORECASE), f" {word} ")
    for word, pattern in {
        "sco": r"shanghai\s+co-?operation\s+organi[sz]ation|шанхайск\w+\s+организаци\w+\s+сотрудничества|"
        r"(?<!\w)(?:шос|sco)(?!\w)|上海合作组织|上合组织|上合",
        "mvd": r"ministry\s+of\s+(?:the\s+)?(?:internal\s+affairs|interior)|interior\s+ministry|"
        r"министерств\w+\s+внутренних\s+дел",
        "mid": r"ministry\s+of\s+foreign\s+affairs|foreign\s+ministry|министерств\w+\s+иностранных\s+дел",
        AUTHORITY: r"people[’']?s\s+government|народн\w+\s+правительств\w+|executive\s+committee|"
        r"исполнительн\w+\s+комитет\w*",
        "政府": "市?人民政府|市政府",
        "": r"people[’']?s\s+republic|(?:人民民主|伊斯兰|民主|社会主义)*共和国|联邦|"
        r"(?:,?\s+named\s+after|\s+имени|\s+им)\s.*$",
    }.items()
)


def stop_words(collection: str) -> frozenset[str]:
    """The folded stop words, left out of names of a kind of record."""
    return _STOP_WORDS.get(collection, SMALL_WORDS)


def synonyms(collection: str) -> dict[str, str]:
    """Folded words that mean the same, by the one that is replaced."""
    return _OF_ORGANISATIONS if collection == "organisations" else SYNONYMS
