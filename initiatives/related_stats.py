"""What the initiatives of a place, theme, event or organisation come to: how many, how firm, on what, with whom.

Each number leads to the list that has just so many. All of them come from the facet index: a city with a third of
a hundred thousand initiatives takes no more queries than one with three.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

from pyroaring import BitMap

from sco_cities.facet_index.facet_counts import FacetCounters, by_size
from sco_cities.facet_index.state import IndexState
from sco_cities.sources.base_models import Record
from sco_cities.sources.facets import EvidenceLevelsFacet
from sco_cities.sources.related_records import list_url

from .columns import INITIATIVES
from .models import CityRole, Initiative, Status

COLLECTION = INITIATIVES.collection
# By which filter the list of initiatives is narrowed to those of a kind of record.
FILTERS = {
    "cities": "city", "countries": "country", "themes": "theme", "events": "event", "organisations": "organisation",
    "reports": "report",
}  # fmt: skip
# Where a page already goes by a place, others that take part are asked for by another filter.
WITH_FILTERS = {"city": "with_city", "country": "with_country"}
# So many of a group, and so many partners, are named; two more rather than "the first 10 of 12".
FIRST = 10
MORE = 2
PARTNERS = 12


@dataclass(frozen=True)
class LinkedCount:
    """A number of initiatives, the list that has them, and its share of the largest beside it where they are ranked."""

    count: int
    address: str
    share: float = 0


@dataclass(frozen=True)
class PartnerRow:
    """A city or country that takes part in the same initiatives: in how many, and who learns from whom in them.

    `shares` counts where the city of the page shares and this one learns, `learns` the other way round.
    """

    record: Record
    together: LinkedCount
    shares: LinkedCount | None = None
    learns: LinkedCount | None = None


@dataclass(frozen=True)
class PartnerTable:
    """Those with most initiatives, first, and how many others there are."""

    shown: list[PartnerRow]
    more: int

    def __bool__(self):
        return bool(self.shown)


@dataclass
class InitiativeGroup:
    """Initiatives that have something in common: a role of the city, or how firm they are."""

    value: str
    keys: BitMap
    address: str
    # Each with `is_disputed`.
    records: list[Initiative] = field(default_factory=list)

    @property
    def count(self) -> int:
        return len(self.keys)

    @property
    def has_more(self) -> bool:
        return self.count > len(self.records)


class RelatedStats:
    """The published initiatives of `record`."""

    def __init__(self, state: IndexState, record: Record):
        self._state = state
        self._record = record
        self._own = FILTERS[record.collection]
        self.keys = self._having(self._own, record.pk)
        self.count = len(self.keys)
        self.address = self._address()
        self._censuses = FacetCounters()

    def __bool__(self):
        return bool(self.count)

    def _address(self, **more: str) -> str:
        return list_url(Initiative, **{self._own: self._record.slug}, **more)

    def _having(self, facet: str, value: Hashable) -> BitMap:
        return self._state.having(COLLECTION, facet, value)

    def by_part(self) -> dict[str, LinkedCount]:
        """In how many a city leads, is a partner, is a reference, shares and learns, by the filters of these names."""
        return {
            name: LinkedCount(
                len(self._having(name, self._record.pk)),
                list_url(Initiative, **{name: self._record.slug}),
            )
            for name in (*CityRole.values, "shares", "learns")
        }

    def cities(self) -> PartnerTable:
        """The cities that take part in most of them; of a city's own, with who learns from whom."""
        return self._partners("city", "cities", self._exchange if self._own == "city" else None)

    def countries(self) -> PartnerTable:
        """The countries of most of them."""
        return self._partners("country", "countries")

    def _partners(self, facet: str, of: str, exchange: Callable | None = None) -> PartnerTable:
        itself = self._record.pk if facet == self._own else None
        sizes = by_size(self._state, COLLECTION, facet, of)
        census = self._censuses.of(self.keys, sizes.last)
        counts = sizes.most_frequent(census, PARTNERS + MORE + (itself is not None))
        more = sizes.number(census) - len(counts)
        counts.pop(itself, None)
        records = self._state.index(of).records
        ranked = sorted(counts, key=lambda key: (-counts[key], records[key].name_en))
        shown = ranked if len(ranked) + more <= PARTNERS + MORE else ranked[:PARTNERS]
        name = WITH_FILTERS[facet] if itself is not None else facet
        return PartnerTable(
            [
                PartnerRow(
                    records[key],
                    LinkedCount(
                        counts[key],
                        self._address(**{name: records[key].slug}),
                        counts[key] / counts[ranked[0]],
                    ),
                    *(exchange(records[key]) if exchange else ()),
                )
                for key in shown
            ],
            more + len(ranked) - len(shown),
        )

    def _exchange(self, other: Record) -> tuple[LinkedCount, LinkedCount]:
        return self._exchanged(self._record, other), self._exchanged(other, self._record)

    def _exchanged(self, giver: Record, taker: Record) -> LinkedCount:
        learnt = self._state.facet(COLLECTION, "learns").get(taker.pk)
        count = self._having("shares", giver.pk).intersection_cardinality(learnt)
        return LinkedCount(count, list_url(Initiative, shares=giver.slug, learns=taker.slug))

    def all_together(self) -> list[InitiativeGroup]:
        """The first of them by title, as one group."""
        return self._first_of([InitiativeGroup("", self.keys, self.address)])

    def by_role(self) -> list[InitiativeGroup]:
        """The first of those in which a city has each role."""
        return self._first_of(
            [
                InitiativeGroup(
                    role,
                    self._having(role, self._record.pk),
                    list_url(Initiative, **{role: self._record.slug}),
                )
                for role in CityRole.values
            ]
        )

    def by_firmness(self) -> list[InitiativeGroup]:
        """The first of each status, from interest on."""
        having = self._state.facet(COLLECTION, "status")
        statuses = [status.value for status in Status if status.value in having]
        return self._first_of(
            [
                InitiativeGroup(status, having[status] & self.keys, self._address(status=status))
                for status in statuses
            ]
        )

    def _first_of(self, found: list[InitiativeGroup]) -> list[InitiativeGroup]:
        ranking = INITIATIVES.ranking(self._state, INITIATIVES.usual_sort)
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
        records = Initiative.objects.using(self._state.using).for_mention().in_bulk(keys)
        disputed = self._state.facet(COLLECTION, EvidenceLevelsFacet())["disputed"]
        for key, record in records.items():
            record.is_disputed = key in disputed
        return records
