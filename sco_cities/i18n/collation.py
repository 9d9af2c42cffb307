"""The alphabets of the site: what a text is sorted by in each of its languages.

Neither database could do it: SQLite knows no alphabet but ASCII's, PostgreSQL those of whatever libraries it was built
with, and no pinyin that both would share.
"""

import re
from functools import lru_cache

from anyascii import anyascii

# What no alphabet counts: titles begin with quotation marks.
_UNCOUNTED = re.compile("[«»„“”‘’\"'《》()（）]+")
# Characters that are read otherwise at the beginning of the name of a place than by themselves.
_READ_OTHERWISE = {"重庆": "chong 重qing 庆", "厦门": "xia 厦men 门", "六安": "lu 六an 安", "长": "chang 长"}


def collation_key(text: str, language: str) -> str:
    """What a text is sorted by for readers of a language.

    In Russian ё counts as е, and Latin letters come before Cyrillic ones. In Chinese characters come syllable by
    syllable, by their pinyin without tones, and Latin letters among them. In English as `Alphabetical` has it.
    """
    if language == "ru":
        return _UNCOUNTED.sub("", text).strip().casefold().replace("ё", "е")
    if language == "zh":
        counted = _UNCOUNTED.sub("", text).strip()
        for characters, pinyin in _READ_OTHERWISE.items():
            if counted.startswith(characters):
                return pinyin + "".join(map(_syllable, counted[len(characters) :]))
        return "".join(map(_syllable, counted))
    return "".join(char.lower() if char.isascii() else char for char in text)


@lru_cache(maxsize=32_768)
def _syllable(char: str) -> str:
    """A character by its pinyin, apart from the next, and among those of the same sound by itself."""
    spelled = anyascii(char).lower()
    return f"{spelled} {char}" if "\u3400" <= char <= "\u9fff" else spelled
