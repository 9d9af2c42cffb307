"""Detects the character set of a text file by its byte-order mark, as UTF-8, or with charset-normalizer.

Spreadsheets write UTF-8 and UTF-16 with a byte-order mark, or a national character set (Windows-1251 in Russia, and GBK
in China, a subset of GB18030). Nearly all byte sequences can be decoded as Windows-1251, and many as GB18030.
Only the correct character set yields words, except in short texts. If the result is uncertain, the user must choose.
"""

import codecs
import io
import re
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from typing import NamedTuple

from .limits import MEGABYTE, UnreadableFile
from .limits import gettext_noop as _

UTF8, UTF16, CYRILLIC, CHINESE = "utf-8", "utf-16", "cp1251", "gb18030"
# The character sets that users can choose, with their display names.
CHARSET_NAMES = {UTF8: "UTF-8", UTF16: "UTF-16", CYRILLIC: "Windows-1251", CHINESE: "GB18030 / GBK"}

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_BLOCK = MEGABYTE
# Number of lines with non-ASCII letters that are sufficient for detection, and maximum number of characters per line.
_SAMPLE, _SAMPLE_LENGTH = 400, 64 * 1024
# Limits for charset-normalizer's measure of disorder, from 0 to 1 (the maximum disorder of a text, and the minimum
# difference between two character sets). In a large sample, a smaller difference is enough.
_MAX_DISORDER, _MIN_DIFFERENCE = 0.6, 0.05
_LARGE_SAMPLE, _MIN_DIFFERENCE_IF_LARGE = 2_000, 0.01
_NON_ASCII = re.compile(rb"[\x80-\xff]")
_WORD = re.compile(r"[^\W\d_]+")

# The actual character sets of pages with certain declarations. A page with a readable declaration is not UTF-16.
_MEANT = {
    "gb2312": CHINESE, "gbk": CHINESE, "latin_1": "cp1252", "ascii": "cp1252", "iso8859_9": "cp1254", "utf_16": UTF8,
    "koi8": "koi8_r",
}  # fmt: skip
# Maximum share of characters that cannot be decoded with the declared character set.
_MAX_WRONG_SHARE = 0.01


class Charset(NamedTuple):
    """The codec of a file. `lossy_charset` is the file's character set if it lacks some characters, otherwise None."""

    codec: str
    lossy_charset: str | None = None


def detect_charset(raw: bytes, charset: str = "") -> Charset:
    """Detects the character set of a file. Raises UnreadableFile if the character set is ambiguous.

    `charset` is the user's choice. Also raises UnreadableFile if the file cannot be decoded with `charset`.
    """
    if charset:
        codec = "utf-8-sig" if charset == UTF8 else charset
        if charset not in CHARSET_NAMES or not _decodes(raw, codec):
            name = CHARSET_NAMES.get(charset, charset)
            raise UnreadableFile(_("The file is not encoded in %(charset)s."), charset=name)
        return _charset(codec)
    for bom, codec in _BOMS:
        if raw.startswith(bom):
            if not _decodes(raw, codec):
                raise UnreadableFile(
                    _("The file is damaged. It is marked as %(charset)s but cannot be read as such."),
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
    """Returns the codec of UTF-16 without a byte-order mark, or "". In Latin text, every second byte is zero."""
    start = raw[:200]
    if len(raw) % 2 or start.count(0) < len(start) // 3:
        return ""
    codec = "utf-16-le" if start[1::2].count(0) > start[::2].count(0) else "utf-16-be"
    return codec if _decodes(raw, codec) else ""


def _regional_charset(raw: bytes) -> Charset:
    # Imported here, because the import takes a third of the startup time, and most files do not need it.
    from charset_normalizer import from_bytes

    decodable = [codec for codec in (CYRILLIC, CHINESE) if _decodes(raw, codec)]
    sample, matches = b"".join(_sample_lines(raw)), []
    for codec in decodable:
        # A truncated line may begin or end within a character.
        whole = sample.decode(codec, errors="ignore").encode(codec)
        matches += from_bytes(whole, cp_isolation=[codec], threshold=_MAX_DISORDER, enable_fallback=False)
    clear = _MIN_DIFFERENCE if len(sample) < _LARGE_SAMPLE else _MIN_DIFFERENCE_IF_LARGE
    least = min((match.chaos for match in matches), default=0)
    plausible = [match for match in matches if match.chaos - least < clear]
    if len(plausible) == 1:
        return _charset(plausible[0].encoding)
    if plausible:
        texts = (sample.decode(codec, errors="replace") for codec in decodable)
        first, second = (
            next(word[:20] for word in _WORD.findall(text) if not word.isascii()) for text in texts
        )
        raise UnreadableFile(
            _(
                "The character set of the file is ambiguous. It can be Windows-1251 (“%(first)s”) or GB18030 "
                "(“%(second)s”). Choose the character set, or save the file as UTF-8."
            ),
            first=first,
            second=second,
        )
    raise UnreadableFile(
        _(
            "The character set of the file is not supported. Supported character sets: %(names)s. Save the file as "
            "“CSV UTF-8”."
        ),
        names=", ".join(CHARSET_NAMES.values()),
    )


def _sample_lines(raw: bytes) -> Iterator[bytes]:
    """Yields the first line, and the next lines with non-ASCII letters. Truncates very long lines."""
    lines = (line for number, line in enumerate(io.BytesIO(raw)) if not (number and line.isascii()))
    for line in islice(lines, _SAMPLE):
        found = _NON_ASCII.search(line)
        start = found.start() if found else 0
        yield line[max(start - _SAMPLE_LENGTH // 2, 0) : start + _SAMPLE_LENGTH]


def decode(raw: bytes, declared: str = "") -> tuple[str, str]:
    """Decodes a page. Returns the text and the codec. Raises UnreadableFile.

    `declared` is the declared character set.
    """
    if not raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        # A truncated file may end within a character. Bytes that are valid UTF-8 are decoded as UTF-8, regardless of
        # the declaration.
        with suppress(UnicodeDecodeError):
            text = codecs.getincrementaldecoder("utf-8-sig")().decode(raw)
            if "\0" not in text:
                return text, UTF8
        if codec := _declared_codec(declared):
            with suppress(UnicodeDecodeError):
                text = raw.decode(codec, "replace" if codec == UTF8 else "strict")
                # A page that declares its character set may still contain a few invalid bytes.
                if text.count("\ufffd") <= len(text) * _MAX_WRONG_SHARE:
                    return text, codec
    codec = detect_charset(raw).codec
    return codecs.getincrementaldecoder(codec)("ignore").decode(raw), codec


def _declared_codec(declared: str) -> str:
    """Returns the codec of a character set, or "" if the name is invalid. Some Python codecs are not character sets."""
    from charset_normalizer.constant import IANA_SUPPORTED
    from charset_normalizer.utils import iana_name

    with suppress(ValueError):
        label = declared.lower().removeprefix("x-")
        name = iana_name(_MEANT.get(label, label))
        return codecs.lookup(_MEANT.get(name, name)).name if name in IANA_SUPPORTED else ""
    return ""
