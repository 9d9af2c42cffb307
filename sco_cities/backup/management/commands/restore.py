"""Replaces the database with a restored backup."""

import time
from pathlib import Path
from types import ModuleType

from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection
from django.utils import timezone

from sco_cities.backup import postgresql, sqlite
from sco_cities.backup.comparison import has_data, has_newer_migrations, other_database, rows_by_table
from sco_cities.backup.directory import BackupFailed
from sco_cities.db.connections import HOW_TO_MOVE, is_former_database

from .backup import engine


class Command(BaseCommand):
    """Restores a backup. Fails while the site or the worker is running. Never deletes existing data."""

    help = (
        "Restore a backup. Stop the site and the worker first. The backup is migrated to the current "
        "version of the site, and all users are logged out. An existing database with data is renamed with "
        "--replace. Otherwise the command fails."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="a file written by the command backup")
        parser.add_argument(
            "--replace", action="store_true", help="rename a database with data, and replace it by the backup"
        )

    def handle(self, *args, file: Path, replace: bool, **options):
        started, own = time.monotonic(), engine()
        try:
            _require_backup_of(own, file)
            own.require_unused()
            keeps_old = _has_data(own)
            if keeps_old and not replace:
                raise BackupFailed(
                    "The database has data. Use --replace to rename the database and put the backup in its place."
                )
            connection.close()
            with own.replacement(file) as new:
                with other_database(new):
                    rows, kept = _migrate(file)
                aside = f"before-{timezone.now():%Y%m%d-%H%M%S}" if keeps_old else ""
                aside = own.put_in_place(new, aside)
        except BackupFailed as error:
            raise CommandError(f"Nothing was changed. {error}") from error
        before = f" The previous database is now {aside}." if aside else ""
        self.stdout.write(
            f"Restored {file}: {rows:,} rows, {time.monotonic() - started:.1f} s. The change log was "
            f"restarted and all users were logged out. Remaining rows: {kept:,}.{before}"
        )


def _migrate(path: Path) -> tuple[int, int]:
    """Migrates the restored backup to the current version of the code. Returns its row counts before and after."""
    if is_former_database(connection):
        raise BackupFailed(f"{path.name} cannot be used. {HOW_TO_MOVE}")
    if has_newer_migrations():
        raise BackupFailed(
            f"{path.name} was made by a newer version of the site. Install that version, then restore the backup."
        )
    rows = sum(rows_by_table().values())
    # The last step of `migrate` restarts the change log, so every process reloads all data.
    call_command("migrate", interactive=False, verbosity=0, skip_checks=True)
    # Sessions are deleted, so that users who have logged out since the backup stay logged out.
    Session.objects.all().delete()
    return rows, sum(rows_by_table().values())


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
    raise BackupFailed(f"{path} is not a backup.")


def _has_data(own: ModuleType) -> bool:
    if own is sqlite and not sqlite.file().exists():
        # Checks the file first, because a connection would create a missing file.
        return False
    if own is sqlite and not sqlite.is_readable():
        # The file is damaged, but the remaining data may be recoverable. A connection would delete the file's log.
        return True
    try:
        return has_data()
    except DatabaseError:
        if own is postgresql:
            raise
        # The file is damaged, but the remaining data may be recoverable.
        return True
