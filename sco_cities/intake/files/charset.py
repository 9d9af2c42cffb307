"""Decodes a file of text: by its mark, as UTF-8, by the character set that it names, or by what its letters fit."""

import codecs
from contextlib import suppress

from sco_cities.imports.parser.encoding_detection import detect_charset
from sco_cities.imports.parser.errors import UnreadableTable
from sco_cities.imports.parser.errors import gettext_noop as _

from .errors import UnreadableUpload

# What pages call character sets (Encoding Standard), and the codecs. Other codecs of Python are no character sets.
_CODECS = {
    "utf-8": "utf-8", "utf8": "utf-8", "utf-16": "utf-8",
    "windows-1251": "cp1251", "cp1251": "cp1251", "x-cp1251": "cp1251", "koi8-r": "koi8-r", "koi8": "koi8-r",
    "koi8-u": "koi8-u", "iso-8859-5": "iso8859-5", "ibm866": "cp866", "cp866": "cp866",
    "x-mac-cyrillic": "mac-cyrillic",
    "gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "gb18030": "gb18030", "big5": "big5",
    "windows-1252": "cp1252", "iso-8859-1": "cp1252", "latin1": "cp1252", "us-ascii": "cp1252",
    "windows-1250": "cp1250", "iso-8859-2": "iso8859-2", "windows-1254": "cp1254", "iso-8859-9": "cp1254",
    "windows-1256": "cp1256",
}  # fmt: skip
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_CONTROLS = {*range(32), *range(0x7F, 0xA0)} - {ord(each) for each in "\t\n\r\x0b\x0c\x85"}
# Of controls, and of characters that cannot be decoded; a file with more is no text.
_MAX_ODD_SHARE = 0.01


def decode(raw: bytes, declared: str = "") -> tuple[str, str]:
    """The text and the codec; `declared` is what the file names as its character set. Raises UnreadableUpload."""
    text, codec = _decoded(raw, declared)
    if sum(text.count(chr(each)) for each in _CONTROLS) > len(text) * _MAX_ODD_SHARE:
        raise not_readable()
    return text, codec


def _decoded(raw: bytes, declared: str) -> tuple[str, str]:
    if not raw.startswith(_UTF16_MARKS):
        # A file that has been cut may end within a character. What decodes as UTF-8 is UTF-8, whichever set it names.
        with suppress(UnicodeDecodeError):
            text = codecs.getincrementaldecoder("utf-8-sig")().decode(raw)
            if "\0" not in text:
                return text, "utf-8"
        with suppress(UnicodeDecodeError, KeyError):
            codec = _CODECS[declared.lower()]
            text = raw.decode(codec, "replace" if codec == "utf-8" else "strict")
            # A few wrong bytes in a page that says what it is.
            if text.count("\ufffd") <= len(text) * _MAX_ODD_SHARE:
                return text, codec
    try:
        codec = detect_charset(raw).codec
    except UnreadableTable:
        raise UnreadableUpload(
            _(
                "The character set of the file cannot be told for certain. Save it as UTF-8, or paste its text."
            )
        ) from None
    return codecs.getincrementaldecoder(codec)("ignore").decode(raw), codec


def not_readable() -> UnreadableUpload:
    """The refusal of a file that is no report."""
    return UnreadableUpload(
        _(
            "Only DOCX, PDF, HTML and plain text can be read. Save the report as one of these, or paste its text."
        )
    )
