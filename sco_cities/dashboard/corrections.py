"""Status changes and corrections of published records in the last 30 days.

Several changes to a record are combined into their net effect. Reverted changes are not listed.
"""

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from initiatives.models import Initiative
from sco_cities.core import edtf
from sco_cities.core.publication_state import VISIBLE
from sco_cities.facet_index.state import IndexState
from sco_cities.history import diff_display
from sco_cities.history.delta import Delta, compose
from sco_cities.history.models import Action, Revision
from sco_cities.sources.base_models import Record
from sco_cities.sources.models import Evidence, Report

from .recent import collections_by_kind, recent_changes, since

# Maximum number of records shown per change set. A change set can correct thousands of records.
MAX_PER_CHANGE = 3
# The number of records read at a time. It is larger than the number shown, because some records have no net change.
BATCH_SIZE = 100
INITIATIVES, STATUS = "initiatives", "status"
# A record's collection and primary key.
RecordKey = tuple[str, int]


@dataclass(frozen=True)
class Correction:
    """A correction of a published record, with its time, reason and fields."""

    record: Record
    made_at: datetime.datetime
    reason: str
    fields: list[str]


@dataclass(frozen=True)
class StatusMove:
    """A change from an old to a new status, with its time and reason, and the newest report on the status."""

    record: Initiative
    before: str
    after: str
    made_at: datetime.datetime
    reason: str
    report: Report | None


@dataclass
class NetChange:
    """The net effect of the changes to a record since it was published, and the revisions with these changes."""

    delta: Delta = field(default_factory=dict)
    revisions: list[Revision] = field(default_factory=list)

    def latest(self, names: Iterable[str]) -> Revision:
        """Returns the last revision of any of these fields."""
        names = set(names)
        return next(revision for revision in reversed(self.revisions) if names & revision.changes.keys())


def corrections(state: IndexState, most: int) -> list[Correction]:
    """Returns the latest corrections, newest first.

    Each record appears once, and each change set at most MAX_PER_CHANGE times. Status changes are not corrections.
    """

    def corrected_fields(key: RecordKey, change: NetChange) -> list[str]:
        return [name for name in change.delta if name != "state" and (key[0], name) != (INITIATIVES, STATUS)]

    found = dict(_changed(state, _corrected(state), corrected_fields, most))
    records = _records(state, found)
    result = []
    for key, change in found.items():
        names, record = corrected_fields(key, change), records[key]
        latest = change.latest(names).change_set
        labels = [diff_display.field_label(type(record), name) for name in names]
        result.append(Correction(record, latest.made_at, latest.reason, labels))
    return result


def status_moves(state: IndexState, most: int) -> list[StatusMove]:
    """Returns the status changes, newest first."""
    moved = (
        (INITIATIVES, key)
        for change in recent_changes(state)
        for key in change.moved & state.published(INITIATIVES)
    )
    found = dict(_changed(state, moved, lambda key, change: STATUS in change.delta, most))
    records, reports = _records(state, found), _newest_reports(state, [key for _name, key in found])
    result = []
    for key, change in found.items():
        latest = change.latest([STATUS]).change_set
        before, after = change.delta[STATUS]
        result.append(
            StatusMove(records[key], before, after, latest.made_at, latest.reason, reports.get(key[1]))
        )
    return result


def _corrected(state: IndexState) -> Iterator[RecordKey]:
    for change in recent_changes(state):
        remaining = MAX_PER_CHANGE
        for collection, keys in change.corrected.items():
            for key in keys & state.published(collection):
                if not remaining:
                    break
                remaining -= 1
                yield collection, key


def _changed(
    state: IndexState,
    candidates: Iterable[RecordKey],
    is_wanted: Callable[[RecordKey, NetChange], object],
    most: int,
) -> Iterator[tuple[RecordKey, NetChange]]:
    """Yields the first `most` candidates that satisfy `is_wanted`, without duplicates, with their net changes."""
    remaining, found = _once(candidates), 0
    while batch := list(islice(remaining, BATCH_SIZE)):
        changes = _net_changes(state, batch)
        for key in batch:
            if found < most and is_wanted(key, changes[key]):
                found += 1
                yield key, changes[key]
        if found == most:
            return


def _once(keys: Iterable[RecordKey]) -> Iterator[RecordKey]:
    seen = set()
    for key in keys:
        if key not in seen:
            seen.add(key)
            yield key


def _net_changes(state: IndexState, keys: Iterable[RecordKey]) -> dict[RecordKey, NetChange]:
    collections = collections_by_kind()
    changes = {key: NetChange() for key in keys}
    revisions = Revision.objects.using(state.using).filter(
        change_set__made_at__gte=since(),
        action=Action.CHANGED,
        content_type__in=collections,
        object_id__in={key for _name, key in changes},
    )
    for revision in revisions.select_related("change_set").order_by("pk"):
        change = changes.get((collections[revision.content_type_id], revision.object_id))
        # Changes before publication are ignored, because readers never saw the earlier values.
        if change and (change.revisions or revision.state_before == VISIBLE):
            change.revisions.append(revision)
            change.delta = compose(change.delta, revision.changes)
    return changes


def _records(state: IndexState, keys: Iterable[RecordKey]) -> dict[RecordKey, Record]:
    by_collection = defaultdict(list)
    for collection, key in keys:
        by_collection[collection].append(key)
    # The index keeps the records of most collections in memory.
    stored = {collection: state.records(collection, own) for collection, own in by_collection.items()}
    return {(collection, key): stored[collection][key] for collection, key in keys}


def _newest_reports(state: IndexState, keys: list[int]) -> dict[int, Report]:
    """Maps keys of initiatives to the newest published report that supports their status."""
    reports, newest = state.index("reports").records, {}
    evidence = (
        Evidence.objects.using(state.using).for_records(Initiative).supporting().from_published_reports()
    )
    rows = evidence.filter(field=STATUS, object_id__in=keys).values_list("object_id", "passage__report")
    for key, pk in rows if keys else ():
        if reports[pk].published_first:
            newest[key] = max(
                newest.get(key, reports[pk]),
                reports[pk],
                key=lambda report: edtf.recency(report.published_on),
            )
    return newest
