"""Makes a verified backup of the database."""

import time
from pathlib import Path
from types import ModuleType

from django.core.management.base import BaseCommand, CommandError
from django.db import DEFAULT_DB_ALIAS, connection

from sco_cities.backup import directory as backups
from sco_cities.backup import postgresql, sqlite
from sco_cities.backup.comparison import read_contents
from sco_cities.backup.directory import BackupFailed, megabytes
from sco_cities.facet_index.read_snapshot import read_snapshot

KEEP = 14


class Command(BaseCommand):
    """Makes a backup. Exits with status 0 only if a trial restore contains everything in the database."""

    help = (
        "Back up the database to a directory while the site is running. A trial restore is compared with the "
        "database. Then older backups are deleted. If anything fails, the exit status is 1 and no backup is "
        "deleted."
    )

    def add_arguments(self, parser):
        parser.add_argument("directory", type=Path, help="the backup directory, created if it does not exist")
        parser.add_argument(
            "--keep", type=int, default=KEEP, metavar="N", help=f"number of backups to keep (default: {KEEP})"
        )

    def handle(self, *args, directory: Path, keep: int, **options):
        if keep < 1:
            raise CommandError("--keep must be at least 1.")
        started = time.monotonic()
        try:
            with backups.locked(directory):
                path, rows = _verified_backup(directory)
                deleted = backups.prune(directory, keep)
        except BackupFailed as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{path}: {rows:,} rows, {megabytes(path.stat().st_size)}, restored on trial and compared, "
            f"{time.monotonic() - started:.1f} s. Older backups deleted: {deleted}."
        )


def engine() -> ModuleType:
    """Returns the backup module for the engine of the default database."""
    return sqlite if connection.vendor == "sqlite" else postgresql


def _verified_backup(directory: Path) -> tuple[Path, int]:
    """Makes a backup and verifies it by a trial restore. Returns the backup's path and row count.

    If BackupFailed is raised, the directory contains the same backups as before.
    """
    own = engine()
    backups.require_space(directory, own.size())
    if own is postgresql:
        postgresql.require_may_create()
    path = backups.unfinished(directory, own.SUFFIX)
    try:
        with read_snapshot(DEFAULT_DB_ALIAS):
            # The first query fixes the state of the database that the transaction sees and copies.
            expected = read_contents()
            own.copy_database(path)
        with own.restored_on_trial(path):
            actual = read_contents()
        # Names of the tables and files that differ between the database and its restored copy.
        if different := sorted(name for name, _value in expected.items() ^ actual.items()):
            raise BackupFailed(f"The backup differs from the database in {', '.join(different[:5])}.")
        rows = sum(int(text.removesuffix(" rows")) for text in expected.values() if text.endswith(" rows"))
        return backups.finish(path), rows
    except BaseException:
        path.unlink(missing_ok=True)
        raise
