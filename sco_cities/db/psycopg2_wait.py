"""Lets psycopg2 wait for PostgreSQL as long as `query_deadline` allows. Only for web processes, which use no COPY."""

import os
import select
import socket
from contextlib import suppress

import psycopg2
from psycopg2 import errors, extensions

from . import query_deadline

# What to wait for, by the state that the driver reports.
_EVENTS = {extensions.POLL_READ: select.POLLIN, extensions.POLL_WRITE: select.POLLOUT}


def install() -> None:
    """All connections of this process wait with a limit from now on."""
    extensions.set_wait_callback(_wait)
    query_deadline.enforce()


def uninstall() -> None:
    """Connections that are opened from now on wait without a limit."""
    extensions.set_wait_callback(None)
    query_deadline.enforce(False)


def _wait(connection) -> None:
    state = connection.poll()
    while state != extensions.POLL_OK:
        query_deadline.begin_waiting()
        poller = select.poll()
        poller.register(connection.fileno(), _EVENTS[state])
        if not poller.poll(query_deadline.seconds_left() * 1000):
            _shut_down(connection)
            if query_deadline.give_up():
                raise errors.QueryCanceled("The database took too long for a query.")
            raise psycopg2.OperationalError("The database does not answer.")
        if state == extensions.POLL_READ:
            # Only what comes back is an answer: the system accepts connections and data for a server that hangs.
            query_deadline.record_answer()
        state = connection.poll()


def _shut_down(connection) -> None:
    # The driver closes the connection after the exception. Closed here, it would wait for a lock that the caller holds.
    with socket.socket(fileno=os.dup(connection.fileno())) as connected, suppress(OSError):
        connected.shutdown(socket.SHUT_RDWR)
