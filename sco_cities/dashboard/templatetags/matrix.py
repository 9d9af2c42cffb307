"""What the templates of the matrix need."""

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sco_cities.dashboard.cooccurrence import CITY, COUNTRY, PLACE_KINDS
from sco_cities.dashboard.matrix import table_html as drawn
from sco_cities.dashboard.matrix.page import (
    BY,
    CLUSTERS,
    EVERYTHING,
    LARGEST,
    MOST,
    MOSTS,
    NAME,
    ORDER,
    ORDERS,
    MatrixPage,
)
from sco_cities.i18n.numbers import GroupedInt

register = template.Library()

# Of a choice: its words, its query string, whether it is the one, and its id.
Links = list[tuple[str, str, bool, str]]


@register.simple_tag
def squares(page: MatrixPage) -> str:
    """The matrix itself."""
    return drawn.table(page, page.heading)


@register.simple_tag
def scale(page: MatrixPage) -> list:
    """Some squares with their numbers."""
    return drawn.Scale.of(page).examples


@register.simple_tag
def choices(page: MatrixPage) -> list[tuple[str, Links]]:
    """What readers choose besides filters, each with a label; what makes no difference is left out."""
    if page.errors:
        return []
    sides = {CITY.name: _("Cities"), COUNTRY.name: _("Countries")}
    offered = [(_("Rows and columns"), BY, tuple(PLACE_KINDS), page.side.name, sides)]
    if page.count > 2:
        orders = {CLUSTERS: _("By cluster"), NAME: _("By name")}
        offered.append((_("Order"), ORDER, ORDERS, page.order, orders))
    total = len(page.pairs.sizes)
    if total > int(LARGEST):
        every = ngettext("All %(n)s", "All %(n)s", total) % {"n": GroupedInt(total)}
        mosts = {
            LARGEST: ngettext("Top %(n)s", "Top %(n)s", int(LARGEST)) % {"n": LARGEST},
            EVERYTHING: every,
        }
        offered.append((_("Number shown"), MOST, MOSTS, page.most, mosts))
    return [
        (
            label,
            [
                (words[value], query, here, f"{name}-{value}")
                for value, query, here in page.choices(name, values, chosen)
            ],
        )
        for label, name, values, chosen, words in offered
    ]
