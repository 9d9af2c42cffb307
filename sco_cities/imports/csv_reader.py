"""Reads the rows of a CSV file with any delimiter and line ends."""

import csv
import io
import re
from collections.abc import Callable, Iterator

from django.utils.translation import gettext as _

from sco_cities.listings.exports.csv_cells import unescape_formula

from .encoding_detection import Charset
from .errors import UnreadableFile

DELIMITERS = (",", ";", "\t")
MAX_CELL_LENGTH = 1024 * 1024
# Spreadsheets may declare the delimiter in a first line.
_SEP_PREFIX = "sep="
_SEP_LINE = re.compile(f'{_SEP_PREFIX}([^"\r\n])\\s*', re.IGNORECASE)

Cells = list[str]


def delimiter_of(raw: bytes, charset: Charset, count_known: Callable[[Cells], int]) -> str:
    """The delimiter whose header has the most known columns, by `count_known`, then the most columns."""
    first = next(_lines(raw, charset), "")
    if declared := _SEP_LINE.fullmatch(first):
        return declared[1]

    def score(delimiter: str) -> tuple[int, int]:
        header = next(rows(raw, charset, delimiter), (1, []))[1]
        return count_known(header), len(header)

    return max(DELIMITERS, key=score)


def rows(raw: bytes, charset: Charset, delimiter: str) -> Iterator[tuple[int, Cells]]:
    """Number and cells of each row; the header is row 1, as in a spreadsheet. Blank rows are left out."""
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
                    _("Row %(row)s contains a NUL character: this is not text.") % {"row": number}
                )
            if any(cell and not cell.isspace() for cell in cells):
                yield number, [unescape_formula(cell) if cell[:1] == "'" else cell for cell in cells]
    except csv.Error as error:
        raise UnreadableFile(
            _("Row %(row)s is not valid CSV: %(reason)s.") % {"row": number + 1, "reason": error}
        ) from None


def _lines(raw: bytes, charset: Charset) -> Iterator[str]:
    # Decoded incrementally: a large file as one text takes four times its size in memory. With newline="" every kind
    # of line end ends a line, and is kept within a cell.
    return iter(io.TextIOWrapper(io.BytesIO(raw), charset.codec, newline=""))
