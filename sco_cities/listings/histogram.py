"""How many records overlap each year, as bars that lead to the list of them."""

import datetime
from dataclasses import dataclass

from django.utils.translation import gettext as _
from pyroaring import BitMap

from sco_cities.facet_index.facet_counts import FacetCounters
from sco_cities.facet_index.state import IndexState
from sco_cities.facet_index.year_facet import YearFacet

# What fits beside a list. Of more years the latest are shown one by one, earlier and far later ones together.
MAX_BARS = 40
# Years after the current one that are shown one by one even so.
AHEAD = 5


# Not frozen: to make eighty of these for a page takes three times as long then.
@dataclass(slots=True)
class Bar:
    """The years from `first` to `last`, None for an open end: how many records overlap them.

    `share` is that of the highest bar. A bar is chosen where it lies within the years that are asked for.
    """

    first: int | None
    last: int | None
    count: int
    share: float = 0
    is_chosen: bool = False

    @property
    def label(self) -> str:
        if self.first is None:
            return _("up to %(year)s") % {"year": self.last}
        if self.last is None:
            return _("from %(year)s") % {"year": self.first}
        return str(self.first)


def bars(
    years: YearFacet,
    state: IndexState,
    collection: str,
    records: BitMap,
    chosen: tuple[int | None, int | None],
    censuses: FacetCounters,
) -> list[Bar]:
    """The bars of `records`; none where all are of one year, or of no known one."""
    counts = years.counted(state, collection, records, censuses)
    if len(counts) < 2:
        return []

    def together(first: int | None, last: int | None) -> Bar:
        overlapping = years.overlapping(state, collection, first, last)
        return Bar(first, last, overlapping.intersection_cardinality(records))

    first, last = window(min(counts), max(counts), datetime.date.today().year)
    found = [Bar(year, year, counts[year]) for year in range(first, last + 1)]
    if first > min(counts):
        found.insert(0, together(None, first - 1))
    if last < max(counts):
        found.append(together(last + 1, None))
    highest = max(bar.count for bar in found)
    return [
        Bar(bar.first, bar.last, bar.count, bar.count / highest, _lies_within(bar, *chosen)) for bar in found
    ]


def window(first: int, last: int, now: int, most: int = MAX_BARS) -> tuple[int, int]:
    """The first and last year that have bars of their own, `most` at most, of all from `first` to `last`."""
    if last - first < most:
        return first, last
    latest = min(last, max(now + AHEAD, first + most - 1))
    return max(first, latest - most + 1), latest


def _lies_within(bar: Bar, first: int | None, last: int | None) -> bool:
    if not first and not last:
        return False
    return (not first or (bar.first or 0) >= first) and (not last or (bar.last or 9999) <= last)
