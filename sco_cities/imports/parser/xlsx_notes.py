"""Reads the data of an XLSX sheet that calamine omits from its XML (ECMA-376, SpreadsheetML).

Otherwise, hidden rows would be imported without a question, "May 2024" would become 1 May 2024, a cell with a
calculation error would be empty, and part of a damaged sheet would be imported.
"""

import io
import posixpath
import re
import zipfile
import zlib
from collections import defaultdict
from typing import NamedTuple
from xml.etree import ElementTree
from xml.parsers import expat

from .limits import MAX_CELLS, MAX_ROWS, MEGABYTE, ErrorCell, UnreadableFile, too_many_rows
from .limits import gettext_noop as _

WORKBOOK, _RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_BLOCK = 64 * 1024
# Maximum size of parts that are loaded completely, and maximum number of non-cell elements in a row.
_MAX_PART_SIZE, _MAX_OTHER_ELEMENTS = 8 * MEGABYTE, 100_000
# The built-in number format "May-24", which is not defined in the file.
_BUILT_IN_MONTH = "17"
MONTH, YEAR = "month", "year"
_NOT_FORMAT = re.compile(r'"[^"]*"|\[[^\]]*\]')
# Exceptions raised for damaged archives and XML.
_DAMAGES = (
    zipfile.BadZipFile, zlib.error, expat.ExpatError, KeyError, ValueError, IndexError, OverflowError, EOFError,
    OSError, NotImplementedError, RuntimeError,
)  # fmt: skip


class SheetNotes(NamedTuple):
    """The numbers of hidden rows, unusable cells by row and position, and MONTH or YEAR by `cell_number`."""

    hidden: set[int]
    unusable: dict[int, dict[int, ErrorCell]]
    shown: dict[int, str]


def cell_number(row: int, position: int) -> int:
    return row * MAX_CELLS + position


def read_notes(raw: bytes, sheet_name: str) -> SheetNotes:
    """Reads the notes on a sheet. Empty if the file is not an XLSX file. Raises UnreadableFile."""
    notes = SheetNotes(set(), defaultdict(dict), {})
    if not raw.startswith(b"PK"):
        return notes
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            if WORKBOOK in archive.namelist():
                part, styles = _parts(archive, sheet_name)
                parser = _SheetParser(notes, _shown_by_style(archive, styles))
                with archive.open(part) as stream:
                    while block := stream.read(_BLOCK):
                        parser.parse(block)
                parser.parse(b"", is_last=True)
    except _DAMAGES as error:
        if getattr(error, "code", None) == expat.errors.codes[expat.errors.XML_ERROR_NO_MEMORY]:
            raise MemoryError from error
        raise damaged() from error
    return notes


def damaged() -> UnreadableFile:
    return UnreadableFile(_("The workbook is damaged. Open it and save it again, or save it as CSV."))


def too_large() -> UnreadableFile:
    return UnreadableFile(
        _("The workbook is too large when unpacked. Save it as CSV, or split it into parts.")
    )


def _root(archive: zipfile.ZipFile, part: str) -> ElementTree.Element:
    if archive.getinfo(part).file_size > _MAX_PART_SIZE:
        raise too_large()
    # The limits of this process also apply to data that is decompressed during parsing.
    return ElementTree.fromstring(archive.read(part))  # noqa: S314


def _parts(archive: zipfile.ZipFile, sheet_name: str) -> tuple[str, str]:
    """Returns the name of the sheet's part, and the name of the styles' part, or "" if there are no styles."""
    targets, styles = {}, ""
    for relation in _root(archive, _RELATIONS):
        target = posixpath.normpath(posixpath.join("/xl", relation.attrib["Target"])).lstrip("/")
        targets[relation.attrib["Id"]] = target
        if relation.attrib["Type"].endswith("/styles") and target in archive.namelist():
            styles = target
    for sheet in _root(archive, WORKBOOK).iterfind("{*}sheets/{*}sheet"):
        if sheet.attrib["name"] == sheet_name:
            return next(
                targets[value] for name, value in sheet.attrib.items() if name.endswith("}id")
            ), styles
    raise KeyError(sheet_name)


