"""A table in a CSV file or a workbook: its format, its header and its rows."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import chain

from . import csv_reader, xlsx_reader
from .encoding_detection import Charset, detect_charset
from .errors import UnreadableTable
from .errors import gettext_noop as _
from .limits import MAX_COLUMNS, Row


@dataclass(frozen=True)
class TableFormat:
    """How a file is read. A workbook has `is_workbook` true, and neither character set nor delimiter.

    `lossy_charset` is the character set of the file if it lacks some characters, else None.
    """

    codec: str = ""
    lossy_charset: str | None = None
    delimiter: str = ""
    is_workbook: bool = False


def detect_format(raw: bytes, known_headings: Collection[str], charset: str = "") -> TableFormat:
    """The format of a file; raises UnreadableTable.

    `known_headings` are normalized (see `headings`); `charset` is the user's choice for a CSV file.
    """
    if not raw or raw.isspace():
        raise _empty()
    if xlsx_reader.is_workbook(raw):
        return TableFormat(is_workbook=True)
    found = detect_charset(raw, charset)
    delimiter = csv_reader.delimiter_of(raw, found, known_headings)
    return TableFormat(found.codec, found.lossy_charset, delimiter)


def read(raw: bytes, table_format: TableFormat) -> Iterator[Row]:
    """The header, without the blank cells at its end, and then the other rows, each with its number."""
    rows = (
        xlsx_reader.rows(raw)
        if table_format.is_workbook
        else csv_reader.rows(raw, Charset(table_format.codec), table_format.delimiter)
    )
    first = next(rows, None)
    if first is None:
        raise _empty()
    number, cells = first
    header = [name.strip() for name in cells]
    while header and not header[-1]:
        header.pop()
    if len(header) > MAX_COLUMNS:
        raise UnreadableTable(_("The file has more than %(most)s columns."), most=MAX_COLUMNS)
    return chain([(number, header)], rows)


def _empty() -> UnreadableTable:
    return UnreadableTable(_("The file is empty."))
