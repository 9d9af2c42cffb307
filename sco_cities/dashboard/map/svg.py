"""The marks of a map as SVG and the rows of its tables as HTML: in a template, hundreds of them would be slow."""

from functools import cache

from django.utils.translation import gettext as _

from sco_cities.core.html import fill_template, join_html, lang_attribute
from sco_cities.core.localized_names import Localized
from sco_cities.i18n.numbers import GroupedInt

from .labels import Label
from .layout import MapLayout
from .network import Edge

_ARC = '<a href="{}" tabindex="-1" data-cities="{}"><title>{}</title><path class="{}"{} d="{}"/></a>'
_PATTERN = ' fill="url(#arc-{})"'
_DISC = (
    '<a href="{}" tabindex="-1" data-name="{}" data-other-names="{}"><title>{}</title>'
    '<circle cx="{}" cy="{}" r="{}"/></a>'
)
_LABEL = '<text x="{}" y="{}"{}{}>{}</text>'
_ANCHORED = {"start": "", "middle": ' text-anchor="middle"', "end": ' text-anchor="end"'}
_CITY_ROW = '<tr><th scope="row"><a href="{}"{}>{}</a></th>{}</tr>'
_CELL = "<td>{}</td>"
_EDGE_ROW = '<tr><th scope="row"><a href="{}">{}</a></th><td>{}</td><td>{}</td><td>{}</td></tr>'


class SvgMarks:
    """The marks and table rows of a map layout."""

    def __init__(self, layout: MapLayout):
        self.layout = layout
        self.scope = layout.scope
        self.disc_numbers = {disc.key: number for number, disc in enumerate(layout.discs)}
        self.city_names = {disc.key: disc.name for disc in layout.discs}
        self.pair_patterns = _("%(one)s and %(other)s"), _("%(one)s → %(other)s")
        count_label = layout.scope.listing.count_label
        self.count_text = cache(lambda count: count_label % {"count": GroupedInt(count)})
        self.lang = cache(lambda language: lang_attribute(Localized("", language)))
        self.address_of = cache(self._address_of)

    @property
    def arcs(self) -> str:
        return join_html("", map(self._arc, self.layout.arcs))

    @property
    def discs(self) -> str:
        # The largest first, so that small discs lie on top.
        return join_html("", map(self._disc, self.layout.discs))

    @property
    def names(self) -> list[tuple[str, str]]:
        """For each width, the name of its lettering and the labels."""
        return [
            (lettering.name, join_html("", map(self._label, labels)))
            for lettering, labels in self.layout.names
        ]

    @property
    def city_rows(self) -> str:
        """A row for each city: the number of its initiatives, and of those in which it shares and learns."""
        numbers = self.layout.numbers
        rows = []
        for disc in self.layout.discs:
            counts = [numbers.cities[disc.key]]
            if numbers.has_roles:
                counts += numbers.shares(disc.key), numbers.learns(disc.key)
            cells = join_html("", (fill_template(_CELL, _number_text(count)) for count in counts))
            lang = self.lang(disc.name.lang)
            rows.append(fill_template(_CITY_ROW, self._address(disc.key), lang, disc.name, cells))
        return join_html("\n", rows)

    @property
    def edge_rows(self) -> str:
        """A row for each drawn edge, the strongest first."""
        rows = (
            fill_template(
                _EDGE_ROW,
                self.address_of(edge),
                self._pair(edge),
                *map(_number_text, (edge.count, edge.shares, edge.learns)),
            )
            for edge in (arc.edge for arc in reversed(self.layout.arcs))
        )
        return join_html("\n", rows)

    def _arc(self, arc) -> str:
        edge = arc.edge
        title = _("%(pair)s: %(initiatives)s") % {
            "pair": self._pair(edge),
            "initiatives": self.count_text(edge.count),
        }
        if not edge.is_even:
            title = _("%(edge)s. %(city)s shares experience in %(shares)s and learns in %(learns)s.") % {
                "edge": title,
                "city": self.city_names[edge.one],
                "shares": _number_text(edge.shares),
                "learns": _number_text(edge.learns),
            }
        # The numbers of the discs at both ends.
        ends = f"{self.disc_numbers[edge.one]} {self.disc_numbers[edge.other]}"
        pattern = fill_template(_PATTERN, edge.pillar) if edge.pillar in PATTERNED else ""
        return fill_template(_ARC, self.address_of(edge), ends, title, edge.pillar, pattern, arc.outline)

    def _disc(self, disc) -> str:
        count = self.layout.numbers.cities[disc.key]
        title = _("%(city)s: %(initiatives)s") % {
            "city": disc.name,
            "initiatives": self.count_text(count),
        }
        city = self.layout.cities[disc.key]
        other_names = "|".join(
            name for name in (city.name_en, city.name_ru, city.name_zh) if name and name != disc.name
        )
        return fill_template(
            _DISC,
            self._address(disc.key),
            disc.name,
            other_names,
            title,
            str(disc.x),
            str(disc.y),
            f"{disc.radius:g}",
        )

    def _label(self, label: Label) -> str:
        anchor = fill_template(_ANCHORED[label.anchor])
        lang = self.lang(label.disc.name.lang)
        return fill_template(_LABEL, str(label.x), str(label.y), anchor, lang, label.disc.name)

    def _address(self, key: int) -> str:
        return self.scope.address_of_city(self.layout.cities[key].slug)

    def _address_of(self, edge: Edge) -> str:
        cities = self.layout.cities
        return self.scope.address_of_edge(cities[edge.one].slug, cities[edge.other].slug)

    def _pair(self, edge: Edge) -> str:
        even, directed = self.pair_patterns
        pattern = even if edge.is_even else directed
        return pattern % {"one": self.city_names[edge.one], "other": self.city_names[edge.other]}


# Distinguishable without colours: these pillars are striped, the third one is filled.
PATTERNED = ("governance", "cooperation")


def _number_text(number: int) -> str:
    return str(GroupedInt(number)) if number > 999 else str(number)
