"""The pairs of each kind, found once and remembered by the process; what has changed since is compared anew."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.contrib.contenttypes.models import ContentType
from django.db import connections, router
from django.db.models import QuerySet
from pyroaring import BitMap

from sco_cities.curation.models import NotDuplicates
from sco_cities.facet_index import change_log
from sco_cities.facet_index.dimensions import part
from sco_cities.facet_index.read_snapshot import read_snapshot
from sco_cities.sources.base_models import Record, record_models

from .candidates import CandidatePair, candidates_for, pairs, similarity_config, sorted_pairs

# Of more records than this it takes as long to look for each as for all pairs.
MAX_CHANGED = 200


@dataclass(frozen=True)
class _CachedPairs:
    """The pairs of a kind in a database, as they were at a version of the log of changes."""

    name: str
    version: change_log.Version
    pairs: list[CandidatePair]


_cache: dict[type[Record], _CachedPairs] = {}


def clear() -> None:
    """Drops what this process holds."""
    _cache.clear()


def compared_models() -> list[type[Record]]:
    """The kinds of record that say what makes two of them alike."""
    return [model for model in record_models() if similarity_config(model)]


def open_pairs(model: type[Record]) -> list[CandidatePair]:
    """The pairs of a kind that nobody has found to be two, best first."""
    kind = ContentType.objects.get_for_model(model)
    told_apart = set(NotDuplicates.objects.filter(content_type=kind).values_list("first_id", "second_id"))
    return [pair for pair in _pairs(model) if (pair.first, pair.second) not in told_apart]


def mark_not_duplicates(model: type[Record], one: int, other: int) -> None:
    """Keeps that somebody has looked at two records and found them to be two."""
    first, second = sorted((one, other))
    kind = ContentType.objects.get_for_model(model)
    NotDuplicates.objects.get_or_create(content_type=kind, first_id=first, second_id=second)


def unmark_not_duplicates(model: type[Record], one: int, other: int) -> None:
    """Takes back that two records were found to be two."""
    first, second = sorted((one, other))
    kind = ContentType.objects.get_for_model(model)
    NotDuplicates.objects.filter(content_type=kind, first_id=first, second_id=second).delete()


def not_duplicates(models: Iterable[type[Record]]) -> QuerySet[NotDuplicates]:
    """The pairs of these kinds that were found to be two, those found last first."""
    kinds = ContentType.objects.get_for_models(*models).values()
    return NotDuplicates.objects.filter(content_type__in=kinds).order_by("-pk")


def _pairs(model: type[Record]) -> list[CandidatePair]:
    using = router.db_for_read(model)
    # Not a transaction: on SQLite nobody could write meanwhile.
    with read_snapshot(using):
        known = _cache.get(model)
        found = _updated_pairs(model, using, known) if known and known.name == _name(using) else None
        _cache[model] = found or _CachedPairs(_name(using), change_log.version(using), pairs(model))
        return _cache[model].pairs


def _name(using: str) -> str:
    return str(connections[using].settings_dict["NAME"])


def _updated_pairs(model: type[Record], using: str, known: _CachedPairs) -> _CachedPairs | None:
    """What is known, with the pairs of records that have changed since looked for anew; None where too many have."""
    try:
        version, changed = change_log.changes_since(using, known.version)
    except change_log.ChangeLogOverflow:
        return None
    touched = BitMap.union(BitMap(), *(changed.get(name, BitMap()) for name in watched(model)))
    if len(touched) > MAX_CHANGED:
        return None
    if not touched:
        return replace(known, version=version)
    kept = [pair for pair in known.pairs if pair.first not in touched and pair.second not in touched]
    found = sorted_pairs([*kept, *candidates_for(model, touched.to_array().tolist())])
    return _CachedPairs(known.name, version, found)


def watched(model: type[Record]) -> list[str]:
    """The parts of the log of changes that name the records of a kind of which something is compared."""
    many = [
        field
        for name in similarity_config(model).fields
        if (field := model._meta.get_field(name)).many_to_many
    ]
    return [part(model, "pk"), *(part(field.remote_field.through, field.m2m_field_name()) for field in many)]
