"""Makes a verified backup of the database."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from sco_cities.backup.directory import BackupFailed, megabytes
from sco_cities.backup.restoration import back_up

KEEP = 14


class Command(BaseCommand):
    """Makes a backup. Exits with status 0 only if a trial restore contains everything in the database."""

    help = (
        "Back up the database into a directory, while the site runs. The backup is restored on trial and "
        "compared with the database. Then older ones are deleted. If anything fails, the status is 1 and "
        "no backup is deleted."
    )

    def add_arguments(self, parser):
        parser.add_argument("directory", type=Path, help="the backup directory, created if it does not exist")
        parser.add_argument(
            "--keep", type=int, default=KEEP, metavar="N", help=f"how many backups are kept ({KEEP})"
        )

    def handle(self, *args, directory: Path, keep: int, **options):
        if keep < 1:
            raise CommandError("--keep is at least 1.")
        try:
            backup = back_up(directory, keep)
        except BackupFailed as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{backup.path}: {backup.rows:,} rows, {megabytes(backup.size)}, restored on trial and compared, "
            f"{backup.seconds:.1f} s. Older backups deleted: {backup.deleted}."
        )
