"""Builds the marks of a map as SVG and its table rows as HTML, because a template would be too slow."""

import math
from functools import cache
from itertools import groupby

from django.utils.html import escape
from django.utils.translation import gettext as _

from sco_cities.core.html import fill_template, join_html, lang_attribute
from sco_cities.core.localized_names import Localized
from sco_cities.i18n.numbers import GroupedInt
from sco_cities.i18n.punctuation import Typeset

from .labels import SIZE, Disc, Label, text_width
from .layout import MapArc, MapLayout, disc_radius
from .network import MAX_EDGES, Edge

_ARC = '<a href="{}" tabindex="-1" data-cities="{}"><title>{}</title><path d="{}" stroke-width="{}"/>{}</a>'
# The tip of an arrow touches the disc of the learning city. Discs and tips have the same size at every zoom level.
_ARROWHEAD = '<g transform="translate({} {})rotate({})"><path d="M-{} 0l-11-5v10z"/></g>'
_DISC = (
    '<a href="{}" tabindex="-1" data-city="{}" data-name="{}" data-other-names="{}"{}><title>{}</title>'
    '<circle cx="{}" cy="{}" r="{}"/></a>'
)
_NOTHING = fill_template("")
_CURRENT = fill_template(' aria-current="true"')
_DIMMED = '<g class="dimmed">{}</g>'
_LABELS = '<g class="names {}" data-scale="{}">{}</g>'
# Maximum scales of labels and their CSS classes. Without JavaScript, the style sheet shows the labels of a class from a
# minimum map width on.
_WIDTHS = ((0.42, "narrow"), (0.68, "medium"), (1, "wide"), (math.inf, "enlarged"))
_LABEL = '<g data-city="{}" transform="translate({} {})"><text x="{}" y="{}"{}{}>{}</text></g>'
_ANCHORED = {
    "start": _NOTHING,
    "middle": fill_template(' text-anchor="middle"'),
    "end": fill_template(' text-anchor="end"'),
}
# The key is in the lower left corner, in label units, so its circles are as large as the discs at every zoom level.
_KEY = '<g class="map-key" transform="translate(20 {})"><g>{}</g></g>'
_KEY_CIRCLE = '<circle cx="{}" cy="-26" r="{}"/><text x="{}" y="-19">{}</text>'
_CITY_ROW = '<tr><th scope="row"><a href="{}"{}>{}</a></th><td>{}</td></tr>'
_CITY_ROW_WITH_ROLES = '<tr><th scope="row"><a href="{}"{}>{}</a></th><td>{}</td><td>{}</td><td>{}</td></tr>'
# Lines reach their maximum width at this number of joint initiatives.
MAX_WIDTH_COUNT = 9
_EDGE_ROW = '<tr><th scope="row"><a href="{}">{}</a></th><td>{}</td><td>{}</td><td>{}</td></tr>'


