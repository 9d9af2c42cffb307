"""Converts words of any script to Latin letters, so that usual transliterations of a name become nearly equal.

Кыргызстан and Qyrgyzstan become equal. Chelyabinsk, Čelâbinsk and Челябинск also become equal. The results are used
only for comparison. Only the transliteration from `by_language` is displayed, until a curator enters the English text.
"""

import re
import unicodedata
from functools import lru_cache

from anyascii import anyascii

from sco_cities.core import tokenizer

from .letters import HAN, is_cyrillic

# Letters that anyascii transliterates differently. Accents are usually removed, but these accented letters are distinct
# letters in ISO 9 and in Turkic and Slavic alphabets.
_LETTERS = str.maketrans(
    {
        "ё": "yo", "й": "y", "ғ": "g", "қ": "k", "ў": "o", "ҳ": "kh", "є": "e", "ə": "a", "ƣ": "g",
        "č": "ch", "ć": "ch", "ç": "ch", "š": "sh", "ş": "sh", "ș": "sh", "ŝ": "shch", "ž": "zh", "û": "yu", "â": "ya",
    }
)  # fmt: skip
_APOSTROPHES = re.compile("['`´ʹʺʻʼʽʾʿˈˊˋ‘’‛′″\u00ad\u200b-\u200d\u2060\ufeff]+")
_NOT_PLAIN = re.compile("[^a-z0-9]+")
_TONE_NUMBER = re.compile("[1-5]")
# Pinyin with tone numbers, as in Bei3jing1.
_NUMBERED_PINYIN = re.compile("(?:[a-z]{1,6}[1-5]){2,}")
# Ordered substitutions that unify the spellings of different transliteration systems.
_FOLDS = tuple(
    (re.compile(pattern), letters)
    for pattern, letters in (
        ("shch|sch|shh|szcz", "s"), ("tch|ch|ts|tz|cz", "c"), ("sh", "s"), ("dzh|dj|dz", "j"), ("zh", "#"),
        ("kh", "h"), ("gh", "g"), ("ph", "f"), ("th", "t"), ("dh", "d"), ("bh", "b"), ("ck|q", "k"), ("#", "q"),
        ("w", "v"), ("ks", "x"), ("ou", "u"),
        # In ISO 9, й at the end of a syllable is j. The folded forms of я, е, ё and ю begin with a vowel.
        ("(?<=[aeiou])j(?![aeiou])|iy", "i"), ("(?<=[^aeiou])j(?=[aeou])", ""), ("[iy](?=[aeou])", ""), ("y", "i"),
        (r"(.)\1+", r"\1"),
    )
)  # fmt: skip
# The range of common Chinese characters, whose readings include every syllable.
_COMMON_HAN = range(0x4E00, 0xA000)
_VOWELS = re.compile("[aeiouhj]")


@lru_cache(maxsize=1 << 15)
def plain_word(word: str) -> str:
    """Converts a word to lower-case Latin letters and digits. Душанбе becomes "dushanbe", Ürümqi "urumqi"."""
    # The word is composed before accents are removed, because й may be stored as и and an accent.
    word = unicodedata.normalize("NFC", word.casefold()).translate(_LETTERS)
    word = unicodedata.normalize("NFKD", word)
    word = _APOSTROPHES.sub("", "".join(char for char in word if not unicodedata.combining(char)))
    return _NOT_PLAIN.sub("", word if word.isascii() else anyascii(word).lower())


@lru_cache(maxsize=1 << 15)
def folded_word(word: str) -> str:
    """Folds a word to letters that usual transliterations have in common, for comparison."""
    plain = plain_word(word)
    if plain.isalpha():
        folded = plain
        for pattern, letters in _FOLDS:
            folded = pattern.sub(letters, folded)
        # Single letters are not folded. Otherwise, ИИ would equal И.
        return folded if len(folded) > 1 else plain
    if _NUMBERED_PINYIN.fullmatch(plain):
        return folded_word(_TONE_NUMBER.sub("", plain))
    return plain


# Chinese syllables in Russian letters (Palladius).
_PALLADIUS = re.compile(
    "(?:(?:чж|цз|[бпмфдтнлгкхцсчшжв])?(?:юань|янь|ань|энь|инь|уань|унь|юнь|юань|уан|юэ|юн|яо|ян|ин|ан|эн|ун|он|ай|эй|уай|уй|"
    "ао|оу|уа|уо|эр|[аоэиуюяе])ъ?)+"
)


@lru_cache(maxsize=1)
def _pinyin() -> re.Pattern[str]:
    syllables = {tokenizer.pinyin_syllable(chr(code)) for code in _COMMON_HAN} - {""}
    return re.compile(f"(?:{'|'.join(sorted(syllables, key=len, reverse=True))})+")


@lru_cache(maxsize=1 << 14)
def may_be_chinese(word: str) -> bool:
    """Returns True if a word consists of possible Chinese syllables in Latin or Russian letters."""
    if is_cyrillic(word):
        return _PALLADIUS.fullmatch(word.casefold()) is not None
    return _pinyin().fullmatch(plain_word(word)) is not None


def consonants(folded: str) -> str:
    """Returns the first letter and the later consonants of a folded word.

    Omits h and j, because transliterations use these letters differently.
    """
    return folded[:1] + _VOWELS.sub("", folded[1:])


_OTHER_SCRIPTS = {"ru": re.compile("[\u0400-\u052f]+"), "zh": re.compile(f"[{HAN}]+")}
_LATIN_LETTER = re.compile("[A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f]")


def by_language(text: str, *, is_person: bool = False) -> dict[str, str]:
    """Maps languages to texts. A transliteration of a Russian or Chinese text is added as the English text.

    A text with Latin letters is treated as English and not changed.
    """
    letters = {language: "".join(script.findall(text)) for language, script in _OTHER_SCRIPTS.items()}
    language = max(letters, key=lambda each: len(letters[each]))
    if not letters[language] or _LATIN_LETTER.search(text):
        return {"en": text}
    return {"en": in_latin_letters(text, is_person=is_person), language: text}


def in_latin_letters(text: str, *, is_person: bool = False) -> str:
    """Transliterates the Cyrillic and Chinese words of a text."""
    latin = _OTHER_SCRIPTS["ru"].sub(lambda found: anyascii(found[0]), text)
    return _OTHER_SCRIPTS["zh"].sub(lambda found: _pinyin_name(found[0], is_person=is_person), latin)


def _pinyin_name(characters: str, *, is_person: bool) -> str:
    """Returns the pinyin of a name as one word, or of a person's name as family name and given name."""
    first, *others = map(anyascii, characters)
    given = "".join(others)
    return f"{first} {given.capitalize()}".strip() if is_person else f"{first}{given}".capitalize()
