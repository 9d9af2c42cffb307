"""Reads the first sheet of a workbook (XLSX), with cells as the texts of an export."""

import datetime
import io
import re
import zipfile
from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from sco_cities.listings.exports.csv_cells import format_utc

from .errors import UnreadableFile

# About a million cells; no list of the site unpacks to more.
MAX_UNPACKED_SIZE = 600 * 1024 * 1024
# Size of the shared strings of a workbook saved by Excel, which are kept in memory.
MAX_SHARED_STRINGS_SIZE = 150 * 1024 * 1024
# A single cell far below the table takes a few bytes, but makes the parser yield a million blank rows.
MAX_BLANK_ROWS = 5_000
_ZIP_MAGIC = b"PK\x03\x04"
_OLE_MAGIC = b"\xd0\xcf\x11\xe0"
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")

# Raised by openpyxl and its XML parser (SyntaxError) for damaged workbooks.
WORKBOOK_ERRORS = (
    InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, IndexError, TypeError, OSError, SyntaxError,
    EOFError, AttributeError,
)  # fmt: skip


class ErrorCell(str):
    """A cell whose value cannot be used; `reason` is a sentence."""

    reason: str

    def __new__(cls, text: str, reason: str):
        self = super().__new__(cls, text)
        self.reason = reason
        return self


def is_workbook(raw: bytes) -> bool:
    """Whether the file is an XLSX file, or another file with a similar format or name, such as XLS."""
    return raw.startswith((_ZIP_MAGIC, _OLE_MAGIC, b"PK\x05\x06"))


def rows(raw: bytes, most_columns: int, most_rows: int) -> Iterator[tuple[int, list[str]]]:
    """Number and cells of each row of the first sheet; blank rows are left out."""
    _check_is_workbook(raw)
    try:
        book = load_workbook(io.BytesIO(raw), read_only=True, data_only=False, keep_links=False)
        sheet = book.worksheets[0]
        # The dimensions stored in the file may be wrong.
        sheet.reset_dimensions()
        last = 0
        for number, cells in enumerate(sheet.iter_rows(max_row=most_rows + 2, max_col=most_columns + 1), 1):
            texts = [_text(cell) for cell in cells]
            while texts and not texts[-1]:
                texts.pop()
            if texts:
                last = number
                yield number, texts
            elif number - last > MAX_BLANK_ROWS:
                raise UnreadableFile(
                    _("More than %(blank)s blank rows follow row %(row)s. Delete everything below the table.")
                    % {"blank": MAX_BLANK_ROWS, "row": last}
                )
    except WORKBOOK_ERRORS as error:
        raise _damaged() from error


def _check_is_workbook(raw: bytes) -> None:
    if raw.startswith(_OLE_MAGIC):
        raise UnreadableFile(
            _("This workbook is in the old XLS format or has a password. Save it as XLSX without a password.")
        )
    try:
        parts = zipfile.ZipFile(io.BytesIO(raw)).infolist()
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise _damaged() from error
    if any(part.flag_bits & 1 for part in parts):
        raise UnreadableFile(_("The file has a password. Save it without one."))
    sizes = {part.filename: part.file_size for part in parts}
    if "xl/workbook.xml" not in sizes:
        raise UnreadableFile(_("This is not a workbook. Save the table as XLSX or CSV."))
    if (
        sum(sizes.values()) > MAX_UNPACKED_SIZE
        or sizes.get("xl/sharedStrings.xml", 0) > MAX_SHARED_STRINGS_SIZE
    ):
        raise UnreadableFile(
            _("The workbook is too large when unpacked. Save it as CSV, or split it into parts.")
        )


def _damaged() -> UnreadableFile:
    return UnreadableFile(_("The workbook is damaged. Open it and save it again, or save it as CSV."))


def _text(cell) -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, str):
        if cell.data_type == "f":
            return ErrorCell(value, _("This is a formula; replace it with its value."))
        if cell.data_type == "e":
            return ErrorCell(value, _("The spreadsheet could not calculate this cell."))
        return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), value) if "_x" in value else value
    write = _WRITERS.get(type(value))
    if write is None:
        return ErrorCell(str(value), _("This is not text, a number or a date."))
    return write(value)


def _number(value: float) -> str:
    return str(int(value)) if value.is_integer() else f"{Decimal(repr(value)):f}"


def _timestamp(value: datetime.datetime) -> str:
    # Spreadsheets store times as fractions of a day, which are not exact.
    at = (value + datetime.timedelta(milliseconds=500)).replace(microsecond=0, tzinfo=datetime.UTC)
    return at.date().isoformat() if at.time() == datetime.time() else format_utc(at)


_WRITERS = {
    bool: lambda value: "true" if value else "false",
    int: str,
    float: _number,
    datetime.datetime: _timestamp,
    datetime.date: datetime.date.isoformat,
}
