"""The content of the home page, except its map, findings and status table."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, replace
from heapq import nsmallest
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.translation import get_language
from pyroaring import BitMap

from initiatives.columns import INITIATIVES, LAST_REPORTED
from initiatives.models import Initiative
from sco_cities.cities.models import City
from sco_cities.facet_index.facet_counts import FacetCounter, values_by_size
from sco_cities.facet_index.pk_bitmaps import KeyArray
from sco_cities.facet_index.state import IndexState
from sco_cities.i18n.punctuation import and_list
from sco_cities.listings import querystring
from sco_cities.listings.row_batch import RowBatch
from sco_cities.sources.base_models import Record
from sco_cities.sources.models import Evidence
from sco_cities.sources.related_records import noun_after

from . import recent
from .charts.discs import disc_chart, initiatives_per_disc, plain_discs
from .charts.scope import COLLECTION
from .charts.status_table import BY_SHARE, GROUPINGS, ORDERS
from .cooccurrence import CITY, PairPages, pair_counts
from .corrections import status_moves

# The kinds of record with recent additions on the home page.
COLLECTIONS = (
    "initiatives", "cities", "delegates", "organisations", "events", "themes", "reports", "statements",
)  # fmt: skip
# Maximum number of recently reported initiatives, and maximum number of status changes, next to the map.
MAX_LATEST, MAX_MOVES = 5, 5
# Maximum number of city pairs next to the map, and maximum number of discs per pair.
MAX_PAIRS, DISCS_PER_PAIR = 14, 12
# The id of the status table, its default rows, and the query value that shows all rows.
TABLE_ID, THEMES, ALL_ROWS = "status-table", "themes", "all"
# Maximum number of new records per kind on the page of recent updates.
MAX_PER_KIND = 100
# The number of report dates in the first query for initiatives. Each further query covers eight times as many dates.
DAYS_PER_QUERY = 16
_NONE = BitMap()


@dataclass(frozen=True)
class Extent:
    """The numbers of published initiatives, of the cities that take part in them, and of published reports."""

    initiatives: int
    cities: int
    reports: int


def extent(state: IndexState) -> Extent:
    """Counts the records for the first sentence of the home page."""
    initiatives = state.published("initiatives")
    cities = values_by_size(state, "initiatives", "city", "cities")
    taking_part = cities.count_values(FacetCounter(initiatives, cities.last))
    return Extent(len(initiatives), taking_part, len(state.published("reports")))


@dataclass(frozen=True)
class RecentGroup:
    """The number of new records of a kind, and the newest records."""

    collection: str
    new: int
    records: list[tuple[Record, datetime.datetime]]

    @property
    def label(self) -> str:
        return noun_after(self.new, self.collection)

    @property
    def more(self) -> int:
        return self.new - len(self.records)


def recent_groups(state: IndexState, most: int) -> list[RecentGroup]:
    """Returns the new records of each kind that has new records. Each group contains the newest `most` records."""
    new = recent.newly_published_keys(state)
    return [
        RecentGroup(name, len(new[name]), recent.newly_published(state, name, most) if most else [])
        for name in COLLECTIONS
        if name in new
    ]


def latest_initiatives(state: IndexState) -> list[Initiative]:
    """Returns the initiatives in the newest reports. `in_report_of` is the stored date of the newest report.

    `reported_on` is the date of the newest report that supports the status, or "" without such a report. Initiatives
    with the same date are sorted by title.
    """
    dates: dict[int, str] = {}
    ranking = INITIATIVES.ordered_selection(state, INITIATIVES.localized_sort("title_en"))
    days = state.memoize(("latest days",), (state.change_token,), lambda: _latest_days(state))
    for by_date, of_day in days:
        for key in ranking.window(of_day, 0, min(MAX_LATEST - len(dates), len(of_day))):
            dates[key] = next(date for date, keys in by_date.items() if key in keys)
    initiatives = Initiative.objects.using(state.using).for_mention().in_bulk(list(dates))
    batch = RowBatch(INITIATIVES, state, list(dates), ())
    reported_on = dict(zip(dates, batch.single_values(LAST_REPORTED.name), strict=True))
    for key, date in dates.items():
        initiatives[key].in_report_of, initiatives[key].reported_on = date, reported_on[key]
    return [initiatives[key] for key in dates]


def _latest_days(state: IndexState) -> list[tuple[dict[str, BitMap], BitMap]]:
    """Returns the latest report dates with `MAX_LATEST` initiatives in total, each counted at its latest date."""
    days, remaining, missing = [], state.published("initiatives"), MAX_LATEST
    for by_date in _initiatives_by_day(state):
        of_day = remaining & BitMap.union(_NONE, *by_date.values())
        days.append((by_date, of_day))
        remaining = remaining - of_day
        missing -= len(of_day)
        if missing <= 0:
            break
    return days


def _initiatives_by_day(state: IndexState) -> Iterator[dict[str, BitMap]]:
    """Yields a mapping of stored dates to initiatives for each day with reports, newest day first."""
    reports = state.index("reports").records
    dated = [reports[key] for key in state.published("reports") if reports[key].published_first]
    # A report that is dated only by year is sorted by the first day of the year.
    dated.sort(key=lambda report: report.published_first, reverse=True)
    days = [list(group) for _day, group in groupby(dated, key=lambda report: report.published_first)]
    evidence = Evidence.objects.using(state.using).for_records(Initiative).order_by()
    size = DAYS_PER_QUERY
    while days:
        batch, days, size = days[:size], days[size:], size * 8
        reports_of_batch = [report.pk for day in batch for report in day]
        rows = evidence.filter(passage__report__in=reports_of_batch).values_list("passage__report")
        by_report = dict(rows.annotate(_keys=KeyArray("object_id")))
        for day in batch:
            by_date: dict[str, BitMap] = {}
            for report in sorted(day, key=lambda report: report.slug):
                date = report.published_on
                by_date[date] = by_date.get(date, _NONE) | by_report.get(report.pk, _NONE)
            yield by_date


@dataclass(frozen=True)
class CityPair:
    """A pair of cities with the number of their joint initiatives, and the HTML of a disc chart."""

    name: str
    url: str
    count: int
    discs: str


def city_pairs(state: IndexState) -> list[CityPair]:
    """Returns the pairs of cities with the most joint initiatives. Equal pairs are sorted by name."""
    inputs = (state.facet(COLLECTION, CITY.name), state.published(CITY.collection))
    return state.memoize(("city pairs", get_language()), (*inputs, state.change_token), lambda: _pairs(state))


def _pairs(state: IndexState) -> list[CityPair]:
    everything, by_city = state.published(COLLECTION), state.facet(COLLECTION, CITY.name)
    cities = state.index(CITY.collection).records
    pages = PairPages(QueryDict(), CITY, state)

    def in_order(one: int, other: int) -> tuple[City, City]:
        return tuple(sorted((cities[one], cities[other]), key=lambda city: str(city.name)))

    def rank(pair: tuple[int, int, int]) -> tuple:
        return -pair[-1], *(str(city.name) for city in in_order(*pair[:2]))

    most = nsmallest(MAX_PAIRS, pair_counts(state, CITY, everything), key=rank)
    per_disc = initiatives_per_disc(max((count for *_places, count in most), default=0), DISCS_PER_PAIR)
    return [
        CityPair(
            and_list(city.name for city in in_order(one, other)),
            pages.of(one, other),
            count,
            plain_discs(state, by_city[one] & by_city[other] & everything, per_disc),
        )
        for one, other, count in most
    ]


@dataclass(frozen=True)
class TableLink:
    """A link to another view of the status table. `is_current` marks the link to the current view."""

    label: str
    url: str
    is_current: bool
    anchor: str = TABLE_ID


@dataclass(frozen=True)
class HomeTable:
    """The status table that the query string selects. Unknown values are ignored."""

    grouping: str
    order: str
    has_all_rows: bool

    @classmethod
    def of(cls, request: HttpRequest) -> "HomeTable":
        params, _error = querystring.read(request)
        grouping, order, rows = (params.get(name) for name in ("table", "sort", "rows"))
        return cls(
            grouping if grouping in GROUPINGS else THEMES,
            order if order in ORDERS else BY_SHARE,
            rows == ALL_ROWS,
        )

    @property
    def grouping_links(self) -> list[tuple[str, TableLink]]:
        """The names of the tables (themes, countries, lead cities), each with its link."""
        return [(name, self._link(each.label, grouping=name)) for name, each in GROUPINGS.items()]

    @property
    def order_links(self) -> dict[str, TableLink]:
        """Maps the sort orders to links."""
        return {order: self._link("", order=order) for order in ORDERS}

    @property
    def rows_link(self) -> TableLink:
        """The link to all rows, or to the first rows if all rows are shown."""
        return self._link("", has_all_rows=not self.has_all_rows)

    def _link(self, label: str, **changes: str | bool) -> TableLink:
        other = replace(self, **changes)
        pairs = {"table": other.grouping, "sort": other.order, "rows": ALL_ROWS if other.has_all_rows else ""}
        query = urlencode(
            {name: value for name, value in pairs.items() if value not in ("", THEMES, BY_SHARE)}
        )
        return TableLink(label, reverse("home") + (f"?{query}" if query else ""), other == self)


def home_context(state: IndexState) -> dict[str, Any]:
    """Reads the content of the home page from one index state, except its map, findings and status table."""
    return {
        "extent": extent(state),
        "discs": disc_chart(state),
        "pairs": city_pairs(state),
        "latest": latest_initiatives(state),
        "new": recent_groups(state, 0),
        "moves": status_moves(state, MAX_MOVES),
        # True if no records are published.
        "is_empty": not any(state.published(name) for name in COLLECTIONS),
    }
