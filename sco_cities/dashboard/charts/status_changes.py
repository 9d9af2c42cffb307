"""Which statuses of published initiatives have changed in the last twelve months."""

import datetime
from collections import Counter

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from initiatives.models import Initiative, Status
from sco_cities.core.edtf import years_before
from sco_cities.facet_index.facets import today
from sco_cities.facet_index.state import IndexState
from sco_cities.history.models import Action, Revision
from sco_cities.sources.base_models import PublicationState

from .scope import ChartScope

StatusChange = tuple[Status, Status]


def status_changes(scope: ChartScope) -> Counter[StatusChange]:
    """The number of initiatives by status before and now; what was changed and changed back does not count."""
    state = scope.state
    changes = state.memoize(("status changes",), (state.change_token, today()), lambda: _read(state))
    return Counter(change for key, change in changes.items() if key in scope.keys)


def _read(state: IndexState) -> dict[int, StatusChange]:
    first = timezone.make_aware(datetime.datetime.combine(years_before(today(), 1), datetime.time()))
    revisions = Revision.objects.using(state.using).filter(
        content_type=ContentType.objects.get_for_model(Initiative),
        action=Action.CHANGED,
        state_before=PublicationState.PUBLISHED,
        changes__has_key="status",
        change_set__made_at__gte=first,
    )
    changes: dict[int, tuple[str, str]] = {}
    for key, change in revisions.order_by("pk").values_list("object_id", "changes"):
        before, after = change["status"]
        changes[key] = changes.get(key, (before,))[0], after
    return {
        key: (Status(before), Status(after))
        for key, (before, after) in changes.items()
        if before != after and {before, after} <= set(Status.values)
    }
