"""Protects CSV files against formula injection (CSV injection). Imports only the standard library.

A spreadsheet interprets a cell as a formula if the cell begins with `=`, `+`, `-` or `@` (or the full-width form of
such a sign), even after a tab or CR. If the spreadsheet's separator is not the comma, as in Russia and Kazakhstan, it
also splits this site's cells at semicolons, tabs and line endings, and treats quotation marks as text. Text directly
after one of these separators is therefore treated as the beginning of a cell. An apostrophe before the sign makes the
cell text. A space has the same effect. Ordinary sentences and lists, which are joined by "; ", therefore stay
unchanged.
"""

import re

_SIGNS = "=+\\-@\uff1d\uff0b\uff0d\uff20"
_FORMULA = re.compile(f"\\A(?=['\"]*[{_SIGNS}\t\r])|(?<=[;\t\r\n])(?=['\"]*[{_SIGNS}])")
_ESCAPED_FORMULA = re.compile(f"\\A'(?=['\"]*[{_SIGNS}\t\r])|(?<=[;\t\r\n])'(?=['\"]*[{_SIGNS}])")
# `contains_formula` puts this character before each text, so that a pattern can match the beginning of a text.
_START = "\0"
# Several patterns with a fixed first character are much faster than one pattern that begins with a character set.
_FORMULAS = [
    (separator, re.compile(pattern).search)
    for separator, pattern in [(_START, f"\0['\"]*[{_SIGNS}\t\r]")]
    + [(separator, f"{separator}['\"]*[{_SIGNS}]") for separator in ";\t\r\n"]
]


def contains_formula(texts: list[str]) -> bool:
    """Returns True if `escape_formula` would change a value in `texts`. Raises TypeError for non-text values."""
    joined = _START.join(["", *texts])
    return any(separator in joined and search(joined) for separator, search in _FORMULAS)


def escape_formula(text: str) -> str:
    """Inserts an apostrophe before each sign in `text` that could begin a formula in a spreadsheet.

    An apostrophe before such a sign is doubled, so that `unescape_formula` can restore every text.
    """
    return _FORMULA.sub("'", text)


def unescape_formula(cell: str) -> str:
    """Reverses `escape_formula`."""
    return _ESCAPED_FORMULA.sub("", cell) if "'" in cell else cell
