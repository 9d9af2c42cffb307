"""Template tags of the cooperation matrix."""

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sco_cities.dashboard.cooccurrence import CITY, COUNTRY
from sco_cities.dashboard.matrix import table_html
from sco_cities.dashboard.matrix.page import (
    BY,
    EVERYTHING,
    LARGEST,
    MOST,
    MOST_CHOICES,
    NAME,
    ORDER,
    TOTAL,
    MatrixPage,
)
from sco_cities.i18n.numbers import GroupedInt

register = template.Library()

# For each value: its label, its query string, whether it is the current one, and the id of its link.
Links = list[tuple[str, str, bool, str]]


@register.simple_tag
def matrix_table(page: MatrixPage) -> str:
    """The matrix as an HTML table."""
    return table_html.matrix_table(page, page.heading)


@register.simple_tag
def ranked_pair_items(page: MatrixPage) -> str:
    """The pairs with the most joint initiatives as list items."""
    return table_html.ranked_pairs(page)


@register.simple_tag
def scale_examples(page: MatrixPage) -> list:
    """Example squares with their numbers, for the legend."""
    return table_html.Scale.of(page).examples


@register.simple_tag
def view_choices(page: MatrixPage) -> list[tuple[str, Links]]:
    """The options of the matrix besides filters, each with a label; options without effect are left out."""
    if page.errors:
        return []
    sides = {COUNTRY.name: _("Countries"), CITY.name: _("Cities")}
    offered = [(_("Rows and columns"), BY, tuple(sides), page.side.name, sides)]
    if page.count > 2:
        orders = {TOTAL: _("By total"), NAME: _("By name")}
        offered.append((_("Order"), ORDER, tuple(orders), page.order, orders))
    total = len(page.pairs.joint_counts)
    if total > int(LARGEST):
        limits = {
            LARGEST: ngettext("Top %(n)s", "Top %(n)s", int(LARGEST)) % {"n": LARGEST},
            EVERYTHING: ngettext("All %(n)s", "All %(n)s", total) % {"n": GroupedInt(total)},
        }
        offered.append((_("Number shown"), MOST, MOST_CHOICES, page.most, limits))
    return [
        (
            label,
            [
                (labels[value], query, is_current, f"{name}-{value}")
                for value, query, is_current in page.choices(name, values, current)
            ],
        )
        for label, name, values, current, labels in offered
    ]
