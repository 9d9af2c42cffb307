"""Whether somebody works on an import, and how far they have come: told by what ends with the process that does.

A process that is killed cannot say so. A lock that the system holds for it, for as long as it lives, can: on
PostgreSQL an advisory lock of its session, on SQLite the lock of a file beside the database. Progress goes its own
way past the transaction of the work, which nobody else sees into: a connection of its own, or that file.
"""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import gettempdir
from typing import IO

from django.db import DEFAULT_DB_ALIAS, connection, connections

# Tells the locks of imports from other advisory locks of the database.
_OURS = 0x5C0
# Who begins an import or looks at it holds it for a moment only: who comes to do the work waits that long.
ATTEMPTS = 10
PAUSE_S = 0.05

Progress = Callable[[int], None]


class Busy(Exception):
    """Somebody works on it already."""


@contextmanager
def at_work(job: int) -> Iterator[Progress]:
    """Says that this process works on an import while inside; gives what tells how many rows are done."""
    with (_session if connection.vendor == "postgresql" else _file)(job) as progress:
        yield progress


def is_worked_on(job: int) -> bool:
    """Whether a living process works on the import; leaves nothing behind."""
    return _is_session(job) if connection.vendor == "postgresql" else _is_file(job)


def rows_done(job: int, stored: int) -> int:
    """How many rows are done, where `stored` is what the database says."""
    if connection.vendor == "postgresql":
        return stored
    with suppress(OSError, ValueError):
        return int(_path(job).read_text() or stored)
    return stored


def _until_free(take: Callable[[], bool]) -> None:
    for _attempt in range(ATTEMPTS):
        if take():
            return
        time.sleep(PAUSE_S)
    raise Busy


@contextmanager
def _session(job: int) -> Iterator[Progress]:
    def take() -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_OURS, job])
            return cursor.fetchone()[0]

    _until_free(take)
    other = connections.create_connection(DEFAULT_DB_ALIAS)
    try:
        yield lambda done: _tell(other, job, done)
    finally:
        other.close()
        # The lock goes with the session, where that is gone already.
        with suppress(Exception), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_OURS, job])


def _is_session(job: int) -> bool:
    with connection.cursor() as cursor:
        # 2: a lock of two numbers.
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            " AND classid = %s AND objid = %s AND objsubid = 2)",
            [_OURS, job],
        )
        return cursor.fetchone()[0]


def _tell(other, job: int, done: int) -> None:
    with other.cursor() as cursor:
        cursor.execute("UPDATE packages_importjob SET done = %s WHERE id = %s", [done, job])


@contextmanager
def _file(job: int) -> Iterator[Progress]:
    path = _path(job)
    held: list[IO] = []

    def take() -> bool:
        file = path.open("a+")
        if _locks(file, fcntl.LOCK_EX) and _is_at(path, file):
            held.append(file)
            return True
        file.close()
        return False

    _until_free(take)

    def tell(done: int) -> None:
        held[0].truncate(0)
        held[0].write(str(done))
        held[0].flush()

    with held[0]:
        # Somebody who was killed may have left it.
        held[0].truncate(0)
        try:
            yield tell
        finally:
            with suppress(OSError):
                path.unlink()


def _is_file(job: int) -> bool:
    try:
        with _path(job).open() as file:
            return not _locks(file, fcntl.LOCK_SH)
    except FileNotFoundError:
        return False


def _locks(file: IO, how: int) -> bool:
    try:
        fcntl.flock(file, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_at(path: Path, file: IO) -> bool:
    """Whether the file is still the one of that name: who has ended his work meanwhile has removed his."""
    try:
        return os.path.samestat(path.stat(), os.fstat(file.fileno()))
    except FileNotFoundError:
        return False


def _path(job: int) -> Path:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA database_list")
        name = next((row[2] for row in cursor.fetchall() if row[1] == "main"), "")
    return Path(f"{name}.import-{job}") if name else Path(gettempdir()) / f"import-{os.getpid()}-{job}"
