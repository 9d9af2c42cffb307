"""Compares the cells of a row with the stored values, and detects values that a spreadsheet has damaged.

Spreadsheets change line endings, and replace characters that a character set lacks. Values with only these changes
are treated as unchanged. An ambiguous value, such as a reformatted date, is an error. Other names in a file are added
to the record's other names. Missing names are removed only on request. The module also checks complete rows.
"""

import datetime
import re
import unicodedata
from collections.abc import Collection, Iterable

from django.utils.translation import gettext as _

from sco_cities.core.localized_names import split_list
from sco_cities.datapackage.relation_columns import SEPARATOR
from sco_cities.listings.exports import xlsx_cells
from sco_cities.listings.exports.formula_escape import unescape_formula

from .column_mapping import ColumnMapping
from .column_types import ImportColumn
from .current_cells import SITE_LANGUAGES
from .parser.limits import ErrorCell
from .row_result import CellError, RowResult
from .sheet_reader import Sheet
from .to_package import Cells

_LINE_END = re.compile(r"\r\n?")
_SCIENTIFIC = re.compile(r"-?\d+(?:[.,]\d+)?[eE][+-]?\d+")
_DECIMAL_COMMA = re.compile(r"-?\d+,\d+")
_AMBIGUOUS_DATE = re.compile(
    r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}[./]\d{1,2}[./]\d{1,2}|\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[./]\d{4}"
    r"|\d{1,2}[ .-][^\W\d_]{3,}\.?(?:[ .-]\d{2,4})?|[^\W\d_]{3,}\.?[ .-]\d{2,4}|\d{4}年.*|\d{5}"
)
_BOOLEANS = {"true": "true", "false": "false", "истина": "true", "ложь": "false", "1": "true", "0": "false"}
# Number of characters compared if a text is too long for a workbook cell, because the export truncates the text and
# appends a note.
_SAFE_LENGTH = 30_000


def normalize_line_ends(text: str) -> str:
    """Converts line endings to LF."""
    return _LINE_END.sub("\n", text) if "\r" in text else text


def cells_match(column: ImportColumn, stored: str, cell: str, sheet: Sheet) -> bool:
    """Returns True if a cell equals the stored value, apart from losses in the file format."""
    if cell == stored:
        return True
    if isinstance(cell, ErrorCell):
        return False
    if not stored and cell[-1].isalnum():
        # Text never equals an empty value. Returning early skips the checks below for the many cells of new records.
        return False
    cell, stored = normalize_line_ends(cell), normalize_line_ends(stored)
    if cell == stored or _is_lossy_copy(stored, cell, sheet.format.lossy_charset):
        return True
    if stored.startswith("\n") and cell == f"'{stored}":
        # The value starts with CR, which the export escapes with an apostrophe. A spreadsheet then changed CR to LF.
        return True
    if column.is_list:
        return set(split_list(cell)) == set(split_list(stored))
    if column.is_updated_at:
        return (timestamp := parse_timestamp(cell)) is not None and timestamp == parse_timestamp(stored)
    if column.is_computed:
        return _BOOLEANS.get(cell.strip().lower(), cell) == stored and stored in ("true", "false")
    if column.is_number and sheet.format.delimiter in (";", "\t"):
        # In locales with a decimal comma, the delimiter is not a comma.
        return bool(_DECIMAL_COMMA.fullmatch(cell)) and cell.replace(",", ".") == stored
    is_truncated = xlsx_cells.is_too_long(stored) and cell[:_SAFE_LENGTH] == stored[:_SAFE_LENGTH]
    return sheet.format.is_workbook and (unescape_formula(cell) == stored or is_truncated)


def _is_lossy_copy(stored: str, cell: str, charset: str | None) -> bool:
    """Returns True if the cell equals the stored text after conversion to a character set that lacks characters."""
    if charset is None or stored.isascii():
        return False
    # Possible positions in the cell where the compared part of the stored text ends. A regular expression would need
    # exponential time, because it would try all ways to match question marks with characters.
    ends, left = {0}, len(stored)
    for letter in stored:
        left -= 1
        copies = _lossy_copies(letter, charset)
        # Each remaining character of the stored text needs at least one character in the cell.
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
    """Returns the character if `charset` contains it, otherwise “?”, “??” and the character without accents."""
    try:
        letter.encode(charset)
    except UnicodeEncodeError:
        bare = unicodedata.normalize("NFKD", letter).encode("ascii", errors="ignore").decode()
        return ("?", "??", bare) if bare else ("?", "??")
    return (letter,)


def parse_timestamp(cell: str) -> datetime.datetime | None:
    """Parses the timestamp in a cell, in UTC if it has no offset. Returns None for an invalid timestamp."""
    try:
        timestamp = datetime.datetime.fromisoformat(cell.strip())
    except ValueError:
        return None
    return timestamp if timestamp.tzinfo else timestamp.replace(tzinfo=datetime.UTC)


