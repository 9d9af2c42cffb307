"""Loads a data package into the database, or says all that is wrong with it."""

from django.core.management.base import BaseCommand, CommandError
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection, transaction

from sco_cities.datapackage.load import load
from sco_cities.datapackage.locking import lock_rows
from sco_cities.datapackage.natural_keys import RECORD_MODELS, Stored
from sco_cities.datapackage.parse import read_package
from sco_cities.datapackage.validate import check
from sco_cities.db.statement_timeout import no_statement_timeout
from sco_cities.facet_index.change_log import prune


class Command(BaseCommand):
    """Reads everything, checks everything, and then writes all of it or nothing.

    Rows are matched with stored ones by slug, or by the key of their table: what is new is created, what
    differs is updated, and what is not in the package stays as it is. Loading the same package again changes
    nothing.
    """

    help = (
        "Load a data package: a folder with datapackage.json and one CSV file per table. Every mistake is "
        "told at once, with its line, and nothing is written then. New rows are created, rows that differ "
        "are updated; nothing is ever deleted."
    )

    def add_arguments(self, parser):
        parser.add_argument("path", help="the folder, or its datapackage.json")
        parser.add_argument(
            "--if-empty",
            action="store_true",
            help="do nothing if the database holds records already, so that no correction is undone",
        )

    def handle(self, *args, path, if_empty=False, **options):
        if if_empty and any(model.objects.exists() for model in RECORD_MODELS.values()):
            if options["verbosity"]:
                self.stdout.write("The database holds records already: nothing is loaded.")
            return
        package = read_package(path)
        try:
            with no_statement_timeout(DEFAULT_DB_ALIAS), transaction.atomic():
                lock_rows(package, Stored())
                # Checked in the same transaction, so that what was found to exist does so when it is named.
                if problems := check(package):
                    raise CommandError(_report(problems))
                summary = load(package)
        except DatabaseError as error:
            raise CommandError(f"The database refuses it, and nothing was changed: {error}") from error
        prune(DEFAULT_DB_ALIAS)
        _count_rows()
        if options["verbosity"]:
            self.stdout.write(str(summary))


def _count_rows() -> None:
    """Has SQLite count rows where they have become many more: its plans go by that. PostgreSQL does it by itself."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA optimize=0x10002")


def _report(problems) -> str:
    lines = [str(problem) for problem in problems]
    count = "1 problem" if len(lines) == 1 else f"{len(lines):,} problems"
    return "\n".join([f"{count}, and nothing was changed:", *lines])
