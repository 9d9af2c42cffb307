"""The public changes of the last 30 days, and the records published by these changes.

The changes are read from the change history. A change set is immutable and written in one transaction, so each process
reads it only once. After a change, a request reads only the new change set.
"""

import datetime
from collections import defaultdict
from dataclasses import dataclass, field

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone
from pyroaring import BitMap

from initiatives.models import Initiative
from sco_cities.facet_index import registry
from sco_cities.facet_index.dimensions import batches
from sco_cities.facet_index.pk_bitmaps import KeyArray
from sco_cities.facet_index.state import IndexState
from sco_cities.history.models import Action, ChangeSet, ChangeSource, Revision
from sco_cities.sources.base_models import PublicationState as Stage
from sco_cities.sources.base_models import Record

DAYS = 30
_NONE = BitMap()


@dataclass
class RecentChange:
    """The keys of the records that a change set published, withdrew or corrected, by collection.

    `moved` contains the initiatives whose status was changed. `is_initial` is true if the change set loaded the
    site's initial data.
    """

    pk: int
    made_at: datetime.datetime
    is_initial: bool
    published: dict[str, BitMap] = field(default_factory=dict)
    withdrawn: dict[str, BitMap] = field(default_factory=dict)
    corrected: dict[str, BitMap] = field(default_factory=dict)
    moved: BitMap = field(default_factory=BitMap)


def since() -> datetime.datetime:
    """Returns the start of the 30 days, at midnight, so that a page stays correct until the end of the day."""
    first = timezone.localdate() - datetime.timedelta(days=DAYS)
    return timezone.make_aware(datetime.datetime.combine(first, datetime.time()))


def recent_changes(state: IndexState) -> list[RecentChange]:
    """Returns the changes of the last 30 days, newest first."""
    first, cache = since(), state.memoize(("recent changes",), (state.change_token,), dict)
    if first not in cache:
        cache[first] = _read_recent_changes(state, first)
    return cache[first]


def _read_recent_changes(state: IndexState, first: datetime.datetime) -> list[RecentChange]:
    all_change_sets = ChangeSet.objects.using(state.using)
    change_sets = all_change_sets.filter(made_at__gte=first).order_by("-made_at", "-pk")
    is_initial = models.Q(source=ChangeSource.PACKAGE) & ~models.Exists(
        all_change_sets.filter(pk__lt=models.OuterRef("pk"))
    )
    rows = change_sets.annotate(_is_initial=is_initial).values_list("pk", "made_at", "_is_initial")
    dates = {pk: (made_at, initial) for pk, made_at, initial in rows}
    cache: dict[int, RecentChange] = state.memoize(("change sets",), (), dict)
    missing = {pk: RecentChange(pk, *facts) for pk, facts in dates.items() if pk not in cache}
    if missing:
        _read_revisions(missing, state.using)
        cache |= missing
    # Other threads may change the cache at the same time. pop() is atomic and ignores missing keys.
    for pk in set(cache) - dates.keys():
        cache.pop(pk, None)
    return [cache.get(pk) or missing[pk] for pk in dates]


def _read_revisions(missing: dict[int, RecentChange], using: str) -> None:
    collections = collections_by_kind()
    revisions = (
        Revision.objects.using(using).seen_by_readers().filter(content_type__in=collections).order_by()
    )
    moves = revisions.filter(
        content_type=ContentType.objects.get_for_model(Initiative),
        action=Action.CHANGED,
        changes__has_key="status",
    )
    for batch in batches(BitMap(missing)):
        rows = revisions.filter(change_set__in=batch).values_list(
            "change_set", "content_type", "state_before", "state"
        )
        for pk, kind, before, after, keys in rows.annotate(_keys=KeyArray("object_id")):
            if before != Stage.PUBLISHED:
                by_collection = missing[pk].published
            elif after != Stage.PUBLISHED:
                by_collection = missing[pk].withdrawn
            else:
                by_collection = missing[pk].corrected
            by_collection[collections[kind]] = by_collection.get(collections[kind], _NONE) | keys
        rows = moves.filter(change_set__in=batch).values_list("change_set")
        for pk, keys in rows.annotate(_keys=KeyArray("object_id")):
            missing[pk].moved |= keys


def collections_by_kind() -> dict[int, str]:
    """Maps the ids of content types to collections, for records that have pages."""
    return {
        ContentType.objects.get_for_model(kind.model).pk: kind.collection
        for kind in registry.indexed_models()
        if kind.collection != "statements"
    }


def newly_published_keys(state: IndexState) -> dict[str, BitMap]:
    """Returns the records published in the last 30 days that are still published, by collection.

    Excludes a site's initial data, and records that were published again after a withdrawal.
    """
    new: dict[str, BitMap] = defaultdict(BitMap)
    known: dict[str, BitMap] = defaultdict(BitMap)
    for change in reversed(recent_changes(state)):
        for collection, keys in change.withdrawn.items():
            known[collection] |= keys - new[collection]
        for collection, keys in change.published.items():
            (known if change.is_initial else new)[collection] |= keys - known[collection]
    return {name: still for name, keys in new.items() if (still := keys & state.published(name))}


def newly_published(state: IndexState, collection: str, most: int) -> list[tuple[Record, datetime.datetime]]:
    """Up to `most` new records of a collection, newest first, each with its time of publication."""
    new, dates = newly_published_keys(state).get(collection, _NONE), {}
    for change in recent_changes(state):
        for key in change.published.get(collection, _NONE) & new:
            if len(dates) == most:
                break
            dates.setdefault(key, change.made_at)
    records = state.records(collection, list(dates))
    return [(records[key], made_at) for key, made_at in dates.items()]
