"""Status changes of initiatives since an event or since their first report."""

import datetime

from django.db.models import QuerySet
from pyroaring import BitMap

from initiatives.models import Initiative, Status
from initiatives.related_stats import LinkedCount
from initiatives.since import DAYS, EVENT, FIRST, MOVED, NONE, REPORTED, THEN, UNDATED
from sco_cities.db.pk_queries import pk_in
from sco_cities.facet_index.facets import today
from sco_cities.sources.models import Evidence, Report

from .scope import COLLECTION, ChartScope, newest_report_date

MAX_UNDATED = 3
_NONE = BitMap()


def status_changes(scope: ChartScope) -> dict[tuple[Status, Status], int]:
    """Counts the initiatives whose status changed since the first report, by first status and current status."""
    since_first = scope.state.dimension(COLLECTION, "since")
    moved = since_first.get((FIRST, MOVED), _NONE) & scope.keys
    current = scope.state.facet(COLLECTION, "status")
    return {
        (then, now): count
        for then in Status
        for now in Status
        if (count := len(moved & since_first.get((THEN[FIRST], then), _NONE) & current.get(now, _NONE)))
    }


def since(scope: ChartScope, origin: str, last_day: datetime.date | None = None) -> dict:
    """Returns the template context of `since.html`, which compares the statuses at `origin` with the current statuses.

    `origin` is `EVENT`, which ended on `last_day`, or `FIRST`. `then` and `now` contain the number of initiatives per
    status, where "" means that no status was reported at the time. `newest` is the date of the newest report on the
    initiatives without a later report.
    """
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
    reports = _undated_reports(values.get((UNDATED, ""), _NONE) & scope.keys)
    undated = list(reports[: MAX_UNDATED + 1])
    more_undated = reports.count() - MAX_UNDATED if len(undated) > MAX_UNDATED else 0
    until = last_day + datetime.timedelta(days=DAYS) if last_day else None
    return {
        "whole": linked(NONE, REPORTED, MOVED) if origin != EVENT else LinkedCount(len(whole), scope.url()),
        "later": linked(REPORTED, MOVED),
        "moved": linked(MOVED),
        "none": linked(NONE),
        # These initiatives were in use at the time, so they are not results of the event.
        "already": then[Status.OPERATING] + then[Status.COMPLETED],
        "then": [(status, count) for status, count in {**then, "": len(others[""])}.items() if count],
        "now": [
            (mark, count) for mark in Status.values if (count := len(by_status.get(mark, _NONE) & whole))
        ],
        "newest": newest_report_date(state, keys[NONE]),
        "undated": undated[:MAX_UNDATED],
        "more_undated": more_undated,
        "until": until,
        "is_over": until is None or until < today(),
    }


def _undated_reports(keys: BitMap) -> QuerySet[Report]:
    evidence = Evidence.objects.for_records(Initiative).filter(pk_in(keys, "object_id"))
    reports = Report.objects.published().filter(
        published_first=None, pk__in=evidence.values("passage__report")
    )
    return reports.order_by("slug") if keys else reports.none()
