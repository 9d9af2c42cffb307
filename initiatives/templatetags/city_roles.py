"""The cities of an initiative in one cell of a table."""

from functools import cache

from django import template
from django.utils.html import format_html
from django.utils.translation import get_language, gettext, ngettext

from initiatives.list_rows import lead_cell
from initiatives.models import CityRole, Initiative
from sco_cities.core.html import fill_template, join_html
from sco_cities.i18n.punctuation import comma
from sco_cities.sources.html import localized_html

register = template.Library()

# The number of cities that a cell names; the others are counted.
MAX_NAMED = 6


@register.simple_tag
def city_roles(initiative: Initiative) -> str:
    """The lead cities, then the partners, then the reference cities, as HTML."""
    leads, partners, references = (initiative.cities_as(role) for role in CityRole)
    return city_roles_html(
        [lead_cell(city.name) for city in leads],
        [localized_html(city.name) for city in partners],
        [localized_html(city.name) for city in references],
    )


def city_roles_html(leads: list[str], partners: list[str], references: list[str]) -> str:
    """The same, from names that are HTML already."""
    comma, dash = _separators(get_language())
    others = partners + references
    limit = max(MAX_NAMED - len(leads), 1)
    # A single remaining city is named: "and 1 more" takes as much space.
    first = others if len(others) <= limit + 1 else others[:limit]
    return fill_template(
        "{}{}{}{}",
        join_html(comma, leads),
        dash if leads and others else "",
        join_html(comma, first),
        _more_html(len(others) - len(first)) if len(others) > len(first) else "",
    )


@cache
def _separators(language: str | None) -> tuple[str, str]:
    """The separator between two names, and the one between the lead cities and the others."""
    # No arrow: on the map an arrow shows who learns from whom, and the lead role has no such direction.
    return comma(), format_html(
        ' <span class="separator"><span aria-hidden="true">–</span><span class="visually-hidden">{}</span></span> ',
        gettext("with"),
    )


def _more_html(more: int) -> str:
    text = ngettext("and %(n)s more", "and %(n)s more", more) % {"n": more}
    return format_html(' <span class="secondary">{}</span>', text)
