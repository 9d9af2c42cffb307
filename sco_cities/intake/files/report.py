"""Reads a file as a report. The format is determined by the content, not by the extension."""

import re
import unicodedata

from sco_cities.core.xml_characters import NOT_IN_XML
from sco_cities.imports.parser.encoding_detection import decode
from sco_cities.imports.parser.limits import UnreadableFile
from sco_cities.imports.parser.limits import gettext_noop as _

from . import MAX_LENGTH, MAX_TITLE_LENGTH, FileText, docx, not_readable, pdf, web_page

_ARCHIVES = (b"PK\x03\x04", b"PK\x05\x06")
_OLE = b"\xd0\xcf\x11\xe0"
_OTHERS = (
    b"{\\rtf",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"RIFF",
    b"II*\0",
    b"MM\0*",
    b"\x1f\x8b",
    b"Rar!",
    b"7z",
)
_PDF = b"%PDF-"
# Number of leading bytes searched for a PDF signature. Four times as many are searched for a character set.
_START = 1024
_CONTROLS = {*range(32), *range(0x7F, 0xA0)} - {ord(each) for each in "\t\n\r\x0b\x0c\x85"}
# Maximum share of control characters in a text.
_MAX_ODD_SHARE = 0.01
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]{1,40})", re.IGNORECASE)


def read(raw: bytes) -> FileText:
    """Reads a file and normalises its text. Raises UnreadableFile."""
    found = _read(raw)
    text = normal_form(found.text)
    if not text:
        raise UnreadableFile(_("The file contains no text."))
    if len(text) > MAX_LENGTH:
        raise too_long()
    title = " ".join(normal_form(found.title).split())[:MAX_TITLE_LENGTH]
    return FileText(text, found.source, title, found.published_on)


def too_long() -> UnreadableFile:
    """Returns the error for texts longer than MAX_LENGTH characters."""
    return UnreadableFile(
        _("The text is longer than %(most)s characters. Split it into several reports."),
        most=f"{MAX_LENGTH:,}",
    )


def _read(raw: bytes) -> FileText:
    if raw.startswith(_ARCHIVES):
        text, title = docx.read(raw)
        return FileText(text, "docx", title)
    if raw.startswith(_OLE):
        raise UnreadableFile(
            _(
                "This file is in the old DOC format or is protected by a password. Save it as DOCX without a "
                "password."
            )
        )
    if _PDF in raw[:_START]:
        return FileText(pdf.read(raw), "pdf")
    if raw.startswith(_OTHERS):
        raise not_readable()
    declared = _CHARSET.search(raw[: 4 * _START])
    text = _decoded(raw, declared[1].decode("ascii") if declared else "")
    if web_page.is_page(text):
        return web_page.read(text)
    return FileText(text, "txt")


def _decoded(raw: bytes, declared: str) -> str:
    try:
        text, _codec = decode(raw, declared)
    except UnreadableFile:
        raise UnreadableFile(
            _("The character set of the file cannot be determined. Save it as UTF-8, or paste its text.")
        ) from None
    if sum(text.count(chr(each)) for each in _CONTROLS) > len(text) * _MAX_ODD_SHARE:
        raise not_readable()
    return text


_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
# Control characters and zero-width characters (soft hyphens, direction marks, byte-order marks).
_INVISIBLE = re.compile(
    f"[{NOT_IN_XML}\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]"
)
_BLANK_LINES = re.compile("\n{3,}")


def normal_form(text: str) -> str:
    """Converts a text to NFC with LF line endings, without control characters, trailing spaces or extra empty lines."""
    text = _INVISIBLE.sub("", _LINE_ENDS.sub("\n", text).replace("\t", " "))
    lines = (line.strip() for line in unicodedata.normalize("NFC", text).split("\n"))
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()
