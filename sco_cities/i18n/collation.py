"""Sort keys of texts in each language of the site.

The databases have no suitable collations. SQLite has only an ASCII collation. PostgreSQL's collations depend on the
libraries that PostgreSQL was built with, and some libraries have no pinyin order.
"""

import re
from functools import lru_cache

from anyascii import anyascii

# Quotation marks and brackets, which are ignored in sorting because titles may begin with them.
_IGNORED = re.compile("[«»„“”‘’\"'《》()（）]+")
# Characters whose reading is different at the beginning of a place name.
_PLACE_NAME_READINGS = {
    "重庆": "chong 重qing 庆",
    "厦门": "xia 厦men 门",
    "六安": "lu 六an 安",
    "长": "chang 长",
}


def collation_key(text: str, language: str) -> str:
    """Returns the sort key of `text` for readers of `language`.

    In Russian, ё is sorted as е, and Latin letters precede Cyrillic letters. Chinese is sorted syllable by syllable, by
    pinyin without tones. Latin letters are sorted with the pinyin. English is sorted like `Alphabetical`.
    """
    if language == "ru":
        return _IGNORED.sub("", text).strip().casefold().replace("ё", "е")
    if language == "zh":
        stripped = _IGNORED.sub("", text).strip()
        for characters, pinyin in _PLACE_NAME_READINGS.items():
            if stripped.startswith(characters):
                return pinyin + "".join(map(_syllable, stripped[len(characters) :]))
        return "".join(map(_syllable, stripped))
    return "".join(char.lower() if char.isascii() else char for char in text)


@lru_cache(maxsize=32_768)
def _syllable(char: str) -> str:
    """Returns the pinyin of a character, followed by the character itself to order characters with equal pinyin."""
    pinyin = anyascii(char).lower()
    return f"{pinyin} {char}" if "\u3400" <= char <= "\u9fff" else pinyin
