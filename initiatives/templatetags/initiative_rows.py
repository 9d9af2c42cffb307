"""Renders rows of the list of initiatives, and statistics of initiatives on pages of other records.

Rows are rendered in Python, because a template for fifty rows took as long as all other parts of the page.
"""

import datetime
import re
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from django import template
from django.utils.html import format_html
from django.utils.translation import get_language, gettext, ngettext, pgettext

from delegates.models import Statement
from initiatives.list_rows import ROW_HTML, InitiativeRow, SourceCount
from initiatives.related_stats import COLLECTION, FILTER_BY_COLLECTION, LinkedCount, RelatedStats
from sco_cities.core.edtf import format_short_date
from sco_cities.core.html import fill_template, join_html, lang_attribute, shortened_list
from sco_cities.core.templatetags.dates import date_range
from sco_cities.facet_index.facets import today
from sco_cities.facet_index.refresh import facet_index
from sco_cities.i18n.punctuation import comma, semicolon
from sco_cities.sources.base_models import Record
from sco_cities.sources.newest_report import is_old
from sco_cities.sources.related_records import list_url
from sco_cities.sources.templatetags.notes import report_count

from .status import status_html

register = template.Library()

# Matches the month, or the month and the day, of an EDTF date.
_BELOW_YEAR = re.compile(r"(?<=\d{4})(-\d\d){1,2}", re.ASCII)


class Separators(NamedTuple):
    """The separators between two names, between lead cities and other cities, and between the items of a title."""

    name: str
    role: str
    item: str


@register.simple_tag
def initiative_rows(rows: Sequence[InitiativeRow]) -> str:
    """Renders the rows as HTML."""
    # Calls these functions only once, because calling them in each row took a tenth of the rendering time.
    language, day = get_language(), today()
    marks = separators(language)
    for row in rows:
        # Rows are cached per language, so a row may already have been rendered.
        if not row.html:
            row.html = _row_html(row, language, marks, day)
    return join_html("", [row.html for row in rows])


def _row_html(row: InitiativeRow, language: str | None, marks: Separators, day: datetime.date) -> str:
    return fill_template(
        ROW_HTML,
        row.url,
        lang_attribute(row.title, language),
        row.title,
        status_html(row.status, language),
        " old" if is_old(row.reported_on, day) else "",
        _reported(row.reported_on, language),
        city_cell(row.leads, row.partners, row.references, marks),
        _themes(row.themes, marks.item),
        _years(row.starts_on, row.ends_on, language),
        _reports(row.support, language),
    )


def _themes(names: list[str], separator: str) -> str:
    """Returns the first theme, and the number of other themes."""
    first, *others = names or [""]
    if not others:
        return first
    return shortened_list(first, join_html("", [separator, join_html(separator, others)]), others, separator)


# The HTML is cached, because many year ranges and report counts recur on the next page.
@lru_cache(maxsize=4096)
def _years(starts_on: str, ends_on: str, language: str | None) -> str:
    first, last = _whole_years(starts_on), _whole_years(ends_on)
    if year := _same_year(first, last):
        return date_range(year, "", is_short=True)
    if not first or last or "/" in first:
        return date_range(first, last)
    # Phones show no column headers, so the cell contains a label.
    label = pgettext("before a year", "since")
    return fill_template('<span class="cell-label">{} </span>{}', label, format_short_date(first))


def _whole_years(date: str) -> str:
    """Reduces a date to a year or an interval of years."""
    start, slash, end = _BELOW_YEAR.sub("", date).partition("/")
    return _same_year(start, end) or f"{start}{slash}{end}"


def _same_year(first: str, last: str) -> str:
    """Returns the year of both dates, or "" if the years differ. Keeps a mark of uncertainty ("2024?")."""
    return max(first, last, key=len) if first[:4] == last[:4] else ""


