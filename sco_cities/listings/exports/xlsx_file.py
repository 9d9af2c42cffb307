"""Writes a list as an Excel workbook with a sheet for the rows and a sheet that describes the export.

The XML is written and compressed batch by batch. Workbook libraries (openpyxl, XlsxWriter) return only complete files.
Such libraries would keep a hundred thousand rows in memory or on disk, and no byte could be sent before the last row.
"""

import zipfile
from collections.abc import Iterator

from django.utils.translation import gettext as _

from sco_cities.i18n.numbers import GroupedInt
from sco_cities.listings.row_batch import LIST_SEPARATOR, RowBatch

from . import attribution, xlsx_cells
from .params import COLUMNS, LABELS
from .streaming_response import Export, ExportFormat
from .xlsx_cells import BOLD, WRAPPED, cell, column_letters, row, text_cell

# Excel's limit for rows per sheet, including the header.
MAX_ROWS = 1_048_576
# Maximum number of truncated cells listed on the sheet About.
MAX_LISTED = 1_000
ABOUT = "About"
_MIN_WIDTH, _MAX_WIDTH = 8, 60
# Parts of a ZIP file near the 32-bit limit need ZIP64 fields. The fields are written only for these parts, because old
# versions of Excel reject ZIP64 fields in streamed files.
_ZIP64_SIZE = 2**31 // 3


def too_large_error(export: Export) -> str:
    """Returns the reason why the list is too long for a sheet, or "" if the list fits."""
    if export.count < MAX_ROWS:
        return ""
    return _(
        "An Excel sheet can contain at most %(most)s rows, but this list has %(count)s. Download the list as CSV, "
        "or add filters."
    ) % {"most": GroupedInt(MAX_ROWS - 1), "count": GroupedInt(export.count)}


def write_xlsx(export: Export) -> Iterator[bytes]:
    """Writes the file in batches."""
    sheet = _Sheet(export)
    batches = export.key_batches()
    first_rows = sheet.rows(next(batches, []))
    output = _OutputBuffer()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file:

        def part(name: str, is_large: bool = False):
            info = zipfile.ZipInfo(name, export.exported_at.timetuple()[:6])
            info.compress_type = zipfile.ZIP_DEFLATED
            return file.open(info, "w", force_zip64=is_large)

        for name, text in sheet.other_parts():
            with part(name) as stream:
                stream.write(text.encode())
        with part("xl/worksheets/sheet1.xml", sheet.is_large(first_rows)) as stream:
            stream.write((sheet.start() + first_rows).encode())
            yield output.pop()
            for keys in batches:
                stream.write(sheet.rows(keys).encode())
                yield output.pop()
            stream.write(sheet.end().encode())
        with part("xl/worksheets/sheet2.xml") as stream:
            stream.write(sheet.about().encode())
    yield output.pop()


class _OutputBuffer:
    """A non-seekable file for the ZIP archive. `pop` returns the bytes to send."""

    def __init__(self):
        self._chunks: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._chunks.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        pass

    def pop(self) -> bytes:
        """Returns and removes the bytes written since the last call."""
        data = b"".join(self._chunks)
        self._chunks.clear()
        return data


