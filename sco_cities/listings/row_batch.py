"""Batches of records that pages and exports read column by column."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from functools import cached_property, partial
from typing import Any

from django.db import models
from pyroaring import BitMap

from sco_cities.db.functions import UTCTimestamp
from sco_cities.db.pk_queries import Columns, Condition, InKeys, fetch_columns
from sco_cities.facet_index.state import IndexState

# Separates the items of a list in one cell of a file.
LIST_SEPARATOR = "; "
# Maps each value to the keys of the records with that value.
KeysByValue = Mapping[Hashable, Iterable[int]]
# Maximum number of entries in a cache for data that is not in the index. An entry takes 100 to 200 bytes.
MAX_CACHED = 20_000


class RowBatch:
    """The records of a `Listing` with these keys. One query reads all fields, and another query reads each relation.

    Fields are the fields and annotations of the list's QuerySet. Related records come from the facet index in memory.
    Data outside the index is read once for all batches that share a `cache` (`cached_lookup`). Set `is_bulk` for many
    batches, because loading lazy dimensions into the index then saves time. Data read by `fetch` and
    `fetch_keys_by_value` can be processed in another thread.
    """

    def __init__(
        self,
        listing: Any,
        state: IndexState,
        keys: list[int],
        fields: Iterable[str],
        *,
        is_bulk: bool = False,
        cache: dict | None = None,
    ):
        self.listing = listing
        self.state = state
        self.keys = keys
        self._names = list(dict.fromkeys(fields))
        self.is_bulk = is_bulk
        self._cache = {} if cache is None else cache
        self._fetched: dict[str, Callable[[], KeysByValue]] = {}
        self._keys_by_value: dict[str, KeysByValue] = {}
        self._computed: dict[Hashable, Any] = {}

    @cached_property
    def _fields(self) -> dict[str, Sequence]:
        rows = {row[0]: row for row in self._stored.values_list("pk", *self._names)}
        columns = zip(*(rows[key] for key in self.keys), strict=True)
        return dict(zip(["pk", *self._names], columns, strict=True))

    @property
    def _stored(self) -> models.QuerySet:
        return self._among(lambda column: InKeys.of(column, self.keys))

    def _among(self, among: Condition) -> models.QuerySet:
        return self._stored_fields().order_by().filter(among("pk"))

    def _stored_fields(self) -> models.QuerySet:
        own = {field.attname for field in self.listing.indexed_model.model._meta.concrete_fields}
        # Omits unused annotations, because building the annotated queryset takes longer than reading a page.
        return self.listing.records() if own.issuperset(self._names) else self.listing.row_records()

    def fetch(self) -> None:
        """Reads the data for `field` from the database."""
        self._fields  # noqa: B018 - cached

    def field(self, name: str) -> list:
        """Returns the values of a field, in the order of the records."""
        return self._fields[name]

    def fetch_keys_by_value(self, name: str) -> None:
        """Reads the data for `keys_by_value` from the index or the database."""
        if name in self._fetched:
            return
        values = self._index_bitmaps(name)
        # The stored function must not refer to the batch, because the reference cycle would keep the batch until the
        # next garbage collection.
        self._fetched[name] = (
            self._fetch_pairs(name) if values is None else partial(_intersections, values, self._bitmap)
        )

    def keys_by_value(self, name: str) -> KeysByValue:
        """Maps each value in a dimension to the batch's records with that value."""
        if name not in self._keys_by_value:
            self.fetch_keys_by_value(name)
            self._keys_by_value[name] = self._fetched[name]()
        return self._keys_by_value[name]

    def _index_bitmaps(self, name: str) -> Mapping[Hashable, BitMap] | None:
        """Returns a dimension's bitmaps. Returns None if it is lazy and not loaded, or has many bitmaps."""
        if not self.state.is_stored:
            return self.state.dimension(self.listing.collection, name)
        if self.listing.indexed_model.dimension(name).lazy and not self.is_bulk:
            return None
        values = self.state.dimension(self.listing.collection, name)
        return None if len(values) > len(self.keys) else values

    @cached_property
    def _bitmap(self) -> BitMap:
        return BitMap(self.keys)

    def _fetch_pairs(self, name: str) -> Callable[[], KeysByValue]:
        dimension = self.listing.indexed_model.dimension(name)
        columns = fetch_columns(
            self.keys,
            lambda among: dimension.rows(self.using).filter(among(dimension.key)),
            [*dimension.value_fields, dimension.key],
            using=self.using,
            cache_key=dimension,
        )

        def keys_by_value():
            *values, keys = columns()
            grouped = defaultdict(list)
            for value, key in zip(map(dimension.value_of, zip(*values, strict=True)), keys, strict=True):
                grouped[value].append(key)
            return grouped

        return keys_by_value

    def group_by_record(self, items: Iterable[tuple[Any, Iterable[int]]]) -> list[list]:
        """Groups items by record, in the given order. Each input pairs an item with the keys of its records."""
        grouped = defaultdict(list)
        for item, keys in items:
            for key in keys:
                grouped[key].append(item)
        return [grouped.get(key, []) for key in self.keys]

    def cell_values(self, items: Iterable[tuple[str, Iterable[int]]]) -> list:
        """Returns each record's texts as column values."""
        return self.group_by_record(items)

    @property
    def using(self) -> str:
        return self.listing.indexed_model.model.objects.db

    def records(self, of: str) -> dict[int, models.Model]:
        """Maps keys to records, for all records of a related collection."""
        return self.state.index(of).records

    def published_values(self, of: str, key: str) -> dict[int, str]:
        """Maps primary keys to the attribute `key` (slug or code) of published records in a collection."""
        records = self.records(of)
        return self.memoize(
            ("published values", of, key),
            (records,),
            lambda: {pk: getattr(record, key) for pk, record in records.items() if record.is_published},
        )

    def name_positions(self, of: str) -> dict[int, int]:
        """Maps the keys of a collection's records to their positions in name order."""
        order = self.state.index(of).order
        return self.memoize(
            ("name positions", of),
            (order,),
            lambda: {key: position for position, key in enumerate(order.keys)},
        )

    def memoize(self, key: Hashable, inputs: tuple, compute: Callable[[], Any]) -> Any:
        """Returns the result of `compute`, cached as long as `inputs` are the same objects."""
        return self.state.memoize(key, inputs, compute)

    def _cached(self, name: Hashable, make: Callable[[], Any]) -> Any:
        if name not in self._cache:
            self._cache[name] = make()
        return self._cache[name]

    def cached_lookup(
        self, name: Hashable, keys: Iterable[int], read: Callable[[set[int]], dict]
    ) -> Mapping[int, Any]:
        """Returns the result of `read` for at least these keys. Batches that share a cache read each key once."""
        entries = self._cached(name, dict)
        missing = set(keys).difference(entries)
        if len(entries) + len(missing) > MAX_CACHED:
            # A new dictionary is created, because the previous batch may still use the existing dictionary.
            entries, missing = {}, set(keys)
            self._cache[name] = entries
        if missing:
            entries |= dict.fromkeys(missing) | read(missing)
        return entries

    def compute_once(self, name: Hashable, make: Callable[[], Any]) -> Any:
        """Returns the result of `make`, cached for this batch."""
        if name not in self._computed:
            self._computed[name] = make()
        return self._computed[name]

    def disputed_keys(self) -> BitMap:
        """Returns the keys of all disputed records, including records outside the batch."""
        return self.state.facet(self.listing.collection, "evidence")["disputed"]

    def single_values(self, name: str) -> list:
        """Returns each record's value, or "", in a dimension with at most one value per record."""
        return self.compute_once(name, lambda: self._read_single_values(name))

    def _read_single_values(self, name: str) -> list:
        values, remaining = dict.fromkeys(self.keys, ""), BitMap(self._bitmap)
        for value, having in self.state.dimension(self.listing.collection, name).items():
            if found := having & remaining:
                values |= dict.fromkeys(found, value)
                remaining -= found
                if not remaining:
                    break
        return list(values.values())

    def counts(self, facet: str) -> list[int]:
        """Returns each record's count in a facet."""
        return self.compute_once(facet, lambda: self._read_counts(facet))

    def _read_counts(self, facet: str) -> list[int]:
        numbers = dict.fromkeys(self.keys, 0)
        for number, keys in self.state.facet(self.listing.collection, facet).items():
            numbers |= dict.fromkeys(keys & self._bitmap, number)
        return [numbers[key] for key in self.keys]


