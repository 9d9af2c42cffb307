"""Renders rows of the list of initiatives as HTML.

This is done in Python, because a template for fifty rows took as long as all other parts of the page.
"""

import datetime
import re
from collections.abc import Sequence
from functools import lru_cache

from django import template
from django.utils.translation import get_language, pgettext

from initiatives.list_rows import ROW_HTML, InitiativeRow, SourceCount
from sco_cities.core.edtf import format_short_date
from sco_cities.core.html import fill_template, join_html, lang_attribute, shortened_list
from sco_cities.core.templatetags.dates import date_range
from sco_cities.facet_index.facets import today
from sco_cities.sources.newest_report import is_old
from sco_cities.sources.templatetags.notes import report_count

from .city_roles import Separators, city_cell, separators
from .status import status_html

register = template.Library()

# The month, or the month and the day, of a date.
_BELOW_YEAR = re.compile(r"(?<=\d{4})(-\d\d){1,2}", re.ASCII)


@register.simple_tag
def initiative_rows(rows: Sequence[InitiativeRow]) -> str:
    """Renders the rows as HTML."""
    # These functions are called only once, because calling them in each row took a tenth of the page's time.
    language, day = get_language(), today()
    marks = separators(language)
    for row in rows:
        # Rows are cached per language, so they may have been rendered already.
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
    """The first theme, and the number of other themes."""
    first, *others = names or [""]
    if not others:
        return first
    return shortened_list(first, join_html("", [separator, join_html(separator, others)]), others, separator)


# Cached, because many year ranges and report counts also occur on the next page.
@lru_cache(maxsize=4096)
def _years(starts_on: str, ends_on: str, language: str | None) -> str:
    first, last = _whole_years(starts_on), _whole_years(ends_on)
    if year := _same_year(first, last):
        return date_range(year, "")
    if not first or last or "/" in first:
        return date_range(first, last)
    # Phones show no column headers, so the cell contains a label.
    label = pgettext("before a year", "since")
    return fill_template('<span class="cell-label">{} </span>{}', label, date_range(first, ""))


def _whole_years(date: str) -> str:
    """Reduces a date to a year or an interval of years."""
    start, slash, end = _BELOW_YEAR.sub("", date).partition("/")
    return _same_year(start, end) or f"{start}{slash}{end}"


def _same_year(first: str, last: str) -> str:
    """The year of both dates, or "" if the years differ. A mark of uncertainty in either ("2024?") is kept."""
    return max(first, last, key=len) if first[:4] == last[:4] else ""


@lru_cache(maxsize=4096)
def _reported(date: str, language: str | None) -> str:
    if not date:
        return ""
    # Only for screen readers in a table, but visible on phones.
    label = pgettext("before a date", "reported")
    return fill_template('<span class="visually-hidden">{} </span>{}', label, format_short_date(date))


@lru_cache(maxsize=1024)
def _reports(support: SourceCount, language: str | None) -> str:
    return report_count(support)
