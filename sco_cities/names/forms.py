"""Computes a name's forms for comparison (words in Latin letters, Chinese characters, and their pinyin)."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property, lru_cache
from itertools import islice

from sco_cities.core import tokenizer

from . import inflection
from .gazetteer import country_words
from .letters import folded, is_cyrillic, is_han, simplified
from .romanization import consonants, folded_word, may_be_chinese
from .vocabulary import meanings, vocabulary

_FOLDED = {meaning: frozenset(map(folded_word, words)) for meaning, words in meanings("stop_words").items()}
SMALL_WORDS = _FOLDED["small"]
# Maps each word to the synonym that replaces it.
_SYNONYMS = {folded_word(row.word): folded_word(row.meaning) for row in vocabulary("name_synonyms")}
# In names of organisations, words for city authorities are synonyms, because each country has its own word.
AUTHORITY = "cityhall"
_OF_ORGANISATIONS = _SYNONYMS | dict.fromkeys(_FOLDED[AUTHORITY], AUTHORITY)
_STOP_WORDS = {
    "cities": _FOLDED["cities"],
    "countries": _FOLDED["countries"],
    "delegates": SMALL_WORDS - _FOLDED["initial"] | _FOLDED["delegates"],
    # Generic words in names of organisations, and the stop words for names of cities.
    "organisations": (SMALL_WORDS | _FOLDED["organisations"] | _FOLDED["cities"]) - _OF_ORGANISATIONS.keys(),
}
# Words for a city, a state or a company at the end of Chinese names.
HAN_SUFFIXES = meanings("han_suffixes")
# Patterns of phrases and their abbreviations, each with the word that replaces them. The last pattern removes "named
# after" and the person's name that follows.
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
    """Returns the folded stop words, which comparisons of names in a collection ignore."""
    return _STOP_WORDS.get(collection, SMALL_WORDS)


# Maximum length of texts. Longer texts are truncated before forms are cached, to save memory.
MAX_LENGTH = 300
# Maximum length of compared names. Longer names are truncated, because comparing letters is slow.
MAX_COMPARED, MAX_COMPARED_HAN = 120, 60
_MAX_STEM_KEYS = 64
# Maximum number of bracketed parts used in a name.
_MAX_BRACKETS = 3
_X = re.compile("x", re.IGNORECASE)
_BRACKETS = re.compile(r"\([^()]*\)|（[^（）]*）|\[[^\[\]]*\]")
# Dotted abbreviations are joined (P.R. equals PR). In names of persons, they are initials instead.
_DOTTED = re.compile(r"(?<!\w)(?:[^\W\d_]\.){2,}")
# Accents of Latin letters, but not the breve of й.
_ACCENTS = re.compile("(?<=[a-z])[\u0300-\u036f]+")
# Punctuation that separates words even without a space, as in "г.Бишкек" and "A.Azizov".
_PAUSE = re.compile(r"[.,;:/|_·・•‧]+")


class Script(IntEnum):
    """The script of a form. A READING is also compared with a LATIN form."""

    LATIN = 0
    HAN = 1
    READING = 2


@dataclass(frozen=True)
class NameForm:
    """A form of a name for comparison, with words or runs of Chinese characters, without stop words.

    `stems` are keys that all cases of a Russian name share. `countries` are the codes of the countries in the name.
    `is_syllabic` is True for possible Chinese names, which may differ in only one letter.
    """

    words: tuple[str, ...]
    script: Script = Script.LATIN
    stems: tuple[str, ...] = ()
    is_syllabic: bool = False
    countries: frozenset[str] = frozenset()

    @cached_property
    def joined(self) -> str:
        """The name as one word. It is folded again, because some letters fold only together, as in Xi'an and Xi An."""
        together = "".join(self.words)
        # Initials remain separate. In folded words, q stands for ж.
        is_final = (
            self.script == Script.HAN
            or len(self.words) == 1
            or "q" in together
            or min(map(len, self.words)) < 2
        )
        return together if is_final else folded_word(together)

    @property
    def consonants(self) -> str:
        """The consonants of the name. Arabic script usually omits vowels."""
        return consonants(self.joined)

    @cached_property
    def unordered(self) -> str:
        """The sorted words, to compare names regardless of word order."""
        return " ".join(sorted(self.words))

    @property
    def parts(self) -> tuple[str, ...]:
        """The words, or for Chinese, the pairs of adjacent characters."""
        if self.script != Script.HAN or len(text := self.joined) < 2:
            return self.words
        return tuple(text[start : start + 2] for start in range(len(text) - 1))

    def grams(self) -> set[str]:
        """Returns the three-letter groups and consonants of words, or the single and paired Chinese characters."""
        if self.script == Script.HAN:
            return {*self.joined, *self.parts}
        grams = set()
        for word in self.words:
            marked = f"^{word}$"
            grams.update(marked[start : start + 3] for start in range(len(marked) - 2))
            grams.add(f"={consonants(word)}")
        return grams


