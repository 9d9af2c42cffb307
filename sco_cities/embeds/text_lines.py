"""Breaks a text into lines of a given width, for pictures: SVG does not wrap text.

Widths are estimates in em for the fonts of the share pictures: never much too small, so that no line is cut off.
"""

import re
import unicodedata
from collections.abc import Iterator

from sco_cities.core.html import WIDE_CHARACTER
from sco_cities.core.xml_characters import NOT_IN_XML

_NARROW, _USUAL, _CAPITAL, _BROAD, _FULL = 0.37, 0.58, 0.72, 0.95, 1.0
_NARROW_LETTERS = frozenset(" .,;:·!|'’`ijlIJtfrгз-/()[]")
_BROAD_LETTERS = frozenset("mwMWжшщыюфмЖШЩЮФМ@%&—")
_ELLIPSIS = "…"
# Characters that XML 1.0 does not allow, and those that no font draws.
_INVALID = re.compile(f"[{NOT_IN_XML}\t\n\r\x7f-\x9f]")
_STRAIGHT = str.maketrans("“”‘’", "\"\"''")
# Chinese marks that must not begin a line.
_CLOSING = "，。、；：！？）》」』”’…"


def printable(text: str) -> str:
    """`text` without characters that XML does not allow, with single spaces and quotation marks that fit its script."""
    text = " ".join(_INVALID.sub(" ", text).split())
    # The fonts have curved quotation marks for Chinese only, as wide as a character.
    return text if WIDE_CHARACTER.search(text) else text.translate(_STRAIGHT)


def text_width(text: str) -> float:
    """The estimated width of `text` in em."""
    return sum(map(_width, text))


def text_lines(text: str, width: float, max_lines: int) -> list[str]:
    """`text` in at most `max_lines` lines of at most `width` em; an ellipsis stands for what does not fit."""
    lines = [""]
    for piece in _pieces(printable(text)):
        if text_width((lines[-1] + piece).rstrip()) <= width or not lines[-1]:
            lines[-1] += piece
        else:
            lines.append(piece.lstrip())
    lines = [line.rstrip() for line in lines]
    if len(lines) <= max_lines:
        return lines
    return [*lines[: max_lines - 1], _shortened(lines[max_lines - 1], width)]


def _shortened(line: str, width: float) -> str:
    while text_width(line) > width - _FULL:
        line = line[:-1]
    return line.rstrip(" ,.;:，。；：") + _ELLIPSIS


def _pieces(text: str, longest: int = 24) -> Iterator[str]:
    """The parts of `text` between which a line may break: words with the space before them, and Chinese characters.

    Of a word that is longer than any, such as an address, each `longest` letters are a part.
    """
    pattern = (
        rf"{WIDE_CHARACTER.pattern}[{_CLOSING}]*| ?(?:(?!{WIDE_CHARACTER.pattern})[^ ]){{1,{longest}}}| "
    )
    return (match.group() for match in re.finditer(pattern, text))


def _width(char: str) -> float:
    if char in _NARROW_LETTERS or unicodedata.combining(char):
        return _NARROW
    if char in _BROAD_LETTERS:
        return _BROAD
    if WIDE_CHARACTER.match(char) or ord(char) > 0xFFFF or char in "…≠“”":
        return _FULL
    return _CAPITAL if char.isupper() else _USUAL
