"""Reads a table in a CSV file or a workbook (its format, its header and its rows)."""

import csv
import io
import re
from collections.abc import Collection, Iterator
from itertools import chain, islice
from typing import NamedTuple

from sco_cities.listings.exports.formula_escape import unescape_formula

from .encoding_detection import Charset, detect_charset
from .limits import (
    MAX_CELL_LENGTH,
    MAX_CELLS,
    MAX_COLUMNS,
    MAX_ROW_LENGTH,
    MAX_ROWS,
    Cells,
    Row,
    UnreadableFile,
    normalize_heading,
    too_many_rows,
)
from .limits import gettext_noop as _

DELIMITERS = (",", ";", "\t")
# Spreadsheet programs may write the delimiter into the first line.
_SEP_PREFIX = "sep="
_SEP_LINE = re.compile(f'{_SEP_PREFIX}([^"\r\n])\\s*', re.IGNORECASE)


def delimiter_of(raw: bytes, charset: Charset, known_headings: Collection[str]) -> str:
    """Returns the delimiter that gives the most known headings in the header, or in a tie the most columns."""
    first = next(_lines(raw, charset), "")
    if declared := _SEP_LINE.fullmatch(first):
        return declared[1]

    def score(delimiter: str) -> tuple[int, int]:
        header = next(rows(raw, charset, delimiter), (1, []))[1]
        return sum(normalize_heading(heading) in known_headings for heading in header), len(header)

    return max(DELIMITERS, key=score)


def rows(raw: bytes, charset: Charset, delimiter: str) -> Iterator[tuple[int, Cells]]:
    """Yields the number and the cells of each row. The header is row 1. Blank rows are numbered but skipped."""
    csv.field_size_limit(MAX_CELL_LENGTH)
    lines = _lines(raw, charset)
    first = next(lines, "")
    if not first.lower().startswith(_SEP_PREFIX):
        lines = _lines(raw, charset)
    number = 0
    try:
        for cells in csv.reader(lines, delimiter=delimiter, strict=True):
            number += 1
            if any("\0" in cell for cell in cells):
                raise UnreadableFile(
                    _("Row %(row)s contains a NUL character, so this is not a text file."), row=number
                )
            if number > MAX_ROWS + 1:
                raise too_many_rows()
            if len(cells) > MAX_CELLS or sum(map(len, cells)) > MAX_ROW_LENGTH:
                raise _too_long()
            if any(cell and not cell.isspace() for cell in cells):
                yield number, [unescape_formula(cell) if "'" in cell else cell for cell in cells]
    except csv.Error as error:
        raise UnreadableFile(
            _("Row %(row)s is not valid CSV: %(reason)s."), row=number + 1, reason=str(error)
        ) from None


def _lines(raw: bytes, charset: Charset) -> Iterator[str]:
    # Decodes incrementally, because the text of a large file takes four times its size in memory. newline="" accepts
    # every kind of line ending, and keeps line endings within a cell.
    text = io.TextIOWrapper(io.BytesIO(raw), charset.codec, newline="")
    while line := text.readline(MAX_ROW_LENGTH + 1):
        if len(line) > MAX_ROW_LENGTH:
            raise _too_long()
        yield line


def _too_long() -> UnreadableFile:
    return UnreadableFile(
        _(
            "The file has a row of more than %(cells)s cells or %(characters)s characters, so it is not a table."
        ),
        cells=f"{MAX_CELLS:,}",
        characters=f"{MAX_ROW_LENGTH:,}",
    )


