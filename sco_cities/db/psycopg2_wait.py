"""Reports the waits of psycopg2 to `query_deadline`, and cuts its connections. Only for web processes.

libpq itself limits how long it opens a connection, for each host of the URL (`connect_timeout`).
"""

import os
import socket
from collections.abc import Callable
from contextlib import suppress
from functools import partial, wraps

import psycopg2
from django.db import connections
from psycopg2 import errors, extensions

from . import query_deadline


def install(threads: int, patient_path: str) -> None:
    """All connections that this process opens from now on wait with a limit, see `query_deadline.enforce`."""
    for alias in connections:
        options = connections[alias].settings_dict["OPTIONS"]
        options |= {
            "connection_factory": partial(_LimitedConnection, alias),
            "cursor_factory": _LimitedCursor,
        }
    query_deadline.enforce(threads, patient_path)


def uninstall() -> None:
    """Connections that are opened from now on wait without a limit."""
    for alias in connections:
        options = connections[alias].settings_dict["OPTIONS"]
        for name in ("connection_factory", "cursor_factory"):
            options.pop(name, None)
    query_deadline.stop()


def _limited(method: Callable) -> Callable:
    """A method of a connection or a cursor that waits for the server."""

    @wraps(method)
    def wait(self, *args, **kwargs):
        connection = getattr(self, "connection", self)
        return _wait(connection.alias, partial(_cut, connection), partial(method, self, *args, **kwargs))

    return wait


def _wait(alias: str, cut: Callable[[], None], work: Callable):
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
        # As an error of the driver, which Django expects here.
        kind = errors.QueryCanceled if error.is_slow else psycopg2.OperationalError
        raise kind(str(error)) from None


def _cut(connection: extensions.connection) -> None:
    # The thread that waits keeps it open until then.
    with socket.socket(fileno=os.dup(connection.fileno())) as connected, suppress(OSError):
        connected.shutdown(socket.SHUT_RDWR)


class _LimitedConnection(extensions.connection):
    """A connection that knows the alias of its database."""

    def __init__(self, alias: str, dsn: str):
        self.alias = alias
        # There is no socket yet that could be cut.
        _wait(alias, lambda: None, partial(super().__init__, dsn))

    commit = _limited(extensions.connection.commit)
    rollback = _limited(extensions.connection.rollback)


class _LimitedCursor(extensions.cursor):
    """A cursor whose waits are limited."""

    execute = _limited(extensions.cursor.execute)
    executemany = _limited(extensions.cursor.executemany)
    copy_expert = _limited(extensions.cursor.copy_expert)

    def fetchmany(self, *args, **kwargs):
        """Rows of a cursor of the server come in batches; other cursors have all rows already."""
        fetch = partial(super().fetchmany, *args, **kwargs)
        return (
            fetch()
            if self.name is None
            else _wait(self.connection.alias, partial(_cut, self.connection), fetch)
        )
