"""Cells of a CSV file: made so that a spreadsheet takes none for a formula, and read back unchanged."""

import datetime
import re
from collections.abc import Sequence
from decimal import Decimal

from sco_cities.browse.cells import SEPARATOR

_RISKY = re.compile(r"'*[=+\-@\t\r]")
_RISKY_AMONG = re.compile(f"\0{_RISKY.pattern}")
_NEEDS_QUOTES = re.compile(r'[,"\r\n]').search


def neutralised(text: str) -> str:
    """`text` with a leading apostrophe where a spreadsheet would take it for a formula.

    A text that already begins with apostrophes before such a character gets one more, so that `restored`
    gives back every text as it was.
    """
    return f"'{text}" if _RISKY.match(text) else text


def restored(cell: str) -> str:
    """The text that `neutralised` made into `cell`."""
    return cell[1:] if cell.startswith("'") and _RISKY.match(cell) else cell


def cells(values: Sequence) -> list[str]:
    """Values as cells: lists joined by "; ", yes and no as true and false, times in UTC, None as nothing."""
    # All cells of a column at once: most columns are of one kind, and most have nothing that must be changed.
    kinds = set(map(type, values))
    if kinds == {list}:
        return _all_neutralised(list(map(SEPARATOR.join, values)))
    if kinds == {str}:
        return _all_neutralised(values)
    return [_cell(value) for value in values]


def _all_neutralised(texts: Sequence[str]) -> Sequence[str]:
    return [neutralised(text) for text in texts] if _RISKY_AMONG.search("\0" + "\0".join(texts)) else texts


def _cell(value) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return neutralised(SEPARATOR.join(value))
    return neutralised(value) if isinstance(value, str) else _OTHER[type(value)](value)


def lines(columns: Sequence[Sequence[str]]) -> str:
    """Columns of cells as lines of the file, ended by CRLF."""
    if len(columns) == 1:
        # A row of nothing else than nothing would be an empty line, which readers of CSV skip.
        rows = [cell or '""' for cell in _quoted(columns[0])]
    else:
        rows = map(",".join, zip(*map(_quoted, columns), strict=True))
    return "".join([f"{row}\r\n" for row in rows])


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
    bool: lambda value: "true" if value else "false",
    int: str,
    Decimal: lambda value: f"{value.normalize():f}",
    # A decimal as SQLite keeps it.
    float: lambda value: f"{Decimal(str(value)).normalize():f}",
    datetime.datetime: moment,
    datetime.date: datetime.date.isoformat,
}
