"""Helpers that create exports and spreadsheet files, and validate them."""

import csv
import io
import weakref
from collections.abc import Iterable
from tempfile import TemporaryFile

from django.test import Client
from openpyxl import Workbook

from sco_cities.imports.column_mapping import ColumnMapping
from sco_cities.imports.column_types import IMPORTABLE_MODELS
from sco_cities.imports.jobs import apply_import
from sco_cities.imports.row_result import RowResult
from sco_cities.imports.sheet_reader import Sheet, read
from sco_cities.imports.validate import ImportValidator

Rows = list[dict[str, str]]


def export(kind: str, ending: str = "csv", query: str = "") -> bytes:
    """Returns the export of a list that a reader downloads."""
    return Client().get(f"/{kind}.{ending}{query}").getvalue()


def rows_of(raw: bytes) -> Rows:
    """Returns the rows of an export as dictionaries by column name."""
    return list(csv.DictReader(io.StringIO(raw.decode(), newline="")))


def as_csv(rows: Iterable[dict[str, str]], delimiter=",", end="\r\n", codec="utf-8") -> bytes:
    """Returns rows as CSV with `end` as line end. Characters missing from the character set become “?”."""
    rows = list(rows)
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]), delimiter=delimiter, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    ended = text.getvalue().replace("\r\n", "\n").replace("\r", "\n").replace("\n", end)
    return ended.encode(codec, errors="replace")


def as_workbook(rows: Iterable[Iterable]) -> bytes:
    """Returns an XLSX file with these rows, as another program saves them."""
    book = Workbook()
    for row in rows:
        book.active.append(list(row))
    book.create_sheet("Notes").append(["this sheet is ignored"])
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def sheet(raw: bytes, kind: str, charset: str = "") -> Sheet:
    """Returns the table in a file. The file is closed when the table is garbage-collected."""
    file = TemporaryFile()  # noqa: SIM115 - closed by the finalizer
    try:
        file.write(raw)
        file.flush()
        found = read(file, IMPORTABLE_MODELS[kind].known_headings, charset)
    except BaseException:
        file.close()
        raise
    weakref.finalize(found, file.close)
    return found


def new_validator(kind: str, raw: bytes, charset: str = "", skipped=None) -> ImportValidator:
    """Returns a validator for a file, before the first batch."""
    found = sheet(raw, kind, charset)
    mapping = ColumnMapping.from_header(IMPORTABLE_MODELS[kind], found.header)
    assert mapping.problems() == []
    return ImportValidator(IMPORTABLE_MODELS[kind], found, mapping, skipped or {})


def validated_rows(kind: str, raw: bytes, charset: str = "") -> list[RowResult]:
    """Returns the validated rows of a file, including possible duplicates."""
    validator = new_validator(kind, raw, charset)
    rows = [row for batch in validator.batches() for row in batch.rows]
    duplicates = validator.find_duplicates()
    for row in rows:
        row.duplicates = duplicates.get(row.number, [])
    return rows


def summary(kind: str, raw: bytes, charset: str = "") -> str:
    validator = new_validator(kind, raw, charset)
    for _batch in validator.batches():
        pass
    validator.find_duplicates()
    return str(validator.counts)


def errors_in(kind: str, rows: Rows) -> list[tuple[int, str, str, str]]:
    """Returns the row, column, value and message of every error."""
    return [
        (row.number, error.column, error.value, error.message)
        for row in validated_rows(kind, as_csv(rows))
        for error in row.errors
    ]


def apply_file(kind: str, raw: bytes, **kwargs):
    """Applies a file and returns the change set."""
    validator = new_validator(kind, raw)
    for _batch in validator.batches():
        pass
    skipped = validator.find_duplicates()
    # By default, new values do not need evidence.
    kwargs = {"evidence_stands": True} | kwargs
    return apply_import(new_validator(kind, raw, skipped=skipped), validator.result, **kwargs)
