"""The cities of an initiative in one cell of a table."""

from functools import cache
from typing import NamedTuple

from django.utils.html import format_html
from django.utils.translation import get_language, gettext, ngettext

from sco_cities.core.html import fill_template, join_html, shortened_list
from sco_cities.i18n.punctuation import comma, semicolon

# Maximum number of cities named in a cell. The others are only counted.
MAX_NAMED = 6
# The number of cities that fit in a row of the table.
MAX_IN_ROW = 3


class Separators(NamedTuple):
    """The separators between two names, between lead cities and the others, and between the items of a title."""

    name: str
    role: str
    item: str


def city_roles_html(leads: list[str], partners: list[str], references: list[str]) -> str:
    """Formats the lead cities, then the partners, then the reference cities. The names are already HTML."""
    named, more = _named_others(leads, partners + references)
    return fill_template("{}{}", _names(leads, named, separators(get_language())), more)


def city_cell(leads: list[str], partners: list[str], references: list[str], marks: Separators) -> str:
    """Formats the cities for a row of the table, which shows the first cities and the number of the others."""
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
    """The first cities after the lead cities, and the number of cities that are not named."""
    limit = max(MAX_NAMED - len(leads), 1)
    # A single remaining city is named, because "and 1 more" takes as much space.
    named = others if len(others) <= limit + 1 else others[:limit]
    return named, _more_html(len(others) - len(named)) if len(others) > len(named) else ""


def _names(leads: list[str], others: list[str], marks: Separators) -> str:
    return join_html(marks.role, [join_html(marks.name, names) for names in (leads, others) if names])


@cache
def separators(language: str | None) -> Separators:
    """The separators for the active `language`. They are cached, because rows need them hundreds of times."""
    # An arrow would be wrong, because on the map an arrow shows who learns from whom, and the lead role has no such
    # direction.
    dash = format_html(
        ' <span class="separator"><span aria-hidden="true">–</span><span class="visually-hidden">{}</span></span> ',
        gettext("with"),
    )
    return Separators(comma(), dash, semicolon())


def _more_html(more: int) -> str:
    text = ngettext("and %(n)s more", "and %(n)s more", more) % {"n": more}
    return format_html(' <span class="secondary">{}</span>', text)
