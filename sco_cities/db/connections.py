"""Adjusts connections for long writes, closes replaced SQLite files, updates statistics and detects old databases."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.signals import request_started
from django.db import Error, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.db.migrations.recorder import MigrationRecorder

# Inserting a hundred thousand records repeatedly changes the pages of all their indexes. Pages that do not fit into the
# cache are written to a growing log and read from it again. With the usual cache of 20 MB per connection, the last ten
# thousand records of an import took four times as long as the first ten thousand.
CACHE_SIZE_KB = 130_000


@contextmanager
def enlarged_sqlite_cache(using: str) -> Iterator[None]:
    """Keeps all pages changed by a large transaction in memory until the end of the block.

    It affects only SQLite, where each connection to the database `using` has a separate cache.
    """
    connection = connections[using]
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        (before,) = cursor.execute("PRAGMA cache_size").fetchone()
        cursor.execute(f"PRAGMA cache_size = -{CACHE_SIZE_KB}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA cache_size = {before}")
            cursor.execute("PRAGMA shrink_memory")


@contextmanager
def no_statement_timeout(using: str) -> Iterator[None]:
    """Lets statements on the database `using` run without a time-out.

    Used by commands and background jobs, such as loading a large package, because no page waits for them.
    """
    connection = connections[using]
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
    try:
        yield
    finally:
        try:
            with connection.cursor() as cursor:
                cursor.execute("RESET statement_timeout")
        except Error:
            # Closes the connection, because a connection in an unknown state must not serve the next request.
            connection.close()


log = logging.getLogger(__name__)


def _inode(path: str) -> tuple[int, int] | None:
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _remember_file(connection, **_kwargs) -> None:
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            path = cursor.execute("PRAGMA database_list").fetchone()[2]
        connection.open_file = (path, _inode(path))


def _close_replaced(**_kwargs) -> None:
    """Closes connections to a file that another file has replaced, because they still use the old file."""
    for connection in connections.all(initialized_only=True):
        if connection.vendor != "sqlite" or connection.connection is None or connection.in_atomic_block:
            continue
        path, inode = connection.open_file
        if inode is not None and _inode(path) != inode:
            log.warning("The database file %s was replaced; opening the new one.", path)
            connection.close()


def reopen_replaced_files() -> None:
    """Closes connections to replaced SQLite files before each request."""
    connection_created.connect(_remember_file)
    request_started.connect(_close_replaced)


def update_statistics(using: str, **_kwargs) -> None:
    """Counts the rows of tables with missing or outdated statistics. This takes seconds with a million records.

    When statistics were missing, SQLite read the evidence of a million records to find the evidence of one record. This
    function is also a receiver of post_migrate, because a migration that recreates a table drops its statistics.
    """
    connection = connections[using]
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA optimize=0x10002")


# Every database of an earlier version has one of these initial migrations. Other unknown migrations may belong to a
# newer version of the code, which works with this database.
_FIRST_MIGRATIONS = {("accounts", "0001_accounts"), ("browse", "0001_initial")}
HOW_TO_MOVE = (
    "It was made by a version before the first release, so its data must be moved, not migrated. Run "
    "`dump_package` with the code that made it, then `migrate` and `load_package` with this code and a new "
    "database. For new data, run `load_package --update --base`. See docs/operators/upgrade.md."
)


def is_former_database(connection: BaseDatabaseWrapper) -> bool:
    """Returns True if a version before the first release created the database. Writes nothing."""
    return not _FIRST_MIGRATIONS.isdisjoint(MigrationRecorder(connection).applied_migrations())
