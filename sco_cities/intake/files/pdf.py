"""Extracts the text of a PDF with the optional package pypdfium2, and joins its lines into paragraphs."""

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from statistics import median_low

from sco_cities.imports.parser.limits import UnreadableFile
from sco_cities.imports.parser.limits import gettext_noop as _
from sco_cities.names.vocabulary import vocabulary

from ..reading.report_text import HAN
from . import MAX_LENGTH, MAX_PAGES

# Thresholds as fractions of the line height (indentation, different height) or of the line spacing (wider spacing).
_INDENTATION, _WIDER_DISTANCE, _OTHER_HEIGHT = 0.8, 1.35, 0.15
# Number of lines before and after a line that are used to determine the width of its column.
_NEAR = 40
# Number of possible running titles at each edge of a page, and the minimum number of pages with a running title.
_EDGE, _MIN_PAGES = 2, 2
_CHINESE = f"[{HAN}\u3000-\u303f\uff00-\uffef]"
# These punctuation marks occur in several scripts. The adjacent character determines the script.
_SHARED_MARKS = "“”‘’…—"
_BEGINS_CHINESE = re.compile(f"[{_SHARED_MARKS}]*{_CHINESE}")
_ENDS_CHINESE = re.compile(f"{_CHINESE}[{_SHARED_MARKS}]*\\Z")
# Only the end is searched, because a line may be as long as the text.
_LONGEST_WORD = 60
_ENDS_SENTENCE = re.compile(r"[.!?;:…。！？；：][\"”’»」』）)]*\Z")
_PAGE_NUMBER = re.compile(r"[-–—\s|]*\d{1,4}(?:\s*(?:/|of|из)\s*\d{1,4})?[-–—\s|.]*|第\s*\d+\s*页.{0,12}")
_LAST_WORD, _FIRST_WORD = re.compile(r"[^\W\d_]+(?=-\Z)"), re.compile(r"[^\W\d_]+")
# Matches китайско-монгольский, but not моско-вский.
_TWO_ADJECTIVES = re.compile(r"[а-яё]+ско-[а-яё]{6,}")
_COMPOUND = re.compile(r"\b[^\W\d_]+-[^\W\d_]+")


@dataclass
class Line:
    """A page's line, with its position in points from the lower left corner.

    If `ends_in_hyphen` is set, the last character may be a hyphen that the layout added.
    """

    text: str
    left: float
    right: float
    bottom: float
    top: float
    ends_in_hyphen: bool = False

    @property
    def height(self) -> float:
        return self.top - self.bottom


def paragraphs(pages: list[list[Line]]) -> list[str]:
    """Returns the paragraphs of all pages without page numbers and running titles. They may cross page breaks."""
    pages = _without_edges(pages)
    compounds = {match.lower() for lines in pages for line in lines for match in _COMPOUND.findall(line.text)}
    found: list[list[str]] = []
    last: Line | None = None
    for lines in pages:
        rights = _column_rights(lines)
        distance = _distance(lines)
        for index, line in enumerate(lines):
            if last is None or last.ends_in_hyphen:
                is_new = last is None
            elif index:
                is_new = _begins_paragraph(last, line, rights[id(last)], distance)
            else:
                is_new = _has_other_height(last, line) or _ends_sentence(last)
            text = line.text.strip()
            if is_new:
                found.append([text])
            else:
                found[-1][-1:] = [_before(text, found[-1][-1], last.ends_in_hyphen, compounds), text]
            last = line
    return ["".join(pieces) for pieces in found]


def _begins_paragraph(last: Line, line: Line, column_right: float, distance: float) -> bool:
    if _has_other_height(last, line):
        return True
    below = last.bottom - line.bottom
    if below < 0:
        # A line that is higher than the previous line begins the next column.
        return _ends_sentence(last)
    if below > _WIDER_DISTANCE * distance or line.left - last.left > _INDENTATION * line.height:
        return True
    # True if the first word of this line would have fitted on the line above.
    word = 3 if _BEGINS_CHINESE.match(line.text) else len(line.text.split(" ", 1)[0]) + 1
    width = (line.right - line.left) / len(line.text)
    return column_right - last.right > 1.1 * word * width and not line.text.lstrip("“‘")[:1].islower()


def _has_other_height(last: Line, line: Line) -> bool:
    return abs(line.height - last.height) > _OTHER_HEIGHT * last.height


def _ends_sentence(line: Line) -> bool:
    return bool(_ENDS_SENTENCE.search(line.text[-_LONGEST_WORD:]))


def _column_rights(lines: list[Line]) -> dict[int, float]:
    """Maps the id of each line to the right edge of its column, which most neighbouring lines reach."""
    rights = {}
    for index, line in enumerate(lines):
        near = lines[max(index - _NEAR, 0) : index + _NEAR]
        column = sorted(each.right for each in near if each.left <= line.right and each.right >= line.left)
        # The widest line may be a title across several columns.
        rights[id(line)] = column[int(len(column) * 0.8)]
    return rights


