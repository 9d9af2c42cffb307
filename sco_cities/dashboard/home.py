"""What the home page says is known: how much, what is new, how sound. Its charts are in `charts`."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Exists, OuterRef
from django.utils.translation import npgettext_lazy
from pyroaring import BitMap

from initiatives.columns import INITIATIVES
from initiatives.models import Initiative
from sco_cities.facet_index.pk_bitmaps import KeyArray
from sco_cities.facet_index.state import IndexState
from sco_cities.sources.base_models import Record
from sco_cities.sources.models import Evidence, Passage

from . import recent

# The kinds of record whose numbers are told.
COLLECTIONS = {
    "initiatives": npgettext_lazy("after a number", "initiative", "initiatives", "n"),
    "cities": npgettext_lazy("after a number", "city", "cities", "n"),
    "delegates": npgettext_lazy("after a number", "delegate", "delegates", "n"),
    "organisations": npgettext_lazy("after a number", "organisation", "organisations", "n"),
    "events": npgettext_lazy("after a number", "event", "events", "n"),
    "themes": npgettext_lazy("after a number", "theme", "themes", "n"),
    "reports": npgettext_lazy("after a number", "report", "reports", "n"),
}
# So many stand beside the map, and so many corrections below all.
NEWEST, MOST_CORRECTIONS = 5, 8
# The page of what is new names so many of each kind.
MAX_NEWS = 100
# Of so many days with reports at once it is asked of which initiatives they tell: mostly the first days suffice.
DAYS_AT_ONCE = (2, 16, 128, 1024)
_NONE = BitMap()


@dataclass(frozen=True)
class CollectionCount:
    """How many records of a kind readers see, and how many of them are new."""

    collection: str
    count: int
    new: int

    @property
    def label(self) -> str:
        return COLLECTIONS[self.collection] % {"n": self.count}

    @property
    def list_name(self) -> str:
        """The name of the address of their list."""
        return f"{self.collection}-list"


@dataclass(frozen=True)
class EvidenceQuality:
    """How many footnotes lead to how many reports."""

    footnotes: int
    reports: int


def counts(state: IndexState) -> list[CollectionCount]:
    """The number of published records of each kind that has any, with what has come in the last 30 days."""
    new = recent.newly_published(state)
    numbers = [
        CollectionCount(name, len(state.published(name)), len(new.get(name, _NONE))) for name in COLLECTIONS
    ]
    return [each for each in numbers if each.count]


@dataclass(frozen=True)
class RecentGroup:
    """The new records of a kind, newest first, and how many more there are."""

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
    """What is new of each kind that has anything new."""
    new = recent.newly_published(state)
    return [
        RecentGroup(name, len(new[name]), recent.published(state, name, MAX_NEWS))
        for name in COLLECTIONS
        if name in new
    ]


def evidence_quality(state: IndexState) -> EvidenceQuality:
    """What the footnotes rest on: those to published reports count."""
    return state.remember(("soundness",), (state.moment,), lambda: _evidence_quality(state))


def _evidence_quality(state: IndexState) -> EvidenceQuality:
    evidence = Evidence.objects.using(state.using).order_by()
    published = state.published("reports")
    # Most reports are published: to look for what rests on the others takes a hundredth of joining all.
    hidden = BitMap(state.index("reports").records) - published
    footnotes = evidence.count()
    if hidden:
        footnotes -= evidence.filter(passage__report__in=list(hidden)).count()
    passages = Passage.objects.using(state.using).order_by()
    cited = passages.filter(Exists(evidence.filter(passage=OuterRef("pk"))))
    return EvidenceQuality(
        footnotes, len(BitMap(cited.values_list("report", flat=True).distinct()) & published)
    )


def latest_changes(state: IndexState) -> list[Initiative]:
    """The initiatives that newest reports speak of, each with `reported_on`, that report's date as it is given.

    Of those of the same day the first by title.
    """
    chosen: dict[int, str] = {}
    ranking = INITIATIVES.ranking(state, INITIATIVES.usual_sort)
    left = state.published("initiatives")
    for told in _by_day(state):
        here = left & BitMap.union(_NONE, *told.values())
        for key in ranking.window(here, 0, min(NEWEST - len(chosen), len(here))):
            chosen[key] = next(given for given, keys in told.items() if key in keys)
        left = left - here
        if len(chosen) == NEWEST:
            break
    found = Initiative.objects.using(state.using).for_mention().in_bulk(list(chosen))
    for key, given in chosen.items():
        found[key].reported_on = given
    return [found[key] for key in chosen]


def _by_day(state: IndexState) -> Iterator[dict[str, BitMap]]:
    """For each day with reports, newest first, the initiatives of which these tell, by how they give their date."""
    reports = state.index("reports").records
    dated = [reports[key] for key in state.published("reports") if reports[key].published_first]
    # A report of which only the year is known is no newer than its first day.
    dated.sort(key=lambda report: report.published_first, reverse=True)
    days = [list(together) for _day, together in groupby(dated, key=lambda report: report.published_first)]
    evidence = Evidence.objects.using(state.using).about(Initiative).order_by()
    for size in _sizes(len(days)):
        some, days = days[:size], days[size:]
        asked = [report.pk for day in some for report in day]
        told = evidence.filter(passage__report__in=asked).values_list("passage__report")
        about = dict(told.annotate(_keys=KeyArray("object_id")))
        for day in some:
            found: dict[str, BitMap] = {}
            for report in sorted(day, key=lambda report: report.slug):
                given = report.published_on
                found[given] = found.get(given, _NONE) | about.get(report.pk, _NONE)
            yield found


def _sizes(number: int) -> Iterator[int]:
    for size in DAYS_AT_ONCE:
        if number <= 0:
            return
        yield size
        number -= size
    while number > 0:
        yield DAYS_AT_ONCE[-1]
        number -= DAYS_AT_ONCE[-1]


@dataclass(frozen=True)
class HomeContext:
    """All that the page says, read at one moment."""

    counts: list[CollectionCount]
    soundness: EvidenceQuality
    newest: list[Initiative]
    corrections: list[recent.Correction]


def home_context(state: IndexState) -> HomeContext:
    """All that the page says besides its charts."""
    return HomeContext(
        counts(state),
        evidence_quality(state),
        latest_changes(state),
        recent.corrections(state, MOST_CORRECTIONS),
    )