class _Sheet:
    """Writes the XML of the sheets."""

    def __init__(self, export: Export):
        self.export = export
        params = export.params
        self.header = params.header
        self.letters = [column_letters(position) for position in range(len(self.header))]
        self.fields = [field for column in params.columns for field in column.fields]
        self.edtf_columns = {column.name for column in params.columns if column.is_edtf}
        self.widths = [len(name) for name in self.header]
        self.last_row = 1
        self.truncated_cells: list[str] = []
        self.truncated_count = 0

    def rows(self, keys: list[int]) -> str:
        """Writes a batch of records as rows. The first batch determines the column widths."""
        if not keys:
            return ""
        batch = RowBatch(self.export.listing, self.export.list_query.state, keys, self.fields)
        first = self.last_row + 1
        columns = []
        for position, (name, values) in enumerate(self.export.params.read_columns(batch)):
            values = self._fit(position, name, values, first)
            if first == 2:
                self.widths[position] = max(self.widths[position], *map(_width, values))
            letters = self.letters[position]
            columns.append([cell(f"{letters}{number}", value) for number, value in enumerate(values, first)])
        self.last_row += len(keys)
        return "".join(row(number, cells) for number, cells in enumerate(zip(*columns, strict=True), first))

    def _fit(self, position: int, name: str, values: list, first: int) -> list:
        """Converts full dates, and truncates texts too long for a cell.

        Notes in the cell and on the sheet About mark the truncation.
        """
        if name in self.edtf_columns:
            return [(xlsx_cells.day_of(value) or value) if value else value for value in values]
        fitted = []
        for number, value in enumerate(values, first):
            if isinstance(value, list):
                value = LIST_SEPARATOR.join(value)
            if isinstance(value, str) and xlsx_cells.is_too_long(value):
                value = self._truncate(f"{self.letters[position]}{number}", name, value)
            fitted.append(value)
        return fitted

    def _truncate(self, reference: str, name: str, text: str) -> str:
        count = GroupedInt(xlsx_cells.length(text))
        note = _(" […] (truncated: %(count)s characters in total; full text in the CSV file)") % {
            "count": count
        }
        self.truncated_count += 1
        if self.truncated_count <= MAX_LISTED:
            self.truncated_cells.append(
                _("%(cell)s (%(column)s): %(count)s characters")
                % {"cell": reference, "column": name, "count": count}
            )
        return xlsx_cells.truncated(text, xlsx_cells.MAX_CHARACTERS - len(note)) + note

    def is_large(self, first_rows: str) -> bool:
        """Returns True if the sheet may need ZIP64 fields. The size is estimated from the first rows."""
        rows = self.last_row - 1
        return bool(rows) and len(first_rows.encode()) / rows * self.export.count > _ZIP64_SIZE

    @property
    def _range(self) -> str:
        return f"A1:{self.letters[-1]}{self.export.count + 1}"

    def other_parts(self) -> Iterator[tuple[str, str]]:
        """Yields the names and contents of the parts other than the sheets."""
        name = self.export.listing.collection
        absolute = f"$A$1:${self.letters[-1]}${self.export.count + 1}"
        yield "[Content_Types].xml", xlsx_cells.TYPES
        yield "_rels/.rels", xlsx_cells.PACKAGE
        yield "xl/workbook.xml", xlsx_cells.workbook(name, ABOUT, absolute)
        yield "xl/_rels/workbook.xml.rels", xlsx_cells.WORKBOOK_RELATIONS
        yield "xl/styles.xml", xlsx_cells.STYLES

    def start(self) -> str:
        """Returns the XML of the first sheet up to and including the header row."""
        # Adds space for the filter button.
        widths = [min(max(width + 3, _MIN_WIDTH), _MAX_WIDTH) for width in self.widths]
        header = [
            text_cell(f"{letters}1", name, BOLD)
            for letters, name in zip(self.letters, self.header, strict=True)
        ]
        return xlsx_cells.sheet_start(self._range, widths, is_first=True) + row(1, header)

    def end(self) -> str:
        """Returns the XML of the first sheet after the last row."""
        return f'</sheetData><autoFilter ref="{self._range}"/>{xlsx_cells.SHEET_END}'

    def about(self) -> str:
        """Returns the XML of the sheet About, which describes the rows, their sources and the export time."""
        licence, *works = attribution.attribution_lines()
        list_query = self.export.list_query
        facts = [
            (_("List"), list_query.heading),
            *((label, LIST_SEPARATOR.join(names)) for label, names in list_query.filter_summary),
            (_("Sorted by"), list_query.sort_label),
            (_("Address"), self.export.page_url),
            (_("Exported at (UTC)"), self.export.exported_at),
            (_("Rows"), self.export.count),
            (_("Licence"), licence),
            *((_("Credits") if not position else "", work) for position, work in enumerate(works)),
        ]
        if self.truncated_count:
            facts.append((_("Truncated cells"), self.truncated_count))
            facts += [("", line) for line in self.truncated_cells]
        rows = []
        for number, (label, value) in enumerate(facts, 1):
            write_cell = text_cell if isinstance(value, str) else cell
            style = (WRAPPED,) if isinstance(value, str) else ()
            cells = [
                text_cell(f"A{number}", label, BOLD) if label else "",
                write_cell(f"B{number}", value, *style),
            ]
            rows.append(row(number, cells))
        start = xlsx_cells.sheet_start(f"A1:B{len(facts)}", [22, 100], is_first=False)
        return f"{start}{''.join(rows)}</sheetData>{xlsx_cells.SHEET_END}"


def _width(value) -> int:
    """Returns the approximate width of a value in characters. A Chinese character has the width 2."""
    if isinstance(value, str):
        return len(value) + sum(char > "\u2e7f" for char in value)
    return 19 if hasattr(value, "hour") else len(str(value or ""))


XLSX = ExportFormat(
    "xlsx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    write_xlsx,
    (COLUMNS, LABELS),
    error=too_large_error,
)
