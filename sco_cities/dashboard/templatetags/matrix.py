"""Template tags for the table, the legend and the options of the cooperation matrix.

The area of a square is proportional to its number of initiatives. Each square links to the list of its initiatives.
Building thousands of squares takes 30 ms in Python and would take a second in a template.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from django import template
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sco_cities.cities.columns import COUNTRIES
from sco_cities.core.html import fill_template, join_html, lang_attribute
from sco_cities.dashboard.cooccurrence import CITY, COUNTRY, PairPages
from sco_cities.dashboard.matrix import (
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
from sco_cities.i18n.punctuation import Typeset, and_list
from sco_cities.listings import querystring
from sco_cities.listings.list_page import ListPage

register = template.Library()

# The label and query string of each value, a flag that marks the current value, and the id of its link.
Links = list[tuple[str, str, bool, str]]


# Maximum number of places, CSS class of the table, and cell size in CSS pixels. With more than thirty places, cells
# become smaller only in print.
_SIZES = (
    (12, "cells-xl", 34.0), (25, "cells-l", 28.0), (30, "", 22.0), (45, "cells-s", 22.0), (60, "cells-xs", 22.0),
    (140, "cells-2xs", 22.0),
)  # fmt: skip
_SMALLEST = ("cells-3xs", 22.0)
# The smallest number whose square may fill its cell, so that squares are small if all pairs have one initiative.
MIN_FULL_COUNT = 4
# The minimum side of a square without and with a number, and the width of a digit at a font size of 11 px.
MIN_SIDE, MIN_SIDE_WITH_NUMBER = 3.0, 13.0
_DIGIT = 6.8


@dataclass(frozen=True)
class Scale:
    """The scale of the squares. `most` initiatives fill a cell."""

    name: str
    cell_size: float
    most: int

    @classmethod
    def of(cls, page: MatrixPage) -> "Scale":
        fitting = (size for size in _SIZES if len(page.places) <= size[0])
        _places, name, room = next(fitting, (0, *_SMALLEST))
        return cls(name, room, max(page.largest, MIN_FULL_COUNT))

    def side(self, count: int) -> float:
        """Returns the side of the square for a number, in CSS pixels."""
        return max(self.cell_size * (count / self.most) ** 0.5, MIN_SIDE)

    def has_number(self, count: int) -> bool:
        """Returns True if the number fits on its square."""
        return self.side(count) >= max(MIN_SIDE_WITH_NUMBER, len(str(count)) * _DIGIT + 2)

    def square(self, count: int) -> str:
        """Returns the square for a number, as SVG."""
        # The size is in em, because it must scale with the reader's font size.
        side = f"{self.side(count) / 16:.3g}em"
        return fill_template('<svg width="{0}" height="{0}" aria-hidden="true"><rect/></svg>', side)

    def square_with_number(self, count: int) -> str:
        """Returns the square and its number. The number is visually hidden if it does not fit."""
        attribute = fill_template("" if self.has_number(count) else ' class="visually-hidden"')
        return fill_template("{}<span{}>{}</span>", self.square(count), attribute, str(GroupedInt(count)))

    @property
    def examples(self) -> list[tuple[int, str]]:
        """A small, a medium and the largest number with their squares for the legend."""
        numbers = sorted({1, max(round(self.most / 4), 1), self.most})
        return [(number, self.square(number)) for number in numbers]


@register.simple_tag
def matrix_table(page: MatrixPage) -> str:
    """Returns the rows on this page as an HTML table, with headings for all columns."""
    scale = Scale.of(page)
    slugs = {key: page.slug(key) for key in page.places}
    heads = [_column_header(page, key) for key in page.places]
    return fill_template(
        '<table class="matrix{}" id="matrix"><caption class="visually-hidden">{}</caption><colgroup><col>{}</colgroup>'
        "<thead><tr><td></td>{}</tr></thead>\n<tbody>{}</tbody></table>",
        f" {scale.name}" if scale.name else "",
        page.heading,
        join_html("", [fill_template("<col>")] * len(heads)),
        join_html("", heads),
        join_html("\n", _rows(page, scale, slugs)),
    )


def _column_header(page: MatrixPage, key: int) -> str:
    lang, name = _lang_and_name(page, key)
    return fill_template('<th scope="col" title="{0}"><span{1}>{0}</span></th>', name, lang)


@register.simple_tag
def matrix_title(page: MatrixPage) -> str:
    """Returns a title about the strongest pair, else about the place with the most partners, else a general title."""
    if not page.errors and (pair := page.strongest_pair):
        return _pair_title(page, *pair)
    if not page.errors and (place := page.place_with_most_partners):
        key, count = place
        sentence = _("%(place)s has the most partners: %(count)s")
        return Typeset(sentence % {"place": page.names[key], "count": GroupedInt(count)})
    return _("Who works with whom")


def _pair_title(page: MatrixPage, one: int, other: int, count: int) -> str:
    sentence = ngettext(
        "%(places)s work together most: %(count)s initiative",
        "%(places)s work together most: %(count)s initiatives",
        count,
    )
    places = and_list([page.names[one], page.names[other]])
    return Typeset(sentence % {"places": places, "count": GroupedInt(count)})


@register.simple_tag
def country_list(page: MatrixPage) -> ListPage | None:
    """Returns the list of countries, most initiatives first, shown below a matrix of countries without filters."""
    if page.side is not COUNTRY or page.active_filters:
        return None
    return ListPage(COUNTRIES, page.state, QueryDict())


@register.simple_tag
def ranked_pair_items(page: MatrixPage) -> str:
    """Returns the pairs with the most joint initiatives as list items, with the links of the pairs' squares."""
    links = PairPages(page.list_params, page.side, page.state)
    return join_html(
        "",
        [
            fill_template(
                '\n<li><a href="{}">{}</a> <span class="n">{}</span></li>',
                links.of(one, other),
                and_list([page.names[one], page.names[other]]),
                str(GroupedInt(count)),
            )
            for one, other, count in page.ranked_pairs
        ],
    )