# Maximum number of rows above the header row, such as titles and dates of a table.
MAX_ROWS_ABOVE = 10
# Minimum number of known headings in the header row, and of columns in a table below a title.
MIN_KNOWN, MIN_COLUMNS = 2, 3
# The first bytes of XLSX files, and of files with a similar format or name, such as XLS.
_WORKBOOK_MAGICS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"PK\x05\x06")
_PICTURE = _("This is an image. Type its table into a spreadsheet, and save the spreadsheet as CSV or XLSX.")
# The first bytes of other file types, with advice for each.
_OTHER_FILES = {
    b"%PDF": _(
        "This is a PDF. Paste its text under “From reports”, or copy its table into a spreadsheet and save the "
        "spreadsheet as CSV or XLSX."
    ),
    b"\x89PNG": _PICTURE,
    b"\xff\xd8\xff": _PICTURE,
    b"GIF8": _PICTURE,
    b"{\\rtf": _(
        "This is an RTF document. Copy its table into a spreadsheet, and save the spreadsheet as CSV or XLSX."
    ),
    b"<!doctype html": _("This is a web page. Open it in a spreadsheet, and save it as CSV or XLSX."),
    b"<html": _("This is a web page. Open it in a spreadsheet, and save it as CSV or XLSX."),
}


class TableFormat(NamedTuple):
    """The format of a file. A workbook has no character set and no delimiter.

    `lossy_charset` is the character set of the file if it lacks some characters, otherwise None. `header_row` is the
    number of the header row. `sheet_name` is the name of the sheet, or "" for the first sheet.
    """

    codec: str = ""
    lossy_charset: str | None = None
    delimiter: str = ""
    is_workbook: bool = False
    header_row: int = 0
    sheet_name: str = ""


def detect_format(raw: bytes, known_headings: Collection[str], charset: str = "") -> TableFormat:
    """Detects the format of a file. Raises UnreadableFile.

    `known_headings` must be normalized (see `limits`). `charset` is the user's choice for a CSV file.
    """
    if not raw or raw.isspace():
        raise _empty()
    if raw.startswith(_WORKBOOK_MAGICS):
        return TableFormat(is_workbook=True)
    start = raw[:64].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    for magic, sentence in _OTHER_FILES.items():
        if start.startswith(magic.lower()):
            raise UnreadableFile(sentence)
    found = detect_charset(raw, charset)
    delimiter = delimiter_of(raw, found, known_headings)
    return TableFormat(found.codec, found.lossy_charset, delimiter)


def read(
    raw: bytes, table_format: TableFormat, known_headings: Collection[str] = ()
) -> tuple[TableFormat, Iterator[Row]]:
    """Returns the format, and an iterator over the header and the rows below the header, with their numbers.

    The header has no trailing blank cells. If the format has no header row, the row is detected by `known_headings`,
    and its number is added to the format. Rows above the header row are skipped.
    """
    sheet_name, rows = _rows(raw, table_format)
    first = list(islice(rows, MAX_ROWS_ABOVE + 1))
    if not first:
        raise _empty()
    number = table_format.header_row or _header_row(first, known_headings)
    table_format = table_format._replace(header_row=number, sheet_name=sheet_name)
    rows = (row for row in chain(first, rows) if row[0] >= number)
    number, cells = next(rows, (number, []))
    header = [name.strip() for name in cells]
    while header and not header[-1]:
        header.pop()
    if len(header) > MAX_COLUMNS:
        raise UnreadableFile(
            _("The file has more than %(most)s columns. Delete the columns that you do not need."),
            most=MAX_COLUMNS,
        )
    return table_format, chain([(number, header)], rows)


def _rows(raw: bytes, table_format: TableFormat) -> tuple[str, Iterator[Row]]:
    if not table_format.is_workbook:
        return "", rows(raw, Charset(table_format.codec), table_format.delimiter)
    # Imported here, because the import takes a quarter of the startup time, and most files do not need it.
    from . import workbook

    return workbook.rows(raw)


def _header_row(rows: list[Row], known_headings: Collection[str]) -> int:
    """Returns the header row's number, normally the first row. A later row must have more known headings."""

    def known(cells: Cells) -> int:
        return sum(normalize_heading(cell) in known_headings for cell in cells if cell)

    number, cells = rows[0]
    best, best_cells = max(rows, key=lambda row: known(row[1]))
    if known(best_cells) > max(known(cells), MIN_KNOWN - 1):
        return best
    # The first row is a title above the table.
    if known_headings and not known(cells) and sum(map(bool, cells)) == 1:
        return next((below for below, others in rows if sum(map(bool, others)) >= MIN_COLUMNS), number)
    return number


def _empty() -> UnreadableFile:
    return UnreadableFile(_("The file is empty."))