def _intersections(values: Mapping[Hashable, BitMap], keys: BitMap) -> KeysByValue:
    # For a million records, querying key-value pairs takes six times as long as intersecting all bitmaps.
    return {value: common for value, having in values.items() if (common := having & keys)}


class DatabaseRowBatch(RowBatch):
    """A batch that reads fields in database form and times as UTC text, because text formats then take less time."""

    @cached_property
    def _columns(self) -> Columns:
        model = self.listing.indexed_model.model
        times = {
            f.name: UTCTimestamp(f.name) for f in model._meta.fields if isinstance(f, models.DateTimeField)
        }
        return fetch_columns(
            self.keys,
            self._among,
            [times.get(name, name) for name in ["pk", *self._names]],
            using=self.using,
            cache_key=(self.listing.collection, *self._names),
        )

    def fetch(self):
        self._columns  # noqa: B018 - cached

    @cached_property
    def _fields(self):
        keys, *columns = self._columns()
        positions = {key: position for position, key in enumerate(keys)}
        order = [positions[key] for key in self.keys]
        columns = [list(map(column.__getitem__, order)) for column in columns]
        return {"pk": self.keys} | dict(zip(self._names, columns, strict=True))

    def cell_values(self, items):
        # Joins texts immediately, because creating lists for the batch would take 50 % longer and cause more garbage
        # collections.
        texts = dict.fromkeys(self.keys, "")
        for item, keys in items:
            next_item = LIST_SEPARATOR + item
            for key in keys:
                text = texts[key]
                texts[key] = text + next_item if text else item
        return list(texts.values())
