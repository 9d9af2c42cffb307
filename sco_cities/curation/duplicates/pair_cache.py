"""The candidate pairs of each kind, cached by the process; after a change only changed records are compared."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.contrib.contenttypes.models import ContentType
from django.db import connections, router
from django.db.models import Q, QuerySet
from pyroaring import BitMap

from sco_cities.curation.models import NotDuplicates
from sco_cities.facet_index import change_log
from sco_cities.facet_index.dimensions import part
from sco_cities.facet_index.read_snapshot import read_snapshot
from sco_cities.sources.base_models import Record, record_models

from .candidates import CandidatePair, candidate_pairs, candidate_pairs_of, similarity_config, sorted_pairs

# Above this number of changed records, finding all pairs takes no longer.
MAX_CHANGED = 200


@dataclass(frozen=True)
class _CachedPairs:
    """The pairs of a kind in a database, at a version of the change log."""

    database: str
    version: change_log.Version
    pairs: list[CandidatePair]


_cache: dict[type[Record], _CachedPairs] = {}


def clear() -> None:
    """Empties the cache of this process."""
    _cache.clear()


def compared_models() -> list[type[Record]]:
    """The kinds of record that declare how they are compared."""
    return [model for model in record_models() if similarity_config(model)]


def open_pairs(model: type[Record]) -> list[CandidatePair]:
    """The candidate pairs of a kind that are not marked as not duplicates, best first."""
    kind = ContentType.objects.get_for_model(model)
    marked = set(NotDuplicates.objects.filter(content_type=kind).values_list("first_id", "second_id"))
    return [pair for pair in _pairs(model) if (pair.first, pair.second) not in marked]


def mark_not_duplicates(model: type[Record], one: int, other: int) -> None:
    """Records that two records are not duplicates."""
    first, second = sorted((one, other))
    kind = ContentType.objects.get_for_model(model)
    NotDuplicates.objects.get_or_create(content_type=kind, first_id=first, second_id=second)


def unmark_not_duplicates(model: type[Record], one: int, other: int) -> None:
    """Removes the mark that two records are not duplicates."""
    first, second = sorted((one, other))
    kind = ContentType.objects.get_for_model(model)
    NotDuplicates.objects.filter(content_type=kind, first_id=first, second_id=second).delete()


def not_duplicates(models: Iterable[type[Record]]) -> QuerySet[NotDuplicates]:
    """The pairs of these kinds that are marked as not duplicates, newest first; both records exist."""
    existing = Q(pk__in=())
    for model, kind in ContentType.objects.get_for_models(*models).items():
        keys = model._base_manager.order_by().values("pk")
        existing |= Q(content_type=kind, first_id__in=keys, second_id__in=keys)
    return NotDuplicates.objects.filter(existing).order_by("-pk")


def _pairs(model: type[Record]) -> list[CandidatePair]:
    using = router.db_for_read(model)
    # Not a transaction: on SQLite it would block all writers.
    with read_snapshot(using):
        database = _database_name(using)
        cached = _cache.get(model)
        updated = _updated_pairs(model, using, cached) if cached and cached.database == database else None
        _cache[model] = updated or _CachedPairs(database, change_log.version(using), candidate_pairs(model))
        return _cache[model].pairs


def _database_name(using: str) -> str:
    return str(connections[using].settings_dict["NAME"])


def _updated_pairs(model: type[Record], using: str, cached: _CachedPairs) -> _CachedPairs | None:
    """The cached pairs, with those of changed records found again; None if too many records have changed."""
    try:
        version, changed = change_log.changes_since(using, cached.version)
    except change_log.ChangeLogOverflow:
        return None
    touched = BitMap.union(BitMap(), *(changed.get(name, BitMap()) for name in watched_parts(model)))
    if len(touched) > MAX_CHANGED:
        return None
    if not touched:
        return replace(cached, version=version)
    unchanged = [pair for pair in cached.pairs if pair.first not in touched and pair.second not in touched]
    pairs = sorted_pairs([*unchanged, *candidate_pairs_of(model, touched.to_array().tolist())])
    return _CachedPairs(cached.database, version, pairs)


def watched_parts(model: type[Record]) -> list[str]:
    """The parts of the change log that list records of a kind whose compared values have changed."""
    many = [
        field
        for name in similarity_config(model).fields
        if (field := model._meta.get_field(name)).many_to_many
    ]
    return [part(model, "pk"), *(part(field.remote_field.through, field.m2m_field_name()) for field in many)]
