"""Status changes of the last twelve months, and of initiatives since an event or since their first report."""

import datetime
from collections import Counter

from django.contrib.contenttypes.models import ContentType
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from pyroaring import BitMap

from initiatives.models import Initiative, Status
from initiatives.related_stats import LinkedCount
from initiatives.since import DAYS, EVENT, MOVED, NONE, REPORTED, THEN, UNDATED
from sco_cities.core import edtf
from sco_cities.db.pk_queries import pk_in
from sco_cities.facet_index.facets import today
from sco_cities.facet_index.state import IndexState
from sco_cities.history.models import Action, Revision
from sco_cities.sources.base_models import PublicationState
from sco_cities.sources.models import Evidence, Report

from .scope import COLLECTION, ChartScope, newest_report_date

StatusChange = tuple[Status, Status]
CACHE_KEY = ("status changes",)


def status_changes(scope: ChartScope) -> Counter[StatusChange]:
    """Counts initiatives by pairs of their earlier and current status. Reverted changes do not count."""
    state = scope.state
    inputs = (state.index(COLLECTION).changes, today())
    changes = state.memoize(CACHE_KEY, inputs, lambda: all_status_changes(state))
    return Counter(change for key, change in changes.items() if key in scope.keys)


def all_status_changes(state: IndexState) -> dict[int, StatusChange]:
    """Maps keys to the first status visible to readers in the last twelve months, and the current status."""
    first = timezone.make_aware(datetime.datetime.combine(edtf.years_before(today(), 1), datetime.time()))
    changed = Revision.objects.using(state.using).filter(
        content_type=ContentType.objects.get_for_model(Initiative),
        action=Action.CHANGED,
        change_set__made_at__gte=first,
    )
    revisions = changed.filter(
        Q(changes__has_key="status") | ~Q(state_before=F("state")),
        object_id__in=changed.filter(changes__has_key="status").values("object_id"),
    )
    # Iterates from the newest revision to the oldest. At the end, `status` contains the status before the oldest
    # revision, and `seen` the status before the oldest revision of the published record.
    status, seen = {}, {}
    rows = revisions.order_by("-pk").values_list("object_id", "state_before", "changes__status")
    for key, state_before, change in rows:
        status[key] = change[0] if change else status.get(key) or _status_now(state, key)
        if state_before == PublicationState.PUBLISHED:
            seen[key] = status[key]
    return {
        key: (Status(before), Status(now))
        for key, before in seen.items()
        if before != (now := _status_now(state, key)) and {before, now} <= set(Status.values)
    }


def _status_now(state: IndexState, key: int) -> str:
    return next((value for value, keys in state.facet(COLLECTION, "status").items() if key in keys), "")


MAX_UNDATED = 3
_NONE = BitMap()


def since(scope: ChartScope, origin: str, last_day: datetime.date | None = None) -> dict:
    """The template context of `since.html`, for a comparison since `EVENT`, which ended on `last_day`, or since
    `FIRST`.

    `then` and `now` map statuses to numbers. "" stands for initiatives without a report of a status at the time.
    `newest` is the date of the newest report on the status of the initiatives that no later report cites.
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
