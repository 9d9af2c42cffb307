"""Loads a data package into the database, or reports all its errors."""

from django.core.management.base import BaseCommand, CommandError
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection, transaction

from sco_cities.datapackage.load import load
from sco_cities.datapackage.locking import lock_rows
from sco_cities.datapackage.natural_keys import RECORD_MODELS, StoredKeys
from sco_cities.datapackage.parse import read_package
from sco_cities.datapackage.validate import check
from sco_cities.db.connection_settings import no_statement_timeout
from sco_cities.facet_index.change_log import prune


class Command(BaseCommand):
    """Parses and validates the whole package, then writes all of it or nothing.

    Rows are matched with stored rows by slug, or by the key of their table: new rows are created, rows that differ
    are updated, and other stored rows stay unchanged. Loading the same package again changes nothing.
    """

    help = (
        "Load a data package: a folder with datapackage.json and one CSV file per table. If it has errors, all of "
        "them are reported with their lines, and nothing is written. New rows are created, rows that differ are "
        "updated; nothing is deleted."
    )

    def add_arguments(self, parser):
        parser.add_argument("path", help="the folder, or its datapackage.json")
        parser.add_argument(
            "--if-empty",
            action="store_true",
            help="do nothing if the database has records already, so that no correction is overwritten",
        )

    def handle(self, *args, path, if_empty=False, **options):
        if if_empty and any(model.objects.exists() for model in RECORD_MODELS.values()):
            if options["verbosity"]:
                self.stdout.write("The database already has records: nothing is loaded.")
            return
        package = read_package(path)
        # A database that is away rejects no change: manage.py says what to do.
        connection.ensure_connection()
        try:
            with no_statement_timeout(DEFAULT_DB_ALIAS), transaction.atomic():
                lock_rows(package, StoredKeys())
                # Validated in the same transaction, so that referenced records still exist when they are written.
                if problems := check(package):
                    raise CommandError(_report(problems))
                summary = load(package)
        except DatabaseError as error:
            raise CommandError(f"The database rejected the change; nothing was changed: {error}") from error
        prune(DEFAULT_DB_ALIAS)
        _count_rows()
        if options["verbosity"]:
            self.stdout.write(str(summary))


def _count_rows() -> None:
    """Updates the planner statistics of SQLite for tables that have grown; PostgreSQL does so by itself."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA optimize=0x10002")


def _report(problems) -> str:
    lines = [str(problem) for problem in problems]
    count = "1 error" if len(lines) == 1 else f"{len(lines):,} errors"
    return "\n".join([f"{count}; nothing was changed:", *lines])
