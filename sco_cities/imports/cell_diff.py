"""Compares a cell of a file with the stored value, and detects values that a spreadsheet has damaged.

Spreadsheets change line endings, and replace characters that a character set lacks. Values with such known changes
count as unchanged. An ambiguous value, such as a reformatted date, is an error and is never guessed.
"""

import datetime
import re
import unicodedata

from django.utils.translation import gettext as _

from sco_cities.listings.exports import xlsx_cells
from sco_cities.listings.exports.formula_escape import unescape_formula

from .column_types import ImportColumn
from .parser.errors import ErrorCell
from .sheet_reader import Sheet

_LINE_END = re.compile(r"\r\n?")
_SCIENTIFIC = re.compile(r"-?\d+(?:[.,]\d+)?[eE][+-]?\d+")
_DECIMAL_COMMA = re.compile(r"-?\d+,\d+")
_AMBIGUOUS_DATE = re.compile(
    r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}[./]\d{1,2}[./]\d{1,2}|\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[./]\d{4}"
    r"|\d{1,2}[ .-][^\W\d_]{3,}\.?(?:[ .-]\d{2,4})?|[^\W\d_]{3,}\.?[ .-]\d{2,4}|\d{4}年.*|\d{5}"
)
_BOOLEANS = {"true": "true", "false": "false", "истина": "true", "ложь": "false", "1": "true", "0": "false"}
# Number of characters that are compared if a text is too long for a workbook cell. The export truncates such a text and
# appends a note.
_SAFE_LENGTH = 30_000


def normalize_line_ends(text: str) -> str:
    """Converts line endings to LF."""
    return _LINE_END.sub("\n", text) if "\r" in text else text


def cells_match(column: ImportColumn, stored: str, cell: str, sheet: Sheet) -> bool:
    """True if a cell equals the stored value, as far as the file format can represent it."""
    if cell == stored:
        return True
    if isinstance(cell, ErrorCell):
        return False
    if not stored and cell[-1].isalnum():
        # Text never equals an empty value. Returning early skips the checks below for the many cells of new records.
        return False
    cell, stored = normalize_line_ends(cell), normalize_line_ends(stored)
    if cell == stored or _is_lossy_copy(stored, cell, sheet.lossy_charset):
        return True
    if stored.startswith("\n") and cell == f"'{stored}":
        # The value starts with CR, which the export escapes with an apostrophe. A spreadsheet then changed the line
        # ending.
        return True
    if column.is_list:
        return _items(cell) == _items(stored)
    if column.is_updated_at:
        return (timestamp := parse_timestamp(cell)) is not None and timestamp == parse_timestamp(stored)
    if column.is_computed:
        return _BOOLEANS.get(cell.strip().lower(), cell) == stored and stored in ("true", "false")
    if column.is_number and sheet.delimiter in (";", "\t"):
        # If the locale uses a decimal comma, the delimiter is not a comma.
        return bool(_DECIMAL_COMMA.fullmatch(cell)) and cell.replace(",", ".") == stored
    return sheet.is_workbook and (unescape_formula(cell) == stored or _is_truncated(stored, cell))


def _items(cell: str) -> set[str]:
    return {item.strip() for item in cell.split(";")} - {""}


def _is_truncated(stored: str, cell: str) -> bool:
    return xlsx_cells.is_too_long(stored) and cell[:_SAFE_LENGTH] == stored[:_SAFE_LENGTH]


def _is_lossy_copy(stored: str, cell: str, charset: str | None) -> bool:
    """True if the cell is the stored text after a conversion to a character set that lacks some of its characters."""
    if charset is None or stored.isascii():
        return False
    # Positions in the cell where the text compared so far may end. A regular expression would try all ways to match
    # question marks with letters, which takes exponential time.
    ends, left = {0}, len(stored)
    for letter in stored:
        left -= 1
        copies = _lossy_copies(letter, charset)
        # Each remaining letter takes at least one character.
        last = len(cell) - left
        ends = {
            end + len(copy)
            for end in ends
            for copy in copies
            if end + len(copy) <= last and cell.startswith(copy, end)
        }
        if not ends:
            return False
    return len(cell) in ends


def _lossy_copies(letter: str, charset: str) -> tuple[str, ...]:
    """The letter if the character set contains it, otherwise “?”, “??”, or the letter without accents."""
    try:
        letter.encode(charset)
    except UnicodeEncodeError:
        bare = unicodedata.normalize("NFKD", letter).encode("ascii", errors="ignore").decode()
        return ("?", "??", bare) if bare else ("?", "??")
    return (letter,)


def is_blank(cell: str) -> bool:
    """True if a cell of a computed column has the empty value of a new record."""
    return _BOOLEANS.get(cell.strip().lower(), cell.strip()) in ("", "0", "false")


def parse_timestamp(cell: str) -> datetime.datetime | None:
    """Parses the timestamp in a cell, in UTC unless it has an offset. Returns None if it is invalid."""
    try:
        timestamp = datetime.datetime.fromisoformat(cell.strip())
    except ValueError:
        return None
    return timestamp if timestamp.tzinfo else timestamp.replace(tzinfo=datetime.UTC)


def mangled_reason(column: ImportColumn, stored: str, cell: str, sheet: Sheet) -> str:
    """The error message if the value of a changed cell cannot be trusted, otherwise ""."""
    if isinstance(cell, ErrorCell):
        return cell.reason
    text = cell.strip()
    if "??" in text and sheet.lossy_charset is not None:
        return _("Characters were lost when the file was saved as %(charset)s. Save it as UTF-8.") % {
            "charset": sheet.lossy_charset
        }
    if text.startswith("###") and not text.strip("#"):
        return _(
            "The column was too narrow, so the spreadsheet saved “###” instead of the value. Enter the value."
        )
    if stored.startswith("0") and text.isdigit() and stored.lstrip("0") == text:
        return _("The leading zeros were lost. The stored value is “%(stored)s”.") % {"stored": stored}
    if sheet.is_workbook and xlsx_cells.is_too_long(stored):
        return _("The stored text is too long for a spreadsheet cell. Change it in a CSV file.")
    if column.package_column is None:
        return ""
    if (column.is_number or column.name == "slug" or stored.isdigit()) and _SCIENTIFIC.fullmatch(text):
        return _("A spreadsheet program shortened this number. Enter all of its digits.")
    if column.is_number and _DECIMAL_COMMA.fullmatch(text):
        return _("Use a decimal point, not a comma: “%(number)s”.") % {"number": text.replace(",", ".")}
    if column.is_date and _AMBIGUOUS_DATE.fullmatch(text) and not _is_day(text):
        return _(
            "A spreadsheet program has reformatted this date. Its day and month are ambiguous. Write YYYY-MM-DD, "
            "YYYY-MM or YYYY."
        )
    return ""


def _is_day(text: str) -> bool:
    return bool(re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII))
