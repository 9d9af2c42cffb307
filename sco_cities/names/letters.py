"""Normalises the letters of names (case, variants and scripts)."""

import re
import unicodedata
from functools import lru_cache

from .vocabulary import vocabulary

# Ranges of Chinese characters, for character classes in regular expressions.
HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_BEGINS_WITH_HAN = re.compile(f"[{HAN}\uf900-\ufaff]")
_CYRILLIC_LETTER = re.compile("[\u0400-\u052f]")
_VARIANTS = str.maketrans({"ё": "е", "’": "'", "‘": "'", "ʻ": "'", "`": "'"})
_DASHES = str.maketrans("–—", "--")


def folded(text: str) -> str:
    """Converts a text to lower case with plain apostrophes and without ё. The length of the text does not change."""
    lower = text.lower()
    if len(lower) != len(text):
        lower = "".join(low if len(low := each.lower()) == 1 else each for each in text)
    return lower.translate(_VARIANTS)


def plain(text: str) -> str:
    """Normalises case, spacing and variants of letters, to compare names as written."""
    text = text if text.isascii() else unicodedata.normalize("NFKC", text)
    return " ".join(folded(text.casefold()).translate(_DASHES).split())


def is_cyrillic(text: str) -> bool:
    """Returns True if the text contains a Cyrillic letter."""
    return _CYRILLIC_LETTER.search(text) is not None


def is_han(word: str) -> bool:
    """Returns True if the word begins with a Chinese character."""
    return _BEGINS_WITH_HAN.match(word) is not None


def simplified(text: str) -> str:
    """Replaces traditional Chinese characters with simplified characters."""
    return text.translate(_simplified())


@lru_cache(maxsize=1)
def _simplified() -> dict[int, str]:
    return {ord(row.word): row.meaning for row in vocabulary("simplified")}
