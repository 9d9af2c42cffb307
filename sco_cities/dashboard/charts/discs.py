"""The disc chart. Each initiative is a disc in a group that shows its progress, from declared to completed.

The HTML is built in Python, because a thousand links take 3 ms in Python and 20 ms in a template. The HTML is cached
until the data, the day or the language changes.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext
from pyroaring import BitMap

from initiatives.columns import INITIATIVES, LAST_REPORTED
from initiatives.models import DONE, ON_PAPER, STATUS_GROUPS, Initiative, Status, StatusGroup
from initiatives.related_stats import LinkedCount
from sco_cities.core.edtf import format_date
from sco_cities.core.html import fill_template, join_html
from sco_cities.core.localized_names import Localized
from sco_cities.facet_index.facets import today
from sco_cities.facet_index.state import IndexState
from sco_cities.i18n.numbers import GroupedInt
from sco_cities.i18n.punctuation import colon, pause
from sco_cities.listings.row_batch import RowBatch
from sco_cities.sources.newest_report import OLD
from sco_cities.sources.related_records import noun_after

from .scope import COLLECTION, ChartScope

# Maximum number of discs. If there are more initiatives, each disc represents several initiatives.
MAX_DISCS = 600
ROWS, COLUMNS = (5, 10, 14), 44
_NONE = BitMap()
_DISC = '<a href="{}" title="{}" tabindex="-1"{}><svg class="disc" aria-hidden="true"><use href="#disc-{}"/></svg></a>'
_PLAIN_DISC = '<svg class="disc {0}" aria-hidden="true"><use href="#disc-{0}"/></svg>'
_PALE = fill_template(' class="pale"')


@dataclass(frozen=True)
class DiscGroup:
    """A status group with the linked number of its initiatives, and the HTML of their discs."""

    status_group: StatusGroup
    count: LinkedCount
    discs: str


@dataclass(frozen=True)
class DiscChart:
    """The status groups with at least one initiative. Each disc represents up to `initiatives_per_disc` initiatives.

    A disc is pale if the status was last reported more than two years ago.
    """

    groups: list[DiscGroup]
    initiatives_per_disc: int
    whole: LinkedCount

    @property
    def rows(self) -> int:
        """The number of rows per group, so that the groups usually fit side by side on a 1,280-pixel screen."""
        discs = -(-self.whole.count // self.initiatives_per_disc)
        return next((rows for rows in ROWS if discs <= rows * COLUMNS), ROWS[-1])

    @property
    def on_paper(self) -> LinkedCount:
        """The initiatives that are only declared, proposed or agreed."""
        return self._count(ON_PAPER)

    @property
    def done(self) -> LinkedCount:
        """The operating and completed initiatives."""
        return self._count(DONE)

    def _count(self, statuses: tuple[Status, ...]) -> LinkedCount:
        counts = (group.count for group in self.groups if group.status_group.statuses == statuses)
        return next(counts, LinkedCount(0, ""))


def disc_chart(state: IndexState) -> DiscChart:
    """Returns the chart of all published initiatives, cached until the data or the day changes."""
    scope = ChartScope.everything(state)
    # The cache key includes the day, because the age of reports depends on the day.
    return scope.memoize(("discs", today()), lambda: _disc_chart(scope))


def _disc_chart(scope: ChartScope) -> DiscChart:
    by_status = scope.state.facet(COLLECTION, "status")
    per_disc = initiatives_per_disc(len(scope), MAX_DISCS)
    discs = _Discs(scope, scope.state.filter_keys(COLLECTION, "reported", *OLD), per_disc)
    groups = []
    for status_group in STATUS_GROUPS:
        keys = {status: by_status.get(status.value, _NONE) & scope.keys for status in status_group.statuses}
        if count := sum(map(len, keys.values())):
            url = scope.url(status=[status.value for status in status_group.statuses])
            html = join_html("", (disc for status, own in keys.items() for disc in discs.of(status, own)))
            groups.append(DiscGroup(status_group, LinkedCount(count, url), html))
    return DiscChart(groups, per_disc, LinkedCount(len(scope), scope.url()))


def initiatives_per_disc(count: int, most: int) -> int:
    """Returns the smallest number of 1, 2, 5, 10, 20 … with which `count` initiatives need at most `most` discs."""
    steps = (factor * 10**power for power in range(len(str(count)) + 1) for factor in (1, 2, 5))
    return next(number for number in steps if count <= number * most)


def plain_discs(state: IndexState, keys: BitMap, per_disc: int) -> str:
    """Returns the discs of the initiatives `keys` by status, without links, because they decorate a number."""
    by_status = state.facet(COLLECTION, "status")
    numbers = {status: by_status.get(status.value, _NONE).intersection_cardinality(keys) for status in Status}
    return join_html(
        "",
        (
            fill_template(_PLAIN_DISC, status.value)
            for status, number in numbers.items()
            for _start in range(0, number, per_disc)
        ),
    )


class _Discs:
    """Builds the discs of a chart as HTML. Within a status, the most recently reported initiatives come first."""

    def __init__(self, scope: ChartScope, old: BitMap, per_disc: int):
        self.scope, self.old, self.per_disc = scope, old, per_disc
        self.records, self.dates = {}, {}
        if per_disc == 1:
            keys = list(scope.keys)
            names = [f.name for f in Initiative._meta.fields if f.name.startswith("title_")]
            self.records = Initiative.objects.using(scope.state.using).only("slug", *names).in_bulk(keys)
            dates = RowBatch(INITIATIVES, scope.state, keys, ()).single_values(LAST_REPORTED.name)
            self.dates = dict(zip(keys, dates, strict=True))

    def of(self, status: Status, keys: BitMap) -> Iterator[str]:
        for is_old, own in ((False, keys - self.old), (True, keys & self.old)):
            yield from (self._single if self.per_disc == 1 else self._several)(status, is_old, own)

    def _single(self, status: Status, is_old: bool, keys: BitMap) -> Iterator[str]:
        for key in sorted(keys, key=lambda key: (self.dates[key] or "", -key), reverse=True):
            record, date = self.records[key], self.dates[key]
            title = f"{record.title}{colon()}{status.label}"
            if date:
                title += pause() + gettext("reported %(date)s") % {"date": format_date(date)}
            yield _disc(record.get_absolute_url(), Localized(title, record.title.lang), is_old, status)

    def _several(self, status: Status, is_old: bool, keys: BitMap) -> Iterator[str]:
        # The title counts all initiatives with the status, because the linked list contains all of them.
        count = self.scope.count("status", status.value)
        url = self.scope.url(status=status.value)
        number = noun_after(count, COLLECTION)
        title = f"{status.label}{colon()}{GroupedInt(count)} {number}"
        for _start in range(0, len(keys), self.per_disc):
            yield _disc(url, title, is_old, status)


def _disc(url: str, title: str, is_old: bool, status: Status) -> str:
    return fill_template(_DISC, url, title, _PALE if is_old else "", status.value)
