"""The marks of a map and the rows of its table, as HTML: hundreds of them would take long in a template."""

from functools import cache

from django.utils.translation import gettext as _

from sco_cities.core.localized_names import Localized
from sco_cities.i18n.numbers import GroupedInt
from sco_cities.listings.filter_html import fill_template, join_html, lang_attribute

from .labels import Label
from .layout import MapLayout
from .network import Edge

_ARC = '<a href="{}" tabindex="-1" data-ends="{}"><title>{}</title><path class="{}"{} d="{}"/></a>'
_PATTERN = ' fill="url(#arc-{})"'
_DISC = '<a href="{}" tabindex="-1" data-name="{}" data-also="{}"><title>{}</title><circle cx="{}" cy="{}" r="{}"/></a>'
_LABEL = '<text x="{}" y="{}"{}{}>{}</text>'
_ANCHORED = {"start": "", "middle": ' text-anchor="middle"', "end": ' text-anchor="end"'}
_CITY_ROW = '<tr><th scope="row"><a href="{}"{}>{}</a></th>{}</tr>'
_CELL = "<td>{}</td>"
_TIE_ROW = '<tr><th scope="row"><a href="{}">{}</a></th><td>{}</td><td>{}</td><td>{}</td></tr>'


class SvgMarks:
    """What the template shows of a drawing."""

    def __init__(self, drawing: MapLayout):
        self.drawing = drawing
        self.scope = drawing.scope
        self.places = {disc.key: place for place, disc in enumerate(drawing.discs)}
        self.called = {disc.key: disc.name for disc in drawing.discs}
        self.pairs = _("%(one)s and %(other)s"), _("%(one)s → %(other)s")
        counted = drawing.scope.listing.counted
        self.counted = cache(lambda count: counted % {"count": GroupedInt(count)})
        self.lang = cache(lambda language: lang_attribute(Localized("", language)))
        self.address_of = cache(self._address_of)

    @property
    def arcs(self) -> str:
        return join_html("", map(self._arc, self.drawing.arcs))

    @property
    def discs(self) -> str:
        # The largest first: a small one that it would cover lies above it.
        return join_html("", map(self._disc, self.drawing.discs))

    @property
    def names(self) -> list[tuple[str, str]]:
        """For each width the name of its lettering, and the names."""
        return [(kind.name, join_html("", map(self._label, set_))) for kind, set_ in self.drawing.names]

    @property
    def city_rows(self) -> str:
        """Each city, the number of its initiatives, and of those in which it shares and learns."""
        numbers = self.drawing.numbers
        rows = []
        for disc in self.drawing.discs:
            told = [numbers.cities[disc.key]]
            if numbers.have_parts:
                told += numbers.shares(disc.key), numbers.learns(disc.key)
            cells = join_html("", (fill_template(_CELL, _said(number)) for number in told))
            lang = self.lang(disc.name.lang)
            rows.append(fill_template(_CITY_ROW, self._address(disc.key), lang, disc.name, cells))
        return join_html("\n", rows)

    @property
    def tie_rows(self) -> str:
        """Each tie that is drawn, the strongest first."""
        rows = (
            fill_template(
                _TIE_ROW,
                self.address_of(tie),
                self._pair(tie),
                *map(_said, (tie.count, tie.shares, tie.learns)),
            )
            for tie in (drawn.tie for drawn in reversed(self.drawing.arcs))
        )
        return join_html("\n", rows)

    def _arc(self, drawn) -> str:
        tie = drawn.tie
        said = _("%(pair)s: %(initiatives)s") % {
            "pair": self._pair(tie),
            "initiatives": self.counted(tie.count),
        }
        if not tie.is_even:
            said = _("%(tie)s. %(city)s shares experience in %(shares)s and learns in %(learns)s.") % {
                "tie": said,
                "city": self.called[tie.one],
                "shares": _said(tie.shares),
                "learns": _said(tie.learns),
            }
        # The places of both among the discs.
        ends = f"{self.places[tie.one]} {self.places[tie.other]}"
        pattern = fill_template(_PATTERN, tie.pillar) if tie.pillar in PATTERNED else ""
        return fill_template(_ARC, self.address_of(tie), ends, said, tie.pillar, pattern, drawn.outline)

    def _disc(self, disc) -> str:
        count = self.drawing.numbers.cities[disc.key]
        said = _("%(city)s: %(initiatives)s") % {
            "city": disc.name,
            "initiatives": self.counted(count),
        }
        city = self.drawing.cities[disc.key]
        also = "|".join(
            name for name in (city.name_en, city.name_ru, city.name_zh) if name and name != disc.name
        )
        return fill_template(
            _DISC,
            self._address(disc.key),
            disc.name,
            also,
            said,
            str(disc.x),
            str(disc.y),
            f"{disc.radius:g}",
        )

    def _label(self, label: Label) -> str:
        anchor = fill_template(_ANCHORED[label.anchor])
        lang = self.lang(label.disc.name.lang)
        return fill_template(_LABEL, str(label.x), str(label.y), anchor, lang, label.disc.name)

    def _address(self, key: int) -> str:
        return self.scope.address_of_city(self.drawing.cities[key].slug)

    def _address_of(self, tie: Edge) -> str:
        cities = self.drawing.cities
        return self.scope.address_of_tie(cities[tie.one].slug, cities[tie.other].slug)

    def _pair(self, tie: Edge) -> str:
        evenly, one_sidedly = self.pairs
        pattern = evenly if tie.is_even else one_sidedly
        return pattern % {"one": self.called[tie.one], "other": self.called[tie.other]}


# Told apart without colours too: these are striped, the third is filled.
PATTERNED = ("governance", "cooperation")


def _said(number: int) -> str:
    return str(GroupedInt(number)) if number > 999 else str(number)
