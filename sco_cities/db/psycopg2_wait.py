"""Lets psycopg2 wait for PostgreSQL as long as `query_deadline` allows. Only for web processes, which use no COPY.

With a wait callback libpq keeps no time-outs: to a silent server of a URL with several hosts it would never time
out and try no other. So the time for each host is limited here, and a silent one is left out of the next try.
"""

import os
import select
import socket
import threading
from contextlib import suppress
from functools import partial

import psycopg2
from django.db import DEFAULT_DB_ALIAS, connections
from psycopg2 import errors, extensions

from . import query_deadline

# What to wait for, by the state that the driver reports.
_EVENTS = {extensions.POLL_READ: select.POLLIN, extensions.POLL_WRITE: select.POLLOUT}
# The parameters of a connection that have a value for each host, separated by commas.
_PER_HOST = ("host", "hostaddr", "port")


class _Attempt(threading.local):
    """The connection that a thread opens: how long a host may be silent, and whether there are others to try."""

    seconds: float | None = None
    has_other_hosts = False


_attempt = _Attempt()


class _SilentHost(psycopg2.OperationalError):
    """A host does not answer; others may."""


class _AliasedConnection(extensions.connection):
    """A connection that knows the alias of its database."""

    def __init__(self, alias: str, dsn: str):
        self.alias = alias
        super().__init__(dsn)


def install() -> None:
    """All connections of this process wait with a limit from now on."""
    extensions.set_wait_callback(_wait)
    for alias in connections:
        connections[alias].settings_dict["OPTIONS"]["connection_factory"] = partial(_connect, alias)
    query_deadline.enforce()


def uninstall() -> None:
    """Connections that are opened from now on wait without a limit."""
    extensions.set_wait_callback(None)
    for alias in connections:
        connections[alias].settings_dict["OPTIONS"].pop("connection_factory", None)
    query_deadline.enforce(False)


def _connect(alias: str, dsn: str) -> _AliasedConnection:
    parameters = extensions.parse_dsn(dsn)
    while True:
        others = _names(parameters)[1:]
        # So that time is left for the others.
        share = query_deadline.seconds_left() / (1 + len(others))
        longest = int(parameters.get("connect_timeout", 0))
        _attempt.seconds = min(share, longest) if longest > 0 else share
        _attempt.has_other_hosts = bool(others)
        try:
            return _AliasedConnection(alias, extensions.make_dsn(**parameters))
        except _SilentHost as error:
            parameters = _without(parameters, error.args[0])
        finally:
            _attempt.seconds, _attempt.has_other_hosts = None, False


def _names(parameters: dict[str, str]) -> list[str]:
    return (parameters.get("host") or parameters.get("hostaddr") or "").split(",")


def _without(parameters: dict[str, str], host: str) -> dict[str, str]:
    """The parameters without a host."""
    names = _names(parameters)
    # The driver has a name of its own for the local socket, which is "" in the list.
    place = names.index(host if host in names else "")
    lists = {name: parameters[name].split(",") for name in _PER_HOST if name in parameters}
    # One port may stand for all hosts.
    shorter = {
        name: ",".join(values[:place] + values[place + 1 :])
        for name, values in lists.items()
        if len(values) == len(names)
    }
    return parameters | shorter


def _wait(connection: extensions.connection) -> None:
    alias = getattr(connection, "alias", DEFAULT_DB_ALIAS)
    try:
        state = connection.poll()
        while state != extensions.POLL_OK:
            query_deadline.begin_waiting(alias)
            poller = select.poll()
            poller.register(connection.fileno(), _EVENTS[state])
            if not poller.poll(_seconds_left() * 1000):
                raise _failure(connection, alias)
            if state == extensions.POLL_READ:
                # Only what comes back is an answer: the system accepts connections and data for a server that hangs.
                query_deadline.record_answer(alias)
            state = connection.poll()
    except BaseException:
        query_deadline.end_waiting(alias)
        raise


def _seconds_left() -> float:
    left = query_deadline.seconds_left()
    return left if _attempt.seconds is None else min(left, _attempt.seconds)


def _failure(connection: extensions.connection, alias: str) -> psycopg2.Error:
    """The error of a query or a connection that has no answer in time."""
    host = connection.info.host
    _shut_down(connection)
    if _attempt.has_other_hosts:
        return _SilentHost(host)
    if query_deadline.give_up(alias):
        return errors.QueryCanceled("The database took too long for a query.")
    return psycopg2.OperationalError("The database does not answer.")


def _shut_down(connection: extensions.connection) -> None:
    # The driver closes the connection after the exception. Closed here, it would wait for a lock that the caller holds.
    with socket.socket(fileno=os.dup(connection.fileno())) as connected, suppress(OSError):
        connected.shutdown(socket.SHUT_RDWR)
