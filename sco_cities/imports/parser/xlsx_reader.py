"""Reads the first sheet of a workbook (XLSX) that has content, with cells as the texts of an export."""

import datetime
import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import chain

from .errors import MEGABYTE, ErrorCell, UnreadableTable
from .errors import gettext_noop as _
from .limits import (
    MAX_CELL_LENGTH,
    MAX_CELLS,
    MAX_COLUMNS,
    MAX_ROW_LENGTH,
    MAX_ROWS,
    HiddenCells,
    Row,
    too_many_rows,
)
from .workbook import (
    MAX_SHEET_SIZE,
    MONTH,
    PHONETIC,
    YEAR,
    T,
    Workbook,
    damages,
    main_name,
    new_parser,
    too_large,
    too_long,
    unexpected_xml,
)

# A cell far below the table is a mistake, which would otherwise become many blank rows of the table.
MAX_BLANK_ROWS = 5_000
# Characters of all cells, per byte of the sheet: a shared text, of any length, takes some 20 bytes each time.
MAX_TEXT_RATIO, MIN_TEXT = 30, MEGABYTE
# Elements in one row, or before the first, other than those of values: columns, parts of formatted texts.
MAX_OTHER_ELEMENTS = 20_000
# How a character that XML does not allow is written; neither NUL nor a half of a surrogate pair is part of a text.
_ESCAPED = re.compile("_x((?!0000|[Dd][89A-Fa-f])[0-9A-Fa-f]{4})_")
_SHEET_DATA, _ROW, _CELL, _VALUE, _FORMULA = map(main_name, ("sheetData", "row", "c", "v", "f"))
_TEXTS = {_VALUE, _FORMULA, T}
_DAY_ZERO, _DAY_ZERO_1904 = datetime.datetime(1899, 12, 30), datetime.datetime(1904, 1, 1)
_DAY_MS = 24 * 60 * 60 * 1000
# The number of 29 February 1900, a day that only spreadsheets know.
_LEAP_DAY = 60


def rows(raw: bytes) -> tuple[str, Iterator[Row]]:
    """The first sheet that is not empty: its name, "" for the first of all, and number and cells of each of its rows.

    Blank rows count, but are left out.
    """
    workbook = Workbook(raw)
    with damages():
        sheets, strings, shown_of_dates = workbook.read_parts()
    for position, (name, part) in enumerate(sheets):
        found = _rows(workbook, part, strings, shown_of_dates)
        if (first := next(found, None)) is not None:
            return name if position else "", chain([first], found)
    return "", iter(())


def _rows(workbook: Workbook, part: str, strings: list[str], shown_of_dates: list[str]) -> Iterator[Row]:
    with damages():
        day_zero = _DAY_ZERO_1904 if workbook.counts_from_1904 else _DAY_ZERO
        sheet = _SheetParser(strings, shown_of_dates, day_zero)
        last = 0
        most_text = MIN_TEXT + MAX_TEXT_RATIO * workbook.size(part)
        for block in workbook.blocks(part, MAX_SHEET_SIZE):
            sheet.parser.Parse(block)
            if sheet.text_length > most_text:
                raise too_large()
            for number, cells in sheet.rows:
                _check_number(number, last, is_blank=not cells)
                if cells:
                    last = number
                    yield number, cells
            sheet.rows.clear()
            if sheet.has_ended:
                return
        sheet.parser.Parse(b"", True)


def _check_number(number: int, last: int, is_blank: bool) -> None:
    """Refuses the row `number` if it is one too many, or too far below the row `last`, the last that is not blank."""
    if number - last - (not is_blank) > MAX_BLANK_ROWS:
        raise UnreadableTable(
            _("More than %(blank)s blank rows follow row %(row)s. Delete everything below the table."),
            blank=MAX_BLANK_ROWS,
            row=last,
        )
    if number > MAX_ROWS + 1:
        raise too_many_rows()


