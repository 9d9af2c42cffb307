"""The status table. It shows themes, countries or lead cities with their initiatives by status."""

from collections.abc import Hashable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from pyroaring import BitMap

from initiatives.models import Status
from initiatives.related_stats import LinkedCount
from initiatives.status_groups import DONE
from sco_cities.facet_index.facet_counts import FacetCounter, values_by_size
from sco_cities.sources.base_models import Record
from sco_cities.sources.facets import EvidenceLevelsFacet

from .scope import COLLECTION, ChartMark, ChartScope

# The number of rows that the home page shows initially, and the maximum that it can show.
FIRST_ROWS, MAX_ROWS = 8, 100
# Sort orders for the rows, by the number of initiatives or by the share of operating or completed initiatives.
BY_NUMBER, BY_SHARE = ORDERS = ("initiatives", "share")
_NONE = BitMap()


@dataclass(frozen=True)
class Grouping:
    """The kind of record in the rows of the table, and the filter that selects the initiatives of a record."""

    collection: str
    filter_name: str
    title: str
    label: str
    head: str


GROUPINGS = {
    "themes": Grouping("themes", "theme", _("Status by theme"), _("Themes"), _("Theme")),
    "countries": Grouping("countries", "country", _("Status by country"), _("Countries"), _("Country")),
    "cities": Grouping("cities", "lead", _("Status by leading city"), _("Leading cities"), _("City")),
}


@dataclass(frozen=True)
class StatusCounts:
    """Initiatives by status, with a link from each status to its list. `done` and `disputed` are parts of `total`."""

    total: LinkedCount
    segments: list[ChartMark]
    done: LinkedCount
    disputed: LinkedCount


@dataclass(frozen=True)
class StatusRow(StatusCounts):
    """The row of a theme, country or lead city."""

    record: Record


@dataclass(frozen=True)
class StatusTable:
    """The first rows in the given order, and the total number of rows. `all` counts all initiatives."""

    grouping: Grouping
    order: str
    all: StatusCounts
    rows: list[StatusRow]
    count: int

    @property
    def list_url(self) -> str:
        """The URL of the records' list, sorted by initiatives, if there are too many rows. Otherwise ""."""
        return (
            f"{reverse(f'{self.grouping.collection}-list')}?sort=-initiatives"
            if self.count > MAX_ROWS
            else ""
        )


def marks_by_status(scope: ChartScope, keys: BitMap, **selected: str) -> list[ChartMark]:
    """The initiatives `keys` by status. `selected` are filter values that select them in the list of the scope.

    Statuses without initiatives have no mark.
    """
    by_status, total, marks = scope.state.facet(COLLECTION, "status"), len(keys), []
    # The base URL is encoded once. Encoding it for every mark would take a third of the page's time.
    url = scope.url(**selected) if selected and not scope.params else ""
    for status in Status:
        if count := by_status.get(status.value, _NONE).intersection_cardinality(keys):
            own = f"{url}&status={status.value}" if url else scope.url(**selected, status=status.value)
            marks.append(ChartMark(status.value, status.label, count, count / total, own))
    return marks


def status_counts(scope: ChartScope, keys: BitMap, **selected: str) -> StatusCounts:
    """The marks by status, with the numbers of all, finished and disputed initiatives."""
    marks, total = marks_by_status(scope, keys, **selected), len(keys)
    done = [mark for mark in marks if mark.value in DONE]
    count = sum(mark.count for mark in done)
    disputed = scope.state.facet(COLLECTION, EvidenceLevelsFacet())["disputed"]
    return StatusCounts(
        LinkedCount(total, scope.url(**selected)),
        marks,
        LinkedCount(
            count,
            scope.url(**selected, status=[mark.value for mark in done]),
            count / total if total else 0,
        ),
        LinkedCount(disputed.intersection_cardinality(keys), scope.url(**selected, evidence="disputed")),
    )


def status_table(
    scope: ChartScope, name: str = "themes", order: str = BY_NUMBER, most: int = FIRST_ROWS
) -> StatusTable:
    """The first `most` rows of the table named in GROUPINGS. Rows without initiatives are left out.

    Rows with equal values are sorted by the number of initiatives, largest first, then by English name.
    """

    def read() -> StatusTable:
        return _status_table(scope, GROUPINGS[name], order, most)

    # Long tables are not cached, because a hundred rows take half a megabyte.
    return scope.memoize(("status table", name, order, most), read) if most <= FIRST_ROWS else read()


def _status_table(scope: ChartScope, grouping: Grouping, order: str, most: int) -> StatusTable:
    keys, count = _first(scope, grouping, order, most)
    records = scope.state.index(grouping.collection).records
    rows = [_row(scope, grouping.filter_name, records[key]) for key in keys]
    return StatusTable(grouping, order, status_counts(scope, scope.keys), rows, count)


def _row(scope: ChartScope, name: str, record: Record) -> StatusRow:
    keys = scope.state.facet(COLLECTION, name)[record.pk] & scope.keys
    counts = status_counts(scope, keys, **{name: record.slug})
    return StatusRow(counts.total, counts.segments, counts.done, counts.disputed, record)


def _first(scope: ChartScope, grouping: Grouping, order: str, most: int) -> tuple[list[Hashable], int]:
    """The keys of the first rows, and the total number of rows."""
    state, records = scope.state, scope.state.index(grouping.collection).records
    values = values_by_size(state, COLLECTION, grouping.filter_name, grouping.collection)
    counter = FacetCounter(scope.keys, values.last)
    numbers = values.most_frequent(counter, most if order == BY_NUMBER else None)
    shares = dict.fromkeys(numbers, 0.0)
    if order == BY_SHARE:
        by_status = state.facet(COLLECTION, "status")
        done = BitMap.union(_NONE, *(by_status.get(status, _NONE) for status in DONE)) & scope.keys
        of_done = values.most_frequent(FacetCounter(done, values.last), None)
        shares = {key: of_done.get(key, 0) / number for key, number in numbers.items()}
    ranked = sorted(
        numbers, key=lambda key: (-shares[key], -numbers[key], records[key].name_en, records[key].slug)
    )
    return ranked[:most], values.count_values(counter)
