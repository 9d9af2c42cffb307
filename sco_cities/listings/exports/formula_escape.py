"""Escapes texts in CSV files against formula injection (CSV injection). Imports only the standard library.

A spreadsheet interprets a cell as a formula if it begins with `=`, `+`, `-`, `@` or the full-width form of one, or with
a tab or CR before it. Where its separator is not the comma, as in Russia and Kazakhstan, it also splits the cells of
this site's files at semicolons, tabs and line ends, and treats our quotation marks as text. So the text directly after
one of these counts as the beginning of a cell. An apostrophe before the sign makes the cell a text. So does a space, so
lists, which are joined by "; ", and ordinary sentences stay unchanged.
"""

import re

_SIGNS = "=+\\-@\uff1d\uff0b\uff0d\uff20"
_FORMULA = re.compile(f"\\A(?=['\"]*[{_SIGNS}\t\r])|(?<=[;\t\r\n])(?=['\"]*[{_SIGNS}])")
_ESCAPED_FORMULA = re.compile(f"\\A'(?=['\"]*[{_SIGNS}\t\r])|(?<=[;\t\r\n])'(?=['\"]*[{_SIGNS}])")
# The beginning of a text in `contains_formula`.
_START = "\0"
# Several patterns that begin with a letter are much faster than one that begins with a set.
_FORMULAS = [
    (separator, re.compile(pattern).search)
    for separator, pattern in [(_START, f"\0['\"]*[{_SIGNS}\t\r]")]
    + [(separator, f"{separator}['\"]*[{_SIGNS}]") for separator in ";\t\r\n"]
]


def contains_formula(texts: list[str]) -> bool:
    """Whether `escape_formula` would change one of the texts. Raises TypeError if one is not a text."""
    joined = _START.join(["", *texts])
    return any(separator in joined and search(joined) for separator, search in _FORMULAS)


def escape_formula(text: str) -> str:
    """Puts an apostrophe before each sign of `text` that a spreadsheet could treat as the beginning of a formula.

    Existing apostrophes before such a sign are doubled, so that `unescape_formula` returns every text unchanged.
    """
    return _FORMULA.sub("'", text)


def unescape_formula(cell: str) -> str:
    """The inverse of `escape_formula`."""
    return _ESCAPED_FORMULA.sub("", cell) if "'" in cell else cell
