"""The parts of a workbook (ECMA-376, SpreadsheetML): which parts are sheets, and what their cells refer to.

Parts are XML in a ZIP archive. They are unpacked and parsed block by block, never as a whole, and XML that no
spreadsheet writes ends the reading: this takes a fraction of the time and memory of a workbook library.
"""

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from xml.parsers import expat

from .errors import MEGABYTE, UnreadableTable
from .errors import gettext_noop as _
from .limits import MAX_CELL_LENGTH, MAX_ROWS

WORKBOOK = "xl/workbook.xml"
_RELATIONS = "xl/_rels/workbook.xml.rels"

# About a million cells; no list of the site unpacks to more.
MAX_SHEET_SIZE = 600 * MEGABYTE
# Size of the shared strings of a workbook saved by Excel, which are kept in memory.
MAX_SHARED_STRINGS_SIZE = 150 * MEGABYTE
MAX_SHARED_STRINGS = 10 * MAX_ROWS
MAX_PART_SIZE = 8 * MEGABYTE
# Unpacked to packed. Tables reach about 30; a part that is small when unpacked may have any ratio.
MAX_RATIO = 200
MIN_SIZE_FOR_RATIO = MEGABYTE
MAX_DEPTH = 64
BLOCK = 64 * 1024

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main "
_OLE_MAGIC = b"\xd0\xcf\x11\xe0"

# Formats of dates and times among those that are not in the file.
_BUILT_IN_DATES = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
# May-24.
_BUILT_IN_MONTH = 17
DAY, MONTH, YEAR = "day", "month", "year"
_NOT_FORMAT = re.compile(r'"[^"]*"|\[(?!(?:hh?|mm?|ss?)\])[^\]]*\]', re.IGNORECASE)
_HAS_DATE = re.compile(r"(?<![_\\])[dmhys]", re.IGNORECASE)

_NO_MEMORY = expat.errors.codes[expat.errors.XML_ERROR_NO_MEMORY]
# Raised for damaged archives and XML.
DAMAGES = (
    zipfile.BadZipFile, zlib.error, expat.ExpatError, KeyError, ValueError, IndexError, OverflowError, EOFError,
    OSError, NotImplementedError, RuntimeError,
)  # fmt: skip


def main_name(element: str) -> str:
    """The name of an element of SpreadsheetML, as the parser reports it."""
    return _MAIN + element


T, PHONETIC, _STRING = map(main_name, ("t", "rPh", "si"))


class Workbook:
    """An XLSX file. UnreadableTable if it is none, or has a password."""

    def __init__(self, raw: bytes):
        if raw.startswith(_OLE_MAGIC):
            raise UnreadableTable(
                _(
                    "This workbook is in the old XLS format or has a password. Save it as XLSX without a password."
                )
            )
        with damages():
            self._archive = zipfile.ZipFile(io.BytesIO(raw))
        parts = self._archive.infolist()
        if any(part.flag_bits & 1 for part in parts):
            raise UnreadableTable(_("The file has a password. Save it without one."))
        self._names = {part.filename for part in parts}
        if WORKBOOK not in self._names:
            raise UnreadableTable(_("This is not a workbook. Save the table as XLSX or CSV."))
        self.counts_from_1904 = False
        self._relations: dict[str, tuple[str, str]] = {}
        self._sheets: list[tuple[str, str]] = []
        self._date_formats = dict.fromkeys(_BUILT_IN_DATES, DAY) | {_BUILT_IN_MONTH: MONTH}
        self._styles: list[int] = []

    def read_parts(self) -> tuple[list[tuple[str, str]], list[str], list[str]]:
        """Name and part of each sheet, the shared strings, and what cells of each style show of a date, if they do.

        That is DAY, MONTH or YEAR, or "" for other numbers.
        """
        self._parse_part(_RELATIONS, self._start_relation)
        self._parse_part(WORKBOOK, self._start_workbook)
        by_kind = dict(self._relations.values())
        targets = [(name, *self._relations[relation]) for name, relation in self._sheets]
        sheets = [(name, target) for name, kind, target in targets if kind == "worksheet"]
        if not sheets:
            raise KeyError(WORKBOOK)
        if (styles := by_kind.get("styles")) in self._names:
            self._parse_part(styles, self._start_style, self._end_style)
        strings: list[str] = []
        if (name := by_kind.get("sharedStrings")) in self._names:
            strings = read_shared_strings(self.blocks(name, MAX_SHARED_STRINGS_SIZE))
        return sheets, strings, [self._date_formats.get(style, "") for style in self._styles]

    def size(self, name: str) -> int:
        """The bytes of a part, unpacked."""
        return self._archive.getinfo(name).file_size

    def blocks(self, name: str, most: int = MAX_PART_SIZE) -> Iterator[bytes]:
        """The part of the archive, unpacked; refused before that if it is too large or too densely packed."""
        part, size = self._archive.getinfo(name), self.size(name)
        if size > most or (size > MIN_SIZE_FOR_RATIO and size > MAX_RATIO * part.compress_size):
            raise too_large()
        with self._archive.open(part) as stream:
            while block := stream.read(BLOCK):
                yield block

    def _parse_part(self, name: str, start, end=None) -> None:
        parser = new_parser(start, end)
        for block in self.blocks(name):
            parser.Parse(block)
        parser.Parse(b"", True)

    def _start_relation(self, name: str, attributes: dict[str, str]) -> None:
        if name.endswith(" Relationship"):
            target = posixpath.normpath(posixpath.join("/xl", attributes["Target"])).lstrip("/")
            self._relations[attributes["Id"]] = attributes["Type"].rpartition("/")[2], target

    def _start_workbook(self, name: str, attributes: dict[str, str]) -> None:
        if name == _MAIN + "workbookPr":
            self.counts_from_1904 = attributes.get("date1904") in ("1", "true")
        elif name == _MAIN + "sheet":
            self._sheets += [
                (attributes.get("name", ""), value)
                for key, value in attributes.items()
                if key.endswith(" id")
            ]

    def _start_style(self, name: str, attributes: dict[str, str]) -> None:
        if name == _MAIN + "numFmt":
            self._date_formats[int(attributes["numFmtId"])] = _shown_of_date(attributes.get("formatCode", ""))
        elif name == _MAIN + "cellXfs":
            self._in_cell_styles = True
        elif name == _MAIN + "xf" and self._in_cell_styles:
            self._styles.append(int(attributes.get("numFmtId", 0)))

    _in_cell_styles = False

    def _end_style(self, name: str) -> None:
        if name == _MAIN + "cellXfs":
            self._in_cell_styles = False


