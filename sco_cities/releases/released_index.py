"""The facet index in a release file. Embeds and citations use it to show lists as of the release.

The file contains the published records with their public fields, and bitmaps of their primary keys at that time. Values
are never read from the database, so drafts and later changes cannot appear. Only slugs are compared with the database,
because records that were deleted later must not be shown.
"""

import logging
from array import array
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, ClassVar

import orjson
from django.core.exceptions import ValidationError
from django.db import models
from django.http import QueryDict
from pyroaring import BitMap

from sco_cities.core.fields import ComputedDateField
from sco_cities.facet_index.change_log import SQLiteVersion
from sco_cities.facet_index.dimensions import ComputedDimension, Dimension, Values
from sco_cities.facet_index.facets import fixed_today
from sco_cities.facet_index.refresh import facet_index
from sco_cities.facet_index.registry import IndexedModel, indexed_model
from sco_cities.facet_index.sorted_keys import SortedKeys
from sco_cities.facet_index.sorting import localized_name_field, sort_value
from sco_cities.facet_index.state import ChangedKeys, CollectionIndex, IndexState
from sco_cities.history.shown_record import InvalidDay, as_of_in
from sco_cities.i18n.languages import preference_order
from sco_cities.search.searchable_lists import COLLECTIONS
from sco_cities.sources.base_models import Record
from sco_cities.sources.shared_passages import PASSAGES

from .public_tables import PUBLIC_TABLES
from .stored_releases import Release, kept_releases, newest_release

log = logging.getLogger(__name__)

NAME = "index.json"
# Each process needs half a second to read this many records. If there are more records, the file is empty.
MAX_RECORDS = 10_000
# An undefined database alias, which makes Django raise ConnectionDoesNotExist if code queries the state's database.
_NO_DATABASE = "release"


class NotInRelease(Exception):
    """Raised if the index of a release lacks data for a list, such as search words."""


@dataclass(frozen=True)
class ReleasedState(IndexState):
    """The facet index state of a release, with all records in memory."""

    is_stored: ClassVar[bool] = False

    def records(self, collection, keys):
        return self.index(collection).records

    def dimension(self, collection, name):
        try:
            return self.index(collection).dimensions[name]
        except KeyError:
            raise NotInRelease(name) from None

    def sort_order(self, collection, by, read, ranks):
        kind, key, *descending = by
        index, is_descending = self.index(collection), any(descending)
        if kind == "names":
            fields = [localized_name_field(index.indexed_model, each) for each in preference_order(key)]
            values = {
                pk: sort_value(record.slug, [getattr(record, field) for field in fields], key)
                for pk, record in index.records.items()
            }
        elif any(each.name == key.expression for each in public_fields(index.indexed_model.model)):
            values = {pk: getattr(record, key.expression) for pk, record in index.records.items()}
        else:
            raise NotInRelease(collection)
        # Sorting is stable, so records with equal values stay in name order.
        known = [pk for pk in index.order.keys if values[pk] is not None]
        unknown = [pk for pk in index.order.keys if values[pk] is None]
        return _sorted_keys([*sorted(known, key=values.__getitem__, reverse=is_descending), *unknown])


def index_document() -> bytes:
    """Returns the facet index of all published records as JSON, or b"" if there are too many records."""
    with facet_index(*COLLECTIONS) as state:
        published = {collection: state.published(collection) for collection in COLLECTIONS}
        if sum(map(len, published.values())) > MAX_RECORDS:
            return b""
        collections = {
            collection: {
                "order": [key for key in state.index(collection).order.keys if key in keys],
                "records": [_fields(record, published) for record in _records(state, collection, keys)],
                "dimensions": dict(_dimensions(state, collection, published)),
            }
            for collection, keys in published.items()
        }
    return orjson.dumps({"collections": collections}, default=str)


def _records(state: IndexState, collection: str, keys: BitMap) -> list[Record]:
    records = state.records(collection, list(keys))
    return [records[key] for key in keys]


def _fields(record: Record, published: Mapping[str, BitMap]) -> dict[str, Any]:
    values = {}
    for column in public_fields(type(record)):
        value, related = getattr(record, column.attname), getattr(column.related_model, "collection", "")
        values[column.attname] = None if related and value and value not in published[related] else value
    return values


@cache
def public_fields(model: type[Record]) -> list[models.Field]:
    """Returns a model's fields in the index (public fields, days computed from these fields, and primary key)."""
    columns = PUBLIC_TABLES[model.collection].columns
    names = {model._meta.pk.name, *(column.attribute or column.name for column in columns)}
    return [
        each
        for each in model._meta.concrete_fields
        if not names.isdisjoint((each.name, each.attname)) or isinstance(each, ComputedDateField)
    ]


def _dimensions(
    state: IndexState, collection: str, published: Mapping[str, BitMap]
) -> Iterator[tuple[str, list]]:
    """Yields each dimension's name and its values with bitmaps. Omits passages and unpublished records."""
    for dimension in state.index(collection).indexed_model.dimensions:
        related = _related_models(dimension)
        if dimension.name == PASSAGES or any(model and not issubclass(model, Record) for model in related):
            continue
        values = _values_among(published, collection, dimension, state.dimension(collection, dimension.name))
        yield (
            dimension.name,
            [[value, b64encode(keys.serialize()).decode()] for value, keys in values.items()],
        )


