"""Distinguishes database outages (unavailable, slow or locked) from errors in the code, and retries aborted views."""

import copy
import sqlite3
from enum import Enum
from functools import wraps

from django.contrib.messages.storage import default_storage
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.exceptions import SessionInterrupted
from django.db import DatabaseError, IntegrityError, InterfaceError, OperationalError, connection


class DatabaseOutage(Enum):
    """The reason why the database did not respond."""

    UNAVAILABLE = "unavailable"  # The database cannot be reached or does not work.
    TIMED_OUT = "timed out"  # The statement exceeded its time limit.
    LOCKED = "locked"  # Another transaction has locked the rows or the database.


# Prefixes of PostgreSQL error codes: connection exceptions, insufficient resources, operator intervention
# (shutdown, start), system errors (disk), read-only transaction (the server has become a standby).
_POSTGRESQL = {
    "57014": DatabaseOutage.TIMED_OUT,
    "55P03": DatabaseOutage.LOCKED,
    "40001": DatabaseOutage.LOCKED,
    "40P01": DatabaseOutage.LOCKED,
    "08": DatabaseOutage.UNAVAILABLE,
    "53": DatabaseOutage.UNAVAILABLE,
    "57P": DatabaseOutage.UNAVAILABLE,
    "58": DatabaseOutage.UNAVAILABLE,
    "25006": DatabaseOutage.UNAVAILABLE,
}
_SQLITE = {
    sqlite3.SQLITE_BUSY: DatabaseOutage.LOCKED,
    sqlite3.SQLITE_LOCKED: DatabaseOutage.LOCKED,
    sqlite3.SQLITE_CANTOPEN: DatabaseOutage.UNAVAILABLE,
    sqlite3.SQLITE_IOERR: DatabaseOutage.UNAVAILABLE,
    sqlite3.SQLITE_READONLY: DatabaseOutage.UNAVAILABLE,
    sqlite3.SQLITE_FULL: DatabaseOutage.UNAVAILABLE,
    sqlite3.SQLITE_PROTOCOL: DatabaseOutage.UNAVAILABLE,
    sqlite3.SQLITE_CORRUPT: DatabaseOutage.UNAVAILABLE,
    sqlite3.SQLITE_NOTADB: DatabaseOutage.UNAVAILABLE,
}


# If saving a session fails, Django raises these errors (a bad request), as if the session had been deleted.
_SESSION_ERRORS = (SessionInterrupted, UpdateError)


def first_line(error: BaseException | None) -> str:
    """Returns the first line of an error's text. Drivers write details in the following lines."""
    return (str(error or "").strip().splitlines() or ["no reason given"])[0]


def classify_database_error(error: BaseException | None) -> DatabaseOutage | None:
    """Returns the outage that `error` or its cause reports. Returns None for any other error.

    `error` is raised by Django, or by the driver if COPY bypasses Django. Django's error has the driver's error
    as its cause or, if a session could not be saved, as its context.
    """
    while error is not None:
        if outage := _classify(error):
            return outage
        error = error.__cause__ or (error.__context__ if isinstance(error, _SESSION_ERRORS) else None)
    return None


def _classify(error: BaseException) -> DatabaseOutage | None:
    if code := getattr(error, "pgcode", None):
        return next((outage for start, outage in _POSTGRESQL.items() if code.startswith(start)), None)
    if code := getattr(error, "sqlite_errorcode", None):
        # The lowest byte is the primary result code.
        return _SQLITE.get(code & 0xFF)
    if error.__cause__ is not None:
        return None
    # There is no error code if the server could not be reached. This is the only cause of an OperationalError without a
    # code, but an InterfaceError may also mean that the code misuses a cursor.
    driver = connection.Database
    if connection.vendor == "postgresql" and isinstance(error, driver.extensions.QueryCanceledError):
        # The query was cancelled by this process (`db.query_deadline`), not by the server.
        return DatabaseOutage.TIMED_OUT
    if isinstance(error, OperationalError | driver.OperationalError):
        return DatabaseOutage.UNAVAILABLE
    if isinstance(error, InterfaceError | driver.InterfaceError) and "connection" in str(error):
        return DatabaseOutage.UNAVAILABLE
    # psycopg2 raises DatabaseError itself, no subclass, if the server disconnects in the middle of a result.
    if type(error) in (DatabaseError, driver.DatabaseError) and "server closed the connection" in str(error):
        return DatabaseOutage.UNAVAILABLE
    return None


# PostgreSQL's error codes for a detected deadlock, a serialisation failure and a duplicate unique value. On SQLite,
# transactions that write wait for each other.
_RETRIED = {"40P01", "40001", "23505"}


def _is_retried(error: BaseException | None) -> bool:
    """Returns True if the database aborted a transaction because of another transaction."""
    while error is not None:
        if getattr(error, "pgcode", None) in _RETRIED:
            return True
        error = error.__cause__
    return False


def retry_on_deadlock(view):
    """Runs the decorated view again after a deadlock, or if a unique value is now in use. A second error propagates.

    Code that locks several records locks them in a fixed order (`changes.locking`). However, PostgreSQL also locks the
    rows that a new row references, in the order of the writes. A rename or merge of two cities and a form that
    references both cities may therefore still wait for each other, and PostgreSQL aborts one of them. An aborted
    transaction leaves no changes, so the view can run again with the same POST data. The view also runs again if, after
    the validation of the form, another transaction has added a row with the same slug or another unique value. The
    second validation finds that row, and the form shows the error.
    """

    @wraps(view)
    def wrapper(request, *args, **kwargs):
        if request.method != "POST" or connection.in_atomic_block:
            return view(request, *args, **kwargs)
        # Parses the data before the request is copied, so that both attempts share it. Each attempt has its own
        # messages.
        _data, files = request.POST, request.FILES
        try:
            return _attempt(view, request, args, kwargs)
        except (IntegrityError, OperationalError) as error:
            if not _is_retried(error):
                raise
        for file in files.values():
            file.seek(0)
        return _attempt(view, request, args, kwargs)

    return wrapper


def _attempt(view, request, args, kwargs):
    attempt = copy.copy(request)
    attempt._messages = default_storage(attempt)
    response = view(attempt, *args, **kwargs)
    request._messages = attempt._messages
    return response