def _distance(lines: list[Line]) -> float:
    """Returns the median distance between lines."""
    below = [first.bottom - second.bottom for first, second in pairwise(lines)]
    usual = [each for each in below if each > 0]
    return median_low(usual) if usual else 0.0


def _without_edges(pages: list[list[Line]]) -> list[list[Line]]:
    """Returns the pages without page numbers and running titles at their edges."""
    edges = [_edges(lines) for lines in pages]
    counts = Counter(place for lines in edges for place in {_place(line) for line in lines})
    most = max(_MIN_PAGES, len(pages) / 2)
    dropped = {
        id(line)
        for lines in edges
        for line in lines
        if counts[_place(line)] >= most or _PAGE_NUMBER.fullmatch(line.text.strip())
    }
    return [[line for line in lines if id(line) not in dropped] for lines in pages]


def _edges(lines: list[Line]) -> list[Line]:
    """Returns the highest and the lowest lines of a page, regardless of their order in the file."""
    from_top = sorted(lines, key=lambda line: -line.bottom)
    return from_top[:_EDGE] + from_top[_EDGE:][-_EDGE:]


def _place(line: Line) -> tuple[str, int]:
    """Returns a running title's key (text without digits, and vertical position), which is equal on all pages."""
    return re.sub(r"\d+", "", line.text).strip(), round(line.bottom)


def _before(after: str, before: str, may_be_layout: bool, compounds: set[str]) -> str:
    """Prepares a text so that `after` can be appended. Adds a space or removes a layout hyphen.

    Chinese texts get no space.
    """
    first, second = _LAST_WORD.search(before[-_LONGEST_WORD:]), _FIRST_WORD.match(after)
    if may_be_layout or first:
        if not first or not second or not second[0].islower():
            return before
        compound = f"{first[0]}-{second[0]}".lower()
        is_compound = (
            compound in compounds
            or _TWO_ADJECTIVES.fullmatch(compound)
            or any(map(compound.startswith, _known_compounds()))
        )
        return before if is_compound else before[:-1]
    if _ENDS_CHINESE.search(before[-_LONGEST_WORD:]) or _BEGINS_CHINESE.match(after):
        return before
    return before + " "


@cache
def _known_compounds() -> list[str]:
    """Hyphenated words, or their first parts, that occur in reports."""
    rows = (row for name in ("roles", "initiative_objects", "person_names") for row in vocabulary(name))
    return [row.word.rstrip("*").lower() for row in rows if _COMPOUND.match(row.word)]


# Maximum share of glyphs without a character in the PDF's character map.
_MAX_UNKNOWN_SHARE = 0.1
_PRIVATE_USE = range(0xE000, 0xF900)


def read(raw: bytes) -> str:
    """Returns the text, with an empty line between paragraphs. Raises UnreadableFile."""
    try:
        import pypdfium2
    except ImportError:
        raise UnreadableFile(
            _(
                "This site cannot read PDF files, because the package pypdfium2 is not installed. Paste the text of "
                "the report."
            )
        ) from None
    try:
        return _text(pypdfium2.PdfDocument(raw))
    except pypdfium2.PdfiumError as error:
        if error.err_code == pypdfium2.raw.FPDF_ERR_PASSWORD:
            raise UnreadableFile(
                _("The PDF is protected by a password. Save it without a password, or paste its text.")
            ) from None
        raise UnreadableFile(_("The PDF is damaged. Open it and save it again, or paste its text.")) from None


def _text(document) -> str:
    if len(document) > MAX_PAGES:
        raise UnreadableFile(
            _("The PDF has more than %(most)s pages. Upload only the pages of the report."), most=MAX_PAGES
        )
    pages, length = [], 0
    for page in document:
        lines = _lines(page)
        length += sum(len(line.text) for line in lines)
        if length > 2 * MAX_LENGTH:
            # If the text is longer, the caller rejects the file.
            break
        pages.append(lines)
        page.close()
    if not length and any(_has_image(page) for page in document):
        raise UnreadableFile(
            _(
                "The PDF contains images of its pages and no text. Recognise the text with another program (OCR), "
                "or paste it."
            )
        )
    characters = "".join(line.text for lines in pages for line in lines)
    unknown = sum(each in "\0\ufffd" or ord(each) in _PRIVATE_USE for each in characters)
    if unknown > len(characters) * _MAX_UNKNOWN_SHARE:
        raise UnreadableFile(
            _(
                "The text cannot be extracted from this PDF, because its fonts do not map to characters. Paste "
                "its text."
            )
        )
    return "\n\n".join(paragraphs(pages))


def _has_image(page) -> bool:
    from pypdfium2 import raw

    return next(page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=3), None) is not None


def _lines(page) -> list[Line]:
    """Returns the lines of a page with their positions. PDFium gives positions only for single characters."""
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
