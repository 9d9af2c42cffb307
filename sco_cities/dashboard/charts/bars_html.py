"""The columns of years and their table as HTML: hundreds of marks, which took most of the page in a template."""

from django.utils.translation import ngettext

from sco_cities.i18n.numbers import Grouped
from sco_cities.listings.filter_html import filled, joined
from sco_cities.site.templatetags.site import percent

from .scope import Mark
from .years import Column, Segment, Starts

_COLUMN = """
<li><svg aria-hidden="true">{}{}</svg>
  {}</li>"""
_SEGMENT = (
    '<a href="{}" tabindex="-1"><rect class="{}" y="{}" width="100%" height="{}"><title>{}</title></rect></a>'
)
_NUMBER = '<text x="50%" y="{}" dy="-.35em">{}</text>'
_ROW = """
<tr><th scope="row">{}</th>{}</tr>"""


def columns(starts: Starts) -> str:
    """The columns as items of a list: segments, the number above them, and the years below as a link."""
    return joined("", [_column(column) for column in starts.columns])


def _column(column: Column) -> str:
    count = str(Grouped(column.mark.count))
    return filled(
        _COLUMN,
        joined("", [_segment(column, segment) for segment in column.segments]),
        filled(_NUMBER, percent(column.top), count) if column.mark.count else "",
        _years(column, count),
    )


def _segment(column: Column, segment: Segment) -> str:
    mark = segment.mark
    said = f"{column.mark.label}, {mark.label}: {Grouped(mark.count)}"
    return filled(_SEGMENT, mark.address, mark.value, percent(segment.top), percent(mark.share), said)


def _years(column: Column, count: str) -> str:
    place = "" if column.has_room else filled(' class="between"')
    label = str(column.mark.label)
    if not column.mark.count:
        return filled("<span{}>{}</span>", place, label)
    said = ngettext("%(count)s initiative", "%(count)s initiatives", column.mark.count) % {"count": count}
    return filled(
        '<a href="{}"{}>{}<span class="hidden">: {}</span></a>', column.mark.address, place, label, said
    )


def rows(starts: Starts) -> str:
    """The same as rows of a table, for the years that have any: how many of each status, each a link."""
    return joined(
        "",
        [
            filled(_ROW, str(column.mark.label), joined("", [_cell(mark) for mark in (column.mark, *marks)]))
            for column, marks in starts.rows
            if column.mark.count
        ],
    )


def _cell(mark: Mark | None) -> str:
    if mark is None:
        return filled('<td class="n"></td>')
    return filled('<td class="n"><a href="{}">{}</a></td>', mark.address, str(Grouped(mark.count)))
