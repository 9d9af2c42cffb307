"""Imports a list from a CSV or XLSX file, or reports what the import would change."""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from django.core.management.base import BaseCommand, CommandError
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection

from sco_cities.core.exceptions import Refused
from sco_cities.datapackage.errors import one_line
from sco_cities.facet_index.change_log import prune
from sco_cities.imports.column_mapping import SKIPPED, ColumnMapping
from sco_cities.imports.column_types import IMPORTABLE_MODELS, ImportableModel
from sco_cities.imports.jobs import apply_import
from sco_cities.imports.models import ImportOptions
from sco_cities.imports.parser.encoding_detection import CHARSET_NAMES
from sco_cities.imports.row_result import ASKED, RowOutcome, RowResult
from sco_cities.imports.sheet_reader import Sheet, read
from sco_cities.imports.validate import ImportValidator


class Command(BaseCommand):
    """Checks the file and prints every error. If --apply is given and there are no errors, writes all changes."""

    help = (
        "Import a list in the format of its export. Rows with a known slug update their records, and other rows "
        "create records. Only columns in the file are changed. --apply writes the changes. Every error is printed with "
        "row, column and value. The last line contains the number of rows by outcome."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "kind", choices=sorted(IMPORTABLE_MODELS), help="kind of record: %(choices)s", metavar="kind"
        )
        parser.add_argument("file", help="a CSV or XLSX file")
        parser.add_argument("--apply", action="store_true", help="write all changes, or none after an error")
        parser.add_argument("--reason", default="", help="reason for the import, shown in the history")
        parser.add_argument(
            "--create-duplicates", action="store_true",
            help="also create possible duplicates, which are skipped by default",
        )  # fmt: skip
        parser.add_argument(
            "--remove-names", action="store_true",
            help="remove other names that are not in the file (default: keep them)",
        )  # fmt: skip
        parser.add_argument(
            "--evidence-stands", action="store_true",
            help="write new values of published records even if the file has no evidence for them; use it only after "
            "checking that the existing evidence supports them",
        )  # fmt: skip
        parser.add_argument(
            "--column", action="append", default=[], metavar="HEADING=COLUMN", dest="columns",
            help=f"import the column HEADING as COLUMN; HEADING={SKIPPED} skips it",
        )  # fmt: skip
        parser.add_argument(
            "--charset", choices=CHARSET_NAMES, default="", help="character set of a CSV file"
        )

    def handle(self, *args, kind, file, columns, charset, **options):
        kind = IMPORTABLE_MODELS[kind]
        # Connects first, so that manage.py reports an unavailable database instead of a rejected change.
        connection.ensure_connection()
        try:
            with _opened(file) as opened:
                sheet = read(opened, kind.known_headings, charset)
                self._import(kind, sheet, _mapping(kind, sheet, columns), options)
        except Refused as error:
            raise CommandError(str(error)) from error
        except DatabaseError as error:
            raise CommandError(f"The database rejected the change; nothing was changed: {error}") from error

    def _import(self, kind: ImportableModel, sheet: Sheet, mapping: ColumnMapping, options: dict) -> None:
        import_options = ImportOptions(removes_names=options["remove_names"])
        validator = ImportValidator(kind, sheet, mapping, options=import_options)
        for batch in validator.batches():
            for row in batch.rows:
                for line in _lines(row):
                    self.stdout.write(one_line(line))
        duplicates = validator.find_duplicates()
        for number, matches in sorted(duplicates.items()):
            self.stdout.write(f"row {number}: possible duplicate of {', '.join(matches)}")
        if options["create_duplicates"]:
            validator.counts[RowOutcome.CREATED.value] += len(duplicates)
            validator.counts[RowOutcome.DUPLICATE.value] -= len(duplicates)
            duplicates = {}
        asked = 0 if options["evidence_stands"] else validator.counts[ASKED]
        is_refused = bool(validator.counts[RowOutcome.ERROR.value] or asked)
        if asked:
            self.stdout.write(
                "Published records get new values without evidence for them. Give the rows a report_address, or add "
                "--evidence-stands if the existing evidence supports all of these values."
            )
        if options["apply"] and not is_refused:
            final = ImportValidator(kind, sheet, mapping, duplicates, is_final=True, options=import_options)
            apply_import(
                final, validator.result, reason=options["reason"], evidence_stands=options["evidence_stands"]
            )
            prune(DEFAULT_DB_ALIAS)
        self.stdout.write(str(validator.counts))
        if is_refused:
            raise SystemExit(1)


def _opened(file: str) -> BinaryIO:
    try:
        return Path(file).open("rb")
    except OSError as error:
        raise Refused(f"{file} cannot be read: {error.strerror}.") from error


def _lines(row: RowResult) -> Iterator[str]:
    """Yields the errors of a row, the missing other names, and the values without evidence."""
    for error in row.errors:
        cell = f"{error.column} “{error.value}”" if error.value else error.column
        yield f"row {row.number}{f', {cell}' if cell else ''}: {error.message}"
    for name, is_removed in row.missing_names.items():
        effect = "is removed" if is_removed else "is kept (remove it with --remove-names)"
        yield f"row {row.number}: the file lacks “{name}” of {row.slug}, which {effect}"
    for name, passages in row.asked.items():
        existing = ", ".join(passages) or "none"
        yield f"row {row.number}, {row.slug}: no evidence for the new {name}; existing: {existing}"


def _mapping(kind: ImportableModel, sheet: Sheet, columns: list[str]) -> ColumnMapping:
    mapping = ColumnMapping.from_header(kind, sheet.header)
    selected = dict(column.rpartition("=")[::2] for column in columns)
    if unknown := [heading for heading in selected if heading not in sheet.header]:
        raise Refused(f"The file has no column {', '.join(unknown)}.")
    names = [selected.get(heading, name) for heading, name in zip(mapping.header, mapping.names, strict=True)]
    mapping = mapping.with_names(names)
    if problems := mapping.problems():
        raise Refused(
            " ".join(f"{heading}: {message}" if heading else message for heading, message in problems)
        )
    return mapping
