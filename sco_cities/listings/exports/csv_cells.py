"""Converts values to CSV cells. Spreadsheets never interpret them as formulas, and imports restore every value."""

import datetime
import re
from collections.abc import Sequence
from decimal import Decimal

from sco_cities.listings.row_batch import LIST_SEPARATOR

from .formula_escape import contains_formula, escape_formula

_NEEDS_QUOTES = re.compile(r'[,"\r\n]').search


def cells(values: Sequence) -> Sequence[str]:
    """Converts values to cells. Lists are joined by "; ", booleans are true or false, times are UTC, None is empty."""
    # Checks a whole column at a time, because most columns have values of one type that need no change.
    try:
        return [*map(escape_formula, values)] if contains_formula(values) else values
    except TypeError:
        return _mixed_cells(values)


def _mixed_cells(values: Sequence) -> Sequence[str]:
    """Converts values of different types to cells."""
    types = set(map(type, values))
    if types == {list}:
        return cells(list(map(LIST_SEPARATOR.join, values)))
    if types == {str, type(None)}:
        return cells([value or "" for value in values])
    if len(types) == 1:
        return list(map(_FORMATTERS[types.pop()], values))
    return [cells([value])[0] for value in values]


def lines(columns: Sequence[Sequence[str]]) -> str:
    """Joins columns of cells to lines of the file. Each line ends with CRLF."""
    if len(columns) == 1:
        # A row with a single empty cell would be an empty line, which CSV readers skip.
        rows = (cell or '""' for cell in _quote(columns[0]))
    else:
        rows = map(",".join, zip(*map(_quote, columns), strict=True))
    return "\r\n".join([*rows, ""])


def _quote(cells: Sequence[str]) -> Sequence[str]:
    # Checking whole columns and quoting only where necessary takes a quarter of the time of csv.writer, which
    # examines every character of every cell.
    joined = "".join(cells)
    special = [char for char in ',"\r\n' if char in joined]
    if not special:
        return cells
    if special == [","]:
        return [f'"{cell}"' if "," in cell else cell for cell in cells]
    return ['"' + cell.replace('"', '""') + '"' if _NEEDS_QUOTES(cell) else cell for cell in cells]


def format_utc(value: datetime.datetime) -> str:
    """A time in UTC with seconds, such as 2025-01-02T03:04:05Z."""
    return value.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


_FORMATTERS = {
    type(None): lambda value: "",
    bool: {True: "true", False: "false"}.__getitem__,
    int: str,
    Decimal: lambda value: f"{value.normalize():f}",
    # A decimal in SQLite's text form.
    float: lambda value: f"{Decimal(str(value)).normalize():f}",
    datetime.datetime: format_utc,
    datetime.date: datetime.date.isoformat,
}