def _shown_by_style(archive: zipfile.ZipFile, styles: str) -> dict[str, str]:
    """Maps styles that show dates without a day to MONTH or YEAR."""
    if not styles:
        return {}
    root = _root(archive, styles)
    formats = {_BUILT_IN_MONTH: MONTH}
    for each in root.iterfind("{*}numFmts/{*}numFmt"):
        formats[each.attrib["numFmtId"]] = _shown_of_date(each.attrib.get("formatCode", ""))
    cell_styles = enumerate(root.iterfind("{*}cellXfs/{*}xf"))
    found = {str(number): formats.get(style.attrib.get("numFmtId", ""), "") for number, style in cell_styles}
    return {number: shown for number, shown in found.items() if shown}


def _shown_of_date(code: str) -> str:
    """Returns MONTH or YEAR if the format of positive numbers shows a date without its day, otherwise ""."""
    signs = _NOT_FORMAT.sub("", code.split(";")[0]).lower()
    if "y" not in signs or any(sign in signs for sign in "dhs"):
        return ""
    return MONTH if "m" in signs else YEAR


class _SheetParser:
    """Parses the XML of a sheet to its end, so that an incomplete sheet is an error."""

    def __init__(self, notes: SheetNotes, shown_by_style: dict[str, str]):
        self._notes, self._shown_by_style = notes, shown_by_style
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler, self._parser.EndElementHandler = self._start, self._end
        self._positions: dict[str, int] = {}
        # The current row and cell.
        self._row, self._position, self._kind, self._other_count = 0, -1, "", 0
        self._formula: list[str] | None = None
        self._value: list[str] = []

    def parse(self, block: bytes, *, is_last: bool = False) -> None:
        self._parser.Parse(block, is_last)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if name == "c":
            reference = attributes.get("r")
            self._position = self._position_of(reference) if reference else self._position + 1
            if self._position > MAX_CELLS:
                raise damaged()
            self._kind, self._formula, self._value = attributes.get("t", ""), None, []
            if shown := self._shown_by_style.get(attributes.get("s", "0")):
                self._notes.shown[cell_number(self._row, self._position)] = shown
        elif name == "row":
            self._row, self._position, self._other_count = int(attributes.get("r", self._row + 1)), -1, 0
            if self._row > MAX_ROWS + 1:
                raise too_many_rows()
            if attributes.get("hidden") in ("1", "true"):
                self._notes.hidden.add(self._row)
        else:
            self._other_count += 1
            if self._other_count > _MAX_OTHER_ELEMENTS:
                raise damaged()
            if name == "f":
                self._formula = []
                self._parser.CharacterDataHandler = self._formula.append
            elif name == "v" and (self._formula is not None or self._kind == "e"):
                self._parser.CharacterDataHandler = self._value.append

    def _end(self, name: str) -> None:
        name = name.rpartition(":")[2]
        if name == "sheetData":
            # Only notes, print settings and similar elements follow.
            self._parser.StartElementHandler = self._parser.EndElementHandler = None
        elif self._formula is None and self._kind != "e":
            return
        elif name == "c":
            if cell := self._unusable_cell():
                self._notes.unusable[self._row][self._position] = cell
        elif name in ("f", "v"):
            self._parser.CharacterDataHandler = None

    def _unusable_cell(self) -> ErrorCell | None:
        if self._kind == "e":
            return ErrorCell("".join(self._value), _("The spreadsheet could not calculate this cell."))
        if self._formula is None or self._value or self._kind == "str":
            return None
        return ErrorCell(
            "=" + "".join(self._formula),
            _(
                "This formula has no saved value. Open the file and save it again, or replace the formula with its "
                "value."
            ),
        )

    def _position_of(self, reference: str) -> int:
        """Returns the position of a cell in its row. The reference “AB7” gives 27."""
        letters = reference.rstrip("0123456789")
        if letters not in self._positions:
            position = 0
            for letter in letters:
                position = 26 * position + ord(letter) - ord("A") + 1
            self._positions[letters] = position - 1
        return self._positions[letters]
