"""What the initiatives of a place, theme, event or organisation come to: how many, how firm, on what, with whom.

Each number leads to the list that has just so many. All of them come from the facet index: a city with a third of
a hundred thousand initiatives takes no more queries than one with three.
"""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.urls import reverse
from pyroaring import BitMap

from sco_cities.browse.histogram import bars
from sco_cities.browse.index.census import Censuses, by_size
from sco_cities.browse.index.state import State
from sco_cities.sources.records import Record
from sco_cities.themes.models import Pillar

from .columns import INITIATIVES
from .models import CityRole, Initiative, Status

KIND = INITIATIVES.collection
# By which filter the list of initiatives is narrowed to those of a kind of record.
FILTERS = {
    "cities": "city", "countries": "country", "themes": "theme", "events": "event", "organisations": "organisation",
    "reports": "report",
}  # fmt: skip
# Where a page already goes by a place, others that take part are asked for by another filter.
BESIDE = {"city": "with_city", "country": "with_country"}
# So many of a group, and so many partners, are named; two more rather than "the first 10 of 12".
FIRST = 10
MORE = 2
PARTNERS = 12
_NONE = BitMap()


@dataclass(frozen=True)
class Bar:
    """A number of initiatives, its share of the largest beside it or of all, and the list that has them."""

    value: str
    label: str
    count: int
    share: float
    address: str

    @property
    def rest(self) -> float:
        """What is left above it where it stands as a column."""
        return 1 - self.share


@dataclass(frozen=True)
class Partner:
    """A city or country that takes part in the same initiatives: in how many, and who learns from whom in them."""

    record: Record
    together: Bar
    shares: Bar | None = None
    learns: Bar | None = None


@dataclass(frozen=True)
class Partners:
    """Those with most initiatives, first, and how many others there are."""

    shown: list[Partner]
    more: int

    def __bool__(self):
        return bool(self.shown)


@dataclass(frozen=True)
class PillarBars:
    """The themes under a pillar that have initiatives, those with most first."""

    pillar: str
    label: str
    themes: list[Bar]


@dataclass
class Group:
    """Initiatives that have something in common: a role of the city, or how firm they are."""

    value: str
    keys: BitMap
    address: str
    records: list[Initiative] = field(default_factory=list)

    @property
    def count(self) -> int:
        return len(self.keys)

    @property
    def has_more(self) -> bool:
        return self.count > len(self.records)


def _list_of(**filters: str) -> str:
    return f"{reverse(f'{KIND}-list')}?{urlencode(filters)}"


