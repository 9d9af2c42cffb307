"""HTML of charts with hundreds of marks. Rendering them with templates took most of the page's time."""

from django.utils.translation import get_language, gettext, pgettext
from pyroaring import BitMap

from initiatives.related_stats import LinkedCount
from initiatives.status_groups import DONE
from sco_cities.core.html import fill_template, join_html, lang_attribute
from sco_cities.i18n.numbers import GroupedInt, grouping_formatter
from sco_cities.i18n.punctuation import colon, pause
from sco_cities.site.templatetags.site import percent
from sco_cities.sources.base_models import Record
from sco_cities.sources.related_records import noun_after

from .scope import COLLECTION, ChartMark, ChartScope
from .status_table import StatusCounts, StatusTable, marks_by_status

_COUNT_LINK = '<a href="{}">{}</a>'
_NUMBER_LABEL = '<span class="cell-label"> {}<span class="secondary">{}</span></span> '
_BAR_NUMBER = '<span class="bar-number">{}</span>'
_STATUS_BAR = '<svg class="stacked-bar"{}>{}</svg>'
_STATUS = '<rect class="{}" x="{}" width="{}" height="100%"><title>{}</title></rect>'
_STATUS_LINK = f'<a href="{{}}" tabindex="-1">{_STATUS}</a>'
_NAMED_STATUS_LINK = f'<a href="{{}}" tabindex="-1" aria-label="{{}}">{_STATUS}</a>'

_STATUS_ROW = """
<tr>
  <th scope="row">{head}</th>
  <td class="n">{total}<span class="cell-label"> {noun}</span></td>
  <td class="wide-cell">{bar}</td>
  <td class="n{zero_done}"><span class="cell-label">{done_label}</span>{done}<span class="secondary">{share}</span></td>
  <td class="n{zero_disputed}"><span class="cell-label">{disputed_label}</span>{disputed}</td>
</tr>
"""
_STATUS_HEAD = '<span class="title">{}</span>'
_STATUS_LINKED_HEAD = '<a class="title" href="{}"{}>{}</a>'


def status_rows(table: StatusTable) -> str:
    """The rows of a status table. The first row counts all initiatives, the others one record each."""
    label = gettext("All initiatives")
    rows = [_status_row(table.all, label, fill_template(_STATUS_HEAD, label))]
    for row in table.rows:
        name = row.record.name
        head = fill_template(_STATUS_LINKED_HEAD, row.record.get_absolute_url(), lang_attribute(name), name)
        rows.append(_status_row(row, name, head))
    return join_html("\n    ", rows)


def _status_row(counts: StatusCounts, name: str, head: str) -> str:
    total, done, disputed = counts.total.count, counts.done, counts.disputed
    # Replaces the placeholders of the message with the placeholders of `fill_template`.
    part = pgettext("a part of a number", "%(part)s of %(whole)s") % {"part": "{0}", "whole": "{1}"}
    return fill_template(
        _STATUS_ROW,
        head=head,
        total=count_link(counts.total),
        noun=noun_after(total, COLLECTION),
        bar=status_bar(counts.segments, name),
        zero_done="" if done.count else " zero",
        done_label=gettext("operating or completed") + colon(),
        done=fill_template(part, count_link(done), str(GroupedInt(total))),
        share=pause() + as_percent(done.share),
        zero_disputed="" if disputed.count else " zero",
        disputed_label=gettext("disputed") + colon(),
        disputed=count_link(disputed),
    )


def as_percent(share: float) -> str:
    """A share from 0 to 1 as a percentage, such as "37%". Only exact values become "0%" and "100%"."""
    number = share * 100
    if 0 < number < 1:
        return gettext("< 1%")
    if 99 < number < 100:
        return gettext("> 99%")
    return gettext("%(number)s%%") % {"number": round(number)}


def status_bar(marks: list[ChartMark], name: str = "", length: float = 1.0) -> str:
    """A bar stacked by status. Each part links to its list. `length` is the bar's share of the full width.

    `name` is the owner of the initiatives, for the link texts. Without it the bar is hidden from screen readers.
    """
    parts, start, after_label, grouped = [], 0.0, colon(), grouping_formatter(get_language())
    for mark in marks:
        title = f"{mark.label}{after_label}{grouped(mark.count)}"
        width = mark.share * length
        rect = mark.value, percent(start), percent(width), title
        start += width
        if not mark.url:
            parts.append(fill_template(_STATUS, *rect))
        elif name:
            parts.append(fill_template(_NAMED_STATUS_LINK, mark.url, f"{name}{after_label}{title}", *rect))
        else:
            parts.append(fill_template(_STATUS_LINK, mark.url, *rect))
    hidden = fill_template("" if name else ' aria-hidden="true"')
    return fill_template(_STATUS_BAR, hidden, join_html("", parts))


def count_link(number: LinkedCount) -> str:
    """A number that links to its list. There is no link if it is 0 or has no list."""
    count = str(GroupedInt(number.count))
    if not number.count or not number.url:
        return fill_template("{}", count)
    return fill_template(_COUNT_LINK, number.url, count)


def status_cell(scope: ChartScope, name: str, record: Record, most: int) -> str:
    """The number of a record's initiatives, selected by the filter `name`, and a bar by status next to it.

    For a record with `most` initiatives the bar has the full width. Phones show the number of finished initiatives
    instead.
    """
    keys, selected = (
        scope.keys & scope.state.facet(COLLECTION, name).get(record.pk, BitMap()),
        {name: record.slug},
    )
    noun = noun_after(len(keys), COLLECTION)
    number = str(GroupedInt(len(keys)))
    marks = marks_by_status(scope, keys, **selected)
    done = sum(mark.count for mark in marks if mark.value in DONE)
    label = f"{pause()}{gettext('operating or completed')}{colon()}{GroupedInt(done)}" if done else ""
    parts = [fill_template(_BAR_NUMBER, number), fill_template(_NUMBER_LABEL, noun, label)]
    if keys:
        parts.append(status_bar(marks, record.name, len(keys) / most))
    return join_html("", parts)
