"""Read snapshots let all queries see the database as of the first query."""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from django.core.signals import request_started
from django.db import connections

T = TypeVar("T")

# Used instead of transaction.atomic(). This site's settings make atomic() acquire SQLite's write lock, so readers would
# wait for each other. On PostgreSQL, atomic() needs another round trip to set the isolation level and READ ONLY.
_BEGIN = {
    "sqlite": "BEGIN DEFERRED",
    "postgresql": "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
}


class ReadSnapshot:
    """A snapshot on a connection of this thread. All code that runs in the snapshot shares the index state in `state`.

    `results` caches data read in the block.
    """

    def __init__(self):
        self.state: Any = None
        self.results: dict[Hashable, Any] = {}


def open_snapshot(using: str) -> ReadSnapshot | None:
    """Returns the snapshot that is open on this thread's connection to a database, or None."""
    connection = connections[using]
    snapshot = getattr(connection, "read_snapshot", None)
    # If the connection was lost, the snapshot is lost too.
    return snapshot if snapshot and connection.connection is not None and _is_open(connection) else None


def read_once(using: str, key: Hashable, read: Callable[[], T]) -> T:
    """Returns the result of `read`, cached by `key` inside a snapshot."""
    snapshot = open_snapshot(using)
    if snapshot is None:
        return read()
    if key not in snapshot.results:
        snapshot.results[key] = read()
    return snapshot.results[key]


@contextmanager
def read_snapshot(using: str) -> Iterator[ReadSnapshot]:
    """Opens a snapshot of the database `using`. All queries in the block see the database as of the first query.

    An open snapshot is reused. In a transaction, queries see the transaction's state instead of a snapshot.
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
    connection.read_snapshot = snapshot = ReadSnapshot()
    try:
        yield snapshot
    finally:
        # This snapshot may have been closed as abandoned, and a later snapshot may be open.
        if connection.read_snapshot is snapshot:
            _end(connection)


def _end(connection) -> None:
    is_open = open_snapshot(connection.alias) is not None
    connection.read_snapshot = None
    # If the connection was lost, there is no transaction to end.
    if is_open:
        with connection.cursor() as cursor:
            cursor.execute("ROLLBACK")


def _end_abandoned(**_kwargs) -> None:
    """Ends a snapshot left open by an earlier request of this thread, such as an aborted export."""
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block and getattr(connection, "read_snapshot", None):
            _end(connection)


request_started.connect(_end_abandoned)


def _is_open(connection) -> bool:
    """Returns True if a transaction is open on a connection. The driver never opens transactions itself."""
    if connection.vendor == "sqlite":
        return connection.connection.in_transaction
    return not connection.connection.closed and connection.connection.info.transaction_status != 0
