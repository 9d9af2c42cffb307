"""Extracts the text of a PDF with the optional package pypdfium2."""

from sco_cities.imports.parser.errors import gettext_noop as _

from .errors import UnreadableUpload
from .limits import MAX_LENGTH, MAX_PAGES
from .pdf_layout import Line, paragraphs

# Maximum share of glyphs without a character in the PDF's character map.
_MAX_UNKNOWN_SHARE = 0.1
_PRIVATE_USE = range(0xE000, 0xF900)


def read(raw: bytes) -> str:
    """Returns the text, with an empty line between paragraphs. Raises UnreadableUpload."""
    try:
        import pypdfium2
    except ImportError:
        raise UnreadableUpload(
            _(
                "This site cannot read PDF files, because the package pypdfium2 is not installed. Paste the text of "
                "the report."
            )
        ) from None
    try:
        return _text(pypdfium2.PdfDocument(raw))
    except pypdfium2.PdfiumError as error:
        if error.err_code == pypdfium2.raw.FPDF_ERR_PASSWORD:
            raise UnreadableUpload(
                _("The PDF is protected by a password. Save it without a password, or paste its text.")
            ) from None
        raise UnreadableUpload(
            _("The PDF is damaged. Open it and save it again, or paste its text.")
        ) from None


def _text(document) -> str:
    if len(document) > MAX_PAGES:
        raise UnreadableUpload(
            _("The PDF has more than %(most)s pages. Upload only the pages of the report."), most=MAX_PAGES
        )
    pages, length = [], 0
    for page in document:
        lines = _lines(page)
        length += sum(len(line.text) for line in lines)
        if length > 2 * MAX_LENGTH:
            # The caller then rejects the file as too long.
            break
        pages.append(lines)
        page.close()
    if not length and any(_has_image(page) for page in document):
        raise UnreadableUpload(
            _(
                "The PDF contains images of its pages and no text. Recognise the text with another program (OCR), "
                "or paste it."
            )
        )
    characters = "".join(line.text for lines in pages for line in lines)
    if sum(map(_is_unknown, characters)) > len(characters) * _MAX_UNKNOWN_SHARE:
        raise UnreadableUpload(
            _(
                "The text cannot be extracted from this PDF, because its fonts do not map to characters. Paste "
                "its text."
            )
        )
    return "\n\n".join(paragraphs(pages))


def _is_unknown(character: str) -> bool:
    return character in "\0\ufffd" or ord(character) in _PRIVATE_USE


def _has_image(page) -> bool:
    from pypdfium2 import raw

    return next(page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=3), None) is not None


def _lines(page) -> list[Line]:
    """The lines of a page with their positions. PDFium gives positions only for single characters."""
    from pypdfium2 import raw

    text_page = page.get_textpage()
    lines: list[Line] = []
    line: Line | None = None
    box = raw.FS_RECTF()
    for index in range(raw.FPDFText_CountChars(text_page.raw)):
        character = chr(raw.FPDFText_GetUnicode(text_page.raw, index))
        if character in "\r\n":
            line = None
            continue
        raw.FPDFText_GetLooseCharBox(text_page.raw, index, box)
        if line is None:
            if character == " ":
                continue
            line = Line("", box.left, box.right, box.bottom, box.top)
            lines.append(line)
        if raw.FPDFText_IsHyphen(text_page.raw, index) == 1:
            # A hyphen ends the line. The next character starts a new line.
            line.text += "-"
            line.ends_in_hyphen = True
            line = None
        else:
            line.text += character
            if character != " ":
                line.right = max(line.right, box.right)
    return lines
