"""Locks and progress of background jobs.

A killed process cannot report that it has stopped, so a running job holds a lock that the system releases when the
process ends. On PostgreSQL, this is a session advisory lock. On SQLite, it is a lock on a file next to the database.
Progress is written over a second connection or to that file, so that it is visible before the job's transaction
commits.
"""

import fcntl
import os
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import gettempdir
from typing import IO

from django.db import DEFAULT_DB_ALIAS, connection, connections, models

# A process that starts or checks a job briefly holds the job's lock, so the worker waits up to ATTEMPTS * PAUSE_S for
# the lock.
ATTEMPTS = 10
PAUSE_S = 0.05

Progress = Callable[[int], None]


class JobAlreadyRunning(Exception):
    """Raised if another process is running this job."""


@contextmanager
def job_lock(job: models.Model) -> Iterator[Progress]:
    """Holds the lock of a job. Yields a function that stores the number of finished rows in a column `done`."""
    with (_postgres_lock if connection.vendor == "postgresql" else _file_lock)(job) as progress:
        yield progress


def is_running(job: models.Model) -> bool:
    """Returns True if a live process runs the job. Acquires no lock and creates no file."""
    return _is_postgres_locked(job) if connection.vendor == "postgresql" else _is_file_locked(job)


def rows_done(job: models.Model, stored: int) -> int:
    """Returns the number of finished rows. `stored` is the number in the database."""
    if connection.vendor == "postgresql":
        return stored
    with suppress(OSError, ValueError):
        return int(_path(job).read_text() or stored)
    return stored


def _acquire(try_lock: Callable[[], bool]) -> None:
    for _attempt in range(ATTEMPTS):
        if try_lock():
            return
        time.sleep(PAUSE_S)
    raise JobAlreadyRunning


@contextmanager
def _postgres_lock(job: models.Model) -> Iterator[Progress]:
    def try_lock() -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", _lock_key(job))
            return cursor.fetchone()[0]

    _acquire(try_lock)
    other = connections.create_connection(DEFAULT_DB_ALIAS)
    try:
        yield lambda done: _write_progress(other, job, done)
    finally:
        other.close()
        # If the session has already ended, the server has released the lock.
        with suppress(Exception), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", _lock_key(job))


def _lock_key(job: models.Model) -> list[int]:
    """Returns the key of the job's advisory lock, which consists of two numbers of up to 31 bits."""
    return [zlib.crc32(job._meta.db_table.encode()) >> 1, job.pk]


def _is_postgres_locked(job: models.Model) -> bool:
    with connection.cursor() as cursor:
        # objsubid is 2 for a lock with two keys.
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            " AND classid = %s AND objid = %s AND objsubid = 2)",
            _lock_key(job),
        )
        return cursor.fetchone()[0]


def _write_progress(other, job: models.Model, done: int) -> None:
    with other.cursor() as cursor:
        table = other.ops.quote_name(job._meta.db_table)
        cursor.execute(f"UPDATE {table} SET done = %s WHERE id = %s", [done, job.pk])  # noqa: S608 - a name of ours


@contextmanager
def _file_lock(job: models.Model) -> Iterator[Progress]:
    path = _path(job)
    locked: list[IO] = []

    def try_lock() -> bool:
        file = path.open("a+")
        if _try_flock(file, fcntl.LOCK_EX) and _is_same_file(path, file):
            locked.append(file)
            return True
        file.close()
        return False

    _acquire(try_lock)
    (file,) = locked

    def write_progress(done: int) -> None:
        file.truncate(0)
        file.write(str(done))
        file.flush()

    with file:
        # The file may contain the progress of a killed process.
        file.truncate(0)
        try:
            yield write_progress
        finally:
            with suppress(OSError):
                path.unlink()


def _is_file_locked(job: models.Model) -> bool:
    try:
        with _path(job).open() as file:
            return not _try_flock(file, fcntl.LOCK_SH)
    except FileNotFoundError:
        return False


def _try_flock(file: IO, mode: int) -> bool:
    try:
        fcntl.flock(file, mode | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_same_file(path: Path, file: IO) -> bool:
    """Returns True if the open file is still the file at `path`. A process that has just finished deletes its file."""
    try:
        return os.path.samestat(path.stat(), os.fstat(file.fileno()))
    except FileNotFoundError:
        return False


def _path(job: models.Model) -> Path:
    return path_beside_database(f"{job._meta.db_table}-{job.pk}")


def path_beside_database(suffix: str) -> Path:
    """Returns the path of a file next to the SQLite database, with a suffix."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA database_list")
        name = next((row[2] for row in cursor.fetchall() if row[1] == "main"), "")
    return Path(f"{name}.{suffix}") if name else Path(gettempdir()) / f"{suffix}-{os.getpid()}"
