"""Small CSV files and workbooks that become huge when read.

Each file has a name, and can be created at full size or at a fraction of the size.
"""

import io
import zipfile
from collections.abc import Callable, Iterator
from itertools import chain, repeat
from random import Random

from sco_cities.listings.exports.xlsx_cells import PACKAGE

MEGABYTE = 1024 * 1024
_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_SHEETS = '<sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets>'
WORKBOOK = f'<workbook {_MAIN} xmlns:r="{_OFFICE}">{_SHEETS}</workbook>'
RELATIONS = f"""<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>
<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/>
<Relationship Id="rId3" Type="{_OFFICE}/sharedStrings" Target="/xl/sharedStrings.xml"/>
</Relationships>"""
SHEET, STYLES, STRINGS = "xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/sharedStrings.xml"
HEADER = '<row r="1"><c r="A1" t="inlineStr"><is><t>slug</t></is></c></row>'

Blocks = Iterator[bytes]


def _times(text: str, size: int) -> Blocks:
    """Repeats `text` up to about `size` bytes."""
    block = text.encode() * max(1, MEGABYTE // len(text))
    return repeat(block, max(1, size // len(block)))


def _framed(start: str, blocks: Blocks, end: str) -> Blocks:
    """Yields XML that ends with an incompressible comment, to keep the compression ratio below suspicious values."""
    size = 0
    for block in chain([start.encode()], blocks, [end.encode()]):
        size += len(block)
        yield block
    incompressible = Random(size).randbytes(size // 100 // 2).hex()
    yield f"<!--{incompressible}-->".encode()


def workbook(parts: dict[str, Blocks]) -> bytes:
    """Returns a workbook with the given parts and all other required parts."""
    defaults = {
        "_rels/.rels": iter([PACKAGE.encode()]),
        "xl/workbook.xml": iter([WORKBOOK.encode()]),
        "xl/_rels/workbook.xml.rels": iter([RELATIONS.encode()]),
        SHEET: iter([_sheet_text(HEADER).encode()]),
    }
    saved = io.BytesIO()
    with zipfile.ZipFile(saved, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, blocks in (defaults | parts).items():
            with archive.open(name, "w", force_zip64=True) as stream:
                for block in blocks:
                    stream.write(block)
    return saved.getvalue()


def _sheet_text(rows: str) -> str:
    return f"<worksheet {_MAIN}><sheetData>{rows}</sheetData></worksheet>"


def _sheet(blocks: Blocks, *, before: str = "", after: str = "") -> bytes:
    start, end = _sheet_text(f"{before}|{after}").split("|")
    return workbook({SHEET: _framed(start, blocks, end)})


def _shared_text(size: int) -> bytes:
    cells = "".join(f'<row r="{row}"><c t="s"><v>0</v></c></row>' for row in range(2, size // MEGABYTE))
    text = _framed(f"<sst {_MAIN}><si><t>", _times("x", MEGABYTE - 64), "</t></si></sst>")
    return workbook({STRINGS: text, SHEET: iter([_sheet_text(HEADER + cells).encode()])})


def _one_cell(size: int) -> bytes:
    start, end = '<row r="2"><c t="inlineStr"><is><t>', "</t></is></c></row>"
    return _sheet(_times("x", size), before=start, after=end)


def _large_styles(size: int) -> bytes:
    return workbook({STYLES: _framed(f"<styleSheet {_MAIN}>", _times("<x/>", size), "</styleSheet>")})


# By name, the function that creates the file, and the unpacked size in megabytes.
_BOMBS: dict[str, tuple[Callable[[int], bytes], int]] = {
    "styles of 580 MB": (_large_styles, 580),
    "styles of 7 MB": (_large_styles, 7),
    "unknown empty elements": (lambda size: _sheet(_times("<x/>", size)), 560),
    "unknown elements, each another one": (
        lambda size: _sheet(f"<x{n}/>".encode() for n in range(size // 10)), 70,
    ),
    "blank cells": (lambda size: _sheet(_times("<c/>", size), before='<row r="2">', after="</row>"), 560),
    "blank rows": (lambda size: _sheet(_times("<row/>", size)), 560),
    "leading spaces": (lambda size: workbook({SHEET: _framed("", _times(" ", size), _sheet_text(HEADER))}), 590),
    "spaces between rows": (lambda size: _sheet(_times(" ", size), before=HEADER), 590),
    "one cell": (_one_cell, 590),
    "one cell of 1.2 GB": (_one_cell, 1200),
    "one attribute": (lambda size: _sheet(_times("1", size), before='<row r="', after='"></row>'), 590),
    "one tag": (lambda size: _sheet(_times("x", size), before="<", after="/>"), 590),
    "a number of many digits": (
        lambda size: _sheet(_times("7", size), before='<row r="2"><c><v>', after="</v></c></row>"), 1,
    ),
    "nested tags": (lambda size: _sheet(_times("<x>", size)), 9),
    "a shared text in each row": (_shared_text, 1500),
    "empty shared texts": (
        lambda size: workbook({STRINGS: _framed(f"<sst {_MAIN}>", _times("<si/>", size), "</sst>")}), 140,
    ),
    "entities": (
        lambda size: workbook({SHEET: iter([_entities(size)])}), 1000,
    ),
    "line ends": (lambda size: b"slug\r\n" + b"\r\n" * (size // 2), 94),
    "line ends only": (lambda size: b"\n" * (size - 1) + b"x", 94),
    "line ends and Russian": (lambda size: "slug,title_ru\nлампы".encode("cp1251") + b"\n" * size, 94),
    "delimiters": (lambda size: b"slug" + b"," * size, 94),
    "header line": (lambda size: b"slug," + b"x,y;z\t" * (size // 6), 60),
    "one cell of CSV": (lambda size: b'slug\n"' + b"x" * size, 94),
    "spaces": (lambda size: b" " * size, 94),
    "quotation marks": (lambda size: b'slug\n"' + b'"' * size, 94),
    "one line of Chinese": (lambda size: "灯".encode("gb18030") * (size // 2), 94),
    "UTF-16": (lambda size: "slug\n".encode("utf-16") + "灯".encode("utf-16-le") * (size // 2), 94),
}  # fmt: skip


def _entities(size: int) -> bytes:
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, len(str(size))))
    text = f'<!DOCTYPE worksheet [<!ENTITY a0 "x">{entities}]>' + _sheet_text(
        HEADER + f'<row r="2"><c t="inlineStr"><is><t>&a{len(str(size)) - 1};</t></is></c></row>'
    )
    return text.encode()


NAMES = tuple(_BOMBS)


def bomb(name: str, share: float = 1) -> tuple[str, bytes]:
    """Returns a file name and the file content. A `share` below 1 makes the file smaller."""
    make, megabytes = _BOMBS[name]
    raw = make(int(megabytes * share * MEGABYTE))
    return ("bomb.xlsx" if raw.startswith(b"PK") else "bomb.csv"), raw
