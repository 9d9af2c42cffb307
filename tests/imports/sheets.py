"""Exports as files, saved anew as spreadsheets do, edited, and examined as an import would."""

import csv
import io
from collections.abc import Iterable

from django.test import Client
from openpyxl import Workbook

from sco_cities.imports.apply import apply_import
from sco_cities.imports.column_mapping import ColumnMapping
from sco_cities.imports.column_types import IMPORTABLE_MODELS
from sco_cities.imports.row_result import RowResult
from sco_cities.imports.sheet_reader import read
from sco_cities.imports.validate import ImportValidator

Rows = list[dict[str, str]]


def exported(kind: str, ending: str = "csv", query: str = "") -> bytes:
    """A list as a reader takes it away."""
    return Client().get(f"/{kind}.{ending}{query}").getvalue()


def rows_of(raw: bytes) -> Rows:
    """The rows of an export, by name of column."""
    return list(csv.DictReader(io.StringIO(raw.decode(), newline="")))


def as_csv(rows: Iterable[dict[str, str]], delimiter=",", end="\r\n", codec="utf-8") -> bytes:
    """Rows saved as CSV: every line end is `end`, and letters that the character set lacks become “?”."""
    rows = list(rows)
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]), delimiter=delimiter, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    ended = text.getvalue().replace("\r\n", "\n").replace("\r", "\n").replace("\n", end)
    return ended.encode(codec, errors="replace")


def as_workbook(rows: Iterable[Iterable]) -> bytes:
    """Rows of values saved as XLSX by another program."""
    book = Workbook()
    for row in rows:
        book.active.append(list(row))
    book.create_sheet("Notes").append(["nothing of this is read"])
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def examination(kind: str, raw: bytes, charset: str = "", passed_over=None) -> ImportValidator:
    """An examination of the file that has not begun."""
    sheet = read(raw, IMPORTABLE_MODELS[kind].known, charset)
    mapping = ColumnMapping.recognised(IMPORTABLE_MODELS[kind], sheet.header)
    assert mapping.problems() == []
    return ImportValidator(IMPORTABLE_MODELS[kind], sheet, mapping, passed_over or {})


def examined(kind: str, raw: bytes, charset: str = "") -> list[RowResult]:
    """What an import would do to each row of the file."""
    looked = examination(kind, raw, charset)
    rows = [row for part in looked.parts() for row in part.rows]
    alike = looked.look_for_duplicates()
    for row in rows:
        row.alike = alike.get(row.number, [])
    return rows


def summary(kind: str, raw: bytes, charset: str = "") -> str:
    looked = examination(kind, raw, charset)
    for _part in looked.parts():
        pass
    looked.look_for_duplicates()
    return str(looked.tally)


def mistakes(kind: str, rows: Rows) -> list[tuple[int, str, str, str]]:
    """Row, column, value and sentence of all mistakes."""
    return [
        (row.number, each.column, each.value, each.message)
        for row in examined(kind, as_csv(rows))
        for each in row.mistakes
    ]


def imported(kind: str, raw: bytes, **kwargs):
    """Applies a file; the change set."""
    first = examination(kind, raw)
    for _part in first.parts():
        pass
    passed_over = first.look_for_duplicates()
    return apply_import(examination(kind, raw, passed_over=passed_over), first.findings, **kwargs)
