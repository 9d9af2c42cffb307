"""A list as an Excel workbook: its rows on one sheet, what they are on another.

The XML is written here, block by block, and compressed as it comes. Libraries for workbooks (openpyxl,
XlsxWriter) give a file only when all of it is there: a hundred thousand rows would be kept in memory or on
disk, and the reader's browser would wait for its first byte until the last row was written.
"""

import zipfile
from collections.abc import Iterator

from django.utils.translation import gettext as _

from sco_cities.i18n.numbers import GroupedInt
from sco_cities.listings.row_batch import RowBatch

from . import attribution, xlsx_cells, xlsx_templates
from .csv_cells import SEPARATOR
from .params import COLUMNS, LABELS
from .streaming_response import Export, ExportFormat
from .xlsx_cells import BOLD, WRAPPED, cell, column_letters, row, text_cell

# What a sheet of Excel has, the header included.
MAX_ROWS = 1_048_576
# Of many cells that were cut so many are named.
MAX_NAMED = 1_000
ABOUT = "About"
_NARROWEST, _WIDEST = 8, 60
# What a part of a ZIP file may hold without the fields for larger ones, which Excel has long refused in files
# that are written in one go: they are there only where a part comes near to that.
_LARGE = 2**31 // 3


def too_large_error(export: Export) -> str:
    """Why the list does not fit, or ""."""
    if export.count < MAX_ROWS:
        return ""
    return _(
        "An Excel sheet holds at most %(most)s rows, and this list has %(count)s. Download the "
        "list as CSV, or add filters."
    ) % {"most": GroupedInt(MAX_ROWS - 1), "count": GroupedInt(export.count)}


