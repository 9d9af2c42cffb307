"""Status changes of published initiatives in the last twelve months."""

import datetime
from collections import Counter

from django.contrib.contenttypes.models import ContentType
from django.db.models import F, Q
from django.utils import timezone

from initiatives.models import Initiative, Status
from sco_cities.core.edtf import years_before
from sco_cities.facet_index.facets import today
from sco_cities.facet_index.state import IndexState
from sco_cities.history.models import Action, Revision
from sco_cities.sources.base_models import PublicationState

from .scope import COLLECTION, ChartScope

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
    first = timezone.make_aware(datetime.datetime.combine(years_before(today(), 1), datetime.time()))
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
