"""The cities of an initiative in one cell of a table."""

from functools import cache

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.translation import get_language, gettext, ngettext, pgettext

from initiatives.models import CityRole, Initiative
from initiatives.rows import InitiativeRow
from sco_cities.sources.fragments import in_its_language

register = template.Library()

# A cell names so many cities and counts the others.
NAMED = 6


@register.simple_tag
def city_parts(initiative: Initiative | InitiativeRow) -> str:
    """The leading cities, then the partners, then those that others learn from.

    Put together here: a template took 0.15 ms a row, this takes 0.02 ms.
    """
    lead, partner, reference = (initiative.cities_as(role) for role in CityRole)
    others = partner + reference
    room = max(NAMED - len(lead), 1)
    # One more is named rather than counted: "and 1 more" takes no less space.
    named = others if len(others) <= room + 1 else others[:room]
    comma = pgettext("between names", ", ")
    return format_html(
        "{}{}{}{}",
        format_html_join(comma, "{}", ((in_its_language(city.name, "b"),) for city in lead)),
        _arrow(get_language()) if lead and others else "",
        format_html_join(comma, "{}", ((in_its_language(city.name),) for city in named)),
        _counted(len(others) - len(named)) if len(others) > len(named) else "",
    )


@cache
def _arrow(language: str | None) -> str:
    return format_html(
        ' <span class="to"><span aria-hidden="true">→</span><span class="hidden">{}</span></span> ',
        gettext("with"),
    )


def _counted(more: int) -> str:
    words = ngettext("and %(n)s more", "and %(n)s more", more) % {"n": more}
    return format_html(' <span class="second">{}</span>', words)
