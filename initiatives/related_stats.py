"""Statistics of the initiatives of a place, theme, event or organisation (counts, statuses, roles and partners).

Every count links to the list of the counted initiatives. All counts come from the facet index, so the number of queries
does not depend on the number of initiatives.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import cached_property

from pyroaring import BitMap

from sco_cities.cities.models import joint_filters, together_url
from sco_cities.facet_index.facet_counts import FacetCounters, values_by_size
from sco_cities.facet_index.state import IndexState
from sco_cities.listings.listing import Header
from sco_cities.sources.base_models import Record
from sco_cities.sources.related_records import TOLERANCE, RelatedRecords, list_url, shown_of

from .columns import INITIATIVES
from .list_rows import InitiativeRow
from .models import CityRole, Initiative, Status

COLLECTION = INITIATIVES.collection
# Maps each kind of record to the name of its filter in the list of initiatives.
FILTER_BY_COLLECTION = {
    "cities": "city", "countries": "country", "themes": "theme", "events": "event", "organisations": "organisation",
    "reports": "report",
}  # fmt: skip
# Maximum numbers of initiatives and of partners shown on a page.
MAX_SHOWN = 8
MAX_PARTNERS = 8
# Minimum number of initiatives for a theme to be named as the most common theme.
MIN_LEADING = 2


@dataclass(frozen=True)
class LinkedCount:
    """A number of records and the URL of their list. In rankings, `share` is the ratio to the largest number."""

    count: int
    url: str
    share: float = 0


@dataclass(frozen=True)
class PartnerRow:
    """A partner city or country with the number of joint initiatives.

    `shares` counts the initiatives where the city of the page shares and the partner learns. `learns` counts the
    initiatives where the partner shares and the city learns.
    """

    record: Record
    joint: LinkedCount
    shares: LinkedCount | None = None
    learns: LinkedCount | None = None


class PartnerTable(RelatedRecords):
    """The partners with the most joint initiatives, in descending order. No list shows all partners."""

    @property
    def has_flows(self) -> bool:
        """True if any of the shown partners learns or shares experience."""
        return any(row.shares and (row.shares.count or row.learns.count) for row in self.records)


class RelatedStats:
    """Statistics of the published initiatives of `record`."""

    def __init__(self, state: IndexState, record: Record):
        self._state = state
        self._record = record
        self._own_filter = FILTER_BY_COLLECTION[record.collection]
        self.keys = self._keys_with(self._own_filter, record.pk)
        self.count = len(self.keys)
        self.url = self._list_url()
        self.subscription_url = list_url(Initiative, "subscribe", **{self._own_filter: record.slug})
        self._counters = FacetCounters()

    def __bool__(self):
        return bool(self.count)

    def _list_url(self, **more: str) -> str:
        return list_url(Initiative, **{self._own_filter: self._record.slug}, **more)

    def _keys_with(self, facet: str, value: Hashable) -> BitMap:
        return self._state.filter_keys(COLLECTION, facet, value)

    def with_status(self, status: str) -> LinkedCount:
        """Returns the linked number of initiatives with a status."""
        keys = self._keys_with("status", status)
        return LinkedCount(self.keys.intersection_cardinality(keys), self._list_url(status=status))

    @cached_property
    def operating(self) -> LinkedCount:
        """The linked number of initiatives that are operating according to the newest report."""
        return self.with_status(Status.OPERATING)

    @cached_property
    def leading_theme(self) -> tuple[Record, LinkedCount] | None:
        """The most common theme, and the number of its initiatives.

        None if several themes are equally common, or if every theme has fewer than two of these initiatives.
        """
        sizes = values_by_size(self._state, COLLECTION, "theme", "themes")
        first = sizes.most_frequent(self._counters.counter(self.keys, sizes.last), 1)
        if len(first) != 1:
            return None
        [(key, count)] = first.items()
        if count < MIN_LEADING:
            return None
        theme = self._state.index("themes").records[key]
        return theme, LinkedCount(count, self._list_url(theme=theme.slug))

    def role_counts(self) -> dict[str, LinkedCount]:
        """Maps filters (by role, sharing and learning) to the number of matching initiatives of the city."""
        return {
            name: LinkedCount(
                len(self._keys_with(name, self._record.pk)),
                list_url(Initiative, **{name: self._record.slug}),
            )
            for name in (*CityRole.values, "shares", "learns")
        }

    @cached_property
    def partner_cities(self) -> PartnerTable:
        """The cities with the most joint initiatives.

        On the page of a city, the table also shows who learns from whom.
        """
        return self._partner_table(
            "city", "cities", self._knowledge_flows if self._own_filter == "city" else None
        )

    @cached_property
    def partner_countries(self) -> PartnerTable:
        """The countries with the most joint initiatives."""
        return self._partner_table("country", "countries")

    def _partner_table(self, facet: str, of: str, knowledge_flows: Callable | None = None) -> PartnerTable:
        itself = self._record.pk if facet == self._own_filter else None
        sizes = values_by_size(self._state, COLLECTION, facet, of)
        counter = self._counters.counter(self.keys, sizes.last)
        counts = sizes.most_frequent(counter, MAX_PARTNERS + TOLERANCE + (itself is not None))
        more = sizes.count_values(counter) - len(counts)
        counts.pop(itself, None)
        records = self._state.index(of).records
        ranked = sorted(counts, key=lambda key: (-counts[key], records[key].name_en))
        top = ranked[: shown_of(len(ranked) + more, MAX_PARTNERS)]
        return PartnerTable(
            [
                PartnerRow(
                    records[key],
                    LinkedCount(
                        counts[key],
                        self._joint_url(facet, records[key]),
                        counts[key] / counts[ranked[0]],
                    ),
                    *(knowledge_flows(records[key]) if knowledge_flows else ()),
                )
                for key in top
            ],
            more + len(ranked),
            "",
        )

    def _joint_url(self, facet: str, partner: Record) -> str:
        """Returns the URL of the page about two places or, if the record is not a published place, of a list."""
        if facet != self._own_filter:
            return self._list_url(**{facet: partner.slug})
        if self._record.is_published:
            return together_url(self._record, partner)
        return list_url(Initiative, **joint_filters((self._record, partner)))

    def _knowledge_flows(self, other: Record) -> tuple[LinkedCount, LinkedCount]:
        return self._knowledge_flow(self._record, other), self._knowledge_flow(other, self._record)

    def _knowledge_flow(self, source: Record, target: Record) -> LinkedCount:
        learns = self._state.facet(COLLECTION, "learns").get(target.pk)
        count = self._keys_with("shares", source.pk).intersection_cardinality(learns)
        return LinkedCount(count, list_url(Initiative, shares=source.slug, learns=target.slug))

    def first_rows(self) -> list[InitiativeRow]:
        """Returns the most recently reported initiatives, as rows of the list of initiatives."""
        ranking = INITIATIVES.ordered_selection(self._state, INITIATIVES.localized_default_sort)
        return INITIATIVES.read(list(ranking.window(self.keys, 0, self.shown)), self._state)

    @property
    def shown(self) -> int:
        """The number of rows that `first_rows` returns."""
        return shown_of(self.count, MAX_SHOWN)

    @property
    def has_more(self) -> bool:
        return self.count > self.shown

    @property
    def headers(self) -> list[Header]:
        """The column headers for `first_rows`."""
        return INITIATIVES.headers
