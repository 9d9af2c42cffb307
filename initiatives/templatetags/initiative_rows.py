"""The rows of the list of initiatives.

Put together here: in a template fifty of them took as long as all the rest of the page.
"""

from collections.abc import Iterable
from functools import lru_cache

from django import template
from django.utils.translation import get_language

from initiatives.list_rows import InitiativeRow, SourceCount
from initiatives.models import Status
from sco_cities.core.templatetags.dates import span
from sco_cities.i18n.punctuation import semicolon
from sco_cities.listings.filter_html import fill_template, join_html, lang_attribute, long_attribute
from sco_cities.sources.templatetags.list_cells import report_count

from .city_roles import city_roles_html
from .status import status_label

register = template.Library()

# On one line: of the spaces between the cells a browser would make three hundred nodes more.
ROW = (
    '\n<tr><th scope="row"><a class="title" href="{}"{}{}>{}</a></th><td>{}</td>'
    '<td class="wide-cell">{}</td><td class="wide-cell">{}</td><td class="when">{}</td><td class="n">{}</td></tr>'
)


@register.simple_tag
def initiative_rows(rows: Iterable[InitiativeRow]) -> str:
    """The rows as HTML."""
    language = get_language()
    between = semicolon()
    discs = {status.value: status_label(status) for status in Status}
    return join_html(
        "",
        [
            fill_template(
                ROW,
                row.address,
                lang_attribute(row.title),
                long_attribute(row.title),
                row.title,
                discs[row.status],
                city_roles_html(row.leads, row.partners, row.references),
                join_html(between, row.themes),
                _years(row.starts_on, row.ends_on, language),
                _reports(row.support, language),
            )
            for row in rows
        ],
    )


# Of both the next page has many again.
@lru_cache(maxsize=4096)
def _years(starts_on: str, ends_on: str, language: str | None) -> str:
    return span(starts_on, ends_on)


@lru_cache(maxsize=1024)
def _reports(support: SourceCount, language: str | None) -> str:
    return report_count(support)
