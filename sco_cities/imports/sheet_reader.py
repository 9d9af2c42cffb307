"""From the bytes of a file to its header and its rows of texts."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from . import csv_reader, xlsx_reader
from .encoding_detection import Charset, detect_charset
from .file_errors import UnreadableFile

MAX_FILE_SIZE = 96 * 1024 * 1024
MAX_COLUMNS = 120
MAX_ROWS = 500_000

Row = tuple[int, list[str]]


@dataclass(frozen=True)
class Sheet:
    """A table: its header, and its rows each time they are asked for.

    `keeps` is the character set that the texts have gone through, None where it has all characters; `delimiter` is
    "" and `is_workbook` true for a workbook.
    """

    header: list[str]
    _read: Callable[[], Iterator[Row]]
    keeps: str | None = None
    delimiter: str = ""
    is_workbook: bool = False

    def rows(self) -> Iterator[Row]:
        """Number and cells of the rows below the header, each with as many cells as it has itself."""
        read = self._read()
        next(read)
        for count, row in enumerate(read, 1):
            if count > MAX_ROWS:
                raise UnreadableFile(
                    _("The file has more than %(most)s rows; import it in parts.") % {"most": f"{MAX_ROWS:,}"}
                )
            yield row


def read(raw: bytes, known: Callable[[list[str]], int], charset: str = "") -> Sheet:
    """The table in a CSV or XLSX file; Unreadable, with a sentence, where there is none.

    `known` counts the columns of a header that are known; `charset` is what the curator says of a CSV file.
    """
    if len(raw) > MAX_FILE_SIZE:
        most = MAX_FILE_SIZE // 1024 // 1024
        raise UnreadableFile(_("The file is larger than %(most)s MB; import it in parts.") % {"most": most})
    if not raw.strip():
        raise UnreadableFile(_("The file is empty."))
    sheet = (
        _workbook(raw)
        if xlsx_reader.is_workbook(raw)
        else _delimited(raw, detect_charset(raw, charset), known)
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


def _workbook(raw: bytes) -> Sheet:
    def rows() -> Iterator[Row]:
        return xlsx_reader.rows(raw, MAX_COLUMNS, MAX_ROWS)

    return Sheet(_header(rows()), rows, is_workbook=True)


def _delimited(raw: bytes, charset: Charset, known: Callable[[list[str]], int]) -> Sheet:
    delimiter = csv_reader.delimiter_of(raw, charset, known)

    def rows() -> Iterator[Row]:
        return csv_reader.rows(raw, charset, delimiter)

    return Sheet(_header(rows()), rows, charset.keeps, delimiter)
