"""Cells of a CSV file: made so that a spreadsheet takes none for a formula, and read back unchanged."""

import datetime
import re
from collections.abc import Sequence
from decimal import Decimal

SEPARATOR = "; "

_RISKY = re.compile(r"'*[=+\-@\t\r]")


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
    return [_cell(value) for value in values]


def _cell(value) -> str:
    if not value and value is not False and value != 0:
        return ""
    kind = type(value)
    if kind is list:
        value = value[0] if len(value) == 1 else SEPARATOR.join(value)
    elif kind is not str and not isinstance(value, str):
        return _OTHER[kind](value)
    return neutralised(value) if value[:1] in _SUSPECT else value


def moment(value: datetime.datetime) -> str:
    """A time in UTC, to the second: 2025-01-02T03:04:05Z."""
    return value.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


_SUSPECT = set("'=+-@\t\r")
_OTHER = {
    bool: lambda value: "true" if value else "false",
    int: str,
    Decimal: lambda value: f"{value.normalize():f}",
    datetime.datetime: moment,
    datetime.date: datetime.date.isoformat,
}