class SvgMarks:
    """Builds the marks and table rows of a map layout."""

    def __init__(self, layout: MapLayout):
        self.layout = layout
        scope = layout.numbers.scope
        self.cities = scope.state.index("cities").records
        self.discs_by_key = {disc.key: disc for disc in layout.discs}
        self.city_names = {disc.key: disc.name for disc in layout.discs}
        # City names and slugs are escaped and translated once, because each city occurs in a dozen marks.
        self.slugs = {key: escape(self.cities[key].slug) for key in self.city_names}
        self.urls = {key: escape(scope.url_of_city(self.cities[key].slug)) for key in self.city_names}
        self.pair_patterns = _("%(one)s and %(other)s"), _("%(one)s → %(other)s")
        self.arc_title = _("%(pair)s: %(initiatives)s")
        self.flow_title = _("%(edge)s. %(city)s shares experience in %(shares)s and learns in %(learns)s.")
        self.disc_title = _("%(city)s: %(initiatives)s")
        count_label = scope.listing.count_label
        self.count_text = cache(lambda count: count_label % {"count": GroupedInt(count)})
        self.number_text = cache(lambda number: escape(GroupedInt(number)))
        self.lang = cache(lambda language: lang_attribute(Localized("", language)))
        self.url_of_edge = cache(lambda one, other: escape(scope.url_of_edge(one, other)))

    @property
    def arcs(self) -> str:
        return join_html("", map(self._arc, self.layout.arcs))

    @property
    def discs(self) -> str:
        """The discs, largest first, so small discs are on top. Discs without emphasis are below other discs."""
        city, partners = self.layout.emphasis.city, self.layout.partners
        if city is None:
            return join_html("", map(self._disc, self.layout.discs))
        groups: tuple[list[str], list[str]] = [], []
        for disc in self.layout.discs:
            groups[disc.key == city or disc.key in partners].append(self._disc(disc))
        dimmed, emphasised = (join_html("", group) for group in groups)
        return join_html("", (fill_template(_DIMMED, dimmed), emphasised))

    @property
    def names(self) -> str:
        """The labels, grouped by the minimum scale at which they are shown."""
        groups = groupby(self.layout.labels, key=lambda label: label.scale)
        return join_html(
            "",
            (
                fill_template(
                    _LABELS, _width_class(scale), f"{scale:g}", join_html("", map(self._label, labels))
                )
                for scale, labels in groups
            ),
        )

    @property
    def key(self) -> str:
        """The key, with three circles and their numbers of initiatives."""
        numbers = self.layout.numbers
        most = max(numbers.cities.values())
        counts, left, circles = sorted({1, most // 4 or 1, most}), 0.0, []
        for count in counts:
            radius = disc_radius(numbers, count)
            text = str(GroupedInt(count))
            places = (f"{place:g}" for place in (left + radius, radius, left + 2 * radius + 6))
            circles.append(fill_template(_KEY_CIRCLE, *places, text))
            left += 2 * radius + 24 + text_width(text) * SIZE
        return fill_template(_KEY, str(self.layout.viewport.height), join_html("", circles))

    @property
    def city_rows(self) -> str:
        """A row per city with its numbers of initiatives, of initiatives where it shares, and where it learns."""
        numbers, has_roles = self.layout.numbers, self.layout.numbers.has_roles
        rows = []
        for key, disc in self.discs_by_key.items():
            parts = self.urls[key], self.lang(disc.name.lang), disc.name
            counts = [numbers.cities[key]]
            if has_roles:
                counts += numbers.shares(key), numbers.learns(key)
            pattern = _CITY_ROW_WITH_ROLES if has_roles else _CITY_ROW
            rows.append(fill_template(pattern, *parts, *map(self.number_text, counts)))
        return join_html("\n", rows)

    @property
    def edge_rows(self) -> str:
        """A row for each of the `MAX_EDGES` strongest edges, drawn or not, strongest edge first."""
        numbers = self.layout.numbers
        rows = (
            fill_template(
                _EDGE_ROW,
                self.url_of_edge(edge.one, edge.other),
                self._pair(edge),
                *map(self.number_text, (edge.count, edge.shares, edge.learns)),
            )
            for edge in (numbers.edge(*triple) for triple in numbers.strongest(MAX_EDGES))
        )
        return join_html("\n", rows)

    def _arc(self, arc: MapArc) -> str:
        edge = arc.edge
        title = self.arc_title % {"pair": self._pair(edge), "initiatives": self.count_text(edge.count)}
        if not edge.is_even:
            title = self.flow_title % {
                "edge": title,
                "city": self.city_names[edge.one],
                "shares": GroupedInt(edge.shares),
                "learns": GroupedInt(edge.learns),
            }
        ends = fill_template("{} {}", self.slugs[edge.one], self.slugs[edge.other])
        head = self._arrowhead(arc) if arc.angle is not None else _NOTHING
        url = self.url_of_edge(edge.one, edge.other)
        return fill_template(_ARC, url, ends, Typeset(title), arc.outline, _line_width(edge.count), head)

    def _arrowhead(self, arc: MapArc) -> str:
        disc = self.discs_by_key[arc.edge.other]
        parts = disc.x, disc.y, arc.angle, round(disc.radius) + 2
        return fill_template(_ARROWHEAD, *map(str, parts))

    def _disc(self, disc: Disc) -> str:
        key, city = disc.key, self.cities[disc.key]
        count_text = self.count_text(self.layout.numbers.cities[key])
        title = self.disc_title % {"city": disc.name, "initiatives": count_text}
        other_names = "|".join(
            name for name in (city.name_en, city.name_ru, city.name_zh) if name and name != disc.name
        )
        return fill_template(
            _DISC,
            self.urls[key],
            self.slugs[key],
            # These names have straight apostrophes, because readers type straight apostrophes when they search.
            escape(disc.name),
            other_names,
            _CURRENT if key == self.layout.emphasis.city else _NOTHING,
            Typeset(title),
            str(disc.x),
            str(disc.y),
            f"{disc.radius:g}",
        )

    def _label(self, label: Label) -> str:
        disc = label.disc
        places = map(str, (disc.x, disc.y, label.x, label.y))
        lang = self.lang(disc.name.lang)
        # On the map of an emphasised city, each label also contains a number.
        return fill_template(_LABEL, self.slugs[disc.key], *places, _ANCHORED[label.anchor], lang, disc.name)

    def _pair(self, edge: Edge) -> str:
        even, directed = self.pair_patterns
        pattern = even if edge.is_even else directed
        return Typeset(pattern % {"one": self.city_names[edge.one], "other": self.city_names[edge.other]})


def _line_width(count: int) -> str:
    """Returns the width of a line in pixels. The width is limited, because a wider line would cover other lines."""
    return f"{1 + 0.9 * (min(count, MAX_WIDTH_COUNT) - 1):g}"


def _width_class(scale: float) -> str:
    return next(name for largest, name in _WIDTHS if scale <= largest)
