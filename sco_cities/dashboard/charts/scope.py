"""The scope of a chart, which is a set of initiatives with the query string of their list.

Initiatives are counted by pillar, theme, status, start year, newest report, evidence level, and roles of cities.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import get_language
from pyroaring import BitMap

from initiatives.columns import INITIATIVES, LAST_REPORTED
from initiatives.models import Status
from sco_cities.core import edtf
from sco_cities.facet_index.state import IndexState
from sco_cities.listings import querystring
from sco_cities.listings.fields import divide
from sco_cities.listings.list_query import PAGE_PARAMETERS, SORT, ListQuery
from sco_cities.listings.year_filters import UNKNOWN, narrowed
from sco_cities.sources.filters import EVIDENCE_CHOICES
from sco_cities.themes.models import Pillar, Theme

COLLECTION = INITIATIVES.collection
_NONE = BitMap()
# Filters on fields with several values per initiative. Two values of such a filter select initiatives with either
# value. A URL cannot select the initiatives with both values.
_MULTI_VALUED = ("theme", "pillar", "country", "city", "lead", "learns", "evidence")
T = TypeVar("T")


@dataclass(frozen=True)
class ChartMark:
    """A number of initiatives in a chart, with its share and the URL of exactly these initiatives.

    `share` is relative to all initiatives or to the largest mark. `url` is "" if there are no initiatives, or if no
    list shows exactly these initiatives.
    """

    value: str
    label: str
    count: int
    share: float
    url: str


@dataclass(frozen=True)
class ChartScope:
    """The published initiatives `keys`. The list with the query `params` shows the same initiatives."""

    state: IndexState
    keys: BitMap
    params: QueryDict = field(default_factory=QueryDict)

    @classmethod
    def everything(cls, state: IndexState) -> "ChartScope":
        """All published initiatives."""
        return cls(state, state.published(COLLECTION))

    @classmethod
    def from_list(cls, list_query: ListQuery) -> "ChartScope":
        """Returns the scope of a list. Unknown parameters are removed, because exports would reject them."""
        params = list_query.params.copy()
        for name in list_query.unknown_parameters:
            del params[name]
        return cls(list_query.state, list_query.result_set.keys, params)

    @classmethod
    def from_params(cls, state: IndexState, params: QueryDict) -> "ChartScope":
        """Returns the scope of the list with these query parameters."""
        return cls.from_list(ListQuery(INITIATIVES, state, params))

    def __len__(self):
        return len(self.keys)

    def count(self, facet: str, value: Hashable) -> int:
        """Returns the number of initiatives that have this value of a facet."""
        return self.state.facet(COLLECTION, facet).get(value, _NONE).intersection_cardinality(self.keys)

    def memoize(self, key: Hashable, compute: Callable[[], T]) -> T:
        """Returns `compute()`. For all published initiatives, the result is cached until the data changes."""
        if not self.is_everything:
            return compute()
        return self.state.memoize(("charts", get_language(), key), (self.state.change_token,), compute)

    def url(self, **values: str | Sequence[str]) -> str:
        """Returns the URL of the list with these filter values, or "". A sequence selects any of its values."""
        if not self.params:
            return f"{self._list}?{urlencode(values, doseq=True)}".removesuffix("?")
        pairs = []
        for name, value in values.items():
            current, new = querystring.values(self.params, name), [value] if isinstance(value, str) else value
            included, excluded = divide(current)
            if name in _MULTI_VALUED and included and included != new:
                return ""
            if name == "started":
                # A column of several years can extend beyond the years selected in the query.
                new = narrowed(current, value)
            elif name in _MULTI_VALUED:
                new = [*new, *excluded]
            pairs += [(name, each) for each in new]
        query = querystring.replacing(self.params, *((name, "") for name in (*PAGE_PARAMETERS, SORT)), *pairs)
        return self._list + query

    @cached_property
    def _list(self) -> str:
        # The URL is reversed once, because a chart has hundreds of marks.
        return reverse(f"{COLLECTION}-list")

    @property
    def is_everything(self) -> bool:
        """True if the scope contains all published initiatives."""
        return not self.params and self.keys is self.state.published(COLLECTION)

    @property
    def query(self) -> str:
        """The query string of the list of these initiatives. "" for all initiatives."""
        return querystring.without(self.params, *PAGE_PARAMETERS, SORT).removesuffix("?")

    def mark(self, name: str, value: str, label: str, count: int, whole: int) -> ChartMark:
        """Returns a mark for `count` initiatives with this value of the filter `name`, with its share of `whole`."""
        share = count / whole if whole else 0
        return ChartMark(value, label, count, share, self.url(**{name: value}) if count else "")


# Minimum number of a theme's initiatives in the chart of themes with a single source.
MIN_INITIATIVES = 5


def by_pillar(scope: ChartScope) -> list[tuple[ChartMark, list[ChartMark]]]:
    """Returns the three pillars with their published themes, largest first.

    An initiative with several themes of a pillar is counted once for the pillar. The shares of themes are relative to
    the largest theme of all pillars.
    """
    state = scope.state
    published: list[Theme] = [state.index("themes").records[key] for key in state.published("themes")]
    numbers = {theme.pk: scope.count("theme", theme.pk) for theme in published}
    most = max(numbers.values(), default=0)
    breakdowns = []
    for pillar in Pillar:
        themes = [theme for theme in published if theme.pillar == pillar]
        themes.sort(key=lambda theme: (-numbers[theme.pk], theme.name_en, theme.slug))
        count = scope.count("pillar", pillar.value)
        breakdowns.append(
            (
                scope.mark("pillar", pillar.value, pillar.label, count, len(scope)),
                [scope.mark("theme", theme.slug, theme.name, numbers[theme.pk], most) for theme in themes],
            )
        )
    return breakdowns


def by_status(scope: ChartScope) -> list[ChartMark]:
    """Returns a mark per status, including statuses without initiatives. Shares are relative to all initiatives."""
    return [
        scope.mark("status", status.value, status.label, scope.count("status", status.value), len(scope))
        for status in Status
    ]


def report_dates(scope: ChartScope) -> dict[str, BitMap]:
    """Maps dates to the initiatives whose status was last reported on that date. Omits undated initiatives."""
    dates = scope.state.dimension(COLLECTION, LAST_REPORTED.name)
    return {date: own for date, keys in dates.items() if (own := keys & scope.keys)}


def newest_report_date(state: IndexState, keys: BitMap) -> str:
    """Returns the date of the newest report that supports the status of any of these initiatives, or ""."""
    by_date = state.dimension(COLLECTION, LAST_REPORTED.name)
    dates = state.memoize(
        ("dates, newest first", COLLECTION),
        (by_date,),
        lambda: sorted(by_date, key=edtf.recency, reverse=True),
    )
    return next((date for date in dates if by_date[date].intersect(keys)), "")


def single_source_by_theme(scope: ChartScope) -> list[tuple[ChartMark, int]]:
    """Returns a mark and the number of initiatives for each theme with at least MIN_INITIATIVES initiatives.

    The mark counts initiatives with a single report, as a share of the theme's initiatives. Largest shares come first.
    """
    by_theme = scope.state.facet(COLLECTION, "theme")
    single, themes = scope.state.facet(COLLECTION, "evidence")["single"] & scope.keys, []
    for key in scope.state.published("themes"):
        theme, keys = scope.state.index("themes").records[key], by_theme.get(key, BitMap()) & scope.keys
        if len(keys) >= MIN_INITIATIVES:
            count = len(keys & single)
            url = scope.url(theme=theme.slug, evidence="single") if count else ""
            mark = ChartMark(theme.slug, theme.name, count, count / len(keys), url)
            themes.append((mark, len(keys)))
    return sorted(themes, key=lambda each: (-each[0].share, -each[1], each[0].value))


@dataclass(frozen=True)
class CityRoles:
    """A city with a mark for the initiatives that it leads, and a mark for the initiatives where it learns."""

    city_url: str
    lead: ChartMark
    learns: ChartMark


def city_roles(scope: ChartScope) -> list[CityRoles]:
    """Returns the published cities that lead or learn in any initiative, sorted by number of led initiatives."""
    cities = scope.state.index("cities").records
    roles = []
    for key in scope.state.published("cities"):
        city, counts = cities[key], [scope.count(name, key) for name in ("lead", "learns")]
        if any(counts):
            marks = [
                scope.mark(name, city.slug, city.name, count, len(scope))
                for name, count in zip(("lead", "learns"), counts, strict=True)
            ]
            roles.append(CityRoles(city.get_absolute_url(), *marks))
    return sorted(roles, key=lambda each: (-each.lead.count, -each.learns.count, each.lead.value))


def by_evidence(scope: ChartScope) -> list[ChartMark]:
    """Returns the shares of initiatives with one report, with several reports, and with disputed values."""
    return [
        scope.mark("evidence", level, label, scope.count("evidence", level), len(scope))
        for level, label in EVIDENCE_CHOICES
    ]


def keys_by_year(scope: ChartScope) -> list[tuple[int | str, BitMap]]:
    """Returns the initiatives by start year. Initiatives with an unknown start year, if any, are the last group."""
    by_year = scope.state.dimension(COLLECTION, "from_year")
    years = [(year, own) for year in sorted(by_year) if (own := by_year[year] & scope.keys)]
    without = scope.keys.difference(*by_year.values())
    return [*years, (UNKNOWN, without)] if without else years
