"""Reopens the file of an SQLite database that was replaced while connections had it open."""

import logging
import os

from django.core.signals import request_started
from django.db import connections
from django.db.backends.signals import connection_created

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
    """Closes connections whose file is no longer the one at its path, because they still use the old one."""
    for connection in connections.all(initialized_only=True):
        if connection.vendor != "sqlite" or connection.connection is None or connection.in_atomic_block:
            continue
        path, inode = connection.open_file
        if inode is not None and _inode(path) != inode:
            log.warning("The database file %s was replaced; opening the new one.", path)
            connection.close()


def reopen_replaced_files() -> None:
    """Checks the files before each request."""
    connection_created.connect(_remember_file)
    request_started.connect(_close_replaced)


def update_statistics(using: str) -> None:
    """Counts the rows of tables without current statistics. Takes seconds with a million records.

    Without statistics, SQLite searched the evidence of a million records for the evidence of one.
    """
    connection = connections[using]
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA optimize=0x10002")


def update_after_migrations(using: str, **_kwargs) -> None:
    """Receiver of post_migrate. A migration that recreates a table drops its statistics."""
    update_statistics(using)