def forms_of_record(name: str, collection: str) -> tuple[NameForm, ...]:
    """Returns the forms of a record's name."""
    return _forms(_beginning(name), collection, is_query=False)


def forms_of_query(name: str, collection: str) -> tuple[NameForm, ...]:
    """Returns the forms of a name in a query. Empty if the name has no letters or digits."""
    return _forms(_beginning(name), collection, is_query=True)


def _beginning(name: str) -> str:
    name = name[:MAX_COMPARED]
    if len(name) <= MAX_COMPARED_HAN:
        return name
    han_places = (place for place, char in enumerate(name) if is_han(char))
    return name[: next(islice(han_places, MAX_COMPARED_HAN, None), None)]


def joined_forms(names: Iterable[str], collection: str) -> set[str]:
    """Returns the joined forms of names. The forms are not cached, because there are too many names."""
    forms = (form for name in names for form in _forms.__wrapped__(name, collection, is_query=False))
    return {form.joined for form in forms if form.script != Script.READING}


@lru_cache(maxsize=1 << 15)
def _forms(name: str, collection: str, *, is_query: bool) -> tuple[NameForm, ...]:
    text = _beginning(unicodedata.normalize("NFKC", name))
    texts = [text]
    outer, inner = without_brackets(text)
    if inner and not is_query:
        # "Kashi (Varanasi)" is also found as Kashi, and "Казахстан темир жолы (КТЖ)" as КТЖ.
        texts += [outer, *(each for each in inner if each.isupper())]
    forms = (form for each in texts for form in _forms_of_text(each, collection, is_query=is_query))
    # A text without letters, such as an apostrophe, cannot be compared.
    return tuple(dict.fromkeys(form for form in forms if form.words))


def without_brackets(name: str) -> tuple[str, tuple[str, ...]]:
    """Splits a name into the text outside its first brackets and the texts inside the brackets.

    For "Kashi (Varanasi)", these texts are Kashi and Varanasi.
    """
    inner = [each[1:-1] for each in islice(_BRACKETS.findall(name), _MAX_BRACKETS)]
    return _BRACKETS.sub(" ", name, count=_MAX_BRACKETS) if inner else name, tuple(inner)


def is_stop_word_only(text: str, collection: str) -> bool:
    """Returns True if a text consists only of stop words of the collection, such as "city", "г." or "市"."""
    words = [word for form in forms_of_query(text, collection) for word in form.words]
    return {*words} <= stop_words(collection) | {*HAN_SUFFIXES.get(collection, ())}


def is_abbreviation(short: str, name: str) -> bool:
    """Returns True if `short` contains the initials of `name`, with or without its small words."""
    letters, words = fold_text(short), fold_text(name).split()
    long_words = [word for word in words if folded_word(word) not in SMALL_WORDS]
    return len(letters) > 1 and letters in ("".join(each[0] for each in some) for some in (words, long_words))


