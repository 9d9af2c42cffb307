"""Reports waits of psycopg2 to `query_deadline`, and closes connections that wait too long, in web processes.

libpq itself limits the time for opening a connection, for each host of the URL (`connect_timeout`).
"""

import os
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial, wraps

import psycopg2
from django.db import connections
from psycopg2 import errors, extensions

from . import query_deadline

# Limits the number of threads that open a connection at the same time. A socket that is being opened cannot be closed,
# and one thread must stay free.
_connecting = threading.BoundedSemaphore()


def install(threads: int, patient_path: str) -> None:
    """Limits the waits of all connections that this process opens from now on. See `query_deadline.enforce`."""
    global _connecting
    _connecting = threading.BoundedSemaphore(max(1, threads - 1))
    for alias in connections:
        options = connections[alias].settings_dict["OPTIONS"]
        options |= {
            "connection_factory": partial(_LimitedConnection, alias),
            "cursor_factory": _LimitedCursor,
        }
    query_deadline.enforce(threads, patient_path)


def uninstall() -> None:
    """Removes the limit for connections opened from now on."""
    for alias in connections:
        options = connections[alias].settings_dict["OPTIONS"]
        for name in ("connection_factory", "cursor_factory"):
            options.pop(name, None)
    query_deadline.stop()


def _limited(method: Callable) -> Callable:
    """Wraps a method of a connection or cursor that waits for the server."""

    @wraps(method)
    def wait(self, *args, **kwargs):
        connection = getattr(self, "connection", self)
        return _wait(connection.alias, partial(_cut, connection), partial(method, self, *args, **kwargs))

    return wait


def _wait(alias: str, cut: Callable[[], None] | None, work: Callable):
    try:
        with query_deadline.waiting(alias, cut):
            try:
                result = work()
            except psycopg2.Error as error:
                if error.pgcode is not None:
                    query_deadline.record_answer(alias)
                raise
            query_deadline.record_answer(alias)
            return result
    except query_deadline.NoAnswer as error:
        # Django expects an error of the driver here.
        kind = errors.QueryCanceled if error.is_slow else psycopg2.OperationalError
        raise kind(str(error)) from None


def _cut(connection: extensions.connection) -> None:
    # Shuts down the connection, unless it has already failed. Until the shutdown, the waiting thread keeps it open.
    with suppress(OSError, psycopg2.Error), socket.socket(fileno=os.dup(connection.fileno())) as connected:
        connected.shutdown(socket.SHUT_RDWR)


class _LimitedConnection(extensions.connection):
    """A connection whose waits are limited. It stores the alias of its database."""

    def __init__(self, alias: str, dsn: str):
        self.alias = alias
        connect = super().__init__

        def connect_in_turn() -> None:
            if not _connecting.acquire(timeout=query_deadline.SHORT_S):
                raise query_deadline.NoAnswer
            try:
                connect(dsn)
            finally:
                _connecting.release()

        _wait(alias, None, connect_in_turn)

    commit = _limited(extensions.connection.commit)
    rollback = _limited(extensions.connection.rollback)


class _LimitedCursor(extensions.cursor):
    """A cursor whose waits are limited."""

    execute = _limited(extensions.cursor.execute)
    executemany = _limited(extensions.cursor.executemany)
    copy_expert = _limited(extensions.cursor.copy_expert)

    def fetchmany(self, *args, **kwargs):
        """Fetches rows. A server-side cursor reads them in batches. Other cursors have already read all rows."""
        fetch = partial(super().fetchmany, *args, **kwargs)
        return (
            fetch()
            if self.name is None
            else _wait(self.connection.alias, partial(_cut, self.connection), fetch)
        )
