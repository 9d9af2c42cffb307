"""The status table, which shows themes, countries or lead cities with their initiatives by status.

The HTML of the table is built in Python, because a template took most of the page's rendering time.
"""

from collections.abc import Hashable
from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils.translation import get_language, gettext, pgettext
from django.utils.translation import gettext_lazy as _
from pyroaring import BitMap

from initiatives.models import DONE, Status
from initiatives.related_stats import LinkedCount
from sco_cities.core.html import fill_template, join_html, lang_attribute
from sco_cities.facet_index.facet_counts import FacetCounter, values_by_size
from sco_cities.i18n.numbers import GroupedInt, grouping_formatter
from sco_cities.i18n.punctuation import colon, pause
from sco_cities.site.templatetags.site import percent
from sco_cities.sources.base_models import Record
from sco_cities.sources.facets import EvidenceLevelsFacet
from sco_cities.sources.related_records import noun_after

from .scope import COLLECTION, ChartMark, ChartScope

# The default number of rows on the home page, and the maximum number of rows.
FIRST_ROWS, MAX_ROWS = 8, 100
# Sort orders of the rows, by the number of initiatives or by the share of finished initiatives.
BY_NUMBER, BY_SHARE = ORDERS = ("initiatives", "share")
_NONE = BitMap()


@dataclass(frozen=True)
class Grouping:
    """The kind of record in the rows of the table, and the filter that selects the initiatives of a record."""

    collection: str
    filter_name: str
    title: str
    label: str
    head: str


GROUPINGS = {
    "themes": Grouping("themes", "theme", _("Status by theme"), _("Themes"), _("Theme")),
    "countries": Grouping("countries", "country", _("Status by country"), _("Countries"), _("Country")),
    "cities": Grouping("cities", "lead", _("Status by leading city"), _("Leading cities"), _("City")),
}


@dataclass(frozen=True)
class StatusCounts:
    """The number of initiatives per status, with links to their lists. `done` and `disputed` are parts of `total`.

    `record` is the theme, country or lead city of the initiatives, or None.
    """

    total: LinkedCount
    segments: list[ChartMark]
    done: LinkedCount
    disputed: LinkedCount
    record: Record | None = None


@dataclass(frozen=True)
class StatusTable:
    """The first rows of a table in the given order, out of `count` rows. `all` counts all initiatives."""

    grouping: Grouping
    order: str
    all: StatusCounts
    rows: list[StatusCounts]
    count: int

    @property
    def list_url(self) -> str:
        """The URL of the list of these records, sorted by initiatives. "" for up to MAX_ROWS rows."""
        return (
            f"{reverse(f'{self.grouping.collection}-list')}?sort=-initiatives"
            if self.count > MAX_ROWS
            else ""
        )


def marks_by_status(scope: ChartScope, keys: BitMap, **selected: str) -> list[ChartMark]:
    """Returns the marks of the initiatives `keys` by status. The filter values `selected` select these initiatives.

    Statuses without initiatives have no mark.
    """
    by_status, total, marks = scope.state.facet(COLLECTION, "status"), len(keys), []
    # The base URL is encoded once. Encoding it for every mark would take a third of the page's time.
    url = scope.url(**selected) if selected and not scope.params else ""
    for status in Status:
        if count := by_status.get(status.value, _NONE).intersection_cardinality(keys):
            own = f"{url}&status={status.value}" if url else scope.url(**selected, status=status.value)
            marks.append(ChartMark(status.value, status.label, count, count / total, own))
    return marks


def status_counts(scope: ChartScope, keys: BitMap, **selected: str) -> StatusCounts:
    """Returns the marks by status, with the numbers of all, finished and disputed initiatives."""
    marks, total = marks_by_status(scope, keys, **selected), len(keys)
    done = [mark for mark in marks if mark.value in DONE]
    count = sum(mark.count for mark in done)
    disputed = scope.state.facet(COLLECTION, EvidenceLevelsFacet())["disputed"]
    return StatusCounts(
        LinkedCount(total, scope.url(**selected)),
        marks,
        LinkedCount(
            count,
            scope.url(**selected, status=[mark.value for mark in done]),
            count / total if total else 0,
        ),
        LinkedCount(disputed.intersection_cardinality(keys), scope.url(**selected, evidence="disputed")),
    )


def status_table(
    scope: ChartScope, name: str = "themes", order: str = BY_NUMBER, most: int = FIRST_ROWS
) -> StatusTable:
    """Returns the table `name` of GROUPINGS with its first `most` rows. Omits rows without initiatives.

    Rows with equal values are sorted by the number of initiatives, largest first, then by English name.
    """

    def read() -> StatusTable:
        return _status_table(scope, GROUPINGS[name], order, most)

    # Long tables are not cached, because a hundred rows take half a megabyte.
    return scope.memoize(("status table", name, order, most), read) if most <= FIRST_ROWS else read()


def _status_table(scope: ChartScope, grouping: Grouping, order: str, most: int) -> StatusTable:
    keys, count = _first(scope, grouping, order, most)
    records = scope.state.index(grouping.collection).records
    rows = []
    for key in keys:
        own = scope.state.facet(COLLECTION, grouping.filter_name)[key] & scope.keys
        counts = status_counts(scope, own, **{grouping.filter_name: records[key].slug})
        rows.append(replace(counts, record=records[key]))
    return StatusTable(grouping, order, status_counts(scope, scope.keys), rows, count)


def _first(scope: ChartScope, grouping: Grouping, order: str, most: int) -> tuple[list[Hashable], int]:
    """Returns the keys of the first rows, and the total number of rows."""
    state, records = scope.state, scope.state.index(grouping.collection).records
    values = values_by_size(state, COLLECTION, grouping.filter_name, grouping.collection)
    counter = FacetCounter(scope.keys, values.last)
    numbers = values.most_frequent(counter, most if order == BY_NUMBER else None)
    shares = dict.fromkeys(numbers, 0.0)
    if order == BY_SHARE:
        done = state.filter_keys(COLLECTION, "status", *DONE) & scope.keys
        of_done = values.most_frequent(FacetCounter(done, values.last), None)
        shares = {key: of_done.get(key, 0) / number for key, number in numbers.items()}
    ranked = sorted(
        numbers, key=lambda key: (-shares[key], -numbers[key], records[key].name_en, records[key].slug)
    )
    return ranked[:most], values.count_values(counter)


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
    """Returns the HTML of the rows. The first row counts all initiatives, and each further row is about one record."""
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
    """Returns a share from 0 to 1 as a percentage, such as "37%". "0%" and "100%" are used only for exact values."""
    number = share * 100
    if 0 < number < 1:
        return gettext("< 1%")
    if 99 < number < 100:
        return gettext("> 99%")
    return gettext("%(number)s%%") % {"number": round(number)}


def status_bar(marks: list[ChartMark], name: str = "", length: float = 1.0) -> str:
    """Returns a bar stacked by status. Each part links to its list. `length` is the bar's share of the full width.

    Link texts start with `name`, such as the name of a city. A bar without a name is hidden from screen readers.
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
    """Returns a number that links to its list. There is no link if the number is 0 or has no list."""
    count = str(GroupedInt(number.count))
    if not number.count or not number.url:
        return fill_template("{}", count)
    return fill_template(_COUNT_LINK, number.url, count)


def status_cell(scope: ChartScope, name: str, record: Record, most: int) -> str:
    """Returns the number of a record's initiatives, selected by the filter `name`, with a bar by status.

    The bar of a record with `most` initiatives has the full width. Phones show the number of finished initiatives
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
