"""Detects the character set of a text file from its bytes and the languages of its columns; never guesses.

Spreadsheets write UTF-8 and UTF-16 with a byte-order mark, or the character set of the country: Windows-1251 in
Russia, GBK (a subset of GB18030) in China. Nearly any bytes decode as Windows-1251, and many as GB18030. If both do,
the right one has Cyrillic in Russian columns and Chinese in Chinese columns.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import NamedTuple

from .errors import MEGABYTE, UnreadableTable
from .errors import gettext_noop as _

UTF8, UTF16, CYRILLIC, CHINESE = "utf-8", "utf-16", "cp1251", "gb18030"
# The character sets that a curator or the command can choose, with their display names.
CHARSET_NAMES = {UTF8: "UTF-8", UTF16: "UTF-16", CYRILLIC: "Windows-1251", CHINESE: "GB18030 / GBK"}

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_BLOCK = MEGABYTE
# Rows with non-ASCII letters that are enough for detection.
_SAMPLE = 400
_SAMPLE_LENGTH = 64 * 1024
# The share of cells that may look wrong: names of companies, quotations in other scripts.
_MAX_ODD_SHARE = 0.1

_NON_ASCII, _LINE_END = re.compile(rb"[\x80-\xff]"), re.compile(rb"\r\n?|\n")

_HAN = "\u3400-\u9fff"
_PUNCTUATION = "\u00a0\u00a7\u00a9\u00ab\u00ae\u00b0\u00b1\u00b7\u00bb\u2010-\u2044\u20ac\u2116\u2122"
_RUSSIAN = re.compile(f"[\\x00-\\x7f\u0400-\u04ff{_PUNCTUATION}]*")
# GB18030 can encode every Unicode character; these are not letters.
_NON_LETTERS = re.compile("[\x80-\x9f\ue000-\uf8ff\ufff0-\uffff]")
_HAS_HAN = re.compile(f"[{_HAN}]")
_HAS_CYRILLIC = re.compile("[\u0400-\u04ff]")
_SMALL, _CAPITAL = "\u0430-\u045f\u0491", "\u0400-\u042f\u0490"
_CYRILLIC_WORD = re.compile(f"[{_CAPITAL}]?[{_SMALL}]*|[{_CAPITAL}]+")
_WORD = re.compile(r"[^\W\d_]+")


class Charset(NamedTuple):
    """How a file is decoded. `lossy_charset` is the character set it was saved in if that lacks some letters."""

    codec: str
    lossy_charset: str | None = None


def detect_charset(raw: bytes, charset: str = "") -> Charset:
    """The character set of a file; `charset` is the user's choice. UnreadableTable if wrong or ambiguous."""
    if charset:
        codec = "utf-8-sig" if charset == UTF8 else charset
        if charset not in CHARSET_NAMES or not _decodes(raw, codec):
            name = CHARSET_NAMES.get(charset, charset)
            raise UnreadableTable(_("The file is not encoded in %(charset)s."), charset=name)
        return _charset(codec)
    for bom, codec in _BOMS:
        if raw.startswith(bom):
            if not _decodes(raw, codec):
                raise UnreadableTable(
                    _("The file is damaged: it is marked as %(charset)s but cannot be read as such."),
                    charset=CHARSET_NAMES[codec.removesuffix("-sig")],
                )
            return _charset(codec)
    if codec := _unmarked_utf16(raw):
        return Charset(codec)
    if raw.isascii():
        return Charset("ascii", lossy_charset="ascii")
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
    """The codec of UTF-16 without a byte-order mark, or "": every second byte of Latin letters is zero."""
    start = raw[:200]
    if len(raw) % 2 or start.count(0) < len(start) // 3:
        return ""
    codec = "utf-16-le" if start[1::2].count(0) > start[::2].count(0) else "utf-16-be"
    return codec if _decodes(raw, codec) else ""


def _regional_charset(raw: bytes) -> Charset:
    decodable = [codec for codec in (CYRILLIC, CHINESE) if _decodes(raw, codec)]
    plausible = [codec for codec in decodable if _fits(raw, codec)]
    if len(plausible) == 1:
        return _charset(plausible[0])
    if len(plausible) > 1:
        first, second = (_first_word(raw, codec) for codec in plausible)
        raise UnreadableTable(
            _(
                "The file can be read as Windows-1251 (“%(first)s”) and as GB18030 (“%(second)s”). "
                "Choose the character set, or save the file as UTF-8."
            ),
            first=first,
            second=second,
        )
    raise UnreadableTable(
        _("The character set of the file is not one of: %(names)s. Save the file as “CSV UTF-8”."),
        names=", ".join(CHARSET_NAMES.values()),
    )


def _fits(raw: bytes, codec: str) -> bool:
    """Whether the cells are plausible in this character set, except for a few."""
    header, rows = _sample(raw, codec)
    fits = _fits_russian if codec == CYRILLIC else _fits_chinese
    # Headings count as cells without a language.
    cells = [("", name) for name in header]
    cells += [(name.strip().lower(), cell) for row in rows for name, cell in zip(header, row, strict=False)]
    non_ascii = [(name, cell) for name, cell in cells if not cell.isascii()]
    odd = sum(not fits(cell, name) for name, cell in non_ascii)
    return odd <= len(non_ascii) * _MAX_ODD_SHARE


def _fits_russian(cell: str, column: str) -> bool:
    if not _RUSSIAN.fullmatch(cell) or (column.endswith("_zh") and _HAS_CYRILLIC.search(cell)):
        return False
    # Chinese decoded as Windows-1251 has capitals and Latin letters within words.
    words = (word for word in _WORD.findall(cell) if not word.isascii())
    return all(_CYRILLIC_WORD.fullmatch(word) for word in words)


def _fits_chinese(cell: str, column: str) -> bool:
    if column.endswith("_ru") and _HAS_HAN.search(cell):
        return False
    if column.endswith("_zh") and _HAS_CYRILLIC.search(cell) and not _HAS_HAN.search(cell):
        return False
    return not _NON_LETTERS.search(cell)


def _sample(raw: bytes, codec: str) -> tuple[list[str], list[list[str]]]:
    decoded = b"".join(_sample_lines(raw)).decode(codec, errors="replace")
    delimiter = max(",;\t", key=decoded.split("\n", 1)[0].count)
    rows = []
    # An unclosed quotation mark makes one cell of the rest of the file: use the rows before it.
    with suppress(csv.Error):
        rows.extend(csv.reader(io.StringIO(decoded, newline=""), delimiter=delimiter))
    return (rows[0], rows[1:]) if rows else ([], [])


def _sample_lines(raw: bytes) -> Iterator[bytes]:
    """The first line, and the first lines below it with non-ASCII letters; of a very long line only a part."""
    end = _end_of_line(raw, 0)
    yield raw[: min(end, _SAMPLE_LENGTH)]
    for _number in range(_SAMPLE):
        if (letter := _NON_ASCII.search(raw, end)) is None:
            return
        place = letter.start()
        start = max(end, raw.rfind(b"\n", end, place) + 1, raw.rfind(b"\r", end, place) + 1)
        end = _end_of_line(raw, place)
        yield raw[start : min(end, start + _SAMPLE_LENGTH)]


def _end_of_line(raw: bytes, place: int) -> int:
    found = _LINE_END.search(raw, place)
    return found.end() if found else len(raw)


def _first_word(raw: bytes, codec: str) -> str:
    header, rows = _sample(raw, codec)
    words = (word for row in [header, *rows] for cell in row for word in _WORD.findall(cell))
    return next((word[:20] for word in words if not word.isascii()), "")
