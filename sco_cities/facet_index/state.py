"""The facet index at one moment, and caches that are updated from changed keys."""

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import count
from operator import is_
from threading import Lock
from time import time
from typing import Any, ClassVar, TypeVar

from django.db import connections, models
from django.db.models import OuterRef, Q, Subquery
from pyroaring import BitMap

from sco_cities.core.publication_state import VISIBLE

from . import change_log
from .dimensions import Values, batches, replace_values, reread
from .facets import Facet
from .pk_bitmaps import AGGREGATES, as_bits, read_key_array
from .registry import IndexedModel
from .sorted_keys import Ranks, SortedKeys

# Maximum number of changed records in an update. For more records, an update takes as long as reading all records.
FEW_CHANGED = 2_000
# Maximum number of changes that can be applied to an entry. After more changes, the entry is computed again.
MAX_CHANGES = 500
# Number of versions kept per entry. Requests that began before a change use an older version.
MAX_VERSIONS = 2


@dataclass(frozen=True)
class ChangedKeys:
    """Counts the changes to a set of records and stores the keys of the latest changes, newest last."""

    number: int = 0
    latest: tuple[BitMap, ...] = ()
    # Identifies the first version. Numbers are comparable only between counters with the same origin.
    origin: object = field(default_factory=object)

    def after(self, changed: BitMap) -> "ChangedKeys":
        """Returns the counter after one more change."""
        # A large change cannot be applied to older entries, so its bitmap, with perhaps millions of keys, is not kept.
        latest = (*self.latest, changed)[-MAX_CHANGES:] if len(changed) <= FEW_CHANGED else ()
        return ChangedKeys(self.number + 1, latest, self.origin)

    def since(self, earlier: "ChangedKeys") -> BitMap | None:
        """Returns the keys that changed since `earlier`, or None if the keys are unknown or too many."""
        number = self.number - earlier.number
        if earlier.origin is not self.origin or not 0 <= number <= len(self.latest):
            return None
        changed = BitMap.union(BitMap(), *self.latest[len(self.latest) - number :])
        return changed if len(changed) <= FEW_CHANGED else None


class IncrementalCache:
    """The latest versions of a value, newest first. Immutable."""

    def __init__(self, versions: tuple[tuple[ChangedKeys, Any], ...] = ()):
        self._versions = versions

    def with_version(self, changes: ChangedKeys, value: Any) -> "IncrementalCache":
        """Returns a copy of the cache that contains `value` as computed after `changes`."""
        others = [
            version
            for version in self._versions
            if version[0].origin is changes.origin and version[0].number != changes.number
        ]
        versions = sorted([(changes, value), *others], key=lambda version: -version[0].number)
        return IncrementalCache(tuple(versions[:MAX_VERSIONS]))

    def latest(self, changes: ChangedKeys) -> tuple[Any, BitMap] | None:
        """Returns the newest value that can be updated to `changes`, and the keys changed since its computation."""
        for earlier, value in self._versions:
            changed = changes.since(earlier)
            if changed is not None:
                return value, changed
        return None


T = TypeVar("T")

_next_number = partial(next, count(1))


@dataclass(frozen=True)
class CollectionIndex:
    """The index of one collection, with bitmaps by dimension, record keys in name order, and optionally the records."""

    indexed_model: IndexedModel
    dimensions: Mapping[str, Values]
    # Counts the changes to the values of each lazy dimension.
    lazy_changes: Mapping[str, ChangedKeys]
    order: SortedKeys
    # Empty unless `indexed_model.keeps_records`.
    records: Mapping[int, models.Model]
    # Counts the changes to the records themselves.
    changes: ChangedKeys = field(default_factory=ChangedKeys)

    @classmethod
    def read(cls, indexed_model: IndexedModel, using: str) -> "CollectionIndex":
        """Reads the index as the current transaction sees the database."""
        dimensions, records = indexed_model.dimensions, indexed_model.model._base_manager.using(using)
        return cls(
            indexed_model,
            {each.name: each.read(using) for each in dimensions if not each.lazy},
            {each.name: ChangedKeys() for each in dimensions if each.lazy},
            SortedKeys.from_array(ordered_keys(records.order_by(*indexed_model.ordering))),
            indexed_model.load_records(using) if indexed_model.keeps_records else {},
        )

    def after(self, using: str, changes: Mapping[str, BitMap]) -> "CollectionIndex":
        """Returns the index after `changes`, which maps parts to keys. Only the changed rows are read."""
        dimensions, lazy_changes = dict(self.dimensions), dict(self.lazy_changes)
        eager = [dimension for dimension in self.indexed_model.dimensions if not dimension.lazy]
        for name, (keys, values) in reread(eager, using, changes).items():
            dimensions[name] = replace_values(dimensions[name], keys, values)
        for name, earlier in self.lazy_changes.items():
            if keys := self.indexed_model.dimension(name).affected_keys(using, changes):
                lazy_changes[name] = earlier.after(keys)
        changed = changes.get(self.indexed_model.pk_part)
        if not changed:
            return replace(self, dimensions=dimensions, lazy_changes=lazy_changes)
        order = self.order.without(changed).with_inserted(_positions(self.indexed_model, using, changed))
        records = self.records
        if self.indexed_model.keeps_records:
            records = {key: record for key, record in records.items() if key not in changed}
            for batch in batches(changed):
                records |= self.indexed_model.load_records(using, batch)
        return CollectionIndex(
            self.indexed_model, dimensions, lazy_changes, order, records, self.changes.after(changed)
        )