class _SheetParser:
    """Parses the XML of a sheet: `rows` are those that have been completed, blank ones without cells.

    `text_length` is the number of characters of all rows so far.

    `has_ended` is true after the last row; what follows, such as notes and print settings, is not read.
    """

    def __init__(self, strings: list[str], shown_of_dates: list[str], day_zero: datetime.datetime):
        self.parser = new_parser(self._start, self._end)
        self.rows: list[Row] = []
        self.has_ended = False
        self.text_length = 0
        self._strings, self._shown_of_dates, self._day_zero = strings, shown_of_dates, day_zero
        self._positions: dict[str, int] = {}
        # The row and the cell that are being read. Elements of the row and characters of the cell are counted.
        self._number = self._position = self._cell_count = self._other_count = self._length = 0
        self._cells: list[str] = []
        self._kind, self._style = "n", "0"
        self._value: list[str] = []
        self._inline: list[str] = []
        self._formula: list[str] | None = None
        self._is_phonetic = False

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name == _CELL:
            self._cell_count += 1
            if self._cell_count > MAX_CELLS:
                raise unexpected_xml()
            reference = attributes.get("r")
            self._position = self._position_of(reference) if reference else self._position + 1
            self._kind, self._style = attributes.get("t", "n"), attributes.get("s", "0")
            self._value, self._inline, self._formula, self._length = [], [], None, 0
        elif name == _VALUE:
            self._collect(self._value)
        elif name == T:
            if not self._is_phonetic:
                self._collect(self._inline)
        elif name == _ROW:
            self._start_row(
                int(attributes.get("r", self._number + 1)), attributes.get("hidden") in ("1", "true")
            )
        elif name == _FORMULA:
            self._formula = []
            self._collect(self._formula)
        else:
            self._other_count += 1
            if self._other_count > MAX_OTHER_ELEMENTS:
                raise unexpected_xml()
            self._is_phonetic = self._is_phonetic or name == PHONETIC

    def _end(self, name: str) -> None:
        if name == _CELL:
            self._end_cell()
        elif name in _TEXTS:
            self.parser.CharacterDataHandler = None
        elif name == _ROW:
            while self._cells and not self._cells[-1]:
                self._cells.pop()
            length = sum(map(len, self._cells))
            if length > MAX_ROW_LENGTH:
                raise too_long()
            self.text_length += length
            self.rows.append((self._number, self._cells))
        elif name == PHONETIC:
            self._is_phonetic = False
        elif name == _SHEET_DATA:
            self.has_ended = True
            self.parser.StartElementHandler = self.parser.EndElementHandler = None

    def _start_row(self, number: int, is_hidden: bool) -> None:
        if number <= self._number:
            raise unexpected_xml()
        self._number, self._cells = number, HiddenCells() if is_hidden else []
        self._position, self._cell_count, self._other_count = -1, 0, 0

    def _position_of(self, reference: str) -> int:
        """The position of a cell in its row, from its reference: 27 of “AB7”."""
        letters = reference.rstrip("0123456789")
        position = self._positions.get(letters)
        if position is None:
            if not letters.isascii() or not letters.isupper() or len(letters) > 3:
                raise unexpected_xml()
            position = 0
            for letter in letters:
                position = 26 * position + ord(letter) - ord("A") + 1
            self._positions[letters] = position = position - 1
        return position

    def _collect(self, texts: list[str]) -> None:
        """Adds the texts of the element that begins to `texts`."""

        def add(text: str) -> None:
            self._length += len(text)
            if self._length > MAX_CELL_LENGTH:
                raise too_long()
            texts.append(text)

        self.parser.CharacterDataHandler = add

    def _end_cell(self) -> None:
        # One more than is allowed: the table is refused for its number of columns.
        if self._position > MAX_COLUMNS:
            return
        if text := self._text():
            missing = self._position - len(self._cells)
            if missing < 0:
                raise unexpected_xml()
            if missing:
                self._cells += [""] * missing
            self._cells.append(text)

    def _text(self) -> str:
        if self._kind == "inlineStr":
            return _unescaped("".join(self._inline))
        value = "".join(self._value)
        if not value:
            if self._formula is None or self._kind == "str":
                return ""
            text = "=" + "".join(self._formula)
            return ErrorCell(
                text,
                _(
                    "This formula has no saved value. Open the file, save it again, or replace it with its value."
                ),
            )
        if self._kind == "s":
            return _unescaped(self._strings[_natural(value)])
        if self._kind == "str":
            return _unescaped(value)
        if self._kind == "b":
            return "true" if int(value) else "false"
        if self._kind == "e":
            return ErrorCell(value, _("The spreadsheet could not calculate this cell."))
        if self._kind == "d":
            at = datetime.datetime.fromisoformat(value)
            return _moment(at.astimezone(datetime.UTC).replace(tzinfo=None) if at.tzinfo else at)
        style = _natural(self._style)
        if style < len(self._shown_of_dates) and (shown := self._shown_of_dates[style]):
            return self._date(float(value), shown)
        return _number(value)

    def _date(self, days: float, shown: str) -> str:
        if days < 1:
            return ErrorCell(f"{days:g}", _("This is not text, a number or a date."))
        if days < _LEAP_DAY and self._day_zero == _DAY_ZERO:
            days += 1
        try:
            at = self._day_zero + datetime.timedelta(milliseconds=round(days * _DAY_MS))
            # "May 2024" becomes the first of May, shown without its day, in spreadsheets.
            if shown == MONTH and at.day == 1:
                return f"{at:%Y-%m}"
            return f"{at:%Y}" if shown == YEAR and at.timetuple().tm_yday == 1 else _moment(at)
        except (OverflowError, ValueError):
            return ErrorCell(f"{days:g}", _("The spreadsheet could not calculate this cell."))


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def _natural(text: str) -> int:
    """A position, which must not count from the end."""
    number = int(text)
    if number < 0:
        raise ValueError(text)
    return number


def _number(text: str) -> str:
    if "." not in text and "e" not in text and "E" not in text:
        return str(int(text))
    value = float(text)
    return str(int(value)) if value.is_integer() else f"{Decimal(repr(value)):f}"


def _moment(at: datetime.datetime) -> str:
    # Spreadsheets store times as fractions of a day, which are not exact.
    at = (at + datetime.timedelta(milliseconds=500)).replace(microsecond=0)
    return at.date().isoformat() if at.time() == datetime.time() else f"{at.isoformat()}Z"