class Profile:
    """The published initiatives of `record`."""

    def __init__(self, state: State, record: Record):
        self._state = state
        self._record = record
        self._own = FILTERS[record.collection]
        self.keys = self._having(self._own, record.pk)
        self.count = len(self.keys)
        self.address = self._address()
        self._censuses = Censuses()

    def __bool__(self):
        return bool(self.count)

    def _address(self, **more: str) -> str:
        return _list_of(**{self._own: self._record.slug}, **more)

    def _having(self, facet: str, value: Hashable) -> BitMap:
        return self._state.having(KIND, facet, value)

    def _bars(self, counted: Iterable[tuple[str, str, int]], name: str, whole: int = 0) -> list[Bar]:
        found = [each for each in counted if each[2]]
        most = whole or max((count for _value, _label, count in found), default=1)
        return [
            Bar(value, label, count, count / most, self._address(**{name: value}))
            for value, label, count in found
        ]

    def by_status(self) -> list[Bar]:
        """How firm they are, from interest on, as shares of all."""
        having = self._state.facet(KIND, "status")
        counted = (
            (status.value, status.label, having.get(status.value, _NONE).intersection_cardinality(self.keys))
            for status in Status
        )
        return self._bars(counted, "status", self.count)

    def by_pillar(self) -> list[PillarBars]:
        """The themes that they are on, under their pillars."""
        counts, _more = self._most_frequent("theme", "themes", None)
        themes = self._state.index("themes").records
        ranked = sorted(counts, key=lambda key: (-counts[key], themes[key].name_en))
        bars = self._bars(((themes[key].slug, themes[key].name, counts[key]) for key in ranked), "theme")
        pillar_of = {themes[key].slug: themes[key].pillar for key in ranked}
        return [
            PillarBars(pillar.value, pillar.label, own)
            for pillar in Pillar
            if (own := [bar for bar in bars if pillar_of[bar.value] == pillar])
        ]

    def by_year(self) -> list[Bar]:
        """In which years they are under way; nothing where all are of one year, or of no known one."""
        years = INITIATIVES.kind.facets["years"]
        return [
            Bar(
                str(bar.first or bar.last),
                bar.label,
                bar.count,
                bar.share,
                self._address(
                    **{n: str(y) for n, y in (("year_from", bar.first), ("year_to", bar.last)) if y}
                ),
            )
            for bar in bars(years, self._state, KIND, self.keys, (None, None))
        ]

    def by_role(self) -> dict[str, Bar]:
        """In how many a city leads, is a partner, is a reference, shares and learns, by the filters of these names."""
        names = (*CityRole.values, "shares", "learns")
        counted = {name: len(self._having(name, self._record.pk)) for name in names}
        whole = self.count or 1
        return {
            name: Bar(name, "", count, count / whole, _list_of(**{name: self._record.slug}))
            for name, count in counted.items()
        }

    def cities(self) -> Partners:
        """The cities that take part in most of them; of a city's own, with who learns from whom."""
        return self._partners("city", "cities", self._exchange if self._own == "city" else None)

    def countries(self) -> Partners:
        """The countries of most of them."""
        return self._partners("country", "countries")

    def _partners(self, facet: str, of: str, exchange: Callable | None = None) -> Partners:
        own = self._record.pk if facet == self._own else None
        counts, more = self._most_frequent(facet, of, PARTNERS + MORE + (own is not None))
        records = self._state.index(of).records
        counts.pop(own, None)
        ranked = sorted(counts, key=lambda key: (-counts[key], records[key].name_en))
        name = BESIDE[facet] if own is not None else facet
        bars = self._bars(((records[key].slug, records[key].name, counts[key]) for key in ranked), name)
        most = len(ranked) if len(ranked) + more <= PARTNERS + MORE else PARTNERS
        return Partners(
            [
                Partner(records[key], bar, *(exchange(key, bar.value) if exchange else ()))
                for key, bar in zip(ranked[:most], bars, strict=False)
            ],
            more + len(ranked[most:]),
        )

    def _most_frequent(self, facet: str, of: str, most: int | None) -> tuple[dict[int, int], int]:
        sizes = by_size(self._state, KIND, facet, of)
        return sizes.most_frequent(self._censuses.of(self.keys, sizes.last), most)

    def _exchange(self, other: int, slug: str) -> tuple[Bar, Bar]:
        """In how many the city shares and the other learns, and the other way round."""
        own, its = self._record.pk, self._record.slug
        return (
            self._exchanged("shares", own, other, shares=its, learns=slug),
            self._exchanged("learns", other, own, shares=slug, learns=its),
        )

    def _exchanged(self, value: str, giver: int, taker: int, **names: str) -> Bar:
        shares, learns = self._state.facet(KIND, "shares"), self._state.facet(KIND, "learns")
        count = len(self._state.published(KIND) & shares.get(giver, _NONE) & learns.get(taker, _NONE))
        return Bar(value, "", count, count / (self.count or 1), _list_of(**names))

    def all_together(self) -> list[Group]:
        """The first of them by title, as one group."""
        return self._first_of([Group("", self.keys, self.address)])

    def by_group(self) -> list[Group]:
        """The first of those in which a city has each role."""
        roles = ((role, bar) for role, bar in self.by_role().items() if role in CityRole.values)
        return self._first_of(
            [Group(role, self._having(role, self._record.pk), bar.address) for role, bar in roles]
        )

    def by_firmness(self) -> list[Group]:
        """The first of each status."""
        having = self._state.facet(KIND, "status")
        return self._first_of(
            [Group(bar.value, having[bar.value] & self.keys, bar.address) for bar in self.by_status()]
        )

    def _first_of(self, found: list[Group]) -> list[Group]:
        ranking = INITIATIVES.ranking(self._state, INITIATIVES.default_sort)
        places = [
            ranking.window(group.keys, 0, group.count if group.count <= FIRST + MORE else FIRST)
            for group in found
        ]
        records = self._read([key for window in places for key in window])
        for group, window in zip(found, places, strict=True):
            group.records = [records[key] for key in window]
        return [group for group in found if group.count]

    def _read(self, keys: list[int]) -> dict[int, Initiative]:
        if not keys:
            return {}
        stored = Initiative.objects.using(self._state.using).defer(
            "search_text", "summary_en", "summary_ru", "summary_zh"
        )
        return stored.in_bulk(keys)
