"""Validates a file in batches of rows and collects all changes and errors."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from sco_cities.core.exceptions import Refused
from sco_cities.datapackage.parse import Package
from sco_cities.datapackage.tables import TABLES

from . import cell_diff
from .cell_diff import merged_names
from .column_mapping import ColumnMapping, RowCells, left_out_reason
from .column_types import OTHER_NAMES, ImportableModel, ImportColumn
from .current_cells import StoredCells
from .duplicates import NewRecord, normalized_name, possible_duplicates, stored_names
from .grid import GridRow
from .models import NEW, ImportOptions
from .new_values import NewValues, other_languages
from .parser.limits import HIDDEN, HiddenCells, Row
from .row_evidence import RowEvidence
from .row_identity import RowIdentifier, RowIdentity
from .row_result import (
    ASKED,
    FOUND_BY_NAME,
    MISSING_NAMES,
    TRANSLITERATED,
    CellError,
    FoundBy,
    OutcomeCounts,
    RowOutcome,
    RowResult,
    ValidationResult,
)
from .sheet_reader import Sheet
from .to_package import Cells, PackageBuilder, apply_package_rules, hidden_items
from .value_resolver import ValueResolver

BATCH_SIZE = 2_000
# Maximum number of characters in a batch, about twice the length of 2,000 exported rows.
BATCH_LENGTH = 4 * 1024 * 1024


@dataclass
class ValidatedBatch:
    """The results of a batch of rows, and the data package with the changes in these rows."""

    rows: list[RowResult]
    package: Package


@dataclass
class ImportValidator:
    """Validates the rows of a file.

    After the last batch, `counts` contains the number of rows by outcome, and `result` contains a fingerprint to
    compare with another run. `skipped` maps the numbers of rows to skip to their possible duplicates. `is_final`
    disables the search for more possible duplicates. If `with_preview` is set, a curator reviews the result before it
    is written. In that case the package omits rows with errors, rows that depend on an omitted row get errors, and
    texts in other scripts move to the field of their language.
    """

    kind: ImportableModel
    sheet: Sheet
    mapping: ColumnMapping
    skipped: dict[int, list[str]] = field(default_factory=dict)
    is_final: bool = False
    options: ImportOptions = field(default_factory=ImportOptions)
    with_preview: bool = False

    def __post_init__(self):
        self.counts = OutcomeCounts()
        self._new_records: list[NewRecord] = []
        self._hash = hashlib.sha256()
        self._first_row = 0
        self._updated: list[str] = []
        names = dict.fromkeys([*self.mapping.positions, *self.options.defaults])
        others = other_languages(self.kind, names) if self.with_preview else ()
        self._columns = {name: self.kind.columns[name] for name in (*names, *others)}
        self.resolver = ValueResolver(self.kind, self.options.answers)
        self._evidence = RowEvidence(self.kind, self.mapping.positions, self.options, self.resolver)
        self._new_values = NewValues(self.kind, self._columns.values(), self.options, self.resolver)
        self._identifier = RowIdentifier(self.kind, names, self.resolver, from_any_name=self.with_preview)
        stored_columns = dict(self._columns)
        if any(column.role for column in stored_columns.values()):
            stored_columns |= {name: column for name, column in self.kind.columns.items() if column.role}
        if OTHER_NAMES in stored_columns:
            stored_columns |= {name: self.kind.columns[name] for name in self.kind.name_columns}
        self._stored = StoredCells(self.kind, stored_columns.values())
        self._lists = [
            name for name, column in self._columns.items() if column.package_column and column.is_list
        ]
        self._first: dict[tuple[str, str], int] = {}
        self._unique = self.kind.identifiers(self._columns)
        self._row_records = self._answered_rows()

    def _answered_rows(self) -> dict[int, str]:
        """Returns the curator's chosen record, or NEW, by row number. Skips records that have been deleted."""
        slugs = {cell: self._slug(cell) for cell in self.options.row_records.values() if cell != NEW}
        stored = self.kind.model._base_manager.filter(slug__in=slugs.values()) if slugs else ()
        existing = {NEW, *(record.slug for record in stored)}
        return {
            int(number): cell
            for number, cell in self.options.row_records.items()
            if slugs.get(cell, NEW) in existing
        }

    @property
    def result(self) -> ValidationResult:
        """The validation result for all batches that were yielded."""
        return ValidationResult(self._hash.hexdigest(), tuple(self._updated))

    def batches(self) -> Iterator[ValidatedBatch]:
        """Validates the rows of the file in order. BATCH_SIZE and BATCH_LENGTH limit the batches."""
        self._identifier.read_stored(self._cells(number, texts) for number, texts in self.sheet.rows())
        for lines in self._row_batches():
            batch = self._validate_batch(lines)
            for row in batch.rows:
                self.counts[row.outcome.value] += 1
                self.counts[HIDDEN] += row.is_hidden
                self.counts[MISSING_NAMES] += bool(row.missing_names)
                self.counts[ASKED] += len(row.asked)
                self.counts[TRANSLITERATED] += bool(row.transliterated)
                if row.outcome == RowOutcome.UPDATED:
                    self._updated.append(row.slug)
                fingerprint = (row.number, row.slug, row.is_new, bool(row.errors), row.changes, row.notes)
                self._hash.update(repr(fingerprint).encode())
            yield batch

    def _row_batches(self) -> Iterator[list[Row]]:
        # The parent of an event can be anywhere in the file, so all events are in one batch.
        is_one = self.kind.table.self_reference
        rows: list[Row] = []
        length = 0
        for row in self.sheet.rows():
            rows.append(row)
            length += sum(map(len, row[1]))
            if is_one and length > BATCH_LENGTH:
                raise Refused(_("The file contains too much text. Import it in parts."))
            if not is_one and (len(rows) == BATCH_SIZE or length > BATCH_LENGTH):
                yield rows
                rows, length = [], 0
        if rows:
            yield rows

    def find_duplicates(self) -> dict[int, list[str]]:
        """Returns the possible duplicates of new records by row number. Updates `counts`."""
        stored = stored_names(self.kind) if self._new_records else ()
        duplicates = possible_duplicates(self._new_records, stored)
        self._new_records.clear()
        self.counts[RowOutcome.CREATED.value] -= len(duplicates)
        self.counts[RowOutcome.DUPLICATE.value] += len(duplicates)
        return duplicates

    def _validate_batch(self, lines: list[tuple[int, list[str]]]) -> ValidatedBatch:
        self._first_row = self._first_row or lines[0][0]
        left_out = {
            number: reason
            for number, texts in lines
            if (reason := left_out_reason(self.mapping, self.options, number, texts, self._first_row))
        }
        all_lines, lines = lines, [(number, texts) for number, texts in lines if number not in left_out]
        cells_by_row = {number: self._cells(number, texts) for number, texts in lines}
        identities = self._identities(cells_by_row)
        self._evidence.prepare(cells_by_row.values())
        slugs = [self._slug(identity.key) for identity in identities.values()]
        stored = self._stored.read(filter(None, slugs))
        builder = PackageBuilder(self.kind)
        rows = [
            self._validate_row(number, texts, cells_by_row[number], identities[number], stored, builder)
            for number, texts in lines
        ]
        if left_out:
            by_number = {row.number: row for row in rows}
            rows = [
                by_number.get(number) or RowResult(number, "", left_out=left_out[number])
                for number, _texts in all_lines
            ]
        changed = [row.slug for row in rows if row.changes and not row.is_new]
        lists = [name for name in self._lists if any(name in row.changes for row in rows)]
        hidden = hidden_items(self.kind, lists, changed) if lists and changed else {}
        package = builder.finish(hidden)
        apply_package_rules(self.kind, rows, package)
        wrong: set[int] = set()
        while self.with_preview and wrong != (found := {row.number for row in rows if row.errors}):
            wrong = found
            package = builder.finish(hidden, without=wrong)
            apply_package_rules(self.kind, rows, package)
        self._evidence.ask(rows)
        if not self.is_final:
            created = [row for row in rows if row.outcome == RowOutcome.CREATED]
            self._new_records += [
                NewRecord.of(self.kind, row) for row in created if row.number not in self._row_records
            ]
        return ValidatedBatch(rows, package)

    def _cells(self, number: int, texts: list[str]) -> RowCells:
        cells = self.mapping.cells(texts)
        self._new_values.add_title(cells, number)
        return cells

    def _identities(self, cells_by_row: dict[int, RowCells]) -> dict[int, RowIdentity]:
        keys = {number: cells.get(self.kind.key, "").strip() for number, cells in cells_by_row.items()}
        without = {number: cells_by_row[number] for number, key in keys.items() if not key}
        found = self._identifier.identify(without) if without else {}
        for number in cells_by_row:
            if (cell := self._row_records.get(number, NEW)) != NEW:
                found[number] = RowIdentity(cell, FoundBy.ANSWER)
        return {number: found.get(number) or RowIdentity(key) for number, key in keys.items()}

    def _slug(self, cell: str) -> str:
        try:
            return self.kind.columns[self.kind.key].package_column.parse(cell.strip())
        except ValueError:
            return ""

    def _validate_row(
        self,
        number: int,
        texts: list[str],
        cells: RowCells,
        identity: RowIdentity,
        stored: dict,
        builder: PackageBuilder,
    ) -> RowResult:
        key = identity.key
        row = RowResult(number, self._slug(key), found_by=str(identity.found_by))
        row.is_hidden = isinstance(texts, HiddenCells)
        cell_diff.check_shape(row, texts, self.mapping, self.sheet)
        if row.errors:
            return row
        if not row.slug:
            self._check_key(row, key, identity)
            return row
        if (first := self._first.setdefault((self.kind.key, row.slug), number)) != number:
            message = _("Row %(row)s is already about the same record.") % {"row": first}
            row.errors.append(CellError(self.kind.key, key, message))
            return row
        current = stored.get(row.slug)
        if isinstance(texts, GridRow):
            texts.merge(row, self.mapping.names, cells, current)
            if row.errors:
                return row
        row.is_new = current is None
        if self.kind.key in self._columns:
            cells[self.kind.key] = key
        self._new_values.fill_in(cells, current)
        if self.with_preview and not isinstance(texts, GridRow):
            self._new_values.move_texts(row, cells, current)
        readable = self._compare(row, cells, current or {})
        if row.is_new and number in self.skipped:
            row.duplicates = self.skipped[number]
            # Numbers the evidence without writing it, so that other rows keep the passages shown in the preview.
            self._evidence.add(row, key, readable, PackageBuilder(self.kind))
            return row
        if row.changes or row.is_new:
            cell_diff.check_freshness(row, self._columns.values(), cells, current)
            self._check_unique(row, readable)
            builder.add(row, key, current, readable)
            for kind, slug, _name in row.drafts:
                builder.add_once(TABLES[kind], number, self.resolver.new_records.values[kind, slug])
            self._evidence.add(row, key, readable, builder)
        return row

    def _check_key(self, row: RowResult, key: str, identity: RowIdentity) -> None:
        if identity.question:
            if identity.named:
                self._identifier.ask(identity, row.number)
            row.errors.append(CellError("", identity.named, identity.question))
            return
        try:
            self.kind.columns[self.kind.key].package_column.parse(key)
        except ValueError as error:
            row.errors.append(CellError(self._identifier.key_column, key, str(error)))

    def _compare(self, row: RowResult, cells: RowCells, stored: Cells) -> Cells:
        """Compares the cells of a row with the stored cells, and adds changes and errors to `row`.

        Returns the readable cells.
        """
        readable = {}
        for name, column in self._columns.items():
            cell, current = cells[name], stored.get(name, "")
            if column.is_link:
                readable[name] = cell
                continue
            if cell == current and not column.of:
                readable[name] = current
            elif column.of:
                cell_diff.check_names(row, column, cells, stored, self.sheet)
            elif cell_diff.cells_match(column, current, cell, self.sheet):
                readable[name] = current
            elif column.is_updated_at:
                continue
            elif column.is_computed:
                cell_diff.check_computed(row, column, cell, current)
            else:
                self._read_changed(row, column, cells, stored, readable)
        return readable

    def _read_changed(
        self, row: RowResult, column: ImportColumn, cells: RowCells, stored: Cells, readable: Cells
    ) -> None:
        cell, current = cells[column.name], stored.get(column.name, "")
        if row.found_by and row.found_by in FOUND_BY_NAME and column.name in self.kind.name_columns:
            # The record was found by this name, so differences in spelling are ignored.
            cell = current if normalized_name(cell) == normalized_name(current) else cell
        text = self.resolver.read(column, cell, row, cells)
        if text == current:
            readable[column.name] = current
        elif text == cell and (reason := cell_diff.mangled_reason(column, current, cell, self.sheet)):
            row.errors.append(CellError(column.name, cell, reason))
        elif text != cell and cell_diff.cells_match(column, current, text, self.sheet):
            readable[column.name] = current
        else:
            text = cell_diff.normalize_line_ends(text)
            if column.name == OTHER_NAMES:
                own = {
                    texts.get(name, "").strip()
                    for texts in (cells, stored)
                    for name in self.kind.name_columns
                }
                removed = None if self.options.removes_names else self.options.removed_names.get(row.slug, ())
                text, missing = merged_names(text, current, own, removed)
                row.missing_names = {name: removed is None or name in removed for name in missing}
            readable[column.name] = text
            if text != current:
                row.changes[column.name] = (current, text)

    def _check_unique(self, row: RowResult, cells: Cells) -> None:
        for name in self._unique:
            if name in row.changes and (value := cells[name].strip()):
                first = self._first.setdefault((name, value), row.number)
                if first != row.number:
                    message = _("Row %(row)s already has this value.") % {"row": first}
                    row.errors.append(CellError(name, value, message))
