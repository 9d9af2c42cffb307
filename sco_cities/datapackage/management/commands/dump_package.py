"""Dumps the database as a data package."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from sco_cities.datapackage.dump import DirectoryError, dump_files, replace_package


class Command(BaseCommand):
    """Dumps the whole database, including drafts. The dump of an unchanged loaded package is byte-identical."""

    help = (
        "Dump the database as a data package: datapackage.json and one CSV file per table, in a stable "
        "order. A folder with anything other than such a package is rejected. The old files are replaced "
        "in one step."
    )

    def add_arguments(self, parser):
        parser.add_argument("path", help="the folder to write, created if it does not exist")

    def handle(self, *args, path, **options):
        try:
            files = dump_files()
            replace_package(Path(path), files)
        except (DirectoryError, LookupError) as error:
            raise CommandError(str(error)) from error
        if options["verbosity"]:
            rows = sum(map(_rows, (content for name, content in files.items() if name.endswith(".csv"))))
            self.stdout.write(f"{len(files)} files, {rows:,} rows")


def _rows(content: bytes) -> int:
    """Counts the rows below the header. A cell may contain several lines and have any length."""
    # Every second part is outside quotation marks. This is also true for quotation marks in cells, because they are
    # doubled.
    return sum(part.count(b"\n") for part in content.split(b'"')[::2]) - 1