@lru_cache(maxsize=4096)
def _reported(date: str, language: str | None) -> str:
    if not date:
        return ""
    # In a table, the label is only for screen readers. On phones, it is visible.
    label = pgettext("before a date", "reported")
    return fill_template('<span class="visually-hidden">{} </span>{}', label, format_short_date(date))


@lru_cache(maxsize=1024)
def _reports(support: SourceCount, language: str | None) -> str:
    return report_count(support)


# Maximum number of cities named in a cell. Other cities are only counted.
MAX_NAMED = 6
# The number of cities that fit in a row of the table.
MAX_IN_ROW = 3


def city_roles_html(leads: list[str], partners: list[str], references: list[str]) -> str:
    """Formats the lead cities, then the partners, then the reference cities. The names are already HTML."""
    named, more = _named_others(leads, partners + references)
    return fill_template("{}{}", _names(leads, named, separators(get_language())), more)


def city_cell(leads: list[str], partners: list[str], references: list[str], marks: Separators) -> str:
    """Formats the cities for a row of the table. The row shows the first cities and the number of other cities."""
    others = partners + references
    hidden = (leads + others)[MAX_IN_ROW:]
    if not hidden:
        return _names(leads, others, marks)
    in_row = max(MAX_IN_ROW - len(leads), 0)
    more_leads, (named, more) = leads[MAX_IN_ROW:], _named_others(leads, others)
    separator = marks.name if more_leads or in_row else marks.role
    rest = fill_template("{}{}{}", separator, _names(more_leads, named[in_row:], marks), more)
    return shortened_list(_names(leads[:MAX_IN_ROW], others[:in_row], marks), rest, hidden, marks.item)


def _named_others(leads: list[str], others: list[str]) -> tuple[list[str], str]:
    """Returns the first cities after the lead cities, and the number of cities that are not named."""
    limit = max(MAX_NAMED - len(leads), 1)
    # A single remaining city is named, because "and 1 more" takes as much space.
    named = others if len(others) <= limit + 1 else others[:limit]
    return named, _more_html(len(others) - len(named)) if len(others) > len(named) else ""


def _names(leads: list[str], others: list[str], marks: Separators) -> str:
    return join_html(marks.role, [join_html(marks.name, names) for names in (leads, others) if names])


@cache
def separators(language: str | None) -> Separators:
    """Returns the separators for the active `language`, cached because rows need them hundreds of times."""
    # The separator is not an arrow, because arrows on the map show who learns from whom, and the lead role has no
    # direction.
    dash = format_html(
        ' <span class="separator"><span aria-hidden="true">–</span><span class="visually-hidden">{}</span></span> ',
        gettext("with"),
    )
    return Separators(comma(), dash, semicolon())


def _more_html(more: int) -> str:
    text = ngettext("and %(n)s more", "and %(n)s more", more) % {"n": more}
    return format_html(' <span class="secondary">{}</span>', text)


@register.simple_tag(takes_context=True)
def related_initiatives(context, record: Record) -> RelatedStats:
    """Statistics of the initiatives of a place, theme, event or organisation, computed only once per page.

    All numbers come from the facet index state that the view has opened.
    """
    shared, key = context.render_context, ("related_initiatives", record.collection, record.pk)
    if key not in shared:
        with facet_index(COLLECTION) as state:
            shared[key] = RelatedStats(state, record)
    return shared[key]


@register.simple_block_tag(end_name="endcounts")
def counts(content: str) -> str:
    """Renders a list of the counts in the block. Returns "" if all counts are zero."""
    return fill_template('<ul class="record-counts">{}</ul>', content) if content.strip() else ""


@register.simple_tag
def related_statements(record: Record) -> LinkedCount:
    """Returns the number of statements by speakers from a city or country."""
    name = FILTER_BY_COLLECTION[record.collection]
    with facet_index(Statement.collection) as state:
        keys = state.filter_keys(Statement.collection, name, record.pk)
    return LinkedCount(len(keys), list_url(Statement, **{name: record.slug}))
