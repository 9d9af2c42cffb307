"""The table of the matrix as HTML: squares whose area is the number of initiatives, each a link to their list.

There are thousands of them: a template would take a second for what takes 30 ms here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from django.urls import reverse

from sco_cities.dashboard.cooccurrence import PairLinks
from sco_cities.i18n.numbers import GroupedInt
from sco_cities.listings.filter_html import fill_template, join_html, lang_attribute

from .page import MatrixPage

# Up to so many places the cells have this class, and this room for a square, in pixels of a usual reader's screen.
# Of more than thirty they are as large there, and smaller on paper alone.
_SIZES = (
    (12, "wide", 34.0), (23, "middle", 28.0), (30, "", 21.0), (45, "dense", 21.0), (60, "fine", 21.0),
    (140, "tiny", 21.0),
)  # fmt: skip
_MORE = ("minute", 21.0)
# A cell is full with so many at least: where two are in one together at most, these are not to look like many.
FULL = 4
# What a reader can still see; what a number can still be read in; and how wide its digits are, small and large.
LEAST, READABLE = 3.0, 9.0
_DIGIT, _LARGE_DIGIT = 5.2, 7.0
_LARGE = 15.0


@dataclass(frozen=True)
class Scale:
    """How large the squares are: `most` initiatives fill a cell."""

    name: str
    room: float
    most: int

    @classmethod
    def of(cls, page: MatrixPage) -> "Scale":
        fitting = (size for size in _SIZES if len(page.places) <= size[0])
        _places, name, room = next(fitting, (0, *_MORE))
        return cls(name, room, max(page.largest, FULL))

    def side(self, count: int) -> float:
        """The side of a square, in pixels."""
        return max(self.room * (count / self.most) ** 0.5, LEAST)

    def style(self, count: int) -> str:
        """How the number is written: "large" or "" on its square, "hidden" where it does not fit."""
        side, digits = self.side(count), len(str(count))
        if side >= max(_LARGE, digits * _LARGE_DIGIT + 3):
            return "large"
        return "" if side >= max(READABLE, digits * _DIGIT + 1) else "hidden"

    def square(self, count: int) -> str:
        """A square."""
        # In ems: it grows with what readers have set.
        side = f"{self.side(count) / 16:.3g}em"
        return fill_template('<svg width="{0}" height="{0}" aria-hidden="true"><rect/></svg>', side)

    def numbered(self, count: int) -> str:
        """A square with its number on it."""
        style = self.style(count)
        attribute = fill_template(' class="{}"', style) if style else ""
        return fill_template("{}<span{}>{}</span>", self.square(count), attribute, str(GroupedInt(count)))

    @property
    def examples(self) -> list[tuple[int, str]]:
        """Some numbers with their squares, for the legend: the least, the most, and one between."""
        numbers = sorted({1, max(round(self.most / 4), 1), self.most})
        return [(number, self.square(number)) for number in numbers]


def table(page: MatrixPage, caption: str) -> str:
    """The rows of the page, with the heads of all columns."""
    scale = Scale.of(page)
    slugs = {key: page.slug(key) for key in page.places}
    heads = [
        fill_template('<th scope="col"><span{}>{}</span></th>', *_named(page, key)) for key in page.places
    ]
    return fill_template(
        '<table class="matrix{}" id="matrix"><caption class="hidden">{}</caption><colgroup><col>{}</colgroup>'
        "<thead><tr><td></td>{}</tr></thead>\n<tbody>{}</tbody></table>",
        f" {scale.name}" if scale.name else "",
        caption,
        join_html("", [fill_template("<col>")] * len(heads)),
        join_html("", heads),
        join_html("\n", _rows(page, scale, slugs)),
    )


def _rows(page: MatrixPage, scale: Scale, slugs: dict[int, str]) -> Iterator[str]:
    lists, counted, names = PairLinks(page.list_params, page.side), page.pairs, page.names
    records = reverse(f"{page.side.collection}-list")
    # The same numbers come again and again.
    written = cache(lambda count: str(GroupedInt(count)))
    numbered = cache(scale.numbered)
    for row in page.page.object_list:
        head = f"{records}{slugs[row]}/", *_named(page, row)
        cells = [fill_template('<th scope="row"><a href="{}"{}>{}</a></th>', *head)]
        for column in page.places:
            count = counted.of(row, column)
            if not count:
                cells.append(_EMPTY)
                continue
            address = lists.of(slugs[row], slugs[column])
            if row == column:
                cells.append(
                    fill_template('<td class="own"><a href="{}">{}</a></td>', address, written(count))
                )
            else:
                title = f"{names[row]}, {names[column]}: {written(count)}"
                cells.append(
                    fill_template('<td><a href="{}" title="{}">{}</a></td>', address, title, numbered(count))
                )
        yield fill_template("<tr>{}</tr>", join_html("", cells))


_EMPTY = fill_template("<td></td>")


def _named(page: MatrixPage, key: int) -> tuple[str, str]:
    """The lang attribute of a name, where it needs one, and the name."""
    name = page.names[key]
    return lang_attribute(name), name
