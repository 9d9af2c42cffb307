"""The cities of an initiative in one cell of a table."""

from functools import cache

from django import template
from django.utils.html import format_html
from django.utils.translation import get_language, gettext, ngettext

from initiatives.list_rows import lead_cell
from initiatives.models import CityRole, Initiative
from sco_cities.i18n.punctuation import comma
from sco_cities.listings.filter_html import fill_template, join_html
from sco_cities.sources.html import localized_html

register = template.Library()

# A cell names so many cities and counts the others.
MAX_NAMED = 6


@register.simple_tag
def city_roles(initiative: Initiative) -> str:
    """The leading cities, then the partners, then those that others learn from."""
    leads, partners, references = (initiative.cities_as(role) for role in CityRole)
    return city_roles_html(
        [lead_cell(city.name) for city in leads],
        [localized_html(city.name) for city in partners],
        [localized_html(city.name) for city in references],
    )


def city_roles_html(leads: list[str], partners: list[str], references: list[str]) -> str:
    """The same of names that are HTML."""
    comma, arrow = _between(get_language())
    others = partners + references
    room = max(MAX_NAMED - len(leads), 1)
    # One more is named rather than counted: "and 1 more" takes no less space.
    first = others if len(others) <= room + 1 else others[:room]
    return fill_template(
        "{}{}{}{}",
        join_html(comma, leads),
        arrow if leads and others else "",
        join_html(comma, first),
        _counted(len(others) - len(first)) if len(others) > len(first) else "",
    )


@cache
def _between(language: str | None) -> tuple[str, str]:
    """What stands between two names, and between those who lead and the others."""
    # No arrow: on the map that says who learns from whom, which no city says by leading.
    return comma(), format_html(
        ' <span class="to"><span aria-hidden="true">–</span><span class="hidden">{}</span></span> ',
        gettext("with"),
    )


def _counted(more: int) -> str:
    words = ngettext("and %(n)s more", "and %(n)s more", more) % {"n": more}
    return format_html(' <span class="second">{}</span>', words)