def ordered_keys(records: models.QuerySet):
    """Returns the primary keys of `records` in order. The database aggregates the keys into one cell."""
    sql, params = records.values("pk").query.sql_with_params()
    connection = connections[records.db]
    aggregate = AGGREGATES[connection.vendor].format("key")
    with connection.cursor() as cursor:
        # Both databases aggregate the rows of a sorted subquery in the subquery's order.
        cursor.execute(f"WITH ordered (key) AS ({sql}) SELECT {aggregate} FROM ordered", params)  # noqa: S608 - our own names
        return read_key_array(cursor.fetchone()[0])


def _positions(indexed_model: IndexedModel, using: str, keys: BitMap) -> Iterable[tuple[int, int | None]]:
    """Pairs each existing key in `keys` with the next key outside `keys`, in name order."""
    name, slug = indexed_model.ordering
    records = indexed_model.model._base_manager.using(using).annotate(_name=name, _slug=slug).order_by()
    # The separate condition on the name allows the database to search an index.
    later = records.filter(_name__gte=OuterRef("_name")).filter(
        Q(_name__gt=OuterRef("_name")) | Q(_slug__gt=OuterRef("_slug"))
    )
    following = Subquery(later.order_by("_name", "_slug").values("pk")[:1])
    rows = []
    for batch in batches(keys):
        changed = records.filter(pk__in=batch).annotate(_following=following)
        rows += changed.values_list("_name", "_slug", "pk", "_following")
    # Compares code points, as both databases do.
    rows.sort(reverse=True)
    positions: dict[int, int | None] = {}
    for _name, _slug, key, following in rows:
        # If the next record is also in `keys`, the position before that record is already known.
        positions[key] = positions.get(following, following)
    return reversed(positions.items())


def _ranks_in_batches(ranks: Ranks, keys: Iterable[int]) -> dict[int, Any]:
    return {key: rank for batch in batches(BitMap(keys)) for key, rank in ranks(batch).items()}


