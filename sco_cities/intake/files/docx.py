"""Extracts paragraphs, tables, notes and the title of a Word document (ECMA-376, WordprocessingML)."""

import io
import zipfile
import zlib
from collections.abc import Iterable
from xml.etree import ElementTree

from sco_cities.imports.parser.limits import UnreadableFile
from sco_cities.imports.parser.limits import gettext_noop as _

from . import MAX_PARTS, MAX_UNPACKED_SIZE, MEGABYTE, not_readable

DOCUMENT, PROPERTIES = "word/document.xml", "docProps/core.xml"
_TEXT_PARTS = (DOCUMENT, "word/footnotes.xml", "word/endnotes.xml")
# The namespaces of Strict and Transitional Office Open XML.
_MAIN = (
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "http://purl.oclc.org/ooxml/wordprocessingml/main",
)
_TITLE = ".//{http://purl.org/dc/elements/1.1/}title"
_SIGNS = {"tab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
# Elements that Word does not display (moved and deleted text, and the fallback of a text box).
_SKIPPED = {f"{{{main}}}{name}" for main in _MAIN for name in ("moveFrom", "del")}
_SKIPPED.add("{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback")
# Exceptions raised for damaged documents. RuntimeError is raised for elements that are nested too deeply.
_DAMAGES = (
    zipfile.BadZipFile,
    zlib.error,
    ElementTree.ParseError,
    KeyError,
    ValueError,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
)


def read(raw: bytes) -> tuple[str, str]:
    """Returns the text, with an empty line between paragraphs, and the title or "". Raises UnreadableFile."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(raw))
        parts = _parts(archive)
        paragraphs: list[str] = []
        for part in _TEXT_PARTS:
            if part in parts:
                _add_paragraphs([_parse(archive.read(part))], paragraphs, [])
        title = _parse(archive.read(PROPERTIES)).findtext(_TITLE, "") if PROPERTIES in parts else ""
    except _DAMAGES:
        raise UnreadableFile(
            _("The Word document is damaged. Open it and save it again, or paste its text.")
        ) from None
    return "\n\n".join(paragraphs), title


def _parts(archive: zipfile.ZipFile) -> set[str]:
    """Returns the names of the archive's parts. Raises UnreadableFile if the parts are too many or too large."""
    if len(archive.infolist()) > MAX_PARTS:
        raise UnreadableFile(
            _("The Word document has more than %(most)s parts. Paste its text."), most=f"{MAX_PARTS:,}"
        )
    # The declared sizes can be trusted, because zipfile unpacks at most the size that the archive declares.
    sizes = {part.filename: part.file_size for part in archive.infolist()}
    if DOCUMENT not in sizes:
        raise not_readable()
    if sum(sizes.get(part, 0) for part in (*_TEXT_PARTS, PROPERTIES)) > MAX_UNPACKED_SIZE:
        raise UnreadableFile(
            _("The Word document takes more than %(most)s MB when unpacked. Paste its text."),
            most=MAX_UNPACKED_SIZE // MEGABYTE,
        )
    return set(sizes)


class _Builder(ElementTree.TreeBuilder):
    """Builds the elements of a part and rejects entity declarations."""

    def doctype(self, *_declaration: str | None) -> None:
        raise UnreadableFile(
            _(
                "The Word document contains a document type declaration. Word processors do not create one. Paste "
                "the text of the document."
            )
        )


def _parse(part: bytes) -> ElementTree.Element:
    # Parsing is safe, because the builder rejects document types (and so entities), and resources are limited.
    parser = ElementTree.XMLParser(target=_Builder())  # noqa: S314
    parser.feed(part)
    return parser.close()


def _add_paragraphs(elements: Iterable[ElementTree.Element], paragraphs: list[str], line: list[str]) -> None:
    """Appends the paragraphs of elements, including separate paragraphs for table cells and text boxes.

    The text of the enclosing paragraph is appended to `line`.
    """
    for child in elements:
        namespace, _brace, name = child.tag.rpartition("}")
        if child.tag in _SKIPPED or namespace[1:] not in _MAIN:
            name = ""
        if name == "p":
            pieces: list[str] = []
            _add_paragraphs(child, paragraphs, pieces)
            if (text := "".join(pieces)).strip():
                paragraphs.append(text)
        elif name == "t":
            line.append(child.text or "")
        elif child.tag not in _SKIPPED:
            line.append(_SIGNS.get(name, ""))
            _add_paragraphs(child, paragraphs, line)
