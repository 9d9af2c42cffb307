"""Cells of a CSV file: made so that a spreadsheet takes none for a formula, and read back unchanged."""

import datetime
import re
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


def cell(value) -> str:
    """`value` as a cell: lists joined by "; ", yes and no as true and false, times in UTC, None as nothing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, list | tuple):
        return neutralised(SEPARATOR.join(value))
    return neutralised(str(value))