@dataclass(frozen=True)
class IndexState:
    """The indexes of a database at one moment. A state is immutable, and each change creates a new state.

    All later states share `cache`. `number` counts the states of this process. A stored result is up to date if its
    number is the number of the current state.
    """

    using: str
    version: change_log.Version
    indexes: Mapping[str, CollectionIndex] = field(default_factory=dict)
    cache: dict = field(default_factory=dict)
    number: int = field(default_factory=_next_number)
    # The time when this process read the data of this version, as a Unix timestamp.
    read_at: float = field(default_factory=time)
    # A token that is replaced whenever any record changes. Results that depend on all data use it as an input.
    change_token: object = field(default_factory=object)
    # False if the records of this state exist only in memory. The database has no rows for such records.
    is_stored: ClassVar[bool] = True

    def index(self, collection: str) -> CollectionIndex:
        return self.indexes[collection]

    def records(self, collection: str, keys: list[int]) -> Mapping[int, models.Model]:
        """Maps at least these keys to records. Reads the records from the database if the index does not keep them."""
        index = self.indexes[collection]
        return index.records or index.indexed_model.load_records(self.using, keys)

    def dimension(self, collection: str, name: str) -> Values:
        """Maps the values of a dimension to bitmaps that include drafts."""
        index = self.indexes[collection]
        if name in index.dimensions:
            return index.dimensions[name]
        key = (collection, "dimension", name)
        changes, dimension = index.lazy_changes[name], index.indexed_model.dimension(name)

        def update() -> Values | None:
            values, changed = self.cached(key, changes) or (None, None)
            if not changed:
                return values
            _keys, new = reread([dimension], self.using, {dimension.parts[0]: changed})[name]
            return self.store(key, changes, replace_values(values, changed, new))

        return self._update_or_read(key, update, lambda: self.store(key, changes, dimension.read(self.using)))

    def published(self, collection: str) -> BitMap:
        """Returns the published records of a collection. The result is the same object until these records change."""
        published = self.indexes[collection].dimensions["state"].get(VISIBLE, _NONE)
        return self.memoize(("published", collection), (published,), lambda: as_bits(published))

    def facet(self, collection: str, facet: Facet | str) -> Values:
        """Maps the values of a facet to bitmaps that include drafts."""
        if isinstance(facet, str):
            facet = self.indexes[collection].indexed_model.facets[facet]
        return self.memoize(
            (collection, facet), facet.inputs(self, collection), lambda: facet.bitmaps(self, collection)
        )

    def filter_keys(self, collection: str, facet: Facet | str, *values: Hashable) -> BitMap:
        """Returns the published records with any of these facet values, as in the list with this filter."""
        by_value = self.facet(collection, facet)
        return BitMap.union(_NONE, *(by_value.get(value, _NONE) for value in values)) & self.published(
            collection
        )

    def memoize(self, key: Hashable, inputs: tuple, compute: Callable[[], Any]) -> Any:
        """Returns the result of `compute`, cached in all states as long as `inputs` are the same objects."""
        cached = self.cache.get(key)
        if cached and len(cached[0]) == len(inputs) and all(map(is_, cached[0], inputs)):
            return cached[1]
        result = compute()
        self.cache[key] = (inputs, result)
        return result

    def sort_order(
        self, collection: str, by: Hashable, read: Callable[[], SortedKeys], ranks: Ranks
    ) -> SortedKeys:
        """Returns the records in an order that depends only on their own columns, cached and updated if possible."""
        key, changes = (collection, "sorted", by), self.indexes[collection].changes
        return self._update_or_read(
            key,
            lambda: self.cached_sort_order(collection, by, ranks),
            lambda: self.store(key, changes, read()),
        )

    def _update_or_read(self, key: Hashable, update: Callable[[], T | None], read: Callable[[], T]) -> T:
        """Returns the result of `update` or, if `key` is not cached, of `read`. Only one thread calls `read` at a time.

        Reading a million records takes seconds per thread. With this lock, two simultaneous exports take 18 MB instead
        of 54 MB. Threads that need other keys do not wait.
        """
        result = update()
        if result is not None:
            return result
        with self.cache.setdefault(("is read", key), Lock()):
            result = update()
            return read() if result is None else result

    def cached_sort_order(self, collection: str, by: Hashable, ranks: Ranks) -> SortedKeys | None:
        """Returns the order cached as `by`, with changed records moved according to their `ranks`.

        Returns None if the order has not been read yet, or if too many records have changed. Each call to `ranks` has
        at most as many keys as one statement accepts.
        """
        key, changes = (collection, "sorted", by), self.indexes[collection].changes
        cached = self.cached(key, changes)
        if cached is None:
            return None
        order, changed = cached
        if not changed:
            return order
        return self.store(key, changes, order.with_moved(changed, partial(_ranks_in_batches, ranks)))

    def cached(self, key: Hashable, changes: ChangedKeys) -> tuple[Any, BitMap] | None:
        """Returns the newest value cached as `key` and the keys changed since then, or None if no cached value is
        usable.
        """
        return self.cache.get(key, IncrementalCache()).latest(changes)

    def store(self, key: Hashable, changes: ChangedKeys, value: Any) -> Any:
        """Caches a value computed from the records of this state. Later states can also use it."""
        # No lock is needed. If another thread stores a value at the same time, the value may be lost and is then
        # recomputed.
        self.cache[key] = self.cache.get(key, IncrementalCache()).with_version(changes, value)
        return value

    def with_new_number(self) -> "IndexState":
        """Returns a copy whose new number invalidates results computed before the background work finished."""
        return replace(self, number=_next_number())

    def after(self, version: change_log.Version, changes: Mapping[str, BitMap]) -> "IndexState":
        """Returns the state after `changes`, which maps parts to changed keys."""
        if not changes:
            return replace(self, version=version)
        indexes = {name: index.after(self.using, changes) for name, index in self.indexes.items()}
        return IndexState(self.using, version, indexes, self.cache)


_NONE = BitMap()
