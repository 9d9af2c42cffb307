"""Sets of primary keys, gathered by the database and handed over in one cell."""

from array import array

from django.db.models import Aggregate, BinaryField
from pyroaring import BitMap


class Keys(Aggregate):
    """All values of an integer expression in a group, as a bitmap.

    One cell a group instead of one row a record: a million pairs take 0.4 s this way and 1.6 s as rows. Keys
    are taken as 32 bits wide, as bitmaps are; the database says so, should one ever be wider.
    """

    name = "Keys"
    output_field = BinaryField()

    def as_postgresql(self, compiler, connection, **context):
        return self.as_sql(
            compiler,
            connection,
            template="STRING_AGG(int4send((%(expressions)s)::int4), ''::bytea)",
            **context,
        )

    def as_sqlite(self, compiler, connection, **context):
        return self.as_sql(compiler, connection, template="GROUP_CONCAT(%(expressions)s)", **context)

    def get_db_converters(self, connection):
        return [read_keys]


def read_keys(cell, *_unused) -> BitMap:
    """The bitmap in a cell that `Keys` gathered."""
    return BitMap(read_key_array(cell))


def read_key_array(cell) -> array:
    """The keys in such a cell, in the order in which the database gave them."""
    if not cell:
        return array("I")
    if isinstance(cell, str | int):
        return array("I", map(int, str(cell).split(",")))
    keys = array("I", bytes(cell))
    keys.byteswap()  # the network's order of bytes
    return keys
