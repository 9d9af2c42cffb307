"""Dimensions map each stored value to the keys of the records with that value."""

import pickle
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from django.db import models
from pyroaring import BitMap

from .pk_bitmaps import KeyArray, compact

Values = dict[Hashable, BitMap]
# Maximum number of keys in one statement, which both databases accept.
BATCH_SIZE = 5_000
# Number of rows in memory at a time. Thousands of rows would fragment the memory permanently.
FETCH_SIZE = 100


def batches(keys: BitMap) -> Iterable[list[int]]:
    """Splits the keys into lists small enough for one statement."""
    array = keys.to_array()
    return (array[start : start + BATCH_SIZE].tolist() for start in range(0, len(array), BATCH_SIZE))


@dataclass(frozen=True)
class Dimension:
    """One or more columns of a table that relates records to values. `source_model` is the table's model. The field
    `key` refers to the record, and one or more fields in `value` contain the value. For a column of the record itself,
    `source_model` is the record's model and `key` is "pk". Rows without a value are ignored. A `lazy` dimension is read
    on first use, because few pages need it. After a change, the index reads only the changed records again.
    """

    name: str
    source_model: type[models.Model]
    value: str | tuple[str, ...]
    key: str = "pk"
    lazy: bool = False

    @property
    def value_fields(self) -> tuple[str, ...]:
        return self.value if isinstance(self.value, tuple) else (self.value,)

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts of the change log that affect the dimension, such as "initiatives_initiative.id"."""
        return (part(self.source_model, self.key),)

    @property
    def logged_parts(self) -> tuple[str, ...]:
        """The parts in the triggers' notation, such as "object_id/content_type_id" if a column distinguishes models."""
        return self.parts

    @property
    def rebuild_parts(self) -> tuple[str, ...]:
        """Parts whose changes require a full read, because the log cannot identify the records."""
        return ()

    @property
    def index_columns(self) -> tuple[str, ...]:
        """The columns of the database index that `read` uses."""
        names = (*self.value_fields, self.key)
        return tuple(dict.fromkeys(column(self.source_model, name) for name in names))

    @property
    def index_condition(self) -> str:
        """The SQL condition for the rows in the index of `index_columns`, or "" for all rows."""
        return ""

    def read(self, using: str) -> Values:
        """Maps each value to the keys of its records.

        Rows with equal values are adjacent, because the database reads an index in order.
        """
        groups = self.rows(using).values_list(*self.value_fields).annotate(_keys=KeyArray(self.key))
        rows = groups.iterator(chunk_size=FETCH_SIZE)
        return repack(merge_values((self.value_of(row[:-1]), row[-1]) for row in rows))

    def affected_keys(self, using: str, changes: Mapping[str, BitMap]) -> BitMap:
        """Returns the keys of records whose value may have changed. `changes` maps parts to changed keys."""
        return changes.get(self.parts[0], BitMap())

    def value_of(self, columns: tuple) -> Hashable:
        """Converts the columns of a row to a value."""
        return tuple(columns) if isinstance(self.value, tuple) else columns[0]

    def rows(self, using: str) -> models.QuerySet:
        """Returns the rows of `source_model` with a value."""
        has_value = {f"{name}__isnull": False for name in self.value_fields}
        return self.source_model._base_manager.using(using).filter(**has_value).order_by()


class YearDimension(Dimension):
    """The years of a date column."""

    def value_of(self, columns):
        return columns[0].year


class ComputedDimension(Dimension):
    """A dimension whose values are computed from several rows."""

    def read_keys(self, using: str, keys: BitMap) -> Values:
        """Computes the values of the records with these keys."""
        raise NotImplementedError


def part(model: type[models.Model], field: str) -> str:
    """Returns the name of a column in the change log, in the form "table.column"."""
    return f"{model._meta.db_table}.{column(model, field)}"


