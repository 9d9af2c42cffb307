"""Cells of a CSV file: made so that a spreadsheet takes none for a formula, and read back unchanged."""

import datetime
import re
from collections.abc import Sequence
from decimal import Decimal

from .db_functions import SEPARATOR

_FORMULA_START = re.compile(r"'*[=+\-@\t\r]")
_RISKY_AMONG = re.compile(f"\0{_FORMULA_START.pattern}")
_NEEDS_QUOTES = re.compile(r'[,"\r\n]').search


def escape_formula(text: str) -> str:
    """`text` with a leading apostrophe where a spreadsheet would take it for a formula.

    A text that already begins with apostrophes before such a character gets one more, so that `unescape_formula`
    gives back every text as it was.
    """
    return f"'{text}" if _FORMULA_START.match(text) else text


def unescape_formula(cell: str) -> str:
    """The text that `escape_formula` made into `cell`."""
    return cell[1:] if cell.startswith("'") and _FORMULA_START.match(cell) else cell


def cells(values: Sequence) -> Sequence[str]:
    """Values as cells: lists joined by "; ", yes and no as true and false, times in UTC, None as nothing."""
    # All cells of a column at once: most columns are of one kind, and most have nothing that must be changed.
    try:
        whole = "\0".join(["", *values])
    except TypeError:
        return _cells_of_others(values)
    return [escape_formula(text) for text in values] if _RISKY_AMONG.search(whole) else values


def _cells_of_others(values: Sequence) -> Sequence[str]:
    """The same for values that are not all texts."""
    kinds = set(map(type, values))
    if kinds == {list}:
        return cells(list(map(SEPARATOR.join, values)))
    if kinds == {str, type(None)}:
        return cells([value or "" for value in values])
    if len(kinds) == 1:
        return list(map(_OTHER[kinds.pop()], values))
    return [cells([value])[0] for value in values]


def lines(columns: Sequence[Sequence[str]]) -> str:
    """Columns of cells as lines of the file, ended by CRLF."""
    if len(columns) == 1:
        # A row of nothing else than nothing would be an empty line, which readers of CSV skip.
        rows = (cell or '""' for cell in _quoted(columns[0]))
    else:
        rows = map(",".join, zip(*map(_quoted, columns), strict=True))
    return "\r\n".join([*rows, ""])


def _quoted(cells: Sequence[str]) -> Sequence[str]:
    # To look at a column as a whole and quote where there is need takes a quarter of the time of csv.writer,
    # which goes through every cell character by character.
    whole = "".join(cells)
    there = [char for char in ',"\r\n' if char in whole]
    if not there:
        return cells
    if there == [","]:
        return [f'"{cell}"' if "," in cell else cell for cell in cells]
    return ['"' + cell.replace('"', '""') + '"' if _NEEDS_QUOTES(cell) else cell for cell in cells]


def moment(value: datetime.datetime) -> str:
    """A time in UTC, to the second: 2025-01-02T03:04:05Z."""
    return value.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


_OTHER = {
    type(None): lambda value: "",
    bool: {True: "true", False: "false"}.__getitem__,
    int: str,
    Decimal: lambda value: f"{value.normalize():f}",
    # A decimal as SQLite keeps it.
    float: lambda value: f"{Decimal(str(value)).normalize():f}",
    datetime.datetime: moment,
    datetime.date: datetime.date.isoformat,
}
