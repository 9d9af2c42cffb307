"""The scope of a chart. It is a set of initiatives from an index state, with the query string of their list."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import get_language
from pyroaring import BitMap

from initiatives.columns import INITIATIVES
from sco_cities.facet_index.state import IndexState
from sco_cities.listings import querystring
from sco_cities.listings.fields import divide
from sco_cities.listings.list_query import PAGE_PARAMETERS, SORT, ListQuery
from sco_cities.listings.year_filters import narrowed

COLLECTION = INITIATIVES.collection
_NONE = BitMap()
# Filters on fields for which an initiative can have several values. Two values of such a filter select initiatives with
# either value, so no URL can select the initiatives with both.
_MULTI_VALUED = ("theme", "pillar", "country", "city", "lead", "learns", "evidence")
T = TypeVar("T")


@dataclass(frozen=True)
class ChartMark:
    """A number of initiatives, with its share (of all or of the largest mark) and the URL of exactly these
    initiatives.

    `url` is "" if there are no initiatives, or if no list shows exactly these.
    """

    value: str
    label: str
    count: int
    share: float
    url: str


@dataclass(frozen=True)
class ChartScope:
    """The published initiatives `keys`. `params` is the query of the list that shows them."""

    state: IndexState
    keys: BitMap
    params: QueryDict = field(default_factory=QueryDict)

    @classmethod
    def everything(cls, state: IndexState) -> "ChartScope":
        """All published initiatives."""
        return cls(state, state.published(COLLECTION))

    @classmethod
    def from_list(cls, list_query: ListQuery) -> "ChartScope":
        """The scope of a list. Unknown parameters are removed, because exports would reject them."""
        params = list_query.params.copy()
        for name in list_query.unknown_parameters:
            del params[name]
        return cls(list_query.state, list_query.result_set.keys, params)

    @classmethod
    def from_params(cls, state: IndexState, params: QueryDict) -> "ChartScope":
        """The initiatives in the list with these query parameters."""
        return cls.from_list(ListQuery(INITIATIVES, state, params))

    def __len__(self):
        return len(self.keys)

    def count(self, facet: str, value: Hashable) -> int:
        """The number of initiatives that have this value of a facet."""
        return self.state.facet(COLLECTION, facet).get(value, _NONE).intersection_cardinality(self.keys)

    def memoize(self, key: Hashable, compute: Callable[[], T]) -> T:
        """Returns `compute()`. For all published initiatives, the result is cached until the data changes."""
        if not self.is_everything:
            return compute()
        return self.state.memoize(("charts", get_language(), key), (self.state.change_token,), compute)

    def url(self, **values: str | Sequence[str]) -> str:
        """The URL of the list with these filter values (any value of a sequence). "" if there is no such list."""
        if not self.params:
            return f"{self._list}?{urlencode(values, doseq=True)}".removesuffix("?")
        pairs = []
        for name, value in values.items():
            current, new = querystring.values(self.params, name), [value] if isinstance(value, str) else value
            included, excluded = divide(current)
            if name in _MULTI_VALUED and included and included != new:
                return ""
            if name == "started":
                # A column that covers several years can extend beyond the years selected in the query.
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
        """The query string of these initiatives. "" for all initiatives."""
        return querystring.without(self.params, *PAGE_PARAMETERS, SORT).removesuffix("?")

    def mark(self, name: str, value: str, label: str, count: int, whole: int) -> ChartMark:
        """A mark for `count` initiatives with this value of the filter `name`. Its share is relative to `whole`."""
        share = count / whole if whole else 0
        return ChartMark(value, label, count, share, self.url(**{name: value}) if count else "")
