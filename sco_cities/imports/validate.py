"""Validates a file in batches of rows: all changes it would make, and all its errors."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from sco_cities.datapackage.parse import Package

from . import cell_diff
from .column_mapping import ColumnMapping
from .column_types import (
    CityRolesColumn,
    ImportableModel,
    NameColumn,
    ReadOnlyColumn,
    UpdatedAtColumn,
    ValueColumn,
)
from .current_cells import SITE_LANGUAGES, StoredCells
from .duplicates import NewRecord, possible_duplicates
from .errors import UnreadableFile
from .package_rules import apply_package_rules
from .parser.limits import Row
from .row_result import CellError, OutcomeCounts, RowOutcome, RowResult, ValidationResult
from .sheet_reader import Sheet
from .to_package import Cells, PackageBuilder, hidden_items

BATCH_SIZE = 2_000
# Characters; 2,000 rows of an export have about half of it.
BATCH_LENGTH = 4 * 1024 * 1024


@dataclass
class ValidatedBatch:
    """Some rows of a file: their results, and the data package with their changes."""

    rows: list[RowResult]
    package: Package


@dataclass
class ImportValidator:
    """Validates the rows of a file.

    Once `batches` is exhausted, `counts` has the number of rows by outcome, and `result` a fingerprint to compare with
    another run. `skipped` are rows to leave out: possible duplicates, by row number. With `is_final` these are known,
    and no others are searched for.
    """

    kind: ImportableModel
    sheet: Sheet
    mapping: ColumnMapping
    skipped: dict[int, list[str]] = field(default_factory=dict)
    is_final: bool = False

    def __post_init__(self):
        self.counts = OutcomeCounts()
        self._new_records: list[NewRecord] = []
        self._hash = hashlib.sha256()
        self._updated: list[str] = []
        self._columns = {name: self.kind.columns[name] for name in self.mapping.positions}
        stored_columns = dict(self._columns)
        if any(isinstance(column, CityRolesColumn) for column in stored_columns.values()):
            stored_columns |= {
                name: column
                for name, column in self.kind.columns.items()
                if isinstance(column, CityRolesColumn)
            }
        self._stored = StoredCells(self.kind, stored_columns.values())
        self._lists = [
            name
            for name, column in self._columns.items()
            if isinstance(column, ValueColumn) and column.is_list
        ]
        self._first: dict[tuple[str, str], int] = {}
        self._unique = [
            name
            for name, column in self._columns.items()
            if isinstance(column, ValueColumn) and column.package_column.unique and name != self.kind.key
        ]

    @property
    def result(self) -> ValidationResult:
        """The result of the rows validated so far."""
        return ValidationResult(self._hash.hexdigest(), tuple(self._updated))

    def batches(self) -> Iterator[ValidatedBatch]:
        """Validates the rows of the file in order, BATCH_SIZE at a time, or fewer if they are long."""
        for lines in self._row_batches():
            batch = self._validate_batch(lines)
            for row in batch.rows:
                self.counts[row.outcome.value] += 1
                if row.outcome == RowOutcome.UPDATED:
                    self._updated.append(row.slug)
                fingerprint = (row.number, row.is_new, bool(row.errors), row.changes)
                self._hash.update(repr(fingerprint).encode())
            yield batch

    def _row_batches(self) -> Iterator[list[Row]]:
        # An event may be part of one anywhere in the file, so all events are one batch.
        is_one = self.kind.table.self_reference
        rows: list[Row] = []
        length = 0
        for row in self.sheet.rows():
            rows.append(row)
            length += sum(map(len, row[1]))
            if is_one and length > BATCH_LENGTH:
                raise UnreadableFile(_("The file contains too much text; import it in parts."))
            if not is_one and (len(rows) == BATCH_SIZE or length > BATCH_LENGTH):
                yield rows
                rows, length = [], 0
        if rows:
            yield rows

    def find_duplicates(self) -> dict[int, list[str]]:
        """The possible duplicates of new records, by row number. Updates `counts`."""
        duplicates = possible_duplicates(self.kind, self._new_records)
        self._new_records.clear()
        self.counts[RowOutcome.CREATED.value] -= len(duplicates)
        self.counts[RowOutcome.DUPLICATE.value] += len(duplicates)
        return duplicates

    def _validate_batch(self, lines: list[tuple[int, list[str]]]) -> ValidatedBatch:
        position = self.mapping.positions[self.kind.key]
        slugs = [self._slug(cells[position]) for _number, cells in lines if position < len(cells)]
        stored = self._stored.read(filter(None, slugs))
        builder = PackageBuilder(self.kind)
        rows = [self._validate_row(number, cells, stored, builder) for number, cells in lines]
        changed = [row.slug for row in rows if row.changes and not row.is_new]
        lists = [name for name in self._lists if any(name in row.changes for row in rows)]
        package = builder.finish(hidden_items(self.kind, lists, changed) if lists and changed else {})
        apply_package_rules(self.kind, rows, package)
        if not self.is_final:
            created = (row for row in rows if row.outcome == RowOutcome.CREATED)
            self._new_records += [NewRecord.of(self.kind, row) for row in created]
        return ValidatedBatch(rows, package)

    def _slug(self, cell: str) -> str:
        try:
            return self.kind.columns[self.kind.key].package_column.parse(cell.strip())
        except ValueError:
            return ""

    def _validate_row(
        self, number: int, texts: list[str], stored: dict, builder: PackageBuilder
    ) -> RowResult:
        positions = self.mapping.positions.items()
        cells = {name: texts[position] if position < len(texts) else "" for name, position in positions}
        key = cells[self.kind.key] = cells[self.kind.key].strip()
        row = RowResult(number, self._slug(key))
        self._check_shape(row, texts)
        if row.errors:
            return row
        if not row.slug:
            self._check_key(row, key)
            return row
        if (first := self._first.setdefault((self.kind.key, row.slug), number)) != number:
            message = _("Row %(row)s is already about the same record.") % {"row": first}
            row.errors.append(CellError(self.kind.key, key, message))
            return row
        current = stored.get(row.slug)
        row.is_new = current is None
        readable = self._compare(row, cells, current or {})
        if row.is_new and number in self.skipped:
            row.duplicates = self.skipped[number]
            return row
        if row.changes or row.is_new:
            self._check_freshness(row, cells, current)
            self._check_unique(row, readable)
            builder.add(row, key, current, readable)
        return row

    def _check_key(self, row: RowResult, key: str) -> None:
        try:
            self.kind.columns[self.kind.key].package_column.parse(key)
        except ValueError as error:
            row.errors.append(CellError(self.kind.key, key, str(error)))

    def _check_shape(self, row: RowResult, texts: list[str]) -> None:
        width = len(self.mapping.header)
        if any(text.strip() for text in texts[width:]) or (len(texts) < width and self.sheet.delimiter):
            message = _("The row has %(found)s cells, but the header has %(expected)s.")
            counts = {"found": len(texts), "expected": width}
            row.errors.append(CellError("", "", message % counts))
        for position in self.mapping.unnamed_positions:
            if position < len(texts) and texts[position].strip():
                message = _("This value is in a column without a heading. Add a heading or delete the value.")
                row.errors.append(CellError("", texts[position], message))

    def _compare(self, row: RowResult, cells: Cells, stored: Cells) -> Cells:
        """Adds changes and errors to `row`; returns the readable cells."""
        readable = {}
        for name, column in self._columns.items():
            cell, current = cells[name], stored.get(name, "")
            if cell == current and not isinstance(column, NameColumn):
                readable[name] = current
            elif isinstance(column, NameColumn):
                self._check_names(row, column, cell, cells, stored)
            elif cell_diff.cells_match(column, current, cell, self.sheet):
                readable[name] = current
            elif isinstance(column, UpdatedAtColumn):
                continue
            elif isinstance(column, ReadOnlyColumn):
                self._check_computed(row, column, cell, current)
            elif reason := cell_diff.mangled_reason(column, current, cell, self.sheet):
                row.errors.append(CellError(name, cell, reason))
            else:
                readable[name] = cell_diff.normalize_line_ends(cell)
                row.changes[name] = (current, readable[name])
        return readable

    @staticmethod
    def _check_computed(row: RowResult, column: ReadOnlyColumn, cell: str, stored: str) -> None:
        # A list of another site has the dates and addresses of its own reports.
        follows_from_reports = column.list_column.is_edtf or column.list_column.is_reference
        if row.is_new and (follows_from_reports or cell_diff.is_blank(cell)):
            return
        message = _(
            "The site calculates this value, so a file cannot change it: it is “%(stored)s”. "
            "Leave the cell as it was exported, or remove the column."
        )
        row.errors.append(CellError(column.name, cell, message % {"stored": stored}))

    def _check_names(self, row, column: NameColumn, cell: str, cells: Cells, stored: Cells) -> None:
        """Display names are not imported; an error if they are edited while the slugs are not."""
        current = [stored.get(f"{column.name} {code}", "") for code in SITE_LANGUAGES]
        slugs_changed = cells.get(column.of, "") != stored.get(column.of, "")
        if not cell or slugs_changed or any(
            cell_diff.cells_match(column, name, cell, self.sheet) for name in current
        ):  # fmt: skip
            return
        message = _("The names come from “%(column)s”: change the slugs there.") % {"column": column.of}
        row.errors.append(CellError(column.name, cell, message))

    def _check_freshness(self, row: RowResult, cells: Cells, stored: Cells | None) -> None:
        """Refuses to change a record that has changed since the file was exported."""
        updated_at = next(
            (column for column in self._columns.values() if isinstance(column, UpdatedAtColumn)), None
        )
        if updated_at is None or stored is None or not cells[updated_at.name].strip():
            return
        cell, current = cells[updated_at.name], stored[updated_at.name]
        if (exported := cell_diff.parse_timestamp(cell)) is None:
            message = _("This is not a valid time. Leave the cell as it was exported: “%(stored)s”.")
        elif exported < cell_diff.parse_timestamp(current):
            message = _(
                "The record was changed at %(stored)s, after this file was exported. Export it again."
            )
        elif exported > cell_diff.parse_timestamp(current):
            message = _("The record was last changed at %(stored)s. Leave the cell as it was exported.")
        else:
            return
        row.errors.append(CellError(updated_at.name, cell, message % {"stored": current}))

    def _check_unique(self, row: RowResult, cells: Cells) -> None:
        for name in self._unique:
            if name in row.changes and (value := cells[name].strip()):
                first = self._first.setdefault((name, value), row.number)
                if first != row.number:
                    message = _("Row %(row)s already has this value.") % {"row": first}
                    row.errors.append(CellError(name, value, message))
