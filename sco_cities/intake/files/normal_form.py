"""Normalises report texts before they are stored, so that equal words consist of equal characters."""

import re
import unicodedata

from sco_cities.core.xml_characters import NOT_IN_XML

_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
# Control characters and zero-width characters (soft hyphens, direction marks, byte-order marks).
_INVISIBLE = re.compile(
    f"[{NOT_IN_XML}\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]"
)
_BLANK_LINES = re.compile("\n{3,}")


def normal_form(text: str) -> str:
    """Converts a text to NFC with LF line endings, without control characters, trailing spaces or extra empty lines."""
    text = _INVISIBLE.sub("", _LINE_ENDS.sub("\n", text).replace("\t", " "))
    lines = (line.strip() for line in unicodedata.normalize("NFC", text).split("\n"))
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()
