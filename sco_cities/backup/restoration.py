"""Makes backups, restores them on trial, and puts complete restores in the place of the database."""

import time
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.utils import timezone

from sco_cities.db.former_database import HOW_TO_MOVE, is_former_database

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
    """A new backup, with its rows and bytes, its duration, and the number of older ones deleted."""

    path: Path
    rows: int
    size: int
    seconds: float
    deleted: int


def engine() -> ModuleType:
    """The module for the engine of the default database."""
    return sqlite if connection.vendor == "sqlite" else postgresql


def back_up(directory: Path, keep: int) -> VerifiedBackup:
    """Makes a backup in a directory, verifies it, and deletes all except the `keep` newest.

    Raises BackupFailed, and the directory then has the same backups as before.
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
    """A finished restore, with the name of the previous database, or "" if it had no data, and the seconds.

    `rows` counts the rows of the backup, `kept` the rows without the change log and the sessions.
    """

    rows: int
    kept: int
    seconds: float
    aside: str


def restore(path: Path, *, replace: bool) -> Restoration:
    """Puts a backup in the place of the database, migrated to the present version of the code.

    With `replace` even if the database has data, which then gets another name. Raises BackupFailed, and the database is
    then unchanged.
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
            # Its last step restarts the change log, and every process reads everything again.
            call_command("migrate", interactive=False, verbosity=0, skip_checks=True)
            # Users who were logged out since stay logged out.
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
        # A connection would create it.
        return False
    if own is sqlite and not sqlite.is_readable():
        # A damaged file, whose salvageable data must not be lost. A connection would delete its log.
        return True
    try:
        return has_data()
    except DatabaseError:
        if own is postgresql:
            raise
        # A damaged file, whose salvageable data must not be lost.
        return True
