"""What later reports say of the initiatives of an event, a country or a year, beside their status at the time."""

import datetime
from dataclasses import dataclass

from pyroaring import BitMap

from initiatives.models import Initiative, Status
from initiatives.related_stats import LinkedCount
from initiatives.since import DAYS, EVENT, MOVED, NONE, REPORTED, THEN, UNDATED
from sco_cities.core import edtf
from sco_cities.db.pk_filter import pk_in
from sco_cities.facet_index.facets import today
from sco_cities.sources.models import Evidence, Report

from .scope import COLLECTION, ChartScope

MAX_UNDATED = 3
_NONE = BitMap()


@dataclass(frozen=True)
class Since:
    """The initiatives of a scope that were announced on a known day, by what reports say since.

    `then` and `now` are their numbers by status, at the time and now; at the time, "" is for those whose status no
    report names. `newest` is the date of the newest report on the status of those that no later report cites.
    """

    whole: LinkedCount
    later: LinkedCount
    moved: LinkedCount
    none: LinkedCount
    then: list[tuple[str, int]]
    now: list[tuple[str, int]]
    newest: str
    undated: list[Report]
    more_undated: int
    until: datetime.date | None
    is_over: bool


def since(scope: ChartScope, origin: str, last_day: datetime.date | None = None) -> Since:
    """What reports say since `EVENT`, whose last day is given, or since `FIRST`."""
    state, name = scope.state, f"since_{origin}"
    values = state.dimension(COLLECTION, "since")
    keys = {code: values.get((origin, code), _NONE) & scope.keys for code in (NONE, REPORTED, MOVED)}
    whole = BitMap.union(*keys.values())

    def linked(*codes: str) -> LinkedCount:
        return LinkedCount(sum(len(keys[code]) for code in codes), scope.url(**{name: codes}))

    by_status = state.facet(COLLECTION, "status")
    others = {status: values.get((THEN[origin], status), _NONE) & whole for status in ("", *Status.values)}
    unchanged = whole.difference(*others.values())
    then = {
        status: len(others[status] | by_status.get(status, _NONE) & unchanged) for status in Status.values
    }
    dates = state.dimension(COLLECTION, "status_reported_on")
    newest = max(
        (date for date, own in dates.items() if own.intersect(keys[NONE])), key=edtf.recency, default=""
    )
    undated = _undated_reports(values.get((UNDATED, ""), _NONE) & scope.keys)
    until = last_day + datetime.timedelta(days=DAYS) if last_day else None
    return Since(
        linked(NONE, REPORTED, MOVED) if origin != EVENT else LinkedCount(len(whole), scope.url()),
        linked(REPORTED, MOVED),
        linked(MOVED),
        linked(NONE),
        [(status, count) for status, count in {**then, "": len(others[""])}.items() if count],
        [(mark, count) for mark in Status.values if (count := len(by_status.get(mark, _NONE) & whole))],
        newest,
        undated[:MAX_UNDATED],
        len(undated[MAX_UNDATED:]),
        until,
        until is None or until < today(),
    )


def _undated_reports(keys: BitMap) -> list[Report]:
    if not keys:
        return []
    cited = (
        Evidence.objects.for_records(Initiative).filter(pk_in(keys, "object_id")).values("passage__report")
    )
    reports = Report.objects.published().filter(published_first__isnull=True, pk__in=cited)
    return list(reports.order_by("slug"))
