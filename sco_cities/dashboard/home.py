"""What the home page says is known: how much, how firm, about what, how sound, and what is new."""

import datetime
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Count, Exists, OuterRef
from pyroaring import BitMap

from initiatives.models import Initiative
from sco_cities.browse.index.state import State
from sco_cities.sources.models import Evidence, Passage

# The kinds of record whose numbers are told.
COUNTED = ("initiatives", "cities", "delegates", "organisations", "events", "themes", "reports")
NEWEST = 8


@dataclass(frozen=True)
class Soundness:
    """How many footnotes lead to how many reports; of how many initiatives reports disagree, or only one speaks."""

    footnotes: int
    reports: int
    disputed: int
    single: int


def counts(state: State) -> dict[str, int]:
    """The number of published records of each kind, by the name of its list."""
    return {name: len(state.published(name)) for name in COUNTED}


def soundness(state: State) -> Soundness:
    """How well what is known is borne out."""
    published = state.published("initiatives")
    levels = state.facet("initiatives", "evidence")
    evidence = Evidence.objects.using(state.using).from_published_reports()
    return Soundness(
        **evidence.aggregate(footnotes=Count("pk"), reports=Count("passage__report", distinct=True)),
        disputed=levels["disputed"].intersection_cardinality(published),
        single=levels["single"].intersection_cardinality(published),
    )


def newest(state: State) -> list[Initiative]:
    """The initiatives that newest reports speak of, each with `reported_on`, that report's date as it is given."""
    reports = state.index("reports").records
    published = state.published("initiatives")
    evidence = Evidence.objects.using(state.using).about(Initiative)
    # Many reports may tell of none: each would cost a question.
    passages = Passage.objects.using(state.using).order_by()
    passages = passages.filter(Exists(evidence.filter(passage=OuterRef("pk")).order_by()))
    cited = BitMap(passages.values_list("report", flat=True).distinct()) & state.published("reports")
    dated = [reports[key] for key in cited if reports[key].published_first]
    # A report of which only the year is known is no newer than its first day.
    dated.sort(key=lambda report: report.published_first, reverse=True)
    # By initiative: the day of the newest report that tells of it, and how that report gives it.
    reported: dict[int, tuple[datetime.date, str]] = {}
    for day, together in groupby(dated, key=lambda report: report.published_first):
        if len(reported) >= NEWEST:
            break
        given = {report.pk: report.published_on for report in together}
        told = evidence.filter(passage__report__in=list(given)).order_by("passage__report__slug")
        for key, report in told.values_list("object_id", "passage__report").distinct():
            if key in published:
                reported.setdefault(key, (day, given[report]))
    found = list(Initiative.objects.using(state.using).filter(pk__in=list(reported)).order_by("slug"))
    found.sort(key=lambda initiative: reported[initiative.pk][0], reverse=True)
    for initiative in found:
        initiative.reported_on = reported[initiative.pk][1]
    return found[:NEWEST]
