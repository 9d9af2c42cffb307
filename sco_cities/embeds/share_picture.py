"""Share pictures, which chat apps and social networks show for a link to a record or a list.

An SVG template is rendered as PNG with bundled fonts for Latin, Cyrillic and Chinese. System fonts are not used.
"""

import re
import threading
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from html import unescape
from itertools import accumulate

import pylopdf_fonts_zh_cn
import resvg_py
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from initiatives.columns import INITIATIVES
from initiatives.models import CityRole, Status
from initiatives.related_stats import FILTER_BY_COLLECTION
from sco_cities.core.edtf import format_date
from sco_cities.core.xml_characters import NOT_IN_XML
from sco_cities.dashboard.charts.scope import ChartMark, ChartScope
from sco_cities.dashboard.charts.status_table import marks_by_status
from sco_cities.facet_index.state import IndexState
from sco_cities.i18n.languages import active_language
from sco_cities.i18n.numbers import GroupedInt
from sco_cities.i18n.punctuation import Typeset, comma_list, pause
from sco_cities.listings.list_query import ListQuery
from sco_cities.ops.fonts import FONTS, source
from sco_cities.search.searchable_lists import LISTS_BY_COLLECTION, SearchableList
from sco_cities.sources.columns import REPORTS

from .frame import RecordSummary

TEMPLATE, STYLE_SHEET = "embeds/share.svg", "embeds/share.css"
# The picture size that social networks expect, and the positions of the template's parts, in pixels.
SIZE = WIDTH, HEIGHT = 1200, 630
LEFT, TOP, BOTTOM, LEGEND_BOTTOM = 80, 170, 568, 580
TEXT_WIDTH = WIDTH - 2 * LEFT
# Maximum number of record names in the picture of a list.
_MAX_NAMES = 20
_JOINT = " · "
# The font sizes of titles, each with its maximum number of lines. The largest size that fits is used.
_TITLE_SIZES = ((64, 2), (54, 3), (46, 4))
_FACT_SIZE, _LINE, _SPACING, _DISC_WIDTH = 28, 46, 1.25, 64
# Rendering a picture takes 40 ms of CPU time, which delays pages. So only one picture is rendered at a time.
_rendering = threading.Lock()
MAX_WAIT_S = 1.0


class RendererBusy(Exception):
    """Raised if the renderer is busy with other pictures for longer than `MAX_WAIT_S`."""


@dataclass(frozen=True)
class SharePicture:
    """The texts and marks of a picture. The mark of `status` precedes `status_text`, and the facts follow."""

    kind: str
    title: str
    status: str = ""
    status_text: str = ""
    facts: list[str] = field(default_factory=list)
    marks: list[ChartMark] = field(default_factory=list)

    @property
    def svg(self) -> str:
        """The picture as SVG."""
        # If there is a bar, each fact gets one line. Otherwise, the facts share three lines.
        width, most = TEXT_WIDTH / _FACT_SIZE, 1 if self.marks else 4 - len(self.facts)
        facts = [line for fact in self.facts for line in text_lines(fact, width, most)]
        size, title = _title_lines(self.title, has_facts_below=bool(self.marks and facts))
        legend = self._legend()
        title_y = TOP + size
        # Facts are placed at the bottom, or below the title if there is a bar.
        below_title = title_y + (len(title) - 1) * size * _SPACING + 1.2 * _LINE
        facts_y = below_title if self.marks else BOTTOM - (len(facts) - 1) * _LINE
        context = {
            "kind": printable(self.kind),
            "title_size": size,
            "title": placed(title, title_y, size * _SPACING),
            "status": self.status,
            "status_text": printable(self.status_text),
            "facts": placed(facts, facts_y, _LINE),
            "status_y": round(facts_y - _LINE),
            "bars": [
                (mark.value, f"{before * TEXT_WIDTH + LEFT:.1f}", f"{mark.share * TEXT_WIDTH:.1f}")
                for mark, before in zip(
                    self.marks, accumulate((mark.share for mark in self.marks), initial=0), strict=False
                )
            ],
            "bar_y": legend[0][3] - 80 if legend else 0,
            "legend": legend,
        }
        return render_to_string(TEMPLATE, context)

    def _legend(self) -> list[tuple[str, str, int, int]]:
        """Returns the status, text and position of each legend entry below the bar. The last line is at the bottom."""
        entries, x, line = [], LEFT, 0
        for mark in self.marks:
            text = f"{mark.label} {GroupedInt(mark.count)}"
            width = round(text_width(text) * _FACT_SIZE) + _DISC_WIDTH
            if x > LEFT and x + width > LEFT + TEXT_WIDTH:
                x, line = LEFT, line + 1
            entries.append((mark.value, text, x, line))
            x += width
        return [
            (status, text, x, LEGEND_BOTTOM - (line - place) * _LINE) for status, text, x, place in entries
        ]