def _shown_of_date(code: str) -> str:
    """What a number format shows of a date, "" if it is none; only that of positive numbers is looked at."""
    signs = _NOT_FORMAT.sub("", code.split(";")[0]).lower()
    if not _HAS_DATE.search(signs):
        return ""
    if "y" not in signs or any(sign in signs for sign in "dhs"):
        return DAY
    return MONTH if "m" in signs else YEAR


@contextmanager
def damages() -> Iterator[None]:
    """Turns the errors of damaged archives and XML into a refusal."""
    try:
        yield
    except DAMAGES as error:
        if isinstance(error, expat.ExpatError) and error.code == _NO_MEMORY:
            raise MemoryError from error
        raise UnreadableTable(
            _("The workbook is damaged. Open it and save it again, or save it as CSV.")
        ) from error


def new_parser(start, end=None) -> expat.XMLParserType:
    """A parser that reports names with their namespace, and refuses document types and very deep nesting."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.buffer_size = BLOCK
    depth = 0

    def start_element(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > MAX_DEPTH:
            raise unexpected_xml()
        start(name, attributes)

    def end_element(name: str) -> None:
        nonlocal depth
        depth -= 1
        if end is not None:
            end(name)

    def start_document_type(*_declaration) -> None:
        raise unexpected_xml()

    parser.StartElementHandler = start_element
    parser.EndElementHandler = end_element
    parser.StartDoctypeDeclHandler = start_document_type
    return parser


def unexpected_xml() -> UnreadableTable:
    """The refusal of XML that no spreadsheet writes."""
    return UnreadableTable(
        _("The workbook contains XML that no spreadsheet writes. Save it again, or save it as CSV.")
    )


def too_large() -> UnreadableTable:
    return UnreadableTable(
        _("The workbook is too large when unpacked. Save it as CSV, or split it into parts.")
    )


def too_long() -> UnreadableTable:
    """The refusal of a text that no cell holds."""
    return UnreadableTable(
        _("The workbook has a cell of more than %(characters)s characters."),
        characters=f"{MAX_CELL_LENGTH:,}",
    )


def read_shared_strings(blocks: Iterator[bytes]) -> list[str]:
    """The texts that cells refer to by their position, without phonetic guides."""
    strings: list[str] = []
    texts: list[str] = []
    length = 0
    is_phonetic = False

    def start(name: str, _attributes: dict[str, str]) -> None:
        nonlocal is_phonetic, length
        if name == T:
            parser.CharacterDataHandler = None if is_phonetic else add
        elif name == _STRING:
            texts.clear()
            length = 0
        elif name == PHONETIC:
            is_phonetic = True

    def end(name: str) -> None:
        nonlocal is_phonetic
        if name == T:
            parser.CharacterDataHandler = None
        elif name == _STRING:
            strings.append("".join(texts))
            if len(strings) > MAX_SHARED_STRINGS:
                raise too_large()
        elif name == PHONETIC:
            is_phonetic = False

    def add(text: str) -> None:
        nonlocal length
        length += len(text)
        if length > MAX_CELL_LENGTH:
            raise too_long()
        texts.append(text)

    parser = new_parser(start, end)
    for block in blocks:
        parser.Parse(block)
    parser.Parse(b"", True)
    return strings
