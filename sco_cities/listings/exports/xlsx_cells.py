"""Cells of a workbook (ECMA-376, SpreadsheetML). The type of a cell depends on its value.

Texts are inline strings, because spreadsheets never interpret inline strings as formulas. A table of shared strings
would have to stay in memory until the end of the file.
"""

import datetime
import re
from collections.abc import Sequence
from decimal import Decimal

from sco_cities.core.xml_characters import NOT_IN_XML
from sco_cities.listings.row_batch import LIST_SEPARATOR

# Excel's limit for a cell, in UTF-16 code units.
MAX_CHARACTERS = 32_767

# Indices of the cell formats in STYLES.
PLAIN, BOLD, DAY, MOMENT, WRAPPED = range(5)

_SPECIAL = re.compile(rf"[&<>\r{NOT_IN_XML}]|_(?=x[0-9A-Fa-f]{{4}}_)")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_DAY_ZERO = datetime.date(1899, 12, 30)
# Earlier dates are written as text, because spreadsheets reject dates before 1900 and assume a 29 February 1900.
_FIRST_DAY = datetime.date(1900, 3, 1)


def escape_xml(text: str) -> str:
    """Escapes `text` for XML. CR and characters invalid in XML are escaped as the standard specifies (`_x000D_`)."""
    return _SPECIAL.sub(_escape, text) if _SPECIAL.search(text) else text


def _escape(match: re.Match) -> str:
    char = match[0]
    return _ENTITIES.get(char) or f"_x{ord(char):04X}_"


def length(text: str) -> int:
    """Returns the number of characters as counted by Excel."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def is_too_long(text: str) -> bool:
    """Returns True if a text is too long for a cell."""
    return len(text) * 2 > MAX_CHARACTERS and length(text) > MAX_CHARACTERS


def truncated(text: str, limit: int) -> str:
    """Truncates `text` to `limit` characters as counted by Excel."""
    return text.encode("utf-16-le")[: limit * 2].decode("utf-16-le", errors="ignore")


def text_cell(reference: str, text: str, style: int = PLAIN) -> str:
    """Returns the XML of a text cell."""
    styled = f' s="{style}"' if style else ""
    # This attribute preserves leading and trailing white space and line breaks.
    space = ' xml:space="preserve"' if text != text.strip() or "\n" in text else ""
    return f'<c r="{reference}"{styled} t="inlineStr"><is><t{space}>{escape_xml(text)}</t></is></c>'


def number_cell(reference: str, number, style: int = PLAIN) -> str:
    """Returns the XML of a number cell. Dates and times are serial numbers."""
    styled = f' s="{style}"' if style else ""
    return f'<c r="{reference}"{styled}><v>{number}</v></c>'


def day_of(text: str) -> datetime.date | None:
    """Converts a full EDTF date to a `date`. Returns None for incomplete dates and dates that spreadsheets reject."""
    if not _DAY.fullmatch(text):
        return None
    try:
        day = datetime.date.fromisoformat(text)
    except ValueError:
        return None
    return day if day >= _FIRST_DAY else None


def cell(reference: str, value) -> str:
    """Returns a cell's XML. Lists are joined by "; ". Times are in UTC with seconds. Empty values have no cell."""
    if value is None or value == "" or value == []:
        return ""
    if isinstance(value, list):
        return text_cell(reference, LIST_SEPARATOR.join(value))
    return text_cell(reference, value) if isinstance(value, str) else _BY_TYPE[type(value)](reference, value)


def _moment_cell(reference: str, value: datetime.datetime) -> str:
    at = value.astimezone(datetime.UTC)
    seconds = at.hour * 3600 + at.minute * 60 + at.second
    return number_cell(reference, (at.date() - _DAY_ZERO).days + seconds / 86_400, MOMENT)


def _day_cell(reference: str, value: datetime.date) -> str:
    if value < _FIRST_DAY:
        return text_cell(reference, value.isoformat())
    return number_cell(reference, (value - _DAY_ZERO).days, DAY)


_BY_TYPE = {
    bool: lambda reference, value: f'<c r="{reference}" t="b"><v>{value:d}</v></c>',
    int: number_cell,
    Decimal: lambda reference, value: number_cell(reference, f"{value.normalize():f}"),
    datetime.datetime: _moment_cell,
    datetime.date: _day_cell,
}


def column_letters(number: int) -> str:
    """Returns the letters of a column (A, B, …, Z, AA) from its zero-based number."""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def row(number: int, cells: Sequence[str]) -> str:
    """Returns the XML of a row. Row numbers start at 1."""
    return f'<row r="{number}">{"".join(cells)}</row>'


_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"

TYPES = (
    f'{_HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet2.xml" ContentType="{_TYPE}.worksheet+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/></Types>'
)
PACKAGE = (
    f'{_HEAD}<Relationships xmlns="{_RELATIONS}">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)
WORKBOOK_RELATIONS = (
    f'{_HEAD}<Relationships xmlns="{_RELATIONS}">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_OFFICE}/worksheet" Target="worksheets/sheet2.xml"/>'
    f'<Relationship Id="rId3" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>'
)
# The cell formats in the order of `xlsx_cells` (plain, bold, day, time, wrapped).
STYLES = (
    f'{_HEAD}<styleSheet xmlns="{_MAIN}">'
    '<numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/>'
    '<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/><family val="2"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/><family val="2"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="5"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>'
    '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" applyAlignment="1">'
    '<alignment vertical="top" wrapText="1"/></xf></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
# Keeps the first row visible while scrolling.
_FROZEN = (
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    '<selection pane="bottomLeft" activeCell="A2" sqref="A2"/>'
)
SHEET_END = "</worksheet>"


def workbook(first: str, second: str, filtered: str) -> str:
    """Returns the XML of the workbook part, which lists both sheets. The first sheet's filter range is `filtered`."""
    return (
        f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
        f'<sheet name="{first}" sheetId="1" r:id="rId1"/><sheet name="{second}" sheetId="2" r:id="rId2"/>'
        "</sheets><definedNames>"
        # Excel needs this name to keep the filter buttons when it saves the file.
        f'<definedName name="_xlnm._FilterDatabase" localSheetId="0" hidden="1">{first}!{filtered}</definedName>'
        "</definedNames></workbook>"
    )


def sheet_start(size: str, widths: list[int], *, is_first: bool) -> str:
    """Returns the XML of a sheet before its first row. The first sheet is active and has a frozen header row."""
    columns = "".join(
        f'<col min="{number}" max="{number}" width="{width}" customWidth="1"/>'
        for number, width in enumerate(widths, 1)
    )
    view = f' tabSelected="1" workbookViewId="0">{_FROZEN}' if is_first else ' workbookViewId="0">'
    return (
        f'{_HEAD}<worksheet xmlns="{_MAIN}"><dimension ref="{size}"/>'
        f"<sheetViews><sheetView{view}</sheetView></sheetViews>"
        f"<cols>{columns}</cols><sheetData>"
    )
