"""Imports a list from a CSV or XLSX file, or says what that would do."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import DEFAULT_DB_ALIAS, DatabaseError

from sco_cities.datapackage.errors import one_line
from sco_cities.facet_index.change_log import prune
from sco_cities.imports.apply import ImportConflict, apply_import
from sco_cities.imports.column_mapping import SKIPPED, ColumnMapping
from sco_cities.imports.column_types import IMPORTABLE_MODELS, ImportableModel
from sco_cities.imports.encoding_detection import NAMES
from sco_cities.imports.file_errors import UnreadableFile
from sco_cities.imports.row_result import RowOutcome, RowResult
from sco_cities.imports.sheet_reader import Sheet, read
from sco_cities.imports.validate import ImportValidator


class Command(BaseCommand):
    """Checks the whole file and tells every mistake; with --apply, and without mistakes, writes all of it."""

    help = (
        "Import a list as its export has it: rows with a known slug update their record, others create one. "
        "Only the columns that the file has are touched. Without --apply nothing is written. Every mistake is "
        "told with row, column and value; the last line counts the rows by what becomes of them."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "kind", choices=sorted(IMPORTABLE_MODELS), help="what the rows are: %(choices)s", metavar="kind"
        )
        parser.add_argument("file", help="a CSV or XLSX file")
        parser.add_argument("--apply", action="store_true", help="write what the file changes, or nothing")
        parser.add_argument("--reason", default="", help="why, for the history")
        parser.add_argument(
            "--create-duplicates", action="store_true",
            help="create records that may be there already under another slug, and not pass them over",
        )  # fmt: skip
        parser.add_argument(
            "--column", action="append", default=[], metavar="HEADING=COLUMN", dest="columns",
            help=f"take a column of the file for another one; HEADING={SKIPPED} leaves it out",
        )  # fmt: skip
        parser.add_argument("--charset", choices=NAMES, default="", help="what a CSV file is written in")

    def handle(self, *args, kind, file, columns, charset, **options):
        kind = IMPORTABLE_MODELS[kind]
        try:
            sheet = read(_bytes(file), kind.known, charset)
            mapping = _mapping(kind, sheet, columns)
            self._import(kind, sheet, mapping, options)
        except (UnreadableFile, ImportConflict) as error:
            raise CommandError(str(error)) from error
        except DatabaseError as error:
            raise CommandError(f"The database refuses it, and nothing was changed: {error}") from error

    def _import(self, kind: ImportableModel, sheet: Sheet, mapping: ColumnMapping, options: dict) -> None:
        first = ImportValidator(kind, sheet, mapping)
        for part in first.parts():
            for row in part.rows:
                self._tell_mistakes(row)
        duplicates = first.look_for_duplicates()
        for number, alike in sorted(duplicates.items()):
            self.stdout.write(f"row {number}: may be there already as {', '.join(alike)}")
        if options["create_duplicates"]:
            first.tally[RowOutcome.CREATED.value] += len(duplicates)
            first.tally[RowOutcome.DUPLICATE.value] -= len(duplicates)
            duplicates = {}
        if options["apply"] and not first.tally[RowOutcome.ERROR.value]:
            again = ImportValidator(kind, sheet, mapping, passed_over=duplicates, is_final=True)
            apply_import(again, first.findings, reason=options["reason"])
            prune(DEFAULT_DB_ALIAS)
        self.stdout.write(str(first.tally))
        if first.tally[RowOutcome.ERROR.value]:
            raise SystemExit(1)

    def _tell_mistakes(self, row: RowResult) -> None:
        for mistake in row.mistakes:
            where = f"row {row.number}"
            if what := f"{mistake.column} “{mistake.value}”" if mistake.value else mistake.column:
                where += f", {what}"
            self.stdout.write(one_line(f"{where}: {mistake.message}"))


def _bytes(file: str) -> bytes:
    try:
        return Path(file).read_bytes()
    except OSError as error:
        raise UnreadableFile(f"{file} cannot be read: {error.strerror}.") from error


def _mapping(kind: ImportableModel, sheet: Sheet, columns: list[str]) -> ColumnMapping:
    mapping = ColumnMapping.recognised(kind, sheet.header)
    chosen = dict(column.rpartition("=")[::2] for column in columns)
    if strange := [heading for heading in chosen if heading not in sheet.header]:
        raise UnreadableFile(f"The file has no column {', '.join(strange)}.")
    names = [chosen.get(heading, name) for heading, name in zip(mapping.header, mapping.names, strict=True)]
    mapping = mapping.adjusted(names)
    if problems := mapping.problems():
        raise UnreadableFile(
            " ".join(f"{heading}: {said}" if heading else said for heading, said in problems)
        )
    return mapping