def png_of(svg: str, zoom: int) -> bytes:
    """Renders an SVG as PNG, enlarged by `zoom`. Raises RendererBusy if other pictures take too long."""
    if not _rendering.acquire(timeout=MAX_WAIT_S):
        raise RendererBusy
    try:
        return bytes(
            resvg_py.svg_to_bytes(
                svg_string=svg,
                style_sheet=render_to_string(STYLE_SHEET),
                skip_system_fonts=True,
                font_files=_font_files(),
                zoom=zoom,
            )
        )
    finally:
        _rendering.release()


def picture_of_record(kind: SearchableList, summary: RecordSummary, state: IndexState) -> SharePicture:
    """Returns the picture of a record, with the status of an initiative or the statuses of the record's initiatives."""
    marks: list[ChartMark] = []
    if name := FILTER_BY_COLLECTION.get(kind.collection):
        scope = ChartScope.from_params(state, QueryDict(f"{name}={summary.record.slug}"))
        marks = marks_by_status(scope, scope.keys)
        initiatives = [INITIATIVES.count_label % {"count": GroupedInt(len(scope))}] if marks else []
        facts = [_JOINT.join([*summary.facts, *initiatives])]
    else:
        facts = [_cities(summary) if summary.status else _JOINT.join(summary.facts), _reports(summary)]
    return SharePicture(
        kind=str(kind.noun),
        title=str(summary.title),
        status=summary.status,
        status_text=_status_text(summary),
        facts=[fact for fact in facts if fact],
        marks=marks,
    )


def picture_of_list(list_query: ListQuery) -> SharePicture:
    """Returns the picture of a list. Shows initiatives by status, and the first names of other lists."""
    # The heading already contains the kind of record.
    if list_query.listing is INITIATIVES:
        scope = ChartScope.from_list(list_query)
        marks = marks_by_status(scope, scope.keys)
        return SharePicture(kind="", title=list_query.heading, marks=marks)
    kind = LISTS_BY_COLLECTION[list_query.listing.collection]
    records = kind.records(list_query.result_set[0:_MAX_NAMES], list_query.state)
    return SharePicture(
        kind="", title=list_query.heading, facts=[_JOINT.join(record.name for record in records)]
    )


def _status_text(summary: RecordSummary) -> str:
    if not summary.status:
        return ""
    status = str(Status(summary.status).label)
    if not summary.reported_on:
        return status
    reported = _("reported %(date)s") % {"date": format_date(summary.reported_on)}
    return f"{status}{pause()}{reported}"


def _cities(summary: RecordSummary) -> str:
    """Returns the cities as in lists, such as "Tashkent – Tianjin, Osh". Lead cities come first."""
    leads = summary.cities[CityRole.LEAD]
    others = [*summary.cities[CityRole.PARTNER], *summary.cities[CityRole.REFERENCE]]
    return " – ".join(comma_list(names) for names in (leads, others) if names)


def _reports(summary: RecordSummary) -> str:
    """Disputes and the number of reports, such as "≠ reports differ · 3 reports". "" for data that need no reports."""
    count = summary.report_count
    if not count:
        return ""
    counted = REPORTS.count_label % {"count": GroupedInt(count)}
    return f"≠ {_('reports differ')}{_JOINT}{counted}" if summary.is_disputed else counted


