"""Splits texts and search phrases of all scripts into normalised words by the same rules.

A word is a run of letters and digits. Words of scripts other than Chinese are case-folded, stripped of accents and
transliterated, so Душанбе and DUSHANBE are both "dushanbe". A Chinese run is not changed. Searches find it by a single
character, by two consecutive characters, or by its reading (pinyin) from any character on. Punctuation, symbols and
emoji only separate words.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

from anyascii import anyascii
from django.utils.translation import gettext as _

from sco_cities.core.exceptions import shortened

# Longer words are truncated, so searches find only their beginnings.
MAX_WORD_LENGTH = 40
# PostgreSQL rejects search vectors larger than a megabyte. Searches do not find text beyond this limit.
MAX_DOCUMENT_LENGTH = 400_000
# Maximum number of characters in a reading. Names of places and people rarely have more characters.
READING_LENGTH = 4
# Prefixes of two kinds of token. The token of an entire name ranks names that begin with the search phrase above other
# mentions. The token of a reading has a prefix, because a search for Xi'an must not find 先进 (xianjin).
NAME_PREFIX, READING_PREFIX = "0n", "0p"

_HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003fffd"
# Combining marks, which Python does not treat as letters, and characters that do not separate words, such as
# apostrophes, soft hyphens and joiners.
_MARKS = "".join(
    char for char in map(chr, range(0x300, 0x1E950)) if unicodedata.category(char).startswith("M")
)
_INSIDE = "'`´\u02b9-\u02bf\u2018\u2019\u00ad\u200b-\u200d\u2060\ufeff"
_FIRST = rf"(?:(?![{_HAN}_])\w)"
_LETTER = rf"(?:(?![{_HAN}_])[\w{_MARKS}])"
_WORD = re.compile(rf"[{_HAN}]+|{_FIRST}{_LETTER}*(?:[{_INSIDE}]+{_LETTER}+)*")
_PLAIN_WORD = re.compile(r"[a-z0-9]+(?:['`]+[a-z0-9]+)*")
_NOT_INSIDE_A_WORD = re.compile(r"[^a-z0-9]+")
_HAN_RUN = re.compile(rf"[{_HAN}]+")


def spans(text: str) -> Iterator[tuple[int, int, list[str]]]:
    """Yields the start, end and normalised words of each word in `text`. Most words have one normalised word."""
    for match in _WORD.finditer(text):
        yield match.start(), match.end(), _normalized_words(match.group())


def split(text: str) -> list[str]:
    """Returns the normalised words of `text`. "Нью-Дели, 杜尚别" gives nyu, deli and 杜尚别."""
    if text.isascii():
        words = _PLAIN_WORD.findall(text.lower())
        return [word.replace("'", "").replace("`", "")[:MAX_WORD_LENGTH] for word in words]
    return [word for _start, _end, words in spans(text) for word in words]


def is_han(word: str) -> bool:
    """Returns True if a word from `split` is a Chinese run."""
    return not word.isascii()


@lru_cache(maxsize=1 << 15)
def _normalized_words(run: str) -> list[str]:
    # Normalisation may split a run into several words. For example, ½ becomes 1 and 2.
    return [
        part if _HAN_RUN.match(part) else _transliterate_word(part) for part in _WORD.findall(normalize(run))
    ]


def normalize(text: str) -> str:
    """Folds case and variants of letters. Removes accents, and invisible characters or apostrophes inside words."""
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    # Vowel signs of Indian scripts also combine, but are treated as letters, because they have no combining class.
    text = unicodedata.normalize("NFC", "".join(char for char in text if not unicodedata.combining(char)))
    return re.sub(f"[{_INSIDE}]+", "", text)


def _transliterate_word(run: str) -> str:
    latin = _NOT_INSIDE_A_WORD.sub("", anyascii(run).lower())
    # Letters of scripts without a transliteration are represented by their code points.
    return (latin or "u" + "".join(f"{ord(char):x}" for char in run))[:MAX_WORD_LENGTH]


@lru_cache(maxsize=1 << 15)
def pinyin_syllable(char: str) -> str:
    """Returns the pinyin of a Chinese character, without its tone."""
    return _NOT_INSIDE_A_WORD.sub("", anyascii(char).lower())


def transliterate(han: str) -> str:
    """Returns the pinyin of a Chinese run, such as "dushangbie" for 杜尚别."""
    return "".join(map(pinyin_syllable, han))


def _code(char: str) -> str:
    # The code has a fixed length, so that no code is a prefix of another.
    return f"{ord(char):04x}" if ord(char) < 0x10000 else f"z{ord(char):05x}"


def tokens(word: str) -> Iterator[str]:
    """Yields the search tokens of a word in a text."""
    if not is_han(word):
        yield word
        return
    for place, char in enumerate(word):
        yield "x" + "".join(map(_code, word[place : place + 2]))
        if pinyin_syllable(char):
            yield READING_PREFIX + transliterate(word[place : place + READING_LENGTH])


def query_tokens(word: str) -> list[str]:
    """Returns the tokens, or token prefixes, that a text must contain to match this word of a search phrase."""
    if not is_han(word):
        return [word]
    return ["x" + "".join(map(_code, word[place : place + 2])) for place in range(max(1, len(word) - 1))]


def name_token(name_words: Iterable[str]) -> str:
    """Returns the token of an entire name. The token of the name's first words is a prefix of this token."""
    letters = "".join("".join(map(_code, word)) if is_han(word) else word for word in name_words)
    return (NAME_PREFIX + letters)[:MAX_WORD_LENGTH]


def search_document(names: Iterable[str], texts: Iterable[str]) -> str:
    """Returns the unique tokens of a record's names or titles and other texts, separated by spaces."""
    unique_tokens: dict[str, None] = {}
    for name in names:
        if words := split(name):
            unique_tokens[name_token(words)] = None
            unique_tokens.update((token, None) for word in words for token in tokens(word))
    for text in texts:
        unique_tokens.update((token, None) for word in split(text) for token in tokens(word))
    joined = " ".join(unique_tokens)
    return joined if len(joined) <= MAX_DOCUMENT_LENGTH else joined[:MAX_DOCUMENT_LENGTH].rpartition(" ")[0]


def phrase_error(phrase: str) -> str:
    """Returns the reason why a search for `phrase` is impossible, or ""."""
    forms = {normalize(phrase[start:end]): words for start, end, words in spans(phrase) if words}
    if not forms:
        return _("“%(value)s” contains no letters or digits. Enter a word or a number.") % {
            "value": shortened(phrase)
        }
    [(letters, words), *others] = forms.items()
    if not others and len(letters.strip()) < 2 and not is_han(words[0]):
        return _("Enter at least two letters.")
    return ""
