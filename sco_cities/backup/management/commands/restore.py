"""Restores a backup of the database."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from sco_cities.backup.directory import BackupFailed
from sco_cities.backup.restoration import restore


class Command(BaseCommand):
    """Restores a backup. Fails while the site or the worker is running, and deletes no data."""

    help = (
        "Restore a backup, after the site and the worker were stopped. It is migrated to the present "
        "version of the site, and all users are logged out. A database that has data is left alone, or "
        "with --replace renamed."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="a file written by the command backup")
        parser.add_argument(
            "--replace", action="store_true", help="if the database has data, rename it and take its place"
        )

    def handle(self, *args, file: Path, replace: bool, **options):
        try:
            restored = restore(file, replace=replace)
        except BackupFailed as error:
            raise CommandError(f"Nothing was changed. {error}") from error
        kept = f" The database that was there before is now {restored.aside}." if restored.aside else ""
        self.stdout.write(
            f"Restored {file}: {restored.rows:,} rows, {restored.seconds:.1f} s. The change log was begun anew and "
            f"everybody logged out: {restored.kept:,} rows are left.{kept}"
        )
