"""The facet index at one moment of the database."""

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import count
from operator import is_
from threading import Lock
from typing import Any, TypeVar

from django.db import connections, models
from django.db.models import OuterRef, Q, Subquery
from pyroaring import BitMap

from . import change_log
from .dimensions import Values, batches, reread, with_values
from .facets import Facet
from .incremental_cache import ChangedKeys, IncrementalCache
from .pk_bitmaps import AGGREGATED, as_bits, read_key_array
from .registry import IndexedModel
from .sorted_keys import Ranks, SortedKeys

IndexedRecord = TypeVar("Thing")

_next_number = partial(next, count(1))
# What an index has besides its axes.
_ORDER, _RECORDS = "its order", "its records"


@dataclass(frozen=True)
class CollectionIndex:
    """A kind of record: its axes, its records in the order of their names, and these themselves where kept."""

    kind: IndexedModel
    axes: Mapping[str, Values]
    # What each lazy axis has gone through.
    lazy: Mapping[str, ChangedKeys]
    order: SortedKeys
    records: Mapping[int, models.Model]
    # What the records themselves have gone through.
    edits: ChangedKeys = field(default_factory=ChangedKeys)

    @staticmethod
    def parts(kind: IndexedModel) -> dict[tuple[str, str], Callable[[str], Any]]:
        """What an index is put together of, each with how it is read from a database: axes are by their names."""
        held = {axis.name: axis.read for axis in kind.axes if not axis.lazy}
        parts = {**held, _ORDER: partial(_order, kind), _RECORDS: partial(_records, kind)}
        return {(kind.collection, name): how for name, how in parts.items()}

    @classmethod
    def of(cls, kind: IndexedModel, found: Mapping[tuple[str, str], Any]) -> "CollectionIndex":
        """The index of a kind that is put together of these parts."""
        return cls(
            kind,
            {axis.name: found[kind.collection, axis.name] for axis in kind.axes if not axis.lazy},
            {axis.name: ChangedKeys() for axis in kind.axes if axis.lazy},
            found[kind.collection, _ORDER],
            found[kind.collection, _RECORDS],
        )

    def after(self, using: str, touched: Mapping[str, BitMap]) -> "CollectionIndex":
        """The index after the rows that `touched` names by part have changed; reads those, shares the rest."""
        axes, lazy = dict(self.axes), dict(self.lazy)
        held = [axis for axis in self.kind.axes if not axis.lazy]
        for name, (keys, now) in reread(held, using, touched).items():
            axes[name] = with_values(axes[name], keys, now)
        for name, edits in self.lazy.items():
            if keys := self.kind.axis(name).touched(using, touched):
                lazy[name] = edits.after(keys)
        own = touched.get(self.kind.own_part)
        if not own:
            return replace(self, axes=axes, lazy=lazy)
        order = self.order.without(own).inserted(places(self.kind, using, own))
        records = self.records
        if self.kind.is_kept:
            records = {key: record for key, record in records.items() if key not in own}
            for some in batches(own):
                records |= self.kind.kept(using, some)
        return CollectionIndex(self.kind, axes, lazy, order, records, self.edits.after(own))


def _order(kind: IndexedModel, using: str) -> SortedKeys:
    return SortedKeys.of(ordered_keys(kind.model._base_manager.using(using).order_by(*kind.order)))


def _records(kind: IndexedModel, using: str) -> dict[int, models.Model]:
    return kind.kept(using) if kind.is_kept else {}


def ordered_keys(records: models.QuerySet):
    """The primary keys of `records` in order, as an array: gathered by the database into one cell."""
    sql, params = records.values("pk").query.sql_with_params()
    connection = connections[records.db]
    gathered = AGGREGATED[connection.vendor].format("key")
    with connection.cursor() as cursor:
        # Both databases gather the rows of a sorted subquery in its order.
        cursor.execute(f"WITH ordered (key) AS ({sql}) SELECT {gathered} FROM ordered", params)  # noqa: S608 - names of ours
        return read_key_array(cursor.fetchone()[0])


def places(kind: IndexedModel, using: str, keys: BitMap) -> Iterable[tuple[int, int | None]]:
    """The stored ones of `keys` in the order of names, each with the first key after it that is none of them."""
    stored = kind.model._base_manager.using(using).annotate(_name=kind.order[0], _slug=kind.order[1])
    stored = stored.order_by()
    # The condition on the name alone is what an index can be searched by.
    later = stored.filter(_name__gte=OuterRef("_name")).filter(
        Q(_name__gt=OuterRef("_name")) | Q(_slug__gt=OuterRef("_slug"))
    )
    following = Subquery(later.order_by("_name", "_slug").values("pk")[:1])
    rows = []
    for some in batches(keys):
        found = stored.filter(pk__in=some).annotate(_following=following)
        rows += found.values_list("_name", "_slug", "pk", "_following")
    # By code point, as both databases sort them.
    rows.sort(reverse=True)
    placed: dict[int, int | None] = {}
    for _name, _slug, key, following in rows:
        # What follows may itself be one of them; its own place is known by then.
        placed[key] = placed.get(following, following)
    return reversed(placed.items())


def _by_batches(ranks: Ranks, keys: Iterable[int]) -> dict[int, Any]:
    return {key: rank for some in batches(BitMap(keys)) for key, rank in ranks(some).items()}


