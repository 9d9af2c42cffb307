"""Reading at one moment: all queries inside see the database as it is at the first of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.signals import request_started
from django.db import connections

# Not transaction.atomic(): on SQLite it takes the write lock here, and readers must not wait for each other;
# on PostgreSQL it would need one more round trip to say that it only reads and what it sees.
_BEGIN = {
    "sqlite": "BEGIN DEFERRED",
    "postgresql": "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
}


class ReadSnapshot:
    """A moment that a connection of this thread sees; `state` is what was made of it for all who look within."""

    def __init__(self):
        self.state: Any = None


def open_snapshot(using: str) -> ReadSnapshot | None:
    """The moment that is open on this thread's connection to a database."""
    connection = connections[using]
    known = getattr(connection, "moment", None)
    # A connection that was lost has taken its moment with it.
    return known if known and connection.connection is not None and _is_open(connection) else None


@contextmanager
def read_snapshot(using: str) -> Iterator[ReadSnapshot]:
    """The queries inside, on the database `using`, see one and the same moment, which the first of them sets.

    Within another one they see what that one sees, and so they do within a transaction.
    """
    connection = connections[using]
    if connection.in_atomic_block:
        yield ReadSnapshot()
        return
    if outer := open_snapshot(using):
        yield outer
        return
    with connection.cursor() as cursor:
        if _is_open(connection):
            cursor.execute("ROLLBACK")
        cursor.execute(_BEGIN[connection.vendor])
    connection.moment = moment = ReadSnapshot()
    try:
        yield moment
    finally:
        # By now it may have been ended as an abandoned one, and another one be open.
        if connection.moment is moment:
            _end(connection)


def _end(connection) -> None:
    is_open = open_snapshot(connection.alias) is not None
    connection.moment = None
    # A connection that was lost meanwhile has nothing to end.
    if is_open:
        with connection.cursor() as cursor:
            cursor.execute("ROLLBACK")


def _end_abandoned(**_kwargs) -> None:
    """Ends what an earlier request of this thread has left open: an export that was given up half-way."""
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block and getattr(connection, "moment", None):
            _end(connection)


request_started.connect(_end_abandoned)


def _is_open(connection) -> bool:
    """Whether a transaction is open on a connection whose driver was told to open none by itself."""
    if connection.vendor == "sqlite":
        return connection.connection.in_transaction
    return not connection.connection.closed and connection.connection.info.transaction_status != 0
