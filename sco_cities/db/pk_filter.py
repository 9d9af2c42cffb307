"""Filters a query by a set of primary keys of any size."""

from collections.abc import Iterable, Iterator

from django.db import models
from django.db.models.constants import LOOKUP_SEP
from django.db.models.expressions import F, Func
from pyroaring import BitMap, FrozenBitMap

from .columnar_query import InKeys

# Larger sets of keys, if dense enough, are sent as a bitmap, and each row is looked up in it. If the keys were sent as
# a list, the database would look up each key in the table, and sort only after that.
MIN_BITMAP_KEYS, MAX_MEAN_GAP = 4_000, 16


# Older SQLite builds accept at most 999 parameters.
BATCH = 900


def batches(items: Iterable, size: int = BATCH) -> Iterator[list]:
    """Splits `items` into lists of at most `size`."""
    items = list(items)
    return (items[start : start + size] for start in range(0, len(items), size))


class _InBitmap(Func):
    """The condition that a column is one of many keys, passed as one parameter with a bit or byte for each."""

    output_field = models.BooleanField()

    def __init__(self, column: str, keys: FrozenBitMap):
        super().__init__(F(column))
        self.keys = keys

    def as_sqlite(self, compiler, connection, **context):
        flags = bytearray(self.keys.max() + 1)
        for key in self.keys:
            flags[key] = 1
        sql, params = compiler.compile(self.source_expressions[0])
        return f"substr(%s, {sql} + 1, 1) = X'01'", (bytes(flags), *params)

    def as_postgresql(self, compiler, connection, **context):
        bits = bytearray(self.keys.max() // 8 + 1)
        for key in self.keys:
            bits[key >> 3] |= 1 << (key & 7)
        sql, params = compiler.compile(self.source_expressions[0])
        # get_bit raises an error beyond the last bit.
        condition = f"CASE WHEN {sql} < {len(bits) * 8} THEN get_bit(%s, {sql}::integer) = 1 ELSE false END"
        return condition, (*params, bytes(bits), *params)


def pk_in(keys: Iterable[int], column: str = "pk") -> models.Q:
    """The condition that a row's key, or another column of it, is one of `keys`."""
    if isinstance(keys, BitMap) and len(keys) > MIN_BITMAP_KEYS and keys.max() < len(keys) * MAX_MEAN_GAP:
        condition = models.Q(_InBitmap(column, FrozenBitMap(keys)))
    else:
        key_list = keys.to_array().tolist() if isinstance(keys, BitMap) else list(keys)
        condition = models.Q(InKeys.of(column, key_list))
    # Without the second condition, Django would use an outer join to the column, and SQLite would start from the other
    # table.
    return condition & models.Q(**{f"{column}__isnull": False}) if LOOKUP_SEP in column else condition
