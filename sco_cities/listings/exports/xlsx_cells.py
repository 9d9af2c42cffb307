"""Cells of a workbook (ECMA-376, SpreadsheetML), each of the type of its value.

Texts are inline strings: a spreadsheet calculates none of them, whatever it begins with, and none has to be
kept until the end of the file for a table of all strings.
"""

import datetime
import re
from collections.abc import Sequence
from decimal import Decimal

from .csv_cells import SEPARATOR

# What a cell of Excel holds, in units of UTF-16.
MAX_CHARACTERS = 32_767

# The places of these formats in STYLES.
PLAIN, BOLD, DAY, MOMENT, WRAPPED = range(5)

_SPECIAL = re.compile(r"[&<>\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_DAY_ZERO = datetime.date(1899, 12, 30)
# Spreadsheets count a 29 February 1900, and know no day before that year: earlier ones stay texts.
_FIRST_DAY = datetime.date(1900, 3, 1)


def escape_xml(text: str) -> str:
    """`text` as XML; characters that XML cannot have, and CR, in the way of the standard: `_x000D_`."""
    return _SPECIAL.sub(_escape, text) if _SPECIAL.search(text) else text


def _escape(match: re.Match) -> str:
    char = match[0]
    return _ENTITIES.get(char) or f"_x{ord(char):04X}_"


def length(text: str) -> int:
    """How many characters Excel counts."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def is_too_long(text: str) -> bool:
    """Whether a text does not fit into a cell."""
    return len(text) * 2 > MAX_CHARACTERS and length(text) > MAX_CHARACTERS


def truncated(text: str, most: int) -> str:
    """As much of `text` as Excel counts for `most` characters."""
    return text.encode("utf-16-le")[: most * 2].decode("utf-16-le", errors="ignore")


def text_cell(place: str, text: str, style: int = PLAIN) -> str:
    """A cell with a text."""
    styled = f' s="{style}"' if style else ""
    # Space around a text and line ends in it are part of it.
    kept = ' xml:space="preserve"' if text != text.strip() or "\n" in text else ""
    return f'<c r="{place}"{styled} t="inlineStr"><is><t{kept}>{escape_xml(text)}</t></is></c>'


def number_cell(place: str, number, style: int = PLAIN) -> str:
    """A cell with a number, or with what is one to a spreadsheet."""
    styled = f' s="{style}"' if style else ""
    return f'<c r="{place}"{styled}><v>{number}</v></c>'


def day_of(text: str) -> datetime.date | None:
    """The day that an EDTF text names, where it names one and spreadsheets know it."""
    if not _DAY.fullmatch(text):
        return None
    try:
        day = datetime.date.fromisoformat(text)
    except ValueError:
        return None
    return day if day >= _FIRST_DAY else None


def cell(place: str, value) -> str:
    """The cell at `place`: lists joined by "; ", times in UTC to the second, nothing where there is no value."""
    if value is None or value == "" or value == []:
        return ""
    if isinstance(value, list):
        return text_cell(place, SEPARATOR.join(value))
    return text_cell(place, value) if isinstance(value, str) else _BY_TYPE[type(value)](place, value)


def _bool_cell(place: str, value: bool) -> str:
    return f'<c r="{place}" t="b"><v>{value:d}</v></c>'


def _moment_cell(place: str, value: datetime.datetime) -> str:
    at = value.astimezone(datetime.UTC)
    seconds = at.hour * 3600 + at.minute * 60 + at.second
    return number_cell(place, (at.date() - _DAY_ZERO).days + seconds / 86_400, MOMENT)


def _day_cell(place: str, value: datetime.date) -> str:
    if value < _FIRST_DAY:
        return text_cell(place, value.isoformat())
    return number_cell(place, (value - _DAY_ZERO).days, DAY)


_BY_TYPE = {
    bool: _bool_cell,
    int: number_cell,
    Decimal: lambda place, value: number_cell(place, f"{value.normalize():f}"),
    datetime.datetime: _moment_cell,
    datetime.date: _day_cell,
}


def column_letters(number: int) -> str:
    """How spreadsheets call the column at a place, counted from 0: A, B, ..., Z, AA."""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def row(number: int, cells: Sequence[str]) -> str:
    """The row of this number, counted from 1."""
    return f'<row r="{number}">{"".join(cells)}</row>'
