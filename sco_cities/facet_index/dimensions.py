"""What records are counted by, as it is stored: for each value, the keys of the records that have it."""

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
# Few enough for one statement on both databases.
BATCH = 5_000
# Rows that are in memory at a time: what thousands of them leave between lasting objects is never given back.
ROWS = 100


def batches(keys: BitMap) -> Iterable[list[int]]:
    """The keys in lists that a statement can take."""
    listed = keys.to_array()
    return (listed[start : start + BATCH].tolist() for start in range(0, len(listed), BATCH))


@dataclass(frozen=True)
class Dimension:
    """A column, or several, of the table that holds a relation of records: `key` is the record, `value` the other.

    For a column of the record itself the holder is its own table and the key "pk". Rows without a value take no
    part. A `lazy` axis is read when it is first looked at, for what few pages show; after a change only the records
    of that are looked at again.
    """

    name: str
    holder: type[models.Model]
    value: str | tuple[str, ...]
    key: str = "pk"
    lazy: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The columns of the value."""
        return self.value if isinstance(self.value, tuple) else (self.value,)

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts of the log of changes that touch the axis: "initiatives_initiative.id"."""
        return (part(self.holder, self.key),)

    @property
    def logged(self) -> tuple[str, ...]:
        """The same for the triggers: "object_id/content_type_id" where a column tells kinds of record apart."""
        return self.parts

    @property
    def deciding(self) -> tuple[str, ...]:
        """Columns, as parts, whose change touches more than can be said."""
        return ()

    @property
    def index_columns(self) -> tuple[str, ...]:
        """The columns of the database index that `read` goes along."""
        return tuple(dict.fromkeys(column(self.holder, name) for name in (*self.names, self.key)))

    def read(self, using: str) -> Values:
        """All of it: read from an index in its order, which gives a value after the other."""
        gathered = self.rows(using).values_list(*self.names).annotate(_keys=KeyArray(self.key))
        return packed(joined((self.seen(row[:-1]), row[-1]) for row in gathered.iterator(chunk_size=ROWS)))

    def touched(self, using: str, changed: Mapping[str, BitMap]) -> BitMap:
        """The records that may have another value after these changes, by part."""
        return changed.get(self.parts[0], BitMap())

    def seen(self, columns: tuple) -> Hashable:
        """The value that these columns make."""
        return tuple(columns) if isinstance(self.value, tuple) else columns[0]

    def rows(self, using: str) -> models.QuerySet:
        """The rows of the holder that have a value."""
        known = {f"{name}__isnull": False for name in self.names}
        return self.holder._base_manager.using(using).filter(**known).order_by()


class YearDimension(Dimension):
    """The years of a column of days."""

    def seen(self, columns):
        return columns[0].year


class ComputedDimension(Dimension):
    """Values that are made of several rows."""

    def read_of(self, using: str, keys: BitMap) -> Values:
        """What the records of these keys have."""
        raise NotImplementedError


def part(holder: type[models.Model], key: str) -> str:
    """How the log of changes names a column of a table."""
    return f"{holder._meta.db_table}.{column(holder, key)}"


def column(holder: type[models.Model], name: str) -> str:
    """The column of a field of a table."""
    return holder._meta.pk.column if name == "pk" else holder._meta.get_field(name).column


def joined(pairs: Iterable[tuple[Hashable, BitMap]]) -> Values:
    """Bitmaps by value from pairs in which a value may come more than once."""
    grouped = defaultdict(list)
    for value, run in groupby(pairs, key=itemgetter(0)):
        grouped[value].append(union([having for _value, having in run]))
    return {value: union(bitmaps) for value, bitmaps in grouped.items()}


def packed(values: Values) -> Values:
    """The same bitmaps, each in memory beside the next; `values` itself is emptied.

    As they were read they lie scattered among what has been let go since: to count them takes a third longer.
    """
    written = pickle.dumps(values)
    values.clear()
    return pickle.loads(written)  # noqa: S301 - written above


def union(bitmaps: list[BitMap]) -> BitMap:
    """The union of these, at least one; of one that one itself."""
    return bitmaps[0] if len(bitmaps) == 1 else compact(BitMap.union(*bitmaps))


def reread(
    axes: Iterable[Dimension], using: str, changed: Mapping[str, BitMap]
) -> dict[str, tuple[BitMap, Values]]:
    """What the records that these changes touch have now, with their keys, by the name of the axis.

    Axes over one table and the same records are read with one query.
    """
    found, plain = {}, defaultdict(list)
    for axis in axes:
        if keys := axis.touched(using, changed):
            if isinstance(axis, ComputedDimension):
                found[axis.name] = keys, axis.read_of(using, keys)
            else:
                plain[axis.parts].append((axis, keys))
    for group in plain.values():
        keys = group[0][1]
        together = _read_together([axis for axis, _keys in group], using, keys)
        found |= {name: (keys, values) for name, values in together.items()}
    return found


def _read_together(axes: list[Dimension], using: str, keys: BitMap) -> dict[str, Values]:
    names = list(dict.fromkeys(name for axis in axes for name in axis.names))
    first = axes[0]
    stored = first.holder._base_manager.using(using).order_by()
    rows = [
        row
        for some in batches(keys)
        for row in stored.filter(**{f"{first.key}__in": some}).values_list(first.key, *names)
    ]
    having = list(map(itemgetter(0), rows))
    column = {name: list(map(itemgetter(place), rows)) for place, name in enumerate(names, start=1)}
    return {
        axis.name: _by_value(axis, zip(*map(column.get, axis.names), strict=True), having) for axis in axes
    }


def _by_value(axis: Dimension, rows: Iterable[tuple], keys: list[int]) -> Values:
    """The keys by the value that the columns of each make."""
    grouped = defaultdict(list)
    for columns, key in zip(rows, keys, strict=True):
        grouped[columns].append(key)
    found = defaultdict(list)
    for columns, having in grouped.items():
        if None not in columns:
            found[axis.seen(columns)] += having
    return {value: BitMap(having) for value, having in found.items()}


def with_values(values: Values, keys: BitMap, now: Values) -> Values:
    """`values` after the records of `keys` have come to have `now`.

    Bitmaps that stay as they are are shared, and so is the whole, where nothing is different.
    """
    before = {value: having & keys for value, having in values.items() if having.intersect(keys)}
    if before == now:
        return values
    after = dict(values)
    for value in before.keys() | now.keys():
        had, has = before.get(value, _NONE), now.get(value, _NONE)
        if had != has:
            after[value] = compact(after.get(value, _NONE) - had | has)
            if not after[value]:
                del after[value]
    return after


_NONE = BitMap()