def _title_lines(title: str, *, has_facts_below: bool) -> tuple[int, list[str]]:
    """Returns the largest font size that fits the title, and the lines of the title."""
    for size, max_lines in _TITLE_SIZES:
        max_lines -= has_facts_below
        lines = text_lines(title, TEXT_WIDTH / size, max_lines)
        if lines == text_lines(title, TEXT_WIDTH / size, max_lines + 1):
            break
    return size, lines


def placed(lines: list[str], first: float, distance: float) -> list[tuple[str, int]]:
    """Each line with its vertical position."""
    return [(line, round(first + place * distance)) for place, line in enumerate(lines)]


@cache
def _font_files() -> list[str]:
    chinese = pylopdf_fonts_zh_cn.serif_path(), pylopdf_fonts_zh_cn.sans_path()
    return list(map(str, [*chinese, *map(source, FONTS)]))


# Estimated character widths in em for the fonts of the share pictures. They are so large that no line is cut off.

_NARROW, _USUAL, _CAPITAL, _BROAD, _FULL = 0.37, 0.58, 0.72, 0.95, 1.0
_NARROW_LETTERS = frozenset(" .,;:·!|'’`ijlIJtfrгз-/()[]")
_BROAD_LETTERS = frozenset("mwMWжшщыюфмЖШЩЮФМ@%&—")
_ELLIPSIS = "…"
# Characters that XML 1.0 does not allow, and characters that no font contains.
_INVALID = re.compile(f"[{NOT_IN_XML}\t\n\r\x7f-\x9f]")
# Chinese characters are twice as wide as other characters.
WIDE_CHARACTER = re.compile("[\u2e80-\uffef]")
_STRAIGHT = str.maketrans("“”‘’", "\"\"''")
# Chinese punctuation marks that must not begin a line.
_CLOSING = "，。、；：！？）》」』”’…"


def valid_xml(text: str) -> str:
    """`text` without characters that XML does not allow, and with single spaces."""
    return " ".join(_INVALID.sub(" ", text).split())


def printable(text: str) -> str:
    """`text` without characters that XML does not allow, with single spaces and quotation marks that fit its script."""
    text = valid_xml(text)
    if WIDE_CHARACTER.search(text):
        return text
    # In Chinese fonts, curly quotation marks are as wide as a character.
    if active_language() == "zh":
        return text.translate(_STRAIGHT)
    return unescape(Typeset(text).__html__())


def text_width(text: str) -> float:
    """Returns the estimated width of `text` in em."""
    return sum(map(_width, text))


def text_lines(text: str, width: float, max_lines: int) -> list[str]:
    """Wraps `text` into at most `max_lines` lines of at most `width` em. An ellipsis replaces further text."""
    lines = [""]
    for piece in _pieces(printable(text)):
        if text_width((lines[-1] + piece).rstrip()) <= width or not lines[-1]:
            lines[-1] += piece
        else:
            lines.append(piece.lstrip())
    lines = [line.rstrip() for line in lines]
    if len(lines) <= max_lines:
        return lines
    return [*lines[: max_lines - 1], _shortened(lines[max_lines - 1], width)]


def _shortened(line: str, width: float) -> str:
    while text_width(line) > width - _FULL:
        line = line[:-1]
    return line.rstrip(" ,.;:，。；：") + _ELLIPSIS


def _pieces(text: str, longest: int = 24) -> Iterator[str]:
    """Returns the parts of `text` between possible line breaks.

    A part is a word with the preceding space, or a Chinese character. Words longer than a line, such as URLs, are split
    after every `longest` characters.
    """
    pattern = (
        rf"{WIDE_CHARACTER.pattern}[{_CLOSING}]*| ?(?:(?!{WIDE_CHARACTER.pattern})[^ ]){{1,{longest}}}| "
    )
    return (match.group() for match in re.finditer(pattern, text))


def _width(char: str) -> float:
    if char in _NARROW_LETTERS or unicodedata.combining(char):
        return _NARROW
    if char in _BROAD_LETTERS:
        return _BROAD
    if WIDE_CHARACTER.match(char) or ord(char) > 0xFFFF or char in "…≠“”":
        return _FULL
    return _CAPITAL if char.isupper() else _USUAL
