"""Makes backups, verifies them by a trial restore, and replaces the database with a restored backup."""

import time
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.utils import timezone

from sco_cities.db.connections import HOW_TO_MOVE, is_former_database

from . import directory as backups
from . import postgresql, sqlite
from .contents import (
    differences,
    has_data,
    has_newer_migrations,
    other_database,
    read_contents,
    read_transaction,
    rows_by_table,
    rows_of,
)
from .directory import BackupFailed


@dataclass(frozen=True)
class VerifiedBackup:
    """A new backup. `seconds` is the time taken, and `deleted` the number of older backups deleted."""

    path: Path
    rows: int
    size: int
    seconds: float
    deleted: int


def engine() -> ModuleType:
    """The backup module for the engine of the default database."""
    return sqlite if connection.vendor == "sqlite" else postgresql


def back_up(directory: Path, keep: int) -> VerifiedBackup:
    """Makes and verifies a backup in a directory, and deletes all backups except the `keep` newest.

    If it raises BackupFailed, the directory contains the same backups as before.
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


@dataclass(frozen=True)
class Restoration:
    """The result of a restore. `aside` is the new name of the previous database, or "" if it had no data.

    `rows` is the number of rows in the backup. `kept` is the number without the change log and the sessions.
    """

    rows: int
    kept: int
    seconds: float
    aside: str


def restore(path: Path, *, replace: bool) -> Restoration:
    """Replaces the database with a backup, migrated to the current version of the code.

    If the database contains data, it is renamed if `replace` is set. Otherwise, the restore fails. If it raises
    BackupFailed, the database is unchanged.
    """
    started = time.monotonic()
    own = engine()
    _require_backup_of(own, path)
    own.require_unused()
    keeps_old = _has_data(own)
    if keeps_old and not replace:
        raise BackupFailed(
            "The database has data. With --replace it gets another name, and the backup takes its place."
        )
    connection.close()
    with own.replacement(path) as new:
        with other_database(new):
            if is_former_database(connection):
                raise BackupFailed(f"{path.name} cannot be used. {HOW_TO_MOVE}")
            if has_newer_migrations():
                raise BackupFailed(
                    f"{path.name} is of a newer version of the site: install that version, then restore it."
                )
            rows = sum(rows_by_table().values())
            # The last step of `migrate` restarts the change log, so that every process reads everything again.
            call_command("migrate", interactive=False, verbosity=0, skip_checks=True)
            # Sessions are deleted, so that users who have logged out since the backup stay logged out.
            Session.objects.all().delete()
            kept = sum(rows_by_table().values())
        aside = f"before-{timezone.now():%Y%m%d-%H%M%S}" if keeps_old else ""
        aside = own.put_in_place(new, aside)
    return Restoration(rows, kept, time.monotonic() - started, aside)


def _require_backup_of(own: ModuleType, path: Path) -> None:
    try:
        with path.open("rb") as file:
            start = file.read(len(sqlite.HEADER))
    except OSError as error:
        raise BackupFailed(f"{path} cannot be read: {error.strerror}.") from error
    if start.startswith(own.HEADER):
        return
    other = postgresql if own is sqlite else sqlite
    if start.startswith(other.HEADER):
        raise BackupFailed(
            f"{path} is a backup of {other.NAME}, but the database is {own.NAME}: correct DATABASE_URL."
        )
    raise BackupFailed(f"{path} is no backup.")


def _has_data(own: ModuleType) -> bool:
    if own is sqlite and not sqlite.file().exists():
        # A connection would create the file.
        return False
    if own is sqlite and not sqlite.is_readable():
        # The file is damaged, but its salvageable data must not be lost. A connection would delete its log.
        return True
    try:
        return has_data()
    except DatabaseError:
        if own is postgresql:
            raise
        # The file is damaged, but its salvageable data must not be lost.
        return True
