"""A backup that has been restored on trial and compared with the database."""

import time
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from django.db import connection

from . import directory as backups
from . import postgresql, sqlite
from .contents import differences, read_contents, read_transaction, rows_of
from .directory import BackupFailed


@dataclass(frozen=True)
class VerifiedBackup:
    """A new backup, how many rows and bytes it has, how long it took, and how many older ones were deleted."""

    path: Path
    rows: int
    size: int
    seconds: float
    deleted: int


def engine() -> ModuleType:
    """The module for the engine of the default database."""
    return sqlite if connection.vendor == "sqlite" else postgresql


def back_up(directory: Path, keep: int) -> VerifiedBackup:
    """Makes a backup in a directory, verifies it, and deletes all but the `keep` newest.

    Raises BackupFailed; the directory has then the same backups as before.
    """
    started = time.monotonic()
    own = engine()
    with backups.locked(directory):
        backups.require_space(directory, own.size())
        if own is postgresql:
            postgresql.require_may_create()
        path = backups.unfinished(directory, own.SUFFIX)
        try:
            with read_transaction():
                own.copy_database(path)
                expected = read_contents()
            with own.restored_on_trial(path):
                actual = read_contents()
            if different := differences(expected, actual):
                raise BackupFailed(f"The backup differs from the database in {', '.join(different[:5])}.")
            final = backups.finish(path)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        deleted = backups.prune(directory, keep)
    return VerifiedBackup(final, rows_of(expected), final.stat().st_size, time.monotonic() - started, deleted)
