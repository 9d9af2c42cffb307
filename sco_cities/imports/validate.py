"""Everything that a file would change and everything that is wrong with it, some thousand rows at a time."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

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
from .package_rules import apply_package_rules
from .row_result import CellError, OutcomeCounts, RowOutcome, RowResult, ValidationResult
from .sheet_reader import Sheet
from .to_package import Cells, PackageBuilder, hidden_items

ROWS_AT_ONCE = 2_000


@dataclass
class ColumnGroup:
    """Some rows of a file: what becomes of each, and the package that says it to the database."""

    rows: list[RowResult]
    package: Package


@dataclass
class ImportValidator:
    """Goes through a file row by row.

    After `parts` has been gone through, `tally` counts the rows by outcome and `findings` tell whether another
    examination comes to the same. Rows of `passed_over` are left as they are: possible duplicates. Where those are
    known already, `is_final`, none are looked for.
    """

    kind: ImportableModel
    sheet: Sheet
    mapping: ColumnMapping
    passed_over: dict[int, list[str]] = field(default_factory=dict)
    is_final: bool = False

    def __post_init__(self):
        self.tally = OutcomeCounts()
        self._newcomers: list[NewRecord] = []
        self._hash = hashlib.sha256()
        self._updated: list[str] = []
        self._columns = {name: self.kind.columns[name] for name in self.mapping.places}
        read = dict(self._columns)
        if any(isinstance(column, CityRolesColumn) for column in read.values()):
            read |= {
                name: each for name, each in self.kind.columns.items() if isinstance(each, CityRolesColumn)
            }
        self._stored = StoredCells(self.kind, read.values())
        self._lists = [
            name for name, each in self._columns.items() if isinstance(each, ValueColumn) and each.is_list
        ]
        self._first: dict[tuple[str, str], int] = {}
        self._unique = [name for name, each in self._columns.items()
                        if isinstance(each, ValueColumn) and each.told.unique and name != self.kind.key]  # fmt: skip

    @property
    def findings(self) -> ValidationResult:
        """What the rows that have been gone through come to."""
        return ValidationResult(self._hash.hexdigest(), tuple(self._updated))

    def parts(self) -> Iterator[ColumnGroup]:
        """The rows of the file in their order."""
        rows = self.sheet.rows()
        # An event may be part of one that stands anywhere in the file: those are looked at together.
        size = None if self.kind.table.own_reference else ROWS_AT_ONCE
        while some := list(islice(rows, size)):
            part = self._part(some)
            for row in part.rows:
                self.tally[row.outcome.value] += 1
                if row.outcome == RowOutcome.UPDATED:
                    self._updated.append(row.slug)
                what = (row.number, row.is_new, bool(row.mistakes), row.changes)
                self._hash.update(repr(what).encode())
            yield part

    def look_for_duplicates(self) -> dict[int, list[str]]:
        """What new records may be a second time, by number of row; counts these rows anew."""
        found = possible_duplicates(self.kind, self._newcomers)
        self._newcomers.clear()
        self.tally[RowOutcome.CREATED.value] -= len(found)
        self.tally[RowOutcome.DUPLICATE.value] += len(found)
        return found

    def _part(self, some: list[tuple[int, list[str]]]) -> ColumnGroup:
        place = self.mapping.places[self.kind.key]
        slugs = [self._slug(cells[place]) for _number, cells in some if place < len(cells)]
        stored = self._stored.read(filter(None, slugs))
        translator = PackageBuilder(self.kind)
        rows = [self._examined(number, cells, stored, translator) for number, cells in some]
        changed = [row.slug for row in rows if row.changes and not row.is_new]
        lists = [name for name in self._lists if any(name in row.changes for row in rows)]
        package = translator.finish(hidden_items(self.kind, lists, changed) if lists and changed else {})
        apply_package_rules(self.kind, rows, package)
        if not self.is_final:
            created = (row for row in rows if row.outcome == RowOutcome.CREATED)
            self._newcomers += [NewRecord.of(self.kind, row) for row in created]
        return ColumnGroup(rows, package)

    def _slug(self, cell: str) -> str:
        try:
            return self.kind.columns[self.kind.key].told.parse(cell.strip())
        except ValueError:
            return ""

    def _examined(self, number: int, texts: list[str], stored: dict, translator: PackageBuilder) -> RowResult:
        places = self.mapping.places
        cells = {name: texts[place] if place < len(texts) else "" for name, place in places.items()}
        key = cells[self.kind.key] = cells[self.kind.key].strip()
        row = RowResult(number, self._slug(key))
        self._check_shape(row, texts)
        if row.mistakes:
            return row
        if not row.slug:
            self._check_key(row, key)
            return row
        if (first := self._first.setdefault((self.kind.key, row.slug), number)) != number:
            message = _("Row %(row)s is already about the same record.") % {"row": first}
            row.mistakes.append(CellError(self.kind.key, key, message))
            return row
        known = stored.get(row.slug)
        row.is_new = known is None
        readable = self._compare(row, cells, known or {})
        if row.is_new and number in self.passed_over:
            row.alike = self.passed_over[number]
            return row
        if row.changes or row.is_new:
            self._check_freshness(row, cells, known)
            self._check_unique(row, readable)
            translator.add(row, key, known, readable)
        return row

    def _check_key(self, row: RowResult, key: str) -> None:
        try:
            self.kind.columns[self.kind.key].told.parse(key)
        except ValueError as error:
            row.mistakes.append(CellError(self.kind.key, key, str(error)))

    def _check_shape(self, row: RowResult, texts: list[str]) -> None:
        width = len(self.mapping.header)
        if any(text.strip() for text in texts[width:]) or (len(texts) < width and self.sheet.delimiter):
            message = _("The row has %(found)s cells, but the header has %(expected)s.")
            counts = {"found": len(texts), "expected": width}
            row.mistakes.append(CellError("", "", message % counts))
        for place in self.mapping.unnamed:
            if place < len(texts) and texts[place].strip():
                message = _("This value is in a column without a heading. Add a heading or delete the value.")
                row.mistakes.append(CellError("", texts[place], message))

    def _compare(self, row: RowResult, cells: Cells, stored: Cells) -> Cells:
        """Notes what changes; the cells that can be read."""
        readable = {}
        for name, column in self._columns.items():
            cell, known = cells[name], stored.get(name, "")
            if cell == known and not isinstance(column, NameColumn):
                readable[name] = known
            elif isinstance(column, NameColumn):
                self._check_names(row, column, cell, cells, stored)
            elif cell_diff.cells_match(column, known, cell, self.sheet):
                readable[name] = known
            elif isinstance(column, UpdatedAtColumn):
                continue
            elif isinstance(column, ReadOnlyColumn):
                self._check_computed(row, column, cell, known)
            elif said := cell_diff.is_mangled(column, known, cell, self.sheet):
                row.mistakes.append(CellError(name, cell, said))
            else:
                readable[name] = cell_diff.plain(cell)
                row.changes[name] = (known, readable[name])
        return readable

    @staticmethod
    def _check_computed(row: RowResult, column: ReadOnlyColumn, cell: str, stored: str) -> None:
        if row.is_new and cell_diff.is_blank(cell):
            return
        message = _(
            "The site calculates this value, so a file cannot change it: it is “%(stored)s”. "
            "Leave the cell as it was exported, or remove the column."
        )
        row.mistakes.append(CellError(column.name, cell, message % {"stored": stored}))

    def _check_names(self, row, column: NameColumn, cell: str, cells: Cells, stored: Cells) -> None:
        """Names beside slugs change nothing: the slugs say which records are meant."""
        known = [stored.get(f"{column.name} {code}", "") for code in SITE_LANGUAGES]
        slugs_changed = cells.get(column.of, "") != stored.get(column.of, "")
        if not cell or slugs_changed or any(
            cell_diff.cells_match(column, name, cell, self.sheet) for name in known
        ):  # fmt: skip
            return
        message = _("The names come from “%(column)s”: change the slugs there.") % {"column": column.of}
        row.mistakes.append(CellError(column.name, cell, message))

    def _check_freshness(self, row: RowResult, cells: Cells, stored: Cells | None) -> None:
        """Refuses changes of a record that somebody else has changed since the file was exported."""
        updated = next((each for each in self._columns.values() if isinstance(each, UpdatedAtColumn)), None)
        if updated is None or stored is None or not cells[updated.name].strip():
            return
        cell, known = cells[updated.name], stored[updated.name]
        if (then := cell_diff.moment_of(cell)) is None:
            message = _("This is not a valid time. Leave the cell as it was exported: “%(stored)s”.")
        elif then < cell_diff.moment_of(known):
            message = _(
                "The record was changed at %(stored)s, after this file was exported. Export it again."
            )
        elif then > cell_diff.moment_of(known):
            message = _("The record was last changed at %(stored)s. Leave the cell as it was exported.")
        else:
            return
        row.mistakes.append(CellError(updated.name, cell, message % {"stored": known}))

    def _check_unique(self, row: RowResult, cells: Cells) -> None:
        for name in self._unique:
            if name in row.changes and (value := cells[name].strip()):
                first = self._first.setdefault((name, value), row.number)
                if first != row.number:
                    message = _("Row %(row)s already has this value.") % {"row": first}
                    row.mistakes.append(CellError(name, value, message))
