"""Narrowing a query to a set of primary keys of any size."""

from collections.abc import Iterable

from django.db import models
from django.db.models.constants import LOOKUP_SEP
from django.db.models.expressions import F, Func
from pyroaring import BitMap, FrozenBitMap

from .columnar_query import InKeys

# More keys than MANY, and at least each EACH_OF_THEM-th up to the last, are a bitmap that each row is looked up in:
# given a list, a database looks for each key of it in the table, and for the first fifty in some order only after that.
MANY, EACH_OF_THEM = 4_000, 16


class _IsIn(Func):
    """Whether a column is one of many keys: one parameter, in which the place of a key tells."""

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
        # Beyond the last bit there is an error.
        is_among = f"CASE WHEN {sql} < {len(bits) * 8} THEN get_bit(%s, {sql}::integer) = 1 ELSE false END"
        return is_among, (*params, bytes(bits), *params)


def pk_in(keys: Iterable[int], column: str = "pk") -> models.Q:
    """The condition that a row's key, or another column of it, is one of `keys`."""
    if isinstance(keys, BitMap) and len(keys) > MANY and keys.max() < len(keys) * EACH_OF_THEM:
        is_among = models.Q(_IsIn(column, FrozenBitMap(keys)))
    else:
        found = keys.to_array().tolist() if isinstance(keys, BitMap) else list(keys)
        is_among = models.Q(InKeys.of(column, found))
    # Without the second condition a join along the way would be an outer one, which SQLite follows from the other end.
    return is_among & models.Q(**{f"{column}__isnull": False}) if LOOKUP_SEP in column else is_among