def mangled_reason(column: ImportColumn, stored: str, cell: str, sheet: Sheet) -> str:
    """Returns an error message if a spreadsheet may have damaged the value of a changed cell, otherwise ""."""
    if isinstance(cell, ErrorCell):
        return cell.reason
    text = cell.strip()
    if "??" in text and sheet.format.lossy_charset is not None:
        return _("Characters were lost when the file was saved as %(charset)s. Save it as UTF-8.") % {
            "charset": sheet.format.lossy_charset
        }
    if text.startswith("###") and not text.strip("#"):
        return _(
            "The column was too narrow, so the spreadsheet saved “###” instead of the value. Enter the value."
        )
    if stored.startswith("0") and text.isdigit() and stored.lstrip("0") == text:
        return _("The leading zeros were lost. The stored value is “%(stored)s”.") % {"stored": stored}
    if sheet.format.is_workbook and xlsx_cells.is_too_long(stored):
        return _("The stored text is too long for a spreadsheet cell. Change it in a CSV file.")
    if column.package_column is None:
        return ""
    if (column.is_number or column.name == "slug" or stored.isdigit()) and _SCIENTIFIC.fullmatch(text):
        return _("A spreadsheet program shortened this number. Enter all of its digits.")
    if column.is_number and _DECIMAL_COMMA.fullmatch(text):
        return _("Use a decimal point, not a comma: “%(number)s”.") % {"number": text.replace(",", ".")}
    is_day = re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII)
    if column.is_date and _AMBIGUOUS_DATE.fullmatch(text) and not is_day:
        return _(
            "A spreadsheet program has reformatted this date. Its day and month are ambiguous. Write YYYY-MM-DD, "
            "YYYY-MM or YYYY."
        )
    return ""


# Semicolons and line endings always separate names.
_LISTED = re.compile(r"[;；؛\n]")
# In cells with semicolons, a comma before a space is part of the name, as in "Washington, D.C.; Washington".
_COMMAS = r"[，、،]|,(?!\s)"
_ALL_COMMAS = r"[，、،,]"


def split_names(cell: str, known: Collection[str] = ()) -> list[str]:
    """Returns the distinct names in a cell. A name with a comma is not split if `known` contains it."""
    parts = _LISTED.split(cell)
    commas = _COMMAS if len(parts) > 1 else _ALL_COMMAS
    whole = sorted((name for name in known if re.search(commas, name)), key=len, reverse=True)
    item = "|".join(
        [*(rf"\s*{re.escape(name)}(?=\s*(?:{commas}|\Z))" for name in whole), rf"(?:(?!{commas}).)+"]
    )
    names = (name.strip() for part in parts for name in re.findall(item, part.strip(), re.DOTALL))
    return list(dict.fromkeys(filter(None, names)))


def merged_names(
    cell: str, stored: str, own: Collection[str], removed: Collection[str] | None
) -> tuple[str, list[str]]:
    """Adds the names in a cell to the other names of a record. Also returns the stored names that the cell lacks.

    `own` contains the main names of the record in all languages, which are not added. Missing names are removed if they
    are in `removed`, or if `removed` is None.
    """
    before = split_list(stored)
    names = [name for name in split_names(cell, [*before, *own]) if name in before or name not in own]
    lacking = [name for name in before if name not in names]
    kept = [name for name in lacking if removed is not None and name not in removed]
    if kept:
        names = [*(name for name in before if name in kept or name in names), *names]
    return SEPARATOR.join(dict.fromkeys(names)), lacking


def check_shape(row: RowResult, texts: list[str], mapping: ColumnMapping, sheet: Sheet) -> None:
    """Adds errors to a row with too many or too few cells, or with values in columns without a heading."""
    width = len(mapping.header)
    if any(text.strip() for text in texts[width:]) or (len(texts) < width and sheet.format.delimiter):
        message = _("The row has %(found)s cells, but the header row has %(expected)s.")
        row.errors.append(CellError("", "", message % {"found": len(texts), "expected": width}))
    for name, text in zip(mapping.names, texts, strict=False):
        if not name and text.strip():
            message = _("This value is in a column without a heading. Add a heading or delete the value.")
            row.errors.append(CellError("", text, message))


def check_computed(row: RowResult, column: ImportColumn, cell: str, stored: str) -> None:
    """Adds an error if a value that the site computes has been edited."""
    # Files exported from another site contain the dates and URLs of its reports.
    follows_from_reports = column.list_column.is_edtf or column.list_column.is_reference
    # The computed value of a new record is empty, zero or false.
    is_blank = _BOOLEANS.get(cell.strip().lower(), cell.strip()) in ("", "0", "false")
    if row.is_new and (follows_from_reports or is_blank):
        return
    message = _(
        "The site calculates this value, so a file cannot change it. Its current value is “%(stored)s”. Leave the "
        "cell as it was exported, or remove the column."
    )
    row.errors.append(CellError(column.name, cell, message % {"stored": stored}))


def check_names(row: RowResult, column: ImportColumn, cells: Cells, stored: Cells, sheet: Sheet) -> None:
    """Adds an error if display names were edited but slugs were not, because display names cannot be imported."""
    cell = cells[column.name]
    current = [stored.get(f"{column.name} {code}", "") for code in SITE_LANGUAGES]
    slugs_changed = cells.get(column.of, "") != stored.get(column.of, "")
    if not cell or slugs_changed or any(
        cells_match(column, name, cell, sheet) for name in current
    ):  # fmt: skip
        return
    message = _("These names come from “%(column)s”. Change the slugs there.") % {"column": column.of}
    row.errors.append(CellError(column.name, cell, message))


def check_freshness(
    row: RowResult, columns: Iterable[ImportColumn], cells: Cells, stored: Cells | None
) -> None:
    """Adds an error if the record has changed since the file was exported."""
    updated_at = next((column for column in columns if column.is_updated_at), None)
    if updated_at is None or stored is None or not cells[updated_at.name].strip():
        return
    cell, current = cells[updated_at.name], stored[updated_at.name]
    if (exported := parse_timestamp(cell)) is None:
        message = _("This is not a valid time. Leave the cell as it was exported: “%(stored)s”.")
    elif exported < parse_timestamp(current):
        message = _("The record was changed at %(stored)s, after this file was exported. Export it again.")
    elif exported > parse_timestamp(current):
        message = _("The record was last changed at %(stored)s. Leave the cell as it was exported.")
    else:
        return
    row.errors.append(CellError(updated_at.name, cell, message % {"stored": current}))
