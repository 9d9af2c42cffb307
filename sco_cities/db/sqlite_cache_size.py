"""Memory for writing much in one transaction."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections

# Rows of a hundred thousand records touch the pages of all their indexes again and again. Those that find no room are
# written out and read back, each time from a longer log: with the 20 MB that a connection has for its pages, the
# last ten thousand records of an import took four times as long as the first.
CACHE_SIZE_KB = 130_000


@contextmanager
def enlarged_sqlite_cache(using: str) -> Iterator[None]:
    """Inside, a large transaction on the database `using` keeps the pages that it changes in memory.

    For SQLite, whose pages each connection keeps for itself; the memory is given back at the end.
    """
    connection = connections[using]
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        (before,) = cursor.execute("PRAGMA cache_size").fetchone()
        cursor.execute(f"PRAGMA cache_size = -{CACHE_SIZE_KB}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA cache_size = {before}")
            cursor.execute("PRAGMA shrink_memory")