def write_xlsx(export: Export) -> Iterator[bytes]:
    """The file, in blocks."""
    sheet = _Sheet(export)
    blocks = export.blocks()
    start = sheet.rows(next(blocks, []))
    sent = _OutputBuffer()
    with zipfile.ZipFile(sent, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file:

        def part(name: str, is_large: bool = False):
            info = zipfile.ZipInfo(name, export.moment.timetuple()[:6])
            info.compress_type = zipfile.ZIP_DEFLATED
            return file.open(info, "w", force_zip64=is_large)

        for name, text in sheet.frame():
            with part(name) as opened:
                opened.write(text.encode())
        with part("xl/worksheets/sheet1.xml", sheet.is_large(start)) as opened:
            opened.write((sheet.start() + start).encode())
            yield sent.taken()
            for keys in blocks:
                opened.write(sheet.rows(keys).encode())
                yield sent.taken()
            opened.write(sheet.end().encode())
        with part("xl/worksheets/sheet2.xml") as opened:
            opened.write(sheet.about().encode())
    yield sent.taken()


class _OutputBuffer:
    """Where the ZIP file is written: what has come is taken away and sent, so there is no way back in it."""

    def __init__(self):
        self._written: list[bytes] = []

    def write(self, written: bytes) -> int:
        self._written.append(bytes(written))
        return len(written)

    def flush(self) -> None:
        pass

    def taken(self) -> bytes:
        """All that has come since the last time."""
        written = b"".join(self._written)
        self._written.clear()
        return written


class _Sheet:
    """The XML of the sheets."""

    def __init__(self, export: Export):
        self.export = export
        options = export.options
        self.header = options.header
        self.letters = [column_letters(place) for place in range(len(self.header))]
        self.fields = [field for column in options.columns for field in column.fields]
        self.dated = {column.name for column in options.columns if column.is_dated}
        self.widths = [len(name) for name in self.header]
        self.last_row = 1
        self.cut: list[str] = []
        self.cut_count = 0

    def rows(self, keys: list[int]) -> str:
        """The rows of some records; the first ones say how wide the columns are."""
        if not keys:
            return ""
        block = RowBatch(self.export.listing, self.export.selection.state, keys, self.fields)
        first = self.last_row + 1
        columns = []
        for place, (name, values) in enumerate(self.export.options.read_columns(block)):
            values = self._fitting(place, name, values, first)
            if first == 2:
                self.widths[place] = max(self.widths[place], *map(_width, values))
            letters = self.letters[place]
            columns.append([cell(f"{letters}{number}", value) for number, value in enumerate(values, first)])
        self.last_row += len(keys)
        return "".join(row(number, cells) for number, cells in enumerate(zip(*columns, strict=True), first))

    def _fitting(self, place: int, name: str, values: list, first: int) -> list:
        """Days as days; texts that no cell can hold are cut, and both the cell and the sheet About say so."""
        if name in self.dated:
            return [(xlsx_cells.day_of(value) or value) if value else value for value in values]
        fitting = []
        for number, value in enumerate(values, first):
            if isinstance(value, list):
                value = SEPARATOR.join(value)
            if isinstance(value, str) and xlsx_cells.is_too_long(value):
                value = self._cut(f"{self.letters[place]}{number}", name, value)
            fitting.append(value)
        return fitting

    def _cut(self, place: str, name: str, text: str) -> str:
        count = GroupedInt(xlsx_cells.length(text))
        note = _(" […] (truncated: %(count)s characters in total; full text in the CSV file)") % {
            "count": count
        }
        self.cut_count += 1
        if self.cut_count <= MAX_NAMED:
            self.cut.append(
                _("%(cell)s (%(column)s): %(count)s characters")
                % {"cell": place, "column": name, "count": count}
            )
        return xlsx_cells.truncated(text, xlsx_cells.MAX_CHARACTERS - len(note)) + note

    def is_large(self, start: str) -> bool:
        """Whether the sheet may come near to what a part of a ZIP file holds, going by its first rows."""
        rows = self.last_row - 1
        return bool(rows) and len(start.encode()) / rows * self.export.count > _LARGE

    @property
    def _range(self) -> str:
        return f"A1:{self.letters[-1]}{self.export.count + 1}"

    def frame(self) -> Iterator[tuple[str, str]]:
        """The parts besides the sheets."""
        name = self.export.listing.collection
        absolute = f"$A$1:${self.letters[-1]}${self.export.count + 1}"
        yield "[Content_Types].xml", xlsx_templates.TYPES
        yield "_rels/.rels", xlsx_templates.PACKAGE
        yield "xl/workbook.xml", xlsx_templates.workbook(name, ABOUT, absolute)
        yield "xl/_rels/workbook.xml.rels", xlsx_templates.WORKBOOK_RELATIONS
        yield "xl/styles.xml", xlsx_templates.STYLES

    def start(self) -> str:
        """The sheet of the rows up to the header."""
        # Room for the button of the filter.
        widths = [min(max(width + 3, _NARROWEST), _WIDEST) for width in self.widths]
        header = [
            text_cell(f"{letters}1", name, BOLD)
            for letters, name in zip(self.letters, self.header, strict=True)
        ]
        return xlsx_templates.sheet_start(self._range, widths, is_first=True) + row(1, header)

    def end(self) -> str:
        """What follows the last row."""
        return f'</sheetData><autoFilter ref="{self._range}"/>{xlsx_templates.SHEET_END}'

    def about(self) -> str:
        """The sheet that says what the rows are, whence and when."""
        first, *works = attribution.attribution_lines()
        selection = self.export.selection
        told = [
            (_("List"), selection.heading),
            *((label, SEPARATOR.join(names)) for label, names in selection.asked),
            (_("Sorted by"), selection.order_in_words),
            (_("Address"), self.export.page),
            (_("Exported at (UTC)"), self.export.moment),
            (_("Rows"), self.export.count),
            (_("Licence"), first),
            *((_("Credits") if not place else "", work) for place, work in enumerate(works)),
        ]
        if self.cut_count:
            told.append((_("Truncated cells"), self.cut_count))
            told += [("", line) for line in self.cut]
        rows = []
        for number, (label, value) in enumerate(told, 1):
            told_cell = text_cell if isinstance(value, str) else cell
            style = (WRAPPED,) if isinstance(value, str) else ()
            cells = [
                text_cell(f"A{number}", label, BOLD) if label else "",
                told_cell(f"B{number}", value, *style),
            ]
            rows.append(row(number, cells))
        start = xlsx_templates.sheet_start(f"A1:B{len(told)}", [22, 100], is_first=False)
        return f"{start}{''.join(rows)}</sheetData>{xlsx_templates.SHEET_END}"


def _width(value) -> int:
    """About how wide a value is, in characters; Chinese ones take twice the room."""
    if isinstance(value, str):
        return len(value) + sum(char > "\u2e7f" for char in value)
    return 19 if hasattr(value, "hour") else len(str(value or ""))


XLSX = ExportFormat(
    "xlsx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    write_xlsx,
    (COLUMNS, LABELS),
    problem=too_large_error,
)
