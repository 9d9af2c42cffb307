"""Cells of a workbook (ECMA-376, SpreadsheetML). The type of a cell matches its value.

Texts are inline strings. Spreadsheets do not interpret these as formulas, and they need no table of shared strings,
which would have to stay in memory until the end of the file.
"""

import datetime
import re
from collections.abc import Sequence
from decimal import Decimal

from sco_cities.core.xml_characters import NOT_IN_XML
from sco_cities.listings.row_batch import LIST_SEPARATOR

# Excel's limit for a cell, in UTF-16 code units.
MAX_CHARACTERS = 32_767

# The indices of these formats in STYLES.
PLAIN, BOLD, DAY, MOMENT, WRAPPED = range(5)

_SPECIAL = re.compile(rf"[&<>\r{NOT_IN_XML}]|_(?=x[0-9A-Fa-f]{{4}}_)")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_DAY_ZERO = datetime.date(1899, 12, 30)
# Spreadsheets support no earlier dates and assume a 29 February 1900, so dates before 1 March 1900 stay texts.
_FIRST_DAY = datetime.date(1900, 3, 1)


def escape_xml(text: str) -> str:
    """Escapes `text` for XML. CR and characters that XML does not allow are escaped as in the standard (`_x000D_`)."""
    return _SPECIAL.sub(_escape, text) if _SPECIAL.search(text) else text


def _escape(match: re.Match) -> str:
    char = match[0]
    return _ENTITIES.get(char) or f"_x{ord(char):04X}_"


def length(text: str) -> int:
    """The number of characters as counted by Excel."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def is_too_long(text: str) -> bool:
    """True if a text is too long for a cell."""
    return len(text) * 2 > MAX_CHARACTERS and length(text) > MAX_CHARACTERS


def truncated(text: str, limit: int) -> str:
    """Truncates `text` to `limit` characters as counted by Excel."""
    return text.encode("utf-16-le")[: limit * 2].decode("utf-16-le", errors="ignore")


def text_cell(reference: str, text: str, style: int = PLAIN) -> str:
    """The XML of a text cell."""
    styled = f' s="{style}"' if style else ""
    # Without this attribute, leading and trailing white space and line breaks would be lost.
    space = ' xml:space="preserve"' if text != text.strip() or "\n" in text else ""
    return f'<c r="{reference}"{styled} t="inlineStr"><is><t{space}>{escape_xml(text)}</t></is></c>'


def number_cell(reference: str, number, style: int = PLAIN) -> str:
    """The XML of a number cell. Dates and times are serial numbers."""
    styled = f' s="{style}"' if style else ""
    return f'<c r="{reference}"{styled}><v>{number}</v></c>'


def day_of(text: str) -> datetime.date | None:
    """The day of an EDTF date. None if it is not a full date or if spreadsheets do not support it."""
    if not _DAY.fullmatch(text):
        return None
    try:
        day = datetime.date.fromisoformat(text)
    except ValueError:
        return None
    return day if day >= _FIRST_DAY else None


def cell(reference: str, value) -> str:
    """The XML of a cell. Lists are joined by "; ", and times are UTC with seconds. Empty values have no cell."""
    if value is None or value == "" or value == []:
        return ""
    if isinstance(value, list):
        return text_cell(reference, LIST_SEPARATOR.join(value))
    return text_cell(reference, value) if isinstance(value, str) else _BY_TYPE[type(value)](reference, value)


def _bool_cell(reference: str, value: bool) -> str:
    return f'<c r="{reference}" t="b"><v>{value:d}</v></c>'


def _moment_cell(reference: str, value: datetime.datetime) -> str:
    at = value.astimezone(datetime.UTC)
    seconds = at.hour * 3600 + at.minute * 60 + at.second
    return number_cell(reference, (at.date() - _DAY_ZERO).days + seconds / 86_400, MOMENT)


def _day_cell(reference: str, value: datetime.date) -> str:
    if value < _FIRST_DAY:
        return text_cell(reference, value.isoformat())
    return number_cell(reference, (value - _DAY_ZERO).days, DAY)


_BY_TYPE = {
    bool: _bool_cell,
    int: number_cell,
    Decimal: lambda reference, value: number_cell(reference, f"{value.normalize():f}"),
    datetime.datetime: _moment_cell,
    datetime.date: _day_cell,
}


def column_letters(number: int) -> str:
    """The letters of a column (A, B, …, Z, AA) for its number, counted from 0."""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def row(number: int, cells: Sequence[str]) -> str:
    """The XML of a row. Rows are numbered from 1."""
    return f'<row r="{number}">{"".join(cells)}</row>'
