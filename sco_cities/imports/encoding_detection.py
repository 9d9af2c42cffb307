"""The character set of a text file: told by its bytes and by what its columns hold, and never guessed.

Spreadsheets write UTF-8 and UTF-16 with a mark, and else the character set of the country: Windows-1251 in
Russia, GBK (part of GB18030) in China. Nearly any bytes can be read as Windows-1251, and many as GB18030: where
both would do, the one is taken that puts Cyrillic into Russian columns and Chinese into Chinese ones.
"""

import codecs
import csv
import io
import re
from contextlib import suppress
from dataclasses import dataclass

from django.utils.translation import gettext as _

from .file_errors import UnreadableFile

UTF8, UTF16, CYRILLIC, CHINESE = "utf-8", "utf-16", "cp1251", "gb18030"
# What a curator or the command can say a file is written in, with what people call it.
NAMES = {UTF8: "UTF-8", UTF16: "UTF-16", CYRILLIC: "Windows-1251", CHINESE: "GB18030 / GBK"}

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_BLOCK = 1 << 20
# So many rows with letters outside of ASCII are enough to tell.
_SAMPLE = 400
# The share of cells that may look odd: names of companies, quotations in other scripts.
_ODD = 0.1

_HAN = "\u3400-\u9fff"
_PUNCTUATION = "\u00a0\u00a7\u00a9\u00ab\u00ae\u00b0\u00b1\u00b7\u00bb\u2010-\u2044\u20ac\u2116\u2122"
_RUSSIAN = re.compile(f"[\\x00-\\x7f\u0400-\u04ff{_PUNCTUATION}]*")
# GB18030 has a place for every letter there is; these are none.
_NO_LETTER = re.compile("[\x80-\x9f\ue000-\uf8ff\ufff0-\uffff]")
_HAS_HAN = re.compile(f"[{_HAN}]")
_HAS_CYRILLIC = re.compile("[\u0400-\u04ff]")
_SMALL, _CAPITAL = "\u0430-\u045f\u0491", "\u0400-\u042f\u0490"
_CYRILLIC_WORD = re.compile(f"[{_CAPITAL}]?[{_SMALL}]*|[{_CAPITAL}]+")
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True)
class Charset:
    """How a file is decoded. `keeps` names the character set that its letters went through: None means all do."""

    codec: str
    keeps: str | None = None


def detect_charset(raw: bytes, said: str = "") -> Charset:
    """The character set of a file, which the curator may have `said`; Unreadable where it cannot be told."""
    if said:
        codec = "utf-8-sig" if said == UTF8 else said
        if said not in NAMES or not _decodes(raw, codec):
            name = NAMES.get(said, said)
            raise UnreadableFile(_("The file is not encoded in %(charset)s.") % {"charset": name})
        return _charset(codec)
    for mark, codec in _MARKS:
        if raw.startswith(mark):
            if not _decodes(raw, codec):
                raise UnreadableFile(_("The file is damaged: it is marked as %(charset)s but cannot be read as such.")
                                 % {"charset": NAMES[codec.removesuffix("-sig")]})  # fmt: skip
            return _charset(codec)
    if codec := _unmarked_utf16(raw):
        return Charset(codec)
    if raw.isascii():
        return Charset("ascii", keeps="ascii")
    if _decodes(raw, "utf-8"):
        return Charset("utf-8")
    return _regional_charset(raw)


def _charset(codec: str) -> Charset:
    return Charset(codec, {CYRILLIC: CYRILLIC, CHINESE: "gbk"}.get(codec))


def _decodes(raw: bytes, codec: str) -> bool:
    decoder = codecs.getincrementaldecoder(codec)()
    try:
        for start in range(0, len(raw), _BLOCK):
            decoder.decode(raw[start : start + _BLOCK])
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True


def _unmarked_utf16(raw: bytes) -> str:
    """UTF-16 without a mark: every second byte of Latin letters is zero."""
    beginning = raw[:200]
    if len(raw) % 2 or beginning.count(0) < len(beginning) // 3:
        return ""
    codec = "utf-16-le" if beginning[1::2].count(0) > beginning[::2].count(0) else "utf-16-be"
    return codec if _decodes(raw, codec) else ""


def _regional_charset(raw: bytes) -> Charset:
    readable = [codec for codec in (CYRILLIC, CHINESE) if _decodes(raw, codec)]
    fitting = [codec for codec in readable if _fits(raw, codec)]
    if len(fitting) == 1:
        return _charset(fitting[0])
    if len(fitting) > 1:
        first, second = (_first_word(raw, codec) for codec in fitting)
        raise UnreadableFile(
            _(
                "The file can be read as Windows-1251 (“%(first)s”) and as GB18030 (“%(second)s”). "
                "Choose the character set, or save the file as UTF-8."
            )
            % {"first": first, "second": second}
        )
    raise UnreadableFile(
        _("The character set of the file is not one of: %(names)s. Save the file as “CSV UTF-8”.")
        % {"names": ", ".join(NAMES.values())}
    )


def _fits(raw: bytes, codec: str) -> bool:
    """Whether what the columns hold makes sense in this character set, but for a few odd cells."""
    header, rows = _sample(raw, codec)
    fits = _fits_russian if codec == CYRILLIC else _fits_chinese
    # A heading is a cell of no language.
    cells = [("", name) for name in header]
    cells += [(name.strip().lower(), cell) for row in rows for name, cell in zip(header, row, strict=False)]
    telling = [(name, cell) for name, cell in cells if not cell.isascii()]
    odd = sum(not fits(cell, name) for name, cell in telling)
    return odd <= len(telling) * _ODD


def _fits_russian(cell: str, column: str) -> bool:
    if not _RUSSIAN.fullmatch(cell) or (column.endswith("_zh") and _HAS_CYRILLIC.search(cell)):
        return False
    # Chinese read as Russian has capitals and Latin letters in the middle of words.
    words = (word for word in _WORD.findall(cell) if not word.isascii())
    return all(_CYRILLIC_WORD.fullmatch(word) for word in words)


def _fits_chinese(cell: str, column: str) -> bool:
    if column.endswith("_ru") and _HAS_HAN.search(cell):
        return False
    if column.endswith("_zh") and _HAS_CYRILLIC.search(cell) and not _HAS_HAN.search(cell):
        return False
    return not _NO_LETTER.search(cell)


def _sample(raw: bytes, codec: str) -> tuple[list[str], list[list[str]]]:
    lines = raw.splitlines(keepends=True)
    text = lines[:1] + [line for line in lines[1:] if not line.isascii()][:_SAMPLE]
    decoded = b"".join(text).decode(codec, errors="replace")
    delimiter = max(",;\t", key=decoded.split("\n", 1)[0].count)
    rows = []
    # A quotation mark left open makes one cell of all that follows it: what stands before it must do.
    with suppress(csv.Error):
        rows.extend(csv.reader(io.StringIO(decoded, newline=""), delimiter=delimiter))
    return (rows[0], rows[1:]) if rows else ([], [])


def _first_word(raw: bytes, codec: str) -> str:
    header, rows = _sample(raw, codec)
    words = (word for row in [header, *rows] for cell in row for word in _WORD.findall(cell))
    return next((word[:20] for word in words if not word.isascii()), "")
