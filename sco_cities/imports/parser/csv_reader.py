"""Reads the rows of a CSV file with any delimiter and line ends."""

import csv
import io
import re
from collections.abc import Collection, Iterator

from sco_cities.listings.exports.formula_escape import unescape_formula

from .encoding_detection import Charset
from .errors import UnreadableTable
from .errors import gettext_noop as _
from .headings import normalize_heading
from .limits import MAX_CELL_LENGTH, MAX_CELLS, MAX_ROW_LENGTH, MAX_ROWS, Cells, too_many_rows

DELIMITERS = (",", ";", "\t")
# Spreadsheets may declare the delimiter in a first line.
_SEP_PREFIX = "sep="
_SEP_LINE = re.compile(f'{_SEP_PREFIX}([^"\r\n])\\s*', re.IGNORECASE)


def delimiter_of(raw: bytes, charset: Charset, known_headings: Collection[str]) -> str:
    """The delimiter whose header has the most known headings (normalized), then the most columns."""
    first = next(_lines(raw, charset), "")
    if declared := _SEP_LINE.fullmatch(first):
        return declared[1]

    def score(delimiter: str) -> tuple[int, int]:
        header = next(rows(raw, charset, delimiter), (1, []))[1]
        return sum(normalize_heading(heading) in known_headings for heading in header), len(header)

    return max(DELIMITERS, key=score)


def rows(raw: bytes, charset: Charset, delimiter: str) -> Iterator[tuple[int, Cells]]:
    """Number and cells of each row; the header is row 1, as in a spreadsheet. Blank rows count, but are left out."""
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
                raise UnreadableTable(
                    _("Row %(row)s contains a NUL character: this is not text."), row=number
                )
            if number > MAX_ROWS + 1:
                raise too_many_rows()
            if len(cells) > MAX_CELLS or sum(map(len, cells)) > MAX_ROW_LENGTH:
                raise _too_long()
            if any(cell and not cell.isspace() for cell in cells):
                yield number, [unescape_formula(cell) if "'" in cell else cell for cell in cells]
    except csv.Error as error:
        raise UnreadableTable(
            _("Row %(row)s is not valid CSV: %(reason)s."), row=number + 1, reason=str(error)
        ) from None


def _lines(raw: bytes, charset: Charset) -> Iterator[str]:
    # Decoded incrementally: a large file as one text takes four times its size in memory. With newline="" every kind
    # of line end ends a line, and is kept within a cell.
    text = io.TextIOWrapper(io.BytesIO(raw), charset.codec, newline="")
    while line := text.readline(MAX_ROW_LENGTH + 1):
        if len(line) > MAX_ROW_LENGTH:
            raise _too_long()
        yield line


def _too_long() -> UnreadableTable:
    return UnreadableTable(
        _(
            "The file has a row of more than %(cells)s cells or %(characters)s characters: this is not a table."
        ),
        cells=f"{MAX_CELLS:,}",
        characters=f"{MAX_ROW_LENGTH:,}",
    )