def column(model: type[models.Model], field: str) -> str:
    """Returns the name of a field's database column."""
    return model._meta.pk.column if field == "pk" else model._meta.get_field(field).column


def merge_values(pairs: Iterable[tuple[Hashable, BitMap]]) -> Values:
    """Merges pairs of a value and a bitmap into a mapping with one bitmap per value."""
    groups = defaultdict(list)
    for value, run in groupby(pairs, key=itemgetter(0)):
        groups[value].append(union([keys for _value, keys in run]))
    return {value: union(bitmaps) for value, bitmaps in groups.items()}


def repack(values: Values) -> Values:
    """Copies bitmaps to adjacent memory and empties `values`.

    Bitmaps that were just read are scattered between freed objects, so counting would be a third slower.
    """
    pickled = pickle.dumps(values)
    values.clear()
    return pickle.loads(pickled)  # noqa: S301 - pickled above


def union(bitmaps: list[BitMap]) -> BitMap:
    """Returns the union of one or more bitmaps. A single bitmap is returned without copying."""
    return bitmaps[0] if len(bitmaps) == 1 else compact(BitMap.union(*bitmaps))


def reread(
    dimensions: Iterable[Dimension], using: str, changes: Mapping[str, BitMap]
) -> dict[str, tuple[BitMap, Values]]:
    """Maps the names of changed dimensions to the affected keys and their current values.

    Dimensions that share a table and a key are read with one query.
    """
    result, plain = {}, defaultdict(list)
    for dimension in dimensions:
        if keys := dimension.affected_keys(using, changes):
            if isinstance(dimension, ComputedDimension):
                result[dimension.name] = keys, dimension.read_keys(using, keys)
            else:
                plain[dimension.parts].append((dimension, keys))
    for group in plain.values():
        keys = group[0][1]
        by_name = _read_together([dimension for dimension, _keys in group], using, keys)
        result |= {name: (keys, values) for name, values in by_name.items()}
    return result


def _read_together(dimensions: list[Dimension], using: str, keys: BitMap) -> dict[str, Values]:
    names = list(dict.fromkeys(name for dimension in dimensions for name in dimension.value_fields))
    first = dimensions[0]
    queryset = first.source_model._base_manager.using(using).order_by()
    rows = [
        row
        for batch in batches(keys)
        for row in queryset.filter(**{f"{first.key}__in": batch}).values_list(first.key, *names)
    ]
    row_keys = list(map(itemgetter(0), rows))
    columns = {name: list(map(itemgetter(place), rows)) for place, name in enumerate(names, start=1)}
    return {
        dimension.name: _by_value(
            dimension, zip(*map(columns.get, dimension.value_fields), strict=True), row_keys
        )
        for dimension in dimensions
    }


def _by_value(dimension: Dimension, rows: Iterable[tuple], keys: list[int]) -> Values:
    """Groups keys by value. Each row contains the columns of the value."""
    by_columns = defaultdict(list)
    for columns, key in zip(rows, keys, strict=True):
        by_columns[columns].append(key)
    by_value = defaultdict(list)
    for columns, keys_of_columns in by_columns.items():
        if None not in columns:
            by_value[dimension.value_of(columns)] += keys_of_columns
    return {value: BitMap(keys_of_value) for value, keys_of_value in by_value.items()}


def replace_values(values: Values, keys: BitMap, new: Values) -> Values:
    """Returns a copy of `values` where `new` replaces the values of the records in `keys`. The copy shares unchanged
    bitmaps. If nothing changes, returns `values` itself.
    """
    old = {value: bitmap & keys for value, bitmap in values.items() if bitmap.intersect(keys)}
    if old == new:
        return values
    result = dict(values)
    for value in old.keys() | new.keys():
        before, after = old.get(value, _NONE), new.get(value, _NONE)
        if before != after:
            result[value] = compact(result.get(value, _NONE) - before | after)
            if not result[value]:
                del result[value]
    return result


_NONE = BitMap()
