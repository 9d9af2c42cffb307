"""Reading at one moment: all queries inside see the database as it is at the first of them."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections

# Not transaction.atomic(): on SQLite it takes the write lock here, and readers must not wait for each other;
# on PostgreSQL it would need one more round trip to say that it only reads and what it sees.
_BEGIN = {
    "sqlite": "BEGIN DEFERRED",
    "postgresql": "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
}


@contextmanager
def one_moment(using: str) -> Iterator[None]:
    """The queries inside, on the database `using`, see one and the same moment, which the first of them sets.

    Within a transaction that is there already they see what that one sees.
    """
    connection = connections[using]
    if connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        if _is_open(connection):
            # An export that was given up half-way has not ended its own.
            cursor.execute("ROLLBACK")
        cursor.execute(_BEGIN[connection.vendor])
    try:
        yield
    finally:
        # A connection that was lost meanwhile has nothing to end.
        if connection.connection is not None and _is_open(connection):
            with connection.cursor() as cursor:
                cursor.execute("ROLLBACK")


def _is_open(connection) -> bool:
    """Whether a transaction is open on a connection whose driver was told to open none by itself."""
    if connection.vendor == "sqlite":
        return connection.connection.in_transaction
    return not connection.connection.closed and connection.connection.info.transaction_status != 0
