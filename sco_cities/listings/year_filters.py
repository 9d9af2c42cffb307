"""Filters by overlapping years and by start year, and the bars of the year histogram."""

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from pyroaring import BitMap

from sco_cities.core.exceptions import shortened
from sco_cities.facet_index.facet_counts import FacetCounters, YearFacet
from sco_cities.facet_index.state import IndexState

from . import fields
from .fields import NOT
from .filter_options import FilterOption, FilterOptions
from .filters import FacetFilter, ListFilter
from .querystring import ErrorCode


class YearFilter(ListFilter):
    """A filter by the first or last year of a period."""

    field_class = fields.YearField
    facet_name = "years"

    def period(self, year: int) -> tuple[int | None, int | None]:
        """Returns the first and last year of the period. None means no limit."""
        raise NotImplementedError

    def matching_keys(self, state, value):
        years: YearFacet = state.index(self.collection).indexed_model.facets[self.facet_name]
        return years.overlapping(state, self.collection, *self.period(value))


class YearFromFilter(YearFilter):
    """Keeps records that end in this year or later or have no end."""

    def __init__(self, **kwargs):
        super().__init__(
            label=gettext_lazy("From year"), phrase=pgettext_lazy("list by year", "from %s"), **kwargs
        )

    def period(self, year):
        return year, None


class YearToFilter(YearFilter):
    """Keeps records that start in this year or earlier."""

    def __init__(self, **kwargs):
        super().__init__(
            label=gettext_lazy("To year"), phrase=pgettext_lazy("list by year", "up to %s"), **kwargs
        )

    def period(self, year):
        return None, year


# The filter value for records with an unknown start.
UNKNOWN = "unknown"
# Limited because each range becomes a separate condition, and databases limit the depth of conditions.
MAX_RANGES = 50
_RANGE = re.compile(r"(?:(\d{1,4})|\.\.)/(?:(\d{1,4})|\.\.)", re.ASCII)


def format_range(first: int | None, last: int | None) -> str:
    """Returns the filter value for starts from the year `first` to the year `last`. None means no limit."""
    if first == last:
        return str(first)
    return f"{first or '..'}/{last or '..'}"


def _parse_range(value: str) -> tuple[int | None, int | None] | None:
    """Parses a value into its first and last year. Returns None if the value is not a range of years."""
    if value.isascii() and value.isdigit() and len(value) <= 4:
        value = f"{value}/{value}"
    if not (match := _RANGE.fullmatch(value)):
        return None
    first, last = (int(year) if year else None for year in match.groups())
    if first == last is None or 0 in (first, last) or (first and last and first > last):
        return None
    return first, last


def narrowed(values: Iterable[str], value: str) -> list[str]:
    """Returns the filter values for records that match `values` and `value`. At least one record must match both."""
    included, excluded = fields.divide(values)
    if value == UNKNOWN or not included:
        return [value, *excluded]
    first, last = _parse_range(value)
    both = []
    for other_first, other_last in (_parse_range(each) for each in included if each != UNKNOWN):
        latest_first = max(filter(None, (first, other_first)), default=None)
        earliest_last = min(filter(None, (last, other_last)), default=None)
        if latest_first is None or earliest_last is None or latest_first <= earliest_last:
            both.append(format_range(latest_first, earliest_last))
    return list(dict.fromkeys((*both, *excluded)))


class StartField(fields.SelectionField):
    """Years ("2024"), ranges ("2020/2024", "../1999", "2030/.."), or "unknown". A leading "-" excludes a value."""

    def check(self, values):
        if len(values) > MAX_RANGES:
            sentence = _("Too many year ranges: %(count)s. Enter at most %(most)s.")
            raise fields.invalid(sentence % {"most": MAX_RANGES, "count": len(values)}, ErrorCode.TOO_MANY)
        return super().check(values)

    def name_of(self, value):
        years = value.removeprefix(NOT)
        if years != UNKNOWN and _parse_range(years) is None:
            sentence = _(
                "“%(value)s” is not a valid start year. Enter a year such as 2024, a range such as "
                "2020/2024, or “unknown”."
            )
            raise fields.invalid(sentence % {"value": shortened(value)}, ErrorCode.NOT_A_YEAR, value)
        return years


class StartFilter(FacetFilter):
    """Keeps records that start in any of these years. A vague start is treated as its first possible year.

    The filter has no options, because only links from charts set it. Readers filter by overlapping years.
    """

    field_class = StartField
    is_selectable = False

    def __init__(self, **kwargs):
        super().__init__(
            field_name="years",
            label=gettext_lazy("Start year"),
            phrase=gettext_lazy("started in %s"),
            **kwargs,
        )

    def keys_with_any(self, state: IndexState, values: Iterable[str]) -> BitMap:
        by_year = state.facet(self.collection, self.field_name)
        matches = BitMap()
        for value in values:
            if value == UNKNOWN:
                matches |= state.published(self.collection).difference(*by_year.values())
            else:
                first, last = _parse_range(value)
                years = range(first or 1, (last or datetime.MAXYEAR) + 1)
                matches |= BitMap.union(BitMap(), *(keys for year, keys in by_year.items() if year in years))
        return matches

    def label_of(self, value):
        if value == UNKNOWN:
            return _("an unknown year")
        first, last = _parse_range(value) or (None, None)
        if first == last:
            return value
        if first is None:
            return _("%(year)s or before") % {"year": last}
        if last is None:
            return _("%(year)s or later") % {"year": first}
        return _("%(first)s to %(last)s") % {"first": first, "last": last}

    def options_among(self, state, others, values, limit=None):
        ranges = dict.fromkeys(value.removeprefix(NOT) for value in values)
        valid = [value for value in ranges if value == UNKNOWN or _parse_range(value)]

        def count(value: str) -> int | None:
            return None if others is None else len(self.keys_with_any(state, [value]) & others)

        options = [FilterOption.of(value, self.label_of(value), count(value), values) for value in valid]
        return FilterOptions(options, 0)


# Maximum number of bars. If there are more years, only the latest years have separate bars. All earlier years share one
# bar, and all years in the far future share a second bar.
MAX_BARS = 40
# Number of years after the current year that can have separate bars if there are more than MAX_BARS years.
YEARS_AHEAD = 5


# The class is not frozen, because creating eighty frozen instances for a page takes three times as long.
@dataclass(slots=True)
class Bar:
    """A bar for the records that overlap the years from `first` to `last`. None means no limit.

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
    """Returns the bars for `records`, or [] if all records have the same year or no known years."""
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
    """Returns the range of years with separate bars, at most `limit` years between `first` and `last`."""
    if last - first < limit:
        return first, last
    latest = min(last, max(now + YEARS_AHEAD, first + limit - 1))
    return max(first, latest - limit + 1), latest


def _is_within(bar: Bar, first: int | None, last: int | None) -> bool:
    if not first and not last:
        return False
    return (not first or (bar.first or 0) >= first) and (not last or (bar.last or 9999) <= last)
