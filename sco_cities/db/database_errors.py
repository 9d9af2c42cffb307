"""Distinguishes database outages (unavailable, slow or locked) from errors in the code."""

import sqlite3
from enum import Enum

from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.exceptions import SessionInterrupted
from django.db import DatabaseError, InterfaceError, OperationalError, connection


class DatabaseOutage(Enum):
    """The reason why the database did not respond."""

    UNAVAILABLE = "unavailable"  # The database cannot be reached, or cannot work.
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


# Django raises these for any error while it saves a session, as if the session had been deleted (a bad request).
_SESSION_ERRORS = (SessionInterrupted, UpdateError)


def first_line(error: BaseException | None) -> str:
    """The first line of an error's text. Drivers put details in the following lines."""
    return (str(error or "").strip().splitlines() or ["no reason given"])[0]


def classify_database_error(error: BaseException | None) -> DatabaseOutage | None:
    """The outage that `error` or its cause reports. None for any other error.

    `error` may come from the driver (COPY bypasses Django) or from Django. Django chains its error to the driver's, or
    replaces it if a session could not be saved.
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
    # There is no code if the server could not be reached. This is the only other cause of an OperationalError, but an
    # InterfaceError may also mean that the code misuses a cursor.
    driver = connection.Database
    if connection.vendor == "postgresql" and isinstance(error, driver.extensions.QueryCanceledError):
        # This process cancelled the query (`db.query_deadline`), not the server.
        return DatabaseOutage.TIMED_OUT
    if isinstance(error, OperationalError | driver.OperationalError):
        return DatabaseOutage.UNAVAILABLE
    if isinstance(error, InterfaceError | driver.InterfaceError) and "connection" in str(error):
        return DatabaseOutage.UNAVAILABLE
    # psycopg2 raises a plain DatabaseError if the server disconnects in the middle of a result.
    if type(error) in (DatabaseError, driver.DatabaseError) and "server closed the connection" in str(error):
        return DatabaseOutage.UNAVAILABLE
    return None
