"""Deletes expired data."""

from django.core.management.base import BaseCommand, CommandError
from django.db import Error

from sco_cities.db.database_errors import first_line
from sco_cities.jobs import housekeeping


class Command(BaseCommand):
    """Deletes expired data. The command can be run repeatedly and while the site is running."""

    help = (
        "Delete data that is kept for a limited time, such as expired sessions, unsaved form input, old imports and "
        "texts of reports. Prints a line for each kind."
    )

    def handle(self, *args, **options):
        failed = []
        for what, delete in housekeeping.tasks():
            try:
                self.stdout.write(f"{what}: {delete():,} deleted")
            except (Error, OSError) as error:
                # A task that fails, for example because it cannot get a lock or delete a file, must not stop the other
                # tasks.
                failed.append(what)
                self.stderr.write(f"{what}: {_reason(error)}")
        if failed:
            raise CommandError(f"Not deleted: {', '.join(failed)}.")


def _reason(error: Error | OSError) -> str:
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}"
    return first_line(error)
