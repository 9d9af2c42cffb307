"""Records published or corrected in the last 30 days, as far as readers can see them.

The source is the change history. A change set is immutable and is written as a whole, so each process reads it once;
after a change, a page reads only the new change set.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone
from pyroaring import BitMap

from sco_cities.facet_index import registry
from sco_cities.facet_index.dimensions import batches
from sco_cities.facet_index.pk_bitmaps import KeyArray
from sco_cities.facet_index.registry import DEFERRED_FIELDS
from sco_cities.facet_index.state import IndexState
from sco_cities.history import diff_display
from sco_cities.history.models import Action, ChangeSet, Revision
from sco_cities.sources.base_models import PublicationState as Stage
from sco_cities.sources.base_models import Record

DAYS = 30
# The records shown per change set, even if it corrected thousands.
MAX_PER_CHANGE = 3
_NONE = BitMap()


@dataclass
class RecentChange:
    """The keys of the records that a change set published and corrected, by collection."""

    pk: int
    made_at: datetime.datetime
    published: dict[str, BitMap] = field(default_factory=dict)
    corrected: dict[str, BitMap] = field(default_factory=dict)


@dataclass(frozen=True)
class Correction:
    """A correction of a published record: when, why, and in which fields."""

    record: Record
    made_at: datetime.datetime
    reason: str
    fields: list[str]


def since() -> datetime.datetime:
    """The start of the 30 days, at midnight, so that a page stays correct for the whole day."""
    first = timezone.localdate() - datetime.timedelta(days=DAYS)
    return timezone.make_aware(datetime.datetime.combine(first, datetime.time()))


def recent_changes(state: IndexState) -> list[RecentChange]:
    """The changes of the last 30 days, newest first."""
    first, cache = since(), state.memoize(("recent changes",), (state.change_token,), dict)
    if first not in cache:
        cache[first] = _read_recent_changes(state, first)
    return cache[first]


def _read_recent_changes(state: IndexState, first: datetime.datetime) -> list[RecentChange]:
    change_sets = ChangeSet.objects.using(state.using).filter(made_at__gte=first).order_by("-made_at", "-pk")
    dates = dict(change_sets.values_list("pk", "made_at"))
    cache: dict[int, RecentChange] = state.memoize(("change sets",), (), dict)
    missing = {pk: RecentChange(pk, made_at) for pk, made_at in dates.items() if pk not in cache}
    if missing:
        _read_revisions(missing, state.using)
        cache |= missing
    # pop() is atomic and ignores missing keys: other threads change the cache at the same time.
    for pk in set(cache) - dates.keys():
        cache.pop(pk, None)
    return [cache.get(pk) or missing[pk] for pk in dates]


def _read_revisions(missing: dict[int, RecentChange], using: str) -> None:
    collections = _collections()
    revisions = (
        Revision.objects.using(using).filter(state=Stage.PUBLISHED, content_type__in=collections).order_by()
    )
    for batch in batches(BitMap(missing)):
        rows = revisions.filter(change_set__in=batch).values_list(
            "change_set", "content_type", "state_before", "action"
        )
        for pk, kind, before, action, keys in rows.annotate(_keys=KeyArray("object_id")):
            if before != Stage.PUBLISHED:
                by_collection = missing[pk].published
            elif action == Action.CHANGED:
                by_collection = missing[pk].corrected
            else:
                continue
            by_collection[collections[kind]] = by_collection.get(collections[kind], _NONE) | keys


def _collections() -> dict[int, str]:
    """The collections whose records have their own page, by content type."""
    return {
        ContentType.objects.get_for_model(kind.model).pk: kind.collection
        for kind in registry.indexed_models()
        if kind.collection != "statements"
    }


def newly_published_keys(state: IndexState) -> dict[str, BitMap]:
    """The records published in the last 30 days and still published, by collection.

    Empty if there are no older records: the initial data of a site is not news.
    """
    by_collection: dict[str, BitMap] = defaultdict(BitMap)
    for change in recent_changes(state):
        for collection, keys in change.published.items():
            by_collection[collection] |= keys
    new = {name: still for name, keys in by_collection.items() if (still := keys & state.published(name))}
    has_older = any(
        len(state.published(name)) > len(new.get(name, _NONE)) for name in _collections().values()
    )
    return new if has_older else {}


def newly_published(state: IndexState, collection: str, most: int) -> list[tuple[Record, datetime.datetime]]:
    """Up to `most` new records of a collection, newest first, each with the time when it was published."""
    new, dates = newly_published_keys(state).get(collection, _NONE), {}
    for change in recent_changes(state):
        for key in change.published.get(collection, _NONE) & new:
            if len(dates) == most:
                break
            dates.setdefault(key, change.made_at)
    records = _records(state, {collection: list(dates)})
    return [(records[collection, key], made_at) for key, made_at in dates.items()]


def corrections(state: IndexState, most: int) -> list[Correction]:
    """The latest corrections, newest first, each record once; at most MAX_PER_CHANGE of one change set."""
    latest = {}
    for change, collection, key in _corrected_records(state):
        latest.setdefault((collection, key), change)
        if len(latest) == most:
            break
    if not latest:
        return []
    collections = _collections()
    rows = Revision.objects.using(state.using).filter(
        change_set__in={change.pk for change in latest.values()}, object_id__in={key for _name, key in latest}
    )
    revisions = {
        (collections.get(revision.content_type_id), revision.object_id, revision.change_set_id): revision
        for revision in rows.select_related("change_set")
    }
    by_collection = defaultdict(list)
    for collection, key in latest:
        by_collection[collection].append(key)
    records = _records(state, by_collection)
    result = []
    for (collection, key), change in latest.items():
        revision, record = revisions[collection, key, change.pk], records[collection, key]
        names = [diff_display.field_label(type(record), name) for name in revision.changes]
        result.append(Correction(record, change.made_at, revision.change_set.reason, names))
    return result


def _corrected_records(state: IndexState) -> Iterator[tuple[RecentChange, str, int]]:
    for change in recent_changes(state):
        remaining = MAX_PER_CHANGE
        for collection, keys in change.corrected.items():
            for key in keys & state.published(collection):
                if not remaining:
                    break
                remaining -= 1
                yield change, collection, key


def _records(state: IndexState, keys: dict[str, Iterable[int]]) -> dict[tuple[str, int], models.Model]:
    """The records with these keys by collection; most collections come from memory in the index."""
    result = {}
    for collection, own_keys in keys.items():
        kind = registry.indexed_model(collection)
        stored = (
            state.index(collection).records
            if kind.keeps_records
            else kind.model._base_manager.using(state.using).defer(*DEFERRED_FIELDS).in_bulk(list(own_keys))
        )
        result |= {(collection, key): stored[key] for key in own_keys}
    return result