@dataclass(frozen=True)
class IndexState:
    """The indexes of a database, all of the same moment. It does not change: what comes after is another one.

    `number` counts the states of this process, so that what was made from one can be told to be still true.
    """

    using: str
    version: change_log.Version
    indexes: Mapping[str, CollectionIndex] = field(default_factory=dict)
    memory: dict = field(default_factory=dict)
    number: int = field(default_factory=_next_number)
    # Something that is another thing in every state before which a record has changed.
    moment: object = field(default_factory=object)

    def index(self, collection: str) -> CollectionIndex:
        return self.indexes[collection]

    def axis(self, collection: str, name: str) -> Values:
        """The bitmaps of an axis by value, drafts included."""
        index = self.indexes[collection]
        if name in index.axes:
            return index.axes[name]
        key, edits, axis = (collection, "axis", name), index.lazy[name], index.kind.axis(name)

        def follow() -> Values | None:
            values, edited = self._latest(key, edits) or (None, None)
            if not edited:
                return values
            _keys, now = reread([axis], self.using, {axis.parts[0]: edited})[name]
            return self._keep(key, edits, with_values(values, edited, now))

        return self._once(key, follow, lambda: self._keep(key, edits, axis.read(self.using)))

    def published(self, collection: str) -> BitMap:
        """The records of a kind that readers see: kept, for whoever asks after another, while they are the same."""
        stored = self.indexes[collection].axes["state"].get("published", _NONE)
        return self.remember(("published", collection), (stored,), lambda: as_bits(stored))

    def facet(self, collection: str, facet: Facet | str) -> Values:
        """The bitmaps of a facet by value, drafts included."""
        if isinstance(facet, str):
            facet = self.indexes[collection].kind.facets[facet]
        return self.remember(
            (collection, facet), facet.inputs(self, collection), lambda: facet.bitmaps(self, collection)
        )

    def having(self, collection: str, facet: Facet | str, value: Hashable) -> BitMap:
        """The published records of a kind that have a value of a facet: as many as their list has, so narrowed."""
        return self.facet(collection, facet).get(value, _NONE) & self.published(collection)

    def remember(self, key: Hashable, inputs: tuple, make: Callable[[], Any]) -> Any:
        """What `make` returns, made once as long as `inputs` stay the same objects, in later states too."""
        known = self.memory.get(key)
        if known and len(known[0]) == len(inputs) and all(map(is_, known[0], inputs)):
            return known[1]
        made = make()
        self.memory[key] = (inputs, made)
        return made

    def sorted(
        self, collection: str, by: Hashable, read: Callable[[], SortedKeys], ranks: Ranks
    ) -> SortedKeys:
        """The records of a kind in an order that only columns of their own decide: as `followed`, or else read."""
        return self._once(
            (collection, "sorted", by),
            lambda: self.followed(collection, by, ranks),
            lambda: self._keep_order(collection, by, read()),
        )

    def _once(
        self, key: Hashable, follow: Callable[[], IndexedRecord | None], read: Callable[[], IndexedRecord]
    ) -> IndexedRecord:
        """What `follow` makes of what is kept as `key`; while nothing is, what one thread reads and others wait for.

        Of a million records each would read for seconds: two exports that began at once took 54 MB, one takes 18.
        Who asks for anything else does not wait for it.
        """
        found = follow()
        if found is not None:
            return found
        with self.memory.setdefault(("is read", key), Lock()):
            found = follow()
            return read() if found is None else found

    def followed(self, collection: str, by: Hashable, ranks: Ranks) -> SortedKeys | None:
        """The order that is kept as `by`, with the records that have changed since moved, by their `ranks`.

        None where it has not been read yet, or too much has changed. `ranks` is asked for at most as many
        records as a statement can take.
        """
        known = self._latest((collection, "sorted", by), self.indexes[collection].edits)
        if known is None:
            return None
        order, edited = known
        if not edited:
            return order
        return self._keep_order(collection, by, order.moved(edited, partial(_by_batches, ranks)))

    def _keep_order(self, collection: str, by: Hashable, order: SortedKeys) -> SortedKeys:
        return self._keep((collection, "sorted", by), self.indexes[collection].edits, order)

    def _latest(self, key: Hashable, edits: ChangedKeys) -> tuple[Any, BitMap] | None:
        return self.memory.get(key, IncrementalCache()).latest(edits)

    def _keep(self, key: Hashable, edits: ChangedKeys, thing: Any) -> Any:
        """Keeps what was made of the records of this moment, for later states too."""
        # Without a lock: what another thread has kept meanwhile may be lost, and is made once more.
        self.memory[key] = self.memory.get(key, IncrementalCache()).with_another(edits, thing)
        return thing

    def renumbered(self) -> "IndexState":
        """The same state with another number: what was made without something that is there now is no longer true."""
        return replace(self, number=_next_number())

    def after(self, version: change_log.Version, touched: Mapping[str, BitMap]) -> "IndexState":
        """The state after these changes."""
        if not touched:
            return replace(self, version=version)
        indexes = {name: index.after(self.using, touched) for name, index in self.indexes.items()}
        return IndexState(self.using, version, indexes, self.memory)


_NONE = BitMap()