def _values_among(
    records: Mapping[str, BitMap], collection: str, dimension: Dimension, values: Values
) -> Values:
    """Returns a dimension's values, except values that refer to records outside `records` (keys by collection)."""
    among = [model and records[model.collection] for model in _related_models(dimension)]
    found = {}
    for value, keys in values.items():
        parts = value if isinstance(value, tuple) else (value,)
        is_among = all(keys is None or part in keys for part, keys in zip(parts, among, strict=False))
        if is_among and (shown := keys & records[collection]):
            found[value] = shown
    return found


def _related_models(dimension: Dimension) -> list[type[models.Model] | None]:
    """Returns the related model (or None) of each part of a dimension's values. Empty for computed dimensions."""
    if isinstance(dimension, ComputedDimension):
        return []
    options = dimension.source_model._meta
    return [options.get_field(name).related_model for name in dimension.value_fields]


@lru_cache(maxsize=2)
def _read(path: Path, _sha256: str) -> ReleasedState:
    """Reads the state from a file. The hash is part of the cache key, because a backup may replace the file."""
    document = orjson.loads(path.read_bytes())
    indexes = {name: _index(indexed_model(name), part) for name, part in document["collections"].items()}
    return ReleasedState(_NO_DATABASE, SQLiteVersion(0, None), indexes)


def _index(of: IndexedModel, part: dict[str, Any]) -> CollectionIndex:
    dimensions = {
        name: {
            tuple(value) if isinstance(value, list) else value: BitMap.deserialize(b64decode(keys))
            for value, keys in values
        }
        for name, values in part["dimensions"].items()
    }
    records = {record.pk: record for record in (_record(of.model, fields) for fields in part["records"])}
    lazy = {each.name: ChangedKeys() for each in of.dimensions if each.lazy}
    return CollectionIndex(of, dimensions, lazy, _sorted_keys(part["order"]), records)


def _record(model: type[Record], stored: dict[str, Any]) -> Record:
    """Creates a record from stored fields. Ignores fields that the model no longer has."""
    fields = {each.attname: each for each in model._meta.concrete_fields}
    return model(**{name: fields[name].to_python(value) for name, value in stored.items() if name in fields})


def _without_deleted(state: ReleasedState) -> ReleasedState:
    """Returns the state without records that were deleted later. Merged records stay, under their former slugs."""
    kept = {collection: _not_deleted(index) for collection, index in state.indexes.items()}
    if all(len(kept[collection]) == len(index.records) for collection, index in state.indexes.items()):
        return state
    indexes = {
        collection: replace(
            index,
            dimensions={
                each.name: _values_among(kept, collection, each, index.dimensions[each.name])
                for each in index.indexed_model.dimensions
                if each.name in index.dimensions
            },
            order=_sorted_keys([key for key in index.order.keys if key in kept[collection]]),
            records={key: index.records[key] for key in kept[collection]},
        )
        for collection, index in state.indexes.items()
    }
    return replace(state, indexes=indexes, cache={})


def _not_deleted(index: CollectionIndex) -> BitMap:
    """Returns the keys of records whose slug is still a current or former slug in the database."""
    stored = index.indexed_model.model.objects
    keys = {record.slug: key for key, record in index.records.items()}
    current = stored.filter(slug__in=keys).values_list("slug", flat=True)
    former = stored.filter(former_slugs__slug__in=keys).values_list("former_slugs__slug", flat=True)
    return BitMap(keys[slug] for slug in {*current, *former})


def _sorted_keys(keys: list[int]) -> SortedKeys:
    return SortedKeys.from_array(array("I", keys))


def offered_release() -> Release | None:
    """Returns the newest release that has an index and that the worker never deletes, so that embeds remain valid."""
    return next(filter(_has_index, kept_releases()), None)


def _has_index(release: Release) -> bool:
    file = release.file(NAME)
    return bool(file and file.size and file.path.is_file())


def requested_release(params: QueryDict) -> Release | None:
    """Returns the newest release up to the requested day if it has an index. Today requires a release of today."""
    try:
        as_of = as_of_in(params)
    except InvalidDay:
        return None
    release = as_of and newest_release(as_of.day)
    if not release or not _has_index(release) or (as_of.is_today and release.day != as_of.day):
        return None
    return release


@contextmanager
def embedded_state(params: QueryDict, *collections: str) -> Iterator[tuple[IndexState, Release | None]]:
    """Yields the state of the requested release, with its day as the current date, or else the current state."""
    if release := requested_release(params):
        file = release.file(NAME)
        try:
            stored = _read(file.path, file.sha256)
        except (OSError, ValueError, LookupError, TypeError, ValidationError) as error:
            log.exception("The index of the release of %s cannot be read", release.date)
            raise NotInRelease(NAME) from error
        with facet_index(*collections) as current:
            # Any change may be a deletion.
            state = current.memoize(
                ("released",), (stored, current.change_token), lambda: _without_deleted(stored)
            )
        with fixed_today(release.day):
            yield state, release
    else:
        with facet_index(*collections) as state:
            yield state, None
