"""The text of a Word document (ECMA-376, WordprocessingML): its paragraphs, tables and notes, and its title."""

import io
import zipfile
import zlib
from collections.abc import Iterator
from xml.parsers import expat

from sco_cities.imports.parser.errors import gettext_noop as _

from .errors import UnreadableUpload, not_readable
from .limits import MAX_DEPTH, MAX_PARTS, MAX_UNPACKED_SIZE, MEGABYTE

DOCUMENT, PROPERTIES = "word/document.xml", "docProps/core.xml"
_TEXT_PARTS = (DOCUMENT, "word/footnotes.xml", "word/endnotes.xml")
_BLOCK = 64 * 1024
# Transitional and strict.
_MAIN = (
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "http://purl.oclc.org/ooxml/wordprocessingml/main",
)
_TITLE = "http://purl.org/dc/elements/1.1/ title"
# What a reader does not see: moved and deleted text, and the second version of a text box.
_SKIPPED = {*(f"{main} {name}" for main in _MAIN for name in ("moveFrom", "del"))}
_SKIPPED.add("http://schemas.openxmlformats.org/markup-compatibility/2006 Fallback")
_DAMAGES = (
    zipfile.BadZipFile, zlib.error, expat.ExpatError, KeyError, ValueError, EOFError, OSError, NotImplementedError,
    RuntimeError,
)  # fmt: skip


def read(raw: bytes) -> tuple[str, str]:
    """The text, with an empty line between paragraphs, and the title or "". Raises UnreadableUpload."""
    try:
        archive = _Archive(raw)
        paragraphs = [
            paragraph
            for part in _TEXT_PARTS
            if part in archive.names
            for paragraph in _paragraphs(archive.blocks(part))
        ]
        title = _title(archive.blocks(PROPERTIES)) if PROPERTIES in archive.names else ""
    except _DAMAGES:
        raise UnreadableUpload(
            _("The Word document is damaged. Open it and save it again, or paste its text.")
        ) from None
    return "\n\n".join(paragraphs), title


class _Archive:
    """The parts of the document; what they unpack to is counted together."""

    def __init__(self, raw: bytes):
        self._archive = zipfile.ZipFile(io.BytesIO(raw))
        parts = self._archive.infolist()
        if len(parts) > MAX_PARTS:
            raise UnreadableUpload(
                _("The Word document has more than %(most)s parts. Paste its text."), most=f"{MAX_PARTS:,}"
            )
        self.names = {part.filename for part in parts}
        if DOCUMENT not in self.names:
            raise not_readable()
        self._unpacked = 0

    def blocks(self, name: str) -> Iterator[bytes]:
        with self._archive.open(name) as stream:
            while block := stream.read(_BLOCK):
                self._unpacked += len(block)
                if self._unpacked > MAX_UNPACKED_SIZE:
                    raise UnreadableUpload(
                        _("The Word document takes more than %(most)s MB when unpacked. Paste its text."),
                        most=MAX_UNPACKED_SIZE // MEGABYTE,
                    )
                yield block


def _paragraphs(blocks: Iterator[bytes]) -> list[str]:
    """The paragraphs in the order of the document; a cell of a table is one as well."""
    paragraphs: list[str] = []
    # A text box is within a paragraph, and has paragraphs.
    stack: list[list[str]] = []
    skipped = 0
    in_text = False

    def start(name: str, _attributes: dict[str, str]) -> None:
        nonlocal skipped, in_text
        if name in _SKIPPED:
            skipped += 1
        local = _local(name)
        in_text = local == "t" and not skipped
        if local == "p":
            stack.append([])
        elif stack and not skipped:
            stack[-1].append({"tab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}.get(local, ""))

    def end(name: str) -> None:
        nonlocal skipped, in_text
        in_text = False
        if name in _SKIPPED:
            skipped -= 1
        if _local(name) == "p" and (text := "".join(stack.pop())).strip():
            paragraphs.append(text)

    def characters(text: str) -> None:
        if in_text and stack:
            stack[-1].append(text)

    _parse(blocks, start, end, characters)
    return paragraphs


def _title(blocks: Iterator[bytes]) -> str:
    texts: list[str] = []
    path: list[str] = []

    def characters(text: str) -> None:
        if path[-1] == _TITLE:
            texts.append(text)

    _parse(blocks, lambda name, _attributes: path.append(name), lambda _name: path.pop(), characters)
    return "".join(texts)


def _local(name: str) -> str:
    """The name of an element of WordprocessingML without its namespace, or ""."""
    namespace, _space, local = name.partition(" ")
    return local if namespace in _MAIN else ""


def _parse(blocks: Iterator[bytes], start, end, characters) -> None:
    depth = 0

    def start_element(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > MAX_DEPTH:
            raise ValueError("nested too deeply")
        start(name, attributes)

    def end_element(name: str) -> None:
        nonlocal depth
        depth -= 1
        end(name)

    def document_type(*_declaration) -> None:
        raise UnreadableUpload(
            _("The Word document contains a document type, which no word processor writes. Paste its text.")
        )

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = start_element, end_element
    parser.CharacterDataHandler = characters
    parser.StartDoctypeDeclHandler = document_type
    for block in blocks:
        parser.Parse(block)
    parser.Parse(b"", True)
