"""The words of texts and of searches, in one spelling whatever the script: the same for both, or nothing is found.

A word is a run of letters and digits. What is not Chinese is case folded, stripped of accents and written in
Latin letters: Душанбе and DUSHANBE are both "dushanbe". A Chinese run stays as it is and is found by any two of
its characters that follow each other, by a single one, or by how it is read (pinyin), from any character on.
Punctuation, symbols and emoji only separate.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

from anyascii import anyascii
from django.utils.translation import gettext as _

from sco_cities.listings.fields import shortened

# No word is longer; what chance or malice glues together is found by its beginning.
LONGEST_WORD = 40
# PostgreSQL refuses a search vector of more than a megabyte; the rest of such a text cannot be searched for.
LONGEST_DOCUMENT = 400_000
# So many characters are read together: names of places and people are rarely longer.
SYLLABLES = 4
# Begins the token of a whole name, which tells names that begin with the searched words from mere mentions; and
# that of how Chinese is read, since a search for Xi'an is not to find 先进 (xianjin), which is no name of it.
NAME, READING = "0n", "0p"

_HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003fffd"
# Marks that are no letters to Python but part of a word; and what stands inside a word without parting it:
# apostrophes, soft hyphens, joiners.
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
    """Where each word of `text` begins and ends, and the word in its one spelling (rarely several)."""
    for match in _WORD.finditer(text):
        yield match.start(), match.end(), _spelling_variant(match.group())


def split(text: str) -> list[str]:
    """The words of `text` in their one spelling: "Нью-Дели, 杜尚别" gives nyu, deli and 杜尚别."""
    if text.isascii():
        plain = _PLAIN_WORD.findall(text.lower())
        return [word.replace("'", "").replace("`", "")[:LONGEST_WORD] for word in plain]
    return [word for _start, _end, words in spans(text) for word in words]


def is_han(word: str) -> bool:
    """Whether a word that `split` gave is a Chinese run."""
    return not word.isascii()


@lru_cache(maxsize=1 << 15)
def _spelling_variant(run: str) -> list[str]:
    # What is one run as written may be several when folded: ½ is a 1 and a 2.
    return [part if _HAN_RUN.match(part) else _in_latin(part) for part in _WORD.findall(normalize(run))]


def normalize(text: str) -> str:
    """`text` without case, accents, forms of one and the same letter, and what stands inside words unseen."""
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    # Vowel signs of Indian scripts combine too, but are letters: those have no combining class.
    text = unicodedata.normalize("NFC", "".join(char for char in text if not unicodedata.combining(char)))
    return re.sub(f"[{_INSIDE}]+", "", text)


def _in_latin(run: str) -> str:
    latin = _NOT_INSIDE_A_WORD.sub("", anyascii(run).lower())
    # Letters of scripts that nobody has put into Latin letters are searched for by their numbers.
    return (latin or "u" + "".join(f"{ord(char):x}" for char in run))[:LONGEST_WORD]


@lru_cache(maxsize=1 << 15)
def syllable(char: str) -> str:
    """How a Chinese character is read, without its tone."""
    return _NOT_INSIDE_A_WORD.sub("", anyascii(char).lower())


def transliterate(han: str) -> str:
    """How a Chinese run is read: 杜尚别 as "dushangbie"."""
    return "".join(map(syllable, han))


def _code(char: str) -> str:
    # Of one length, so that no code is the beginning of another.
    return f"{ord(char):04x}" if ord(char) < 0x10000 else f"z{ord(char):05x}"


def tokens(word: str) -> Iterator[str]:
    """What a word of a text is found by."""
    if not is_han(word):
        yield word
        return
    for place, char in enumerate(word):
        yield "x" + "".join(map(_code, word[place : place + 2]))
        if syllable(char):
            yield READING + transliterate(word[place : place + SYLLABLES])


def query_tokens(word: str) -> list[str]:
    """The tokens that a text must have, or must have the beginnings of, to contain a word of a search."""
    if not is_han(word):
        return [word]
    return ["x" + "".join(map(_code, word[place : place + 2])) for place in range(max(1, len(word) - 1))]


def name_token(name_words: Iterable[str]) -> str:
    """What a name is found by as a whole; the token of its beginning is the beginning of its token."""
    letters = "".join("".join(map(_code, word)) if is_han(word) else word for word in name_words)
    return (NAME + letters)[:LONGEST_WORD]


def search_document(names: Iterable[str], texts: Iterable[str]) -> str:
    """All tokens of a record with these names or titles and other texts, each once, parted by spaces."""
    found: dict[str, None] = {}
    for name in names:
        if words := split(name):
            found[name_token(words)] = None
            found.update((token, None) for word in words for token in tokens(word))
    for text in texts:
        found.update((token, None) for word in split(text) for token in tokens(word))
    joined = " ".join(found)
    return joined if len(joined) <= LONGEST_DOCUMENT else joined[:LONGEST_DOCUMENT].rpartition(" ")[0]


def phrase_error(phrase: str) -> str:
    """Why `phrase` cannot be searched for, in a sentence, or ""."""
    written = {normalize(phrase[start:end]): spelled for start, end, spelled in spans(phrase) if spelled}
    if not written:
        return _("“%(value)s” contains no letters or digits. Enter a word or a number.") % {
            "value": shortened(phrase)
        }
    [(letters, spelled), *others] = written.items()
    if not others and len(letters.strip()) < 2 and not is_han(spelled[0]):
        return _("Enter at least two letters.")
    return ""
