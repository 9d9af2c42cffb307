"""The histogram of years next to a list. Each bar is the number of records that overlap the year."""

import datetime
from dataclasses import dataclass

from django.utils.translation import gettext as _
from pyroaring import BitMap

from sco_cities.facet_index.facet_counts import FacetCounters
from sco_cities.facet_index.state import IndexState
from sco_cities.facet_index.year_facet import YearFacet

# Maximum number of bars. If there are more years, each of the latest years has its own bar. Earlier years share one
# bar, and years in the far future share another.
MAX_BARS = 40
# Number of years after the current one that may have their own bars if there are more than MAX_BARS years.
YEARS_AHEAD = 5


# Not frozen, because creating eighty frozen instances for a page takes three times as long.
@dataclass(slots=True)
class Bar:
    """A bar for the records that overlap the years from `first` to `last`. None means an open end.

    `share` is the height relative to the highest bar. A bar is selected if it lies within the filtered years.
    """

    first: int | None
    last: int | None
    count: int
    share: float = 0
    is_selected: bool = False

    @property
    def label(self) -> str:
        if self.first is None:
            return _("up to %(year)s") % {"year": self.last}
        if self.last is None:
            return _("from %(year)s") % {"year": self.first}
        return str(self.first)


def year_bars(
    years: YearFacet,
    state: IndexState,
    collection: str,
    records: BitMap,
    selected_years: tuple[int | None, int | None],
    counters: FacetCounters,
) -> list[Bar]:
    """The bars for `records`. [] if all records are of the same year or have no known years."""
    counts = years.counts(state, collection, records, counters)
    if len(counts) < 2:
        return []

    def open_ended_bar(first: int | None, last: int | None) -> Bar:
        overlapping = years.overlapping(state, collection, first, last)
        return Bar(first, last, overlapping.intersection_cardinality(records))

    first, last = window(min(counts), max(counts), datetime.date.today().year)
    bars = [Bar(year, year, counts[year]) for year in range(first, last + 1)]
    if first > min(counts):
        bars.insert(0, open_ended_bar(None, first - 1))
    if last < max(counts):
        bars.append(open_ended_bar(last + 1, None))
    highest = max(bar.count for bar in bars)
    return [
        Bar(bar.first, bar.last, bar.count, bar.count / highest, _is_within(bar, *selected_years))
        for bar in bars
    ]


def window(first: int, last: int, now: int, limit: int = MAX_BARS) -> tuple[int, int]:
    """The range of years that have their own bars, at most `limit` years between `first` and `last`."""
    if last - first < limit:
        return first, last
    latest = min(last, max(now + YEARS_AHEAD, first + limit - 1))
    return max(first, latest - limit + 1), latest


def _is_within(bar: Bar, first: int | None, last: int | None) -> bool:
    if not first and not last:
        return False
    return (not first or (bar.first or 0) >= first) and (not last or (bar.last or 9999) <= last)
