"""Settings of an open connection for long writes, with more memory on SQLite and no time-out on PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import Error, connections

# Inserting a hundred thousand records changes the pages of all their indexes again and again. Pages that do not fit
# into the cache are written and read back, each time from a longer log. With the usual 20 MB of a connection, the last
# ten thousand records of an import took four times as long as the first.
CACHE_SIZE_KB = 130_000


@contextmanager
def enlarged_sqlite_cache(using: str) -> Iterator[None]:
    """Keeps the pages that a large transaction on the database `using` changes in memory.

    Only for SQLite, where each connection has its own cache. The memory is freed at the end.
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


@contextmanager
def no_statement_timeout(using: str) -> Iterator[None]:
    """Lets statements on the database `using` run without a time-out.

    For commands and background jobs, such as loading a large package, because no page waits for them.
    """
    connection = connections[using]
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
    try:
        yield
    finally:
        try:
            with connection.cursor() as cursor:
                cursor.execute("RESET statement_timeout")
        except Error:
            # A connection in an unknown state must not serve the next request.
            connection.close()