def fold_text(text: str) -> str:
    """Converts a name to lower case and removes punctuation and accents. Equal names have equal results."""
    text = unicodedata.normalize("NFKC", text[:MAX_LENGTH])[:MAX_LENGTH]
    return _ACCENTS.sub("", unicodedata.normalize("NFD", " ".join(_words(text)).casefold()))


def _forms_of_text(text: str, collection: str, *, is_query: bool):
    if collection != "delegates":
        text = _DOTTED.sub(lambda letters: letters.group().replace(".", ""), text)
    text = simplified(_PAUSE.sub(" ", text))
    raw = _words(text)
    if any(map(is_han, raw)):
        yield from _han_forms(_words(_with_short_phrases(text)) or raw, collection)
    elif raw:
        is_syllabic = all(map(may_be_chinese, raw))
        words = _known_words([folded_word(word) for word in raw], collection)
        countries = frozenset(_country_codes(raw, collection)) - {None}
        yield NameForm(
            words, Script.LATIN, _stems(raw, collection, is_query=is_query), is_syllabic, countries
        )
        short = _short_form(text, collection)
        if short and short != words:
            yield NameForm(short, countries=countries)
        if is_query and not is_syllabic and any("x" in word.casefold() for word in raw):
            # A Latin x stands for х in GOST 7.79 and in the Uzbek and Azerbaijani alphabets, as in "Buxoro".
            yield NameForm(_known_words([folded_word(_X.sub("kh", word)) for word in raw], collection))


# The results are cached, because the same text is split for each kind of record.
@lru_cache(maxsize=1 << 10)
def _words(text: str) -> tuple[str, ...]:
    return tuple(text[start:end] for start, end, _words in tokenizer.spans(text))


@lru_cache(maxsize=1 << 10)
def _with_short_phrases(text: str) -> str:
    for pattern, word in PHRASES:
        text = pattern.sub(word, text)
    return text


def _short_form(text: str, collection: str) -> tuple[str, ...]:
    """Replaces each phrase in PHRASES with one word, and each country in an organisation's name with its code."""
    raw = _words(_with_short_phrases(text))
    codes = _country_codes(raw, collection)
    folded = [f"{code}country" if code else folded_word(word) for word, code in zip(raw, codes, strict=True)]
    return _known_words(folded, collection)


def _country_codes(raw: Sequence[str], collection: str) -> list[str | None]:
    """Returns the country code of each word, or None.

    In an organisation's name, China, Chinese, КНР and китайский are equal.
    """
    if collection != "organisations":
        return [None] * len(raw)
    return [country_words().get(folded(word)) for word in raw]


def _known_words(folded: list[str], collection: str) -> tuple[str, ...]:
    same = _OF_ORGANISATIONS if collection == "organisations" else _SYNONYMS
    words, left_out = [same.get(word, word) for word in folded if word], stop_words(collection)
    return tuple(word for word in words if word not in left_out) or tuple(words)


def _han_forms(raw: Sequence[str], collection: str):
    runs = [word if is_han(word) else folded_word(word) for word in raw]
    runs = [run for run in runs if run]
    for suffix in HAN_SUFFIXES.get(collection, ()):
        if runs[-1].endswith(suffix) and len(runs[-1]) - len(suffix) >= 2:
            runs[-1] = runs[-1].removesuffix(suffix)
            break
    yield NameForm(tuple(runs), Script.HAN)
    readings = (folded_word(tokenizer.transliterate(run)) if is_han(run) else run for run in runs)
    if words := tuple(filter(None, readings)):
        yield NameForm(words, Script.READING)


def _stems(raw: Sequence[str], collection: str, *, is_query: bool) -> tuple[str, ...]:
    """Returns keys that all cases of a Russian name have in common."""
    left_out = stop_words(collection)
    words = [inflection.fold(word) for word in raw if folded_word(word) not in left_out]
    if not words or not all(map(is_cyrillic, words)):
        return ()
    stems = [
        inflection.stems(word, inflection.SINGULAR) if is_query else inflection.stems_of_name(word)
        for word in words
    ]
    return tuple(islice(inflection.keys(stems), _MAX_STEM_KEYS))
