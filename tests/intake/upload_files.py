"""Reports as Word documents and PDFs. They are built from bytes here, so they can be hostile."""

import io
import zipfile
import zlib
from collections.abc import Iterable

MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
DOCUMENT, PROPERTIES = "word/document.xml", "docProps/core.xml"
LINE_HEIGHT, FONT_SIZE = 14, 12


def archive(parts: dict[str, bytes | str]) -> bytes:
    """A ZIP archive with these parts."""
    saved = io.BytesIO()
    with zipfile.ZipFile(saved, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return saved.getvalue()


def word(body: str, **parts: str) -> bytes:
    """A Word document with this XML in its body. `parts` has its `title` and the XML of `footnotes` and `endnotes`."""
    contents = {DOCUMENT: f'<w:document xmlns:w="{MAIN}"><w:body>{body}</w:body></w:document>'}
    for name in ("footnotes", "endnotes"):
        if name in parts:
            contents[f"word/{name}.xml"] = f'<w:{name} xmlns:w="{MAIN}">{parts[name]}</w:{name}>'
    if "title" in parts:
        contents[PROPERTIES] = (
            '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
            f'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{parts["title"]}</dc:title></cp:coreProperties>'
        )
    return archive(contents)


def paragraph(text: str) -> str:
    """A paragraph of a Word document."""
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def pdf(pages: Iterable[Iterable[tuple[float, float, str]]], trailer: str = "", content: str = "") -> bytes:
    """A PDF whose pages have texts with their distances from the left and the lower edge.

    `content` is drawn on each page. Every character is half as wide as high, and Chinese characters are as wide as
    high.
    """
    pages = [list(page) for page in pages]
    characters = sorted({character for page in pages for _x, _y, text in page for character in text})
    codes = {character: number for number, character in enumerate(characters, 1)}
    widths = " ".join(f"{code} [{1000 if char >= '⺀' else 500}]" for char, code in codes.items())
    mapping = "".join(
        f"1 beginbfchar\n<{code:04x}> <{char.encode('utf-16-be').hex()}>\nendbfchar\n"
        for char, code in codes.items()
    )
    to_unicode = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapType 2 def\n1 begincodespacerange\n"
        f"<0000> <ffff>\nendcodespacerange\n{mapping}endcmap end end"
    )
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {len(pages)} /Kids [{' '.join(f'{7 + 2 * n} 0 R' for n in range(len(pages)))}] >>",
        "<< /Type /Font /Subtype /Type0 /BaseFont /Sans /Encoding /Identity-H /DescendantFonts [4 0 R] "
        "/ToUnicode 5 0 R >>",
        "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Sans /DW 500 /CIDSystemInfo << /Registry (Adobe) "
        f"/Ordering (Identity) /Supplement 0 >> /W [{widths}] >>",
        _stream(to_unicode),
        _stream("\x80", "/Subtype /Image /Width 1 /Height 1 /BitsPerComponent 8 /ColorSpace /DeviceGray "),
    ]  # fmt: skip
    for number, page in enumerate(pages):
        drawn = "".join(
            f"BT /F {FONT_SIZE} Tf {x} {y} Td <{''.join(f'{codes[char]:04x}' for char in text)}> Tj ET\n"
            for x, y, text in page
        )
        objects += [
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Resources << /Font << /F 3 0 R >> "
            f"/XObject << /I 6 0 R >> >> /Contents {8 + 2 * number} 0 R >>",
            _stream(drawn + content),
        ]
    return _file(objects, trailer)


def page_of(*lines: str, left: float = 50, top: float = 700) -> list[tuple[float, float, str]]:
    """The lines of a page from its top. An empty line leaves a gap."""
    return [(left, top - LINE_HEIGHT * number, line) for number, line in enumerate(lines) if line]


def _stream(text: str, entries: str = "") -> bytes:
    packed = zlib.compress(text.encode("latin-1"))
    head = f"<< {entries}/Filter /FlateDecode /Length {len(packed)} >>\nstream\n"
    return head.encode() + packed + b"\nendstream"


def _file(objects: list[str | bytes], trailer: str) -> bytes:
    saved, places = bytearray(b"%PDF-1.7\n"), []
    for number, content in enumerate(objects, 1):
        places.append(len(saved))
        content = content.encode() if isinstance(content, str) else content
        saved += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    start = len(saved)
    saved += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    saved += b"".join(b"%010d 00000 n \n" % place for place in places)
    saved += (
        f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF\n".encode()
    )
    return bytes(saved)
