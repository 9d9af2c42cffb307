"""Reads a CSV or XLSX file as a header and rows of texts."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from . import csv_reader, xlsx_reader
from .encoding_detection import Charset, detect_charset
from .errors import UnreadableFile

MAX_FILE_SIZE = 96 * 1024 * 1024
MAX_COLUMNS = 120
MAX_ROWS = 500_000

Row = tuple[int, list[str]]


@dataclass(frozen=True)
class Sheet:
    """A table: its header, and its rows, which are read again at each call.

    `lossy_charset` is the character set of the file if it lacks some characters, else None. A workbook has
    `is_workbook` true and `delimiter` "".
    """

    header: list[str]
    _read: Callable[[], Iterator[Row]]
    lossy_charset: str | None = None
    delimiter: str = ""
    is_workbook: bool = False

    def rows(self) -> Iterator[Row]:
        """Number and cells of the rows below the header; rows may have different lengths."""
        read = self._read()
        next(read)
        for count, row in enumerate(read, 1):
            if count > MAX_ROWS:
                raise UnreadableFile(
                    _("The file has more than %(most)s rows; import it in parts.") % {"most": f"{MAX_ROWS:,}"}
                )
            yield row


def read(raw: bytes, count_known: Callable[[list[str]], int], charset: str = "") -> Sheet:
    """The table in a CSV or XLSX file; raises UnreadableFile.

    `count_known` returns the number of known columns of a header; `charset` is the user's choice for a CSV file.
    """
    if len(raw) > MAX_FILE_SIZE:
        most = MAX_FILE_SIZE // 1024 // 1024
        raise UnreadableFile(_("The file is larger than %(most)s MB; import it in parts.") % {"most": most})
    if not raw.strip():
        raise UnreadableFile(_("The file is empty."))
    sheet = (
        _xlsx_sheet(raw)
        if xlsx_reader.is_workbook(raw)
        else _csv_sheet(raw, detect_charset(raw, charset), count_known)
    )
    if len(sheet.header) > MAX_COLUMNS:
        raise UnreadableFile(_("The file has more than %(most)s columns.") % {"most": MAX_COLUMNS})
    return sheet


def _header(rows: Iterator[Row]) -> list[str]:
    first = next(rows, None)
    if first is None:
        raise UnreadableFile(_("The file is empty."))
    header = [name.strip() for name in first[1]]
    while header and not header[-1]:
        header.pop()
    return header


def _xlsx_sheet(raw: bytes) -> Sheet:
    def rows() -> Iterator[Row]:
        return xlsx_reader.rows(raw, MAX_COLUMNS, MAX_ROWS)

    return Sheet(_header(rows()), rows, is_workbook=True)


def _csv_sheet(raw: bytes, charset: Charset, count_known: Callable[[list[str]], int]) -> Sheet:
    delimiter = csv_reader.delimiter_of(raw, charset, count_known)

    def rows() -> Iterator[Row]:
        return csv_reader.rows(raw, charset, delimiter)

    return Sheet(_header(rows()), rows, charset.lossy_charset, delimiter)