def _rows(page: MatrixPage, scale: Scale, slugs: dict[int, str]) -> Iterator[str]:
    links, pairs, names = PairPages(page.list_params, page.side, page.state), page.pairs, page.names
    records = reverse(f"{page.side.collection}-list")
    # Squares are cached, because a few numbers occur very often.
    number_text = cache(lambda count: str(GroupedInt(count)))
    square = cache(scale.square_with_number)
    # These values are looked up once, because there are thousands of squares.
    joint, whole = _("%(one)s and %(other)s: %(count)s together"), _("%(place)s: %(count)s in all")
    places = page.places
    for position, row in enumerate(page.page.object_list, start=page.page.start_index()):
        head = f"{records}{slugs[row]}/", *_lang_and_name(page, row)
        cells = [fill_template('<th scope="row"><a href="{}"{}>{}</a></th>', *head)]
        # Only half of the table is shown, with each pair in the row of its second place.
        for column in places[:position]:
            count = pairs.of(row, column)
            if not count:
                cells.append(_EMPTY)
                continue
            if row == column:
                template, content = _DIAGONAL, number_text(count)
                title = whole % {"place": names[row], "count": number_text(count)}
            else:
                template, content = _SQUARE, square(count)
                title = joint % {"one": names[column], "other": names[row], "count": number_text(count)}
            cells.append(fill_template(template, links.of(column, row), Typeset(title), content))
        if rest := len(places) - position:
            cells.append(fill_template('<td class="blank" colspan="{}"></td>', str(rest)))
        yield fill_template("<tr>{}</tr>", join_html("", cells))


_EMPTY = fill_template("<td></td>")
_SQUARE = '<td><a href="{}" title="{}">{}</a></td>'
_DIAGONAL = '<td class="diagonal"><a href="{}" title="{}">{}</a></td>'


def _lang_and_name(page: MatrixPage, key: int) -> tuple[str, str]:
    """Returns the lang attribute of a place's name, or "", and the name."""
    name = page.names[key]
    return lang_attribute(name), name


@register.simple_tag
def scale_examples(page: MatrixPage) -> list:
    """Example numbers and their squares for the legend."""
    return Scale.of(page).examples


@register.simple_tag
def view_choices(page: MatrixPage) -> list[tuple[str, Links]]:
    """Returns the options of the matrix other than filters, each with a label. Omits options without effect."""
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
                (
                    labels[value],
                    querystring.replacing(page.params, (name, "" if value == values[0] else value)),
                    value == current,
                    f"{name}-{value}",
                )
                for value in values
            ],
        )
        for label, name, values, current, labels in offered
    ]
