"""Whether a cell says what is stored, and whether one that does not can be taken for what it says.

Spreadsheets change what they are given: line ends, letters that a character set lacks. What
is known to come of that is no change. What might be one, such as a date turned about, is refused and not guessed.
"""

import datetime
import re
import unicodedata

from django.utils.translation import gettext as _

from sco_cities.listings.exports import xlsx_cells
from sco_cities.listings.exports.csv_cells import unescape_formula

from .column_types import ImportColumn, ReadOnlyColumn, UpdatedAtColumn, ValueColumn
from .sheet_reader import Sheet
from .xlsx_reader import ErrorCell

_LINE_END = re.compile(r"\r\n?")
_SCIENTIFIC = re.compile(r"-?\d+(?:[.,]\d+)?[eE][+-]?\d+")
_DECIMAL_COMMA = re.compile(r"-?\d+,\d+")
_AMBIGUOUS_DATE = re.compile(
    r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}[./]\d{1,2}[./]\d{1,2}|\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[./]\d{4}"
    r"|\d{1,2}[ .-][^\W\d_]{3,}\.?(?:[ .-]\d{2,4})?|[^\W\d_]{3,}\.?[ .-]\d{2,4}|\d{4}年.*|\d{5}"
)
_TRUTH = {"true": "true", "false": "false", "истина": "true", "ложь": "false", "1": "true", "0": "false"}
# The first letters of a text that a workbook cannot hold whole; the rest makes room for the note that it was cut.
_SAFE_LENGTH = 30_000


def plain(text: str) -> str:
    """A text with one kind of line end."""
    return _LINE_END.sub("\n", text) if "\r" in text else text


def cells_match(column: ImportColumn, stored: str, cell: str, sheet: Sheet) -> bool:
    """Whether a cell says what is stored, as far as the file can say it."""
    if cell == stored:
        return True
    if isinstance(cell, ErrorCell):
        return False
    if not stored and cell[-1].isalnum():
        # A word is never nothing: this spares new records, with many cells, all that follows.
        return False
    cell, stored = plain(cell), plain(stored)
    if cell == stored or _as_spreadsheet_shows(stored, cell, sheet.keeps):
        return True
    if stored.startswith("\n") and cell == f"'{stored}":
        # It began with CR, which the export neutralises; its apostrophe means nothing before another line end.
        return True
    if column.is_list:
        return _set_of(cell) == _set_of(stored)
    if isinstance(column, UpdatedAtColumn):
        return (moment := moment_of(cell)) is not None and moment == moment_of(stored)
    if isinstance(column, ReadOnlyColumn):
        return _TRUTH.get(cell.strip().lower(), cell) == stored and stored in ("true", "false")
    if isinstance(column, ValueColumn) and column.is_number and sheet.delimiter in (";", "\t"):
        # Where numbers have a comma, the columns of a file are not parted by one.
        return bool(_DECIMAL_COMMA.fullmatch(cell)) and cell.replace(",", ".") == stored
    return sheet.is_workbook and (unescape_formula(cell) == stored or _is_truncated(stored, cell))


def _set_of(cell: str) -> set[str]:
    return {item.strip() for item in cell.split(";")} - {""}


def _is_truncated(stored: str, cell: str) -> bool:
    return xlsx_cells.is_too_long(stored) and cell[:_SAFE_LENGTH] == stored[:_SAFE_LENGTH]


def _as_spreadsheet_shows(stored: str, cell: str, keeps: str | None) -> bool:
    """Whether the cell is what became of the stored text in a character set that lacks some of its letters."""
    if keeps is None or stored.isascii():
        return False
    return bool(re.fullmatch("".join(_what_is_kept(letter, keeps) for letter in stored), cell, re.DOTALL))


def _what_is_kept(letter: str, keeps: str) -> str:
    """A pattern: the letter where the character set has it, else “?” or the letter without its accents."""
    try:
        letter.encode(keeps)
    except UnicodeEncodeError:
        bare = unicodedata.normalize("NFKD", letter).encode("ascii", errors="ignore").decode()
        return r"(?:\?\??" + (f"|{re.escape(bare)})" if bare else ")")
    return re.escape(letter)


def is_blank(cell: str) -> bool:
    """Whether a computed cell says what the site finds of a new record: nothing."""
    return _TRUTH.get(cell.strip().lower(), cell.strip()) in ("", "0", "false")


def moment_of(cell: str) -> datetime.datetime | None:
    """The time that a cell tells, None where it tells none."""
    try:
        found = datetime.datetime.fromisoformat(cell.strip())
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=datetime.UTC)


def is_mangled(column: ValueColumn | ImportColumn, stored: str, cell: str, sheet: Sheet) -> str:
    """Why a cell that says something else cannot be taken for what it says, in a sentence, or ""."""
    if isinstance(cell, ErrorCell):
        return cell.reason
    text = cell.strip()
    if "??" in text and sheet.keeps is not None:
        return _("Characters were lost when the file was saved as %(charset)s; save it as UTF-8.") % {
            "charset": sheet.keeps
        }
    if text.startswith("###") and not text.strip("#"):
        return _(
            "The column was too narrow, so the spreadsheet saved “###” instead of the value. Enter the value."
        )
    if stored.startswith("0") and text.isdigit() and stored.lstrip("0") == text:
        return _("The leading zeros were lost; the stored value is “%(stored)s”.") % {"stored": stored}
    if sheet.is_workbook and xlsx_cells.is_too_long(stored):
        return _("The stored text is too long for a cell of a workbook; change it in a CSV file.")
    if not isinstance(column, ValueColumn):
        return ""
    if (column.is_number or column.is_name or stored.isdigit()) and _SCIENTIFIC.fullmatch(text):
        return _("A spreadsheet shortened this number; write all of its digits.")
    if column.is_number and _DECIMAL_COMMA.fullmatch(text):
        return _("Use a decimal point, not a comma: “%(number)s”.") % {"number": text.replace(",", ".")}
    if column.is_date and _AMBIGUOUS_DATE.fullmatch(text) and not _is_day(text):
        return _(
            "A spreadsheet has reformatted this date; its day and month are ambiguous. Write "
            "YYYY-MM-DD, YYYY-MM or YYYY."
        )
    return ""


def _is_day(text: str) -> bool:
    return bool(re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII))
