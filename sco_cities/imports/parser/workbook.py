"""Reads the first non-empty sheet of a workbook (XLSX, XLS, ODS), with cells in the export format.

calamine reads the values. `xlsx_notes` reads the data of an XLSX file that calamine omits.
"""

import datetime
import io
from collections.abc import Iterator
from decimal import Decimal
from itertools import chain
from math import isfinite

from .limits import (
    MAX_CELL_LENGTH,
    MAX_COLUMNS,
    MAX_ROW_LENGTH,
    MAX_ROWS,
    MEGABYTE,
    ErrorCell,
    HiddenCells,
    Row,
    UnreadableFile,
    too_many_rows,
)
from .limits import gettext_noop as _
from .xlsx_notes import MONTH, YEAR, SheetNotes, cell_number, damaged, read_notes, too_large

# Maximum number of consecutive blank rows, because a cell far below the table is a mistake.
MAX_BLANK_ROWS = 5_000
# Maximum number of characters in all cells. Each use of a long shared text takes only about 20 bytes in the file.
MAX_TEXT = 600 * MEGABYTE


def rows(raw: bytes) -> tuple[str, Iterator[Row]]:
    """Returns the name of the first non-empty sheet ("" for the first sheet) and its rows with their numbers.

    Blank rows are numbered but skipped.
    """
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(raw))
        names = [sheet.name for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
        for position, name in enumerate(names):
            notes = read_notes(raw, name)
            found = _rows(book.get_sheet_by_name(name), notes)
            if (first := next(found, None)) is not None:
                return name if position else "", chain([first], found)
    except PasswordError:
        raise UnreadableFile(_("The file is protected by a password. Save it without a password.")) from None
    except CalamineError as error:
        raise damaged() from error
    return "", iter(())


def _rows(sheet, notes: SheetNotes) -> Iterator[Row]:
    last = length = 0
    # Positions start at the first column, but calamine's rows start at the first column with a value.
    first_column, end = (sheet.start[1], sheet.end[0] + 1) if sheet.start else (0, 0)
    below = ([] for _row in range(max(notes.unusable, default=0) - end))
    for number, values in enumerate(chain(sheet.iter_rows(), below), 1):
        cells = _cells(number, values, first_column, notes)
        if not cells:
            continue
        if number - last - 1 > MAX_BLANK_ROWS:
            raise UnreadableFile(
                _("More than %(blank)s blank rows follow row %(row)s. Delete everything below the table."),
                blank=MAX_BLANK_ROWS,
                row=last,
            )
        if number > MAX_ROWS + 1:
            raise too_many_rows()
        length += _checked_length(cells)
        if length > MAX_TEXT:
            raise too_large()
        last = number
        yield number, HiddenCells(cells) if number in notes.hidden else cells


def _cells(number: int, values: list, first_column: int, notes: SheetNotes) -> list[str]:
    """Returns the texts of a row, without trailing blank cells."""
    cells = [""] * first_column
    cells += [
        value if type(value) is str else _text(value, notes.shown.get(cell_number(number, position)))
        for position, value in enumerate(values, first_column)
    ]
    for position, cell in notes.unusable.get(number, {}).items():
        cells += [""] * (position + 1 - len(cells))
        cells[position] = cell
    while cells and not cells[-1]:
        cells.pop()
    # Keeps one cell more than the limit, so that the table is rejected because of its number of columns.
    return cells[: MAX_COLUMNS + 1]


def _checked_length(cells: list[str]) -> int:
    if any("\0" in cell for cell in cells):
        raise damaged()
    lengths = [*map(len, cells)]
    if max(lengths) > MAX_CELL_LENGTH or sum(lengths) > MAX_ROW_LENGTH:
        raise UnreadableFile(
            _("The workbook contains a cell of more than %(characters)s characters."),
            characters=f"{MAX_CELL_LENGTH:,}",
        )
    return sum(lengths)


def _text(value: object, shown: str | None) -> str:
    """Converts a value to text in the export format. `shown` is MONTH or YEAR if a date is shown without its day."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        if not isfinite(value):
            raise damaged()
        return str(int(value)) if value == int(value) else f"{Decimal(repr(value)):f}"
    if isinstance(value, datetime.datetime):
        # Times are rounded, because spreadsheets store them as inexact fractions of a day.
        at = (value + datetime.timedelta(milliseconds=500)).replace(microsecond=0)
        return f"{at.isoformat()}Z" if at.time() != datetime.time() else _day(at.date(), shown)
    if isinstance(value, datetime.date):
        return _day(value, shown)
    return ErrorCell(str(value), _("This is not text, a number or a date."))


def _day(day: datetime.date, shown: str | None) -> str:
    # Spreadsheet programs change "May 2024" to 1 May 2024, and do not show the day.
    if shown == MONTH and day.day == 1:
        return f"{day:%Y-%m}"
    return f"{day:%Y}" if shown == YEAR and day.timetuple().tm_yday == 1 else day.isoformat()
