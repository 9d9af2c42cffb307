"""Sets of primary keys, gathered by the database and handed over in one cell."""

import hashlib
from array import array

from django.db.models import Aggregate, BinaryField
from pyroaring import BitMap

# How a statement with parameters gathers an integer expression in one cell: four bytes a key, on SQLite as eight
# hexadecimal digits. Read without a Python object for each key: of a million of them much memory is never given
# back, and decimal digits take 20 times as long.
AGGREGATED = {
    "postgresql": "STRING_AGG(int4send(({})::int4), ''::bytea)",
    "sqlite": "GROUP_CONCAT(printf('%%08x', {}), ' ')",
}


class KeyArray(Aggregate):
    """All values of an integer expression in a group, as a bitmap.

    One cell a group instead of one row a record: a million pairs take 0.4 s this way and 1.6 s as rows. Keys
    are taken as 32 bits wide, as bitmaps are; an error says so, should one ever be wider.
    """

    name = "Keys"
    output_field = BinaryField()

    def as_sql(self, compiler, connection, **context):
        # The template takes one of the two percent signs off.
        template = AGGREGATED[connection.vendor].replace("%", "%%").format("%(expressions)s")
        return super().as_sql(compiler, connection, template=template, **context)

    def get_db_converters(self, connection):
        return [read_keys]


def read_keys(cell, *_unused) -> BitMap:
    """The bitmap in a cell that was gathered."""
    return compact(BitMap(read_key_array(cell)))


def read_key_array(cell) -> array:
    """The keys in such a cell, in the order in which the database gave them."""
    if not cell:
        return array("I")
    if isinstance(cell, str):
        # Each ninth character is a space, unless a key has more digits.
        if cell[8::9].strip():
            raise OverflowError("A key is wider than 32 bits")
        cell = bytes.fromhex(cell)
    keys = array("I", bytes(cell))
    keys.byteswap()  # the network's order of bytes
    return keys


def digest(keys: BitMap) -> bytes:
    """A short stand-in for a set: of another set it is another one."""
    return hashlib.sha256(keys.serialize()).digest()


def compact(keys: BitMap) -> BitMap:
    """The same bitmap, brought to the least memory."""
    keys.run_optimize()
    keys.shrink_to_fit()
    return keys


def as_bits(keys: BitMap) -> BitMap:
    """The same keys, as bits wherever they are dense.

    Where only few are missing a bitmap keeps the stretches between them: in a sixth of the memory, but to compare
    others with those takes three times as long.
    """
    end = (keys.max() | 0xFFFF) + 1 if keys else 0
    return keys.flip(0, end).flip(0, end)
