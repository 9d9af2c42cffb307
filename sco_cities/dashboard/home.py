"""Content of the home page besides its charts: counts, recent changes and evidence quality."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Exists, OuterRef
from django.utils.translation import npgettext_lazy
from pyroaring import BitMap

from initiatives.columns import INITIATIVES, LAST_REPORTED
from initiatives.models import Initiative
from initiatives.related_stats import LinkedCount
from initiatives.statement_counts import statement_counts
from sco_cities.facet_index.pk_bitmaps import KeyArray
from sco_cities.facet_index.state import IndexState
from sco_cities.listings.row_batch import RowBatch
from sco_cities.sources.base_models import Record
from sco_cities.sources.models import Evidence, Passage
from sco_cities.sources.newest_report import OLD
from sco_cities.sources.related_records import list_url

from . import recent
from .corrections import Correction, corrections

# The kinds of record that the home page counts.
COLLECTIONS = {
    "initiatives": npgettext_lazy("after a number", "initiative", "initiatives", "n"),
    "cities": npgettext_lazy("after a number", "city", "cities", "n"),
    "delegates": npgettext_lazy("after a number", "delegate", "delegates", "n"),
    "organisations": npgettext_lazy("after a number", "organisation", "organisations", "n"),
    "events": npgettext_lazy("after a number", "event", "events", "n"),
    "themes": npgettext_lazy("after a number", "theme", "themes", "n"),
    "reports": npgettext_lazy("after a number", "report", "reports", "n"),
    "statements": npgettext_lazy("after a number", "statement", "statements", "n"),
}
# The initiatives in the latest reports next to the map, and the corrections at the bottom.
MAX_LATEST, MAX_CORRECTIONS = 5, 8
# The new records of each kind on the page of recent updates.
MAX_PER_KIND = 100
# The numbers of days whose reports are queried together for their initiatives: the first days usually suffice.
DAYS_PER_QUERY = (2, 16, 128, 1024)
_NONE = BitMap()


@dataclass(frozen=True)
class CollectionCount:
    """The number of published records of a kind, and how many of them are new."""

    collection: str
    count: int
    new: int

    @property
    def label(self) -> str:
        return COLLECTIONS[self.collection] % {"n": self.count}

    @property
    def list_name(self) -> str:
        """The URL name of their list."""
        return f"{self.collection}-list"


@dataclass(frozen=True)
class EvidenceQuality:
    """The number of footnotes and of the reports that they cite."""

    footnotes: int
    reports: int


def counts(state: IndexState) -> list[CollectionCount]:
    """The counts of each kind with published records, with the number published in the last 30 days."""
    new = recent.newly_published_keys(state)
    numbers = [
        CollectionCount(name, len(state.published(name)), len(new.get(name, _NONE))) for name in COLLECTIONS
    ]
    return [each for each in numbers if each.count]


@dataclass(frozen=True)
class RecentGroup:
    """The new records of a kind, newest first, and the number of those not shown."""

    collection: str
    new: int
    records: list[tuple[Record, datetime.datetime]]

    @property
    def label(self) -> str:
        return COLLECTIONS[self.collection] % {"n": self.new}

    @property
    def more(self) -> int:
        return self.new - len(self.records)


def recent_groups(state: IndexState) -> list[RecentGroup]:
    """The new records of each kind that has any."""
    new = recent.newly_published_keys(state)
    return [
        RecentGroup(name, len(new[name]), recent.newly_published(state, name, MAX_PER_KIND))
        for name in COLLECTIONS
        if name in new
    ]


def evidence_quality(state: IndexState) -> EvidenceQuality:
    """The footnotes to published reports, and these reports."""
    return state.memoize(("evidence quality",), (state.change_token,), lambda: _evidence_quality(state))


def _evidence_quality(state: IndexState) -> EvidenceQuality:
    evidence = Evidence.objects.using(state.using).order_by()
    published = state.published("reports")
    # Most reports are published: subtracting the evidence of the others takes a hundredth of a join over all.
    hidden = BitMap(state.index("reports").records) - published
    footnotes = evidence.count()
    if hidden:
        footnotes -= evidence.filter(passage__report__in=list(hidden)).count()
    passages = Passage.objects.using(state.using).order_by()
    cited = passages.filter(Exists(evidence.filter(passage=OuterRef("pk"))))
    return EvidenceQuality(
        footnotes, len(BitMap(cited.values_list("report", flat=True).distinct()) & published)
    )


def latest_initiatives(state: IndexState) -> list[Initiative]:
    """The initiatives in the newest reports, each with `in_report_of`, the date of that report as stored.

    `reported_on` is the date of the newest report that supports its status, "" if there is none.

    Initiatives of the same day are ordered by title.
    """
    dates: dict[int, str] = {}
    ranking = INITIATIVES.ordered_selection(state, INITIATIVES.localized_sort("title_en"))
    remaining = state.published("initiatives")
    for by_date in _initiatives_by_day(state):
        of_day = remaining & BitMap.union(_NONE, *by_date.values())
        for key in ranking.window(of_day, 0, min(MAX_LATEST - len(dates), len(of_day))):
            dates[key] = next(date for date, keys in by_date.items() if key in keys)
        remaining = remaining - of_day
        if len(dates) == MAX_LATEST:
            break
    initiatives = Initiative.objects.using(state.using).for_mention().in_bulk(list(dates))
    batch = RowBatch(INITIATIVES, state, list(dates), ())
    reported_on = dict(zip(dates, batch.single_values(LAST_REPORTED.name), strict=True))
    for key, date in dates.items():
        initiatives[key].in_report_of, initiatives[key].reported_on = date, reported_on[key]
    return [initiatives[key] for key in dates]


def not_reported(state: IndexState) -> LinkedCount:
    """The initiatives whose status no report has supported for two years, linked to their list."""
    ages = state.facet("initiatives", "reported")
    keys = BitMap.union(*(ages[age] for age in OLD)) & state.published("initiatives")
    return LinkedCount(len(keys), list_url(Initiative, reported=OLD))


def _initiatives_by_day(state: IndexState) -> Iterator[dict[str, BitMap]]:
    """For each day with reports, newest first, the keys of the initiatives in them by the stored date."""
    reports = state.index("reports").records
    dated = [reports[key] for key in state.published("reports") if reports[key].published_first]
    # A report dated only by year counts as published on the first day of that year.
    dated.sort(key=lambda report: report.published_first, reverse=True)
    days = [list(group) for _day, group in groupby(dated, key=lambda report: report.published_first)]
    evidence = Evidence.objects.using(state.using).for_records(Initiative).order_by()
    for size in _batch_sizes(len(days)):
        batch, days = days[:size], days[size:]
        reports_of_batch = [report.pk for day in batch for report in day]
        rows = evidence.filter(passage__report__in=reports_of_batch).values_list("passage__report")
        by_report = dict(rows.annotate(_keys=KeyArray("object_id")))
        for day in batch:
            by_date: dict[str, BitMap] = {}
            for report in sorted(day, key=lambda report: report.slug):
                date = report.published_on
                by_date[date] = by_date.get(date, _NONE) | by_report.get(report.pk, _NONE)
            yield by_date


def _batch_sizes(number: int) -> Iterator[int]:
    for size in DAYS_PER_QUERY:
        if number <= 0:
            return
        yield size
        number -= size
    while number > 0:
        yield DAYS_PER_QUERY[-1]
        number -= DAYS_PER_QUERY[-1]


@dataclass(frozen=True)
class HomeContext:
    """The content of the home page from one index state."""

    counts: list[CollectionCount]
    evidence_quality: EvidenceQuality
    latest: list[Initiative]
    not_reported: LinkedCount
    beside_announced: LinkedCount
    corrections: list[Correction]


def home_context(state: IndexState) -> HomeContext:
    """The content of the home page besides its charts."""
    return HomeContext(
        counts(state),
        evidence_quality(state),
        latest_initiatives(state),
        not_reported(state),
        statement_counts(state).beside_announced,
        corrections(state, MAX_CORRECTIONS),
    )
