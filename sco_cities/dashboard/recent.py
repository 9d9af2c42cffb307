"""What has changed in the last 30 days, as readers may see it: what came to be published, and what was corrected.

Told by the history. What a change set did never changes, and it is there as a whole or not at all: each is read
once in a process, so that a page after a change reads what that change did and nothing else.
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
from sco_cities.facet_index.registry import HIDDEN
from sco_cities.facet_index.state import IndexState
from sco_cities.history import diff_display
from sco_cities.history.models import Action, ChangeSet, Revision
from sco_cities.sources.base_models import PublicationState as Stage
from sco_cities.sources.base_models import Record

DAYS = 30
# Of a change set that corrected thousands of records, so many stand for it.
OF_EACH = 3
_NONE = BitMap()


@dataclass
class RecentChange:
    """What a change set did: the records that it published and those that it corrected, by their kind."""

    pk: int
    made_at: datetime.datetime
    published: dict[str, BitMap] = field(default_factory=dict)
    corrected: dict[str, BitMap] = field(default_factory=dict)


@dataclass(frozen=True)
class Correction:
    """A record that was corrected while readers could see it: when, why, and in which fields."""

    record: Record
    made_at: datetime.datetime
    reason: str
    fields: list[str]


def since() -> datetime.datetime:
    """The first moment of the 30 days: days are whole, so that a page stays true until midnight."""
    first = timezone.localdate() - datetime.timedelta(days=DAYS)
    return timezone.make_aware(datetime.datetime.combine(first, datetime.time()))


def recent_changes(state: IndexState) -> list[RecentChange]:
    """What was done in these days, newest first."""
    first, lately = since(), state.remember(("done lately",), (state.moment,), dict)
    if first not in lately:
        lately[first] = _recent_change(state, first)
    return lately[first]


def _recent_change(state: IndexState, first: datetime.datetime) -> list[RecentChange]:
    made = ChangeSet.objects.using(state.using).filter(made_at__gte=first).order_by("-made_at", "-pk")
    wanted = dict(made.values_list("pk", "made_at"))
    known: dict[int, RecentChange] = state.remember(("done by change sets",), (), dict)
    missing = {pk: RecentChange(pk, made_at) for pk, made_at in wanted.items() if pk not in known}
    if missing:
        _read(missing, state.using)
        known |= missing
    # In one step, and without minding whether it is there: other threads put in and drop meanwhile.
    for pk in set(known) - wanted.keys():
        known.pop(pk, None)
    return [known.get(pk) or missing[pk] for pk in wanted]


def _read(missing: dict[int, RecentChange], using: str) -> None:
    collections = _collections()
    told = (
        Revision.objects.using(using).filter(state=Stage.PUBLISHED, content_type__in=collections).order_by()
    )
    for some in batches(BitMap(missing)):
        rows = told.filter(change_set__in=some).values_list(
            "change_set", "content_type", "state_before", "action"
        )
        for pk, kind, before, action, keys in rows.annotate(_keys=KeyArray("object_id")):
            if before != Stage.PUBLISHED:
                found = missing[pk].published
            elif action == Action.CHANGED:
                found = missing[pk].corrected
            else:
                continue
            found[collections[kind]] = found.get(collections[kind], _NONE) | keys


def _collections() -> dict[int, str]:
    """The kinds of record that have a page of their own, by content type."""
    return {
        ContentType.objects.get_for_model(kind.model).pk: kind.collection
        for kind in registry.indexed_models()
        if kind.collection != "statements"
    }


def newly_published(state: IndexState) -> dict[str, BitMap]:
    """The records that have come to be published in these days and still are, by kind.

    Nothing where that is all there is: a site that has just been filled has no news.
    """
    found: dict[str, BitMap] = defaultdict(BitMap)
    for each in recent_changes(state):
        for collection, keys in each.published.items():
            found[collection] |= keys
    found = {name: here for name, keys in found.items() if (here := keys & state.published(name))}
    older = any(len(state.published(name)) > len(found.get(name, _NONE)) for name in _collections().values())
    return found if older else {}


def published(state: IndexState, collection: str, most: int) -> list[tuple[Record, datetime.datetime]]:
    """The new records of a kind, newest first, each with the moment when readers could first see it; `most` at most."""
    wanted, seen = newly_published(state).get(collection, _NONE), {}
    for each in recent_changes(state):
        for key in each.published.get(collection, _NONE) & wanted:
            if len(seen) == most:
                break
            seen.setdefault(key, each.made_at)
    records = _records(state, {collection: list(seen)})
    return [(records[collection, key], made_at) for key, made_at in seen.items()]


def corrections(state: IndexState, most: int) -> list[Correction]:
    """What was corrected last, newest first, each record once; of a large change some stand for all."""
    chosen = {}
    for each, collection, key in _corrected(state):
        chosen.setdefault((collection, key), each)
        if len(chosen) == most:
            break
    if not chosen:
        return []
    collections = _collections()
    told = Revision.objects.using(state.using).filter(
        change_set__in={each.pk for each in chosen.values()}, object_id__in={key for _name, key in chosen}
    )
    revisions = {
        (collections.get(revision.content_type_id), revision.object_id, revision.change_set_id): revision
        for revision in told.select_related("change_set")
    }
    by_kind = defaultdict(list)
    for collection, key in chosen:
        by_kind[collection].append(key)
    records = _records(state, by_kind)
    found = []
    for (collection, key), each in chosen.items():
        revision, record = revisions[collection, key, each.pk], records[collection, key]
        names = [diff_display.field_label(type(record), name) for name in revision.changes]
        found.append(Correction(record, each.made_at, revision.change_set.reason, names))
    return found


def _corrected(state: IndexState) -> Iterator[tuple[RecentChange, str, int]]:
    for each in recent_changes(state):
        left = OF_EACH
        for collection, keys in each.corrected.items():
            for key in keys & state.published(collection):
                if not left:
                    break
                left -= 1
                yield each, collection, key


def _records(state: IndexState, keys: dict[str, Iterable[int]]) -> dict[tuple[str, int], models.Model]:
    """The records of these kinds and keys: from the index, which has most kinds in memory."""
    found = {}
    for collection, wanted in keys.items():
        kind = registry.indexed_model(collection)
        stored = (
            state.index(collection).records
            if kind.is_kept
            else kind.model._base_manager.using(state.using).defer(*HIDDEN).in_bulk(list(wanted))
        )
        found |= {(collection, key): stored[key] for key in wanted}
    return found
