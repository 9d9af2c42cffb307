"""Telling a database that is away, slow or busy, which is nobody's bug, from an error in the code."""

import sqlite3
from enum import Enum

from django.db import DatabaseError, InterfaceError, OperationalError, connection


class DatabaseOutage(Enum):
    """Why the database did not answer."""

    AWAY = "away"  # it cannot be reached, or cannot work
    SLOW = "slow"  # the statement took longer than it may
    BUSY = "busy"  # somebody else held what the statement needed


# PostgreSQL's codes, by their beginnings: connection exceptions, too few resources, an operator's
# intervention (shutdown, start), a failing disk, a server that has become a standby.
_POSTGRESQL = {
    "57014": DatabaseOutage.SLOW,
    "55P03": DatabaseOutage.BUSY,
    "40001": DatabaseOutage.BUSY,
    "40P01": DatabaseOutage.BUSY,
    "08": DatabaseOutage.AWAY,
    "53": DatabaseOutage.AWAY,
    "57P": DatabaseOutage.AWAY,
    "58": DatabaseOutage.AWAY,
    "25006": DatabaseOutage.AWAY,
}
_SQLITE = {
    sqlite3.SQLITE_BUSY: DatabaseOutage.BUSY,
    sqlite3.SQLITE_LOCKED: DatabaseOutage.BUSY,
    sqlite3.SQLITE_CANTOPEN: DatabaseOutage.AWAY,
    sqlite3.SQLITE_IOERR: DatabaseOutage.AWAY,
    sqlite3.SQLITE_READONLY: DatabaseOutage.AWAY,
    sqlite3.SQLITE_FULL: DatabaseOutage.AWAY,
    sqlite3.SQLITE_PROTOCOL: DatabaseOutage.AWAY,
    sqlite3.SQLITE_CORRUPT: DatabaseOutage.AWAY,
    sqlite3.SQLITE_NOTADB: DatabaseOutage.AWAY,
}


def classify_database_error(error: BaseException | None) -> DatabaseOutage | None:
    """The outage that `error` tells of, or that caused it; None when it is an error of another kind.

    `error` may be the driver's own (a COPY goes past Django) or Django's, raised from the driver's.
    """
    while error is not None:
        if outage := _read(error):
            return outage
        error = error.__cause__
    return None


def _read(error: BaseException) -> DatabaseOutage | None:
    if code := getattr(error, "pgcode", None):
        return next((outage for start, outage in _POSTGRESQL.items() if code.startswith(start)), None)
    if code := getattr(error, "sqlite_errorcode", None):
        # The lowest byte is the kind, the others go into detail.
        return _SQLITE.get(code & 0xFF)
    if error.__cause__ is not None:
        return None
    # Without any code: the server could not be asked for one. Nothing else is an OperationalError then,
    # while InterfaceError also says that the code uses a cursor wrongly.
    driver = connection.Database
    if isinstance(error, OperationalError | driver.OperationalError):
        return DatabaseOutage.AWAY
    if isinstance(error, InterfaceError | driver.InterfaceError) and "connection" in str(error):
        return DatabaseOutage.AWAY
    # psycopg2 raises no subclass of it where the server went away in the middle of an answer.
    if type(error) in (DatabaseError, driver.DatabaseError) and "server closed the connection" in str(error):
        return DatabaseOutage.AWAY
    return None
