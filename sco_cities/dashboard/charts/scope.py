"""What a chart is of: some initiatives at one moment, and the query string that finds them."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from pyroaring import BitMap

from initiatives.columns import INITIATIVES
from sco_cities.facet_index.state import IndexState
from sco_cities.listings import querystring
from sco_cities.listings.list_query import PAGE_PARAMETERS, SORT, ListQuery

COLLECTION = INITIATIVES.collection
_NONE = BitMap()
# An initiative can have several of the values of these: those that have two of them cannot be asked for.
_OF_SEVERAL = ("theme", "pillar", "evidence")


@dataclass(frozen=True)
class ChartMark:
    """A number of initiatives, its share of all or of the largest beside it, and the list that has just these.

    `address` is "" where there are none, or no list has just these.
    """

    value: str
    label: str
    count: int
    share: float
    address: str


@dataclass(frozen=True)
class ChartScope:
    """The initiatives `keys`, all of them published, which `params` ask the list of initiatives for."""

    state: IndexState
    keys: BitMap
    params: QueryDict = field(default_factory=QueryDict)

    @classmethod
    def everything(cls, state: IndexState) -> "ChartScope":
        """All that readers see."""
        return cls(state, state.published(COLLECTION))

    @classmethod
    def of(cls, selection: ListQuery) -> "ChartScope":
        """What a list of initiatives shows."""
        return cls(selection.state, selection.found.keys, selection.params)

    @classmethod
    def asked(cls, state: IndexState, params: QueryDict) -> "ChartScope":
        """What the list of initiatives would show for these parameters."""
        return cls.of(ListQuery(INITIATIVES, state, params))

    def __len__(self):
        return len(self.keys)

    def count(self, facet: str, value: Hashable) -> int:
        """How many of them have a value of a facet."""
        return self.state.facet(COLLECTION, facet).get(value, _NONE).intersection_cardinality(self.keys)

    def address(self, **values: str) -> str:
        """The list of those of them that have a value of each of these filters; "" where there is no such list."""
        if not self.params:
            return f"{self._list}?{urlencode(values)}"
        for name, value in values.items():
            asked = querystring.values(self.params, name)
            if name in _OF_SEVERAL and asked and asked != [value]:
                return ""
        query = querystring.replacing(
            self.params, *((name, "") for name in (*PAGE_PARAMETERS, SORT)), *values.items()
        )
        return self._list + query

    @cached_property
    def _list(self) -> str:
        # Looked up once, and not for each of hundreds of marks.
        return reverse(f"{COLLECTION}-list")

    @property
    def query(self) -> str:
        """The query string that finds them; "" for all."""
        return querystring.without(self.params, *PAGE_PARAMETERS, SORT).removesuffix("?")

    def mark(self, name: str, value: str, label: str, count: int, whole: int) -> ChartMark:
        """`count` of them that have a value of the filter `name`, as a share of `whole`."""
        share = count / whole if whole else 0
        return ChartMark(value, label, count, share, self.address(**{name: value}) if count else "")
