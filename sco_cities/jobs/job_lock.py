"""Whether somebody works on a job, and how far they have come: told by what ends with the process that does.

A process that is killed cannot say so. A lock that the system holds for it, for as long as it lives, can: on
PostgreSQL an advisory lock of its session, on SQLite the lock of a file beside the database. Progress goes its own
way past the transaction of the work, which nobody else sees into: a connection of its own, or that file.
"""

import fcntl
import os
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import gettempdir
from typing import IO

from django.db import DEFAULT_DB_ALIAS, connection, connections, models

# Who begins a job or looks at it holds it for a moment only: who comes to do the work waits that long.
ATTEMPTS = 10
PAUSE_S = 0.05

Progress = Callable[[int], None]


@dataclass(frozen=True)
class Job:
    """A work: the table that tells of it, with its `done`, and its key in there."""

    table: str
    pk: int

    @classmethod
    def of(cls, stored: models.Model) -> "Job":
        return cls(stored._meta.db_table, stored.pk)

    @property
    def lock(self) -> list[int]:
        """What tells its advisory lock from all others: two numbers of up to 31 bits."""
        return [zlib.crc32(self.table.encode()) >> 1, self.pk]


class JobAlreadyRunning(Exception):
    """Somebody works on it already."""


@contextmanager
def job_lock(job: Job) -> Iterator[Progress]:
    """Says that this process works on a job while inside; gives what tells how many rows are done."""
    with (_session if connection.vendor == "postgresql" else _file)(job) as progress:
        yield progress


def is_running(job: Job) -> bool:
    """Whether a living process works on the job; leaves nothing behind."""
    return _is_session(job) if connection.vendor == "postgresql" else _is_file(job)


def rows_done(job: Job, stored: int) -> int:
    """How many rows are done, where `stored` is what the database says."""
    if connection.vendor == "postgresql":
        return stored
    with suppress(OSError, ValueError):
        return int(_path(job).read_text() or stored)
    return stored


def _wait_until_free(take: Callable[[], bool]) -> None:
    for _attempt in range(ATTEMPTS):
        if take():
            return
        time.sleep(PAUSE_S)
    raise JobAlreadyRunning


@contextmanager
def _session(job: Job) -> Iterator[Progress]:
    def take() -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", job.lock)
            return cursor.fetchone()[0]

    _wait_until_free(take)
    other = connections.create_connection(DEFAULT_DB_ALIAS)
    try:
        yield lambda done: _write_progress(other, job, done)
    finally:
        other.close()
        # The lock goes with the session, where that is gone already.
        with suppress(Exception), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", job.lock)


def _is_session(job: Job) -> bool:
    with connection.cursor() as cursor:
        # 2: a lock of two numbers.
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            " AND classid = %s AND objid = %s AND objsubid = 2)",
            job.lock,
        )
        return cursor.fetchone()[0]


def _write_progress(other, job: Job, done: int) -> None:
    with other.cursor() as cursor:
        table = other.ops.quote_name(job.table)
        cursor.execute(f"UPDATE {table} SET done = %s WHERE id = %s", [done, job.pk])  # noqa: S608 - a name of ours


@contextmanager
def _file(job: Job) -> Iterator[Progress]:
    path = _path(job)
    held: list[IO] = []

    def take() -> bool:
        file = path.open("a+")
        if _locks(file, fcntl.LOCK_EX) and _is_at(path, file):
            held.append(file)
            return True
        file.close()
        return False

    _wait_until_free(take)

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


def _is_file(job: Job) -> bool:
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
    """Whether the file is still the one of that name: whoever has ended meanwhile has removed theirs."""
    try:
        return os.path.samestat(path.stat(), os.fstat(file.fileno()))
    except FileNotFoundError:
        return False


def _path(job: Job) -> Path:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA database_list")
        name = next((row[2] for row in cursor.fetchall() if row[1] == "main"), "")
    own = f"{job.table}-{job.pk}"
    return Path(f"{name}.{own}") if name else Path(gettempdir()) / f"{own}-{os.getpid()}"
