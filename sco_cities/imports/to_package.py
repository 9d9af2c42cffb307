"""Converts changed rows of a file to data package rows, and checks the package rules."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from django.utils.translation import gettext as _

from sco_cities.core.localized_names import split_list
from sco_cities.datapackage import validate
from sco_cities.datapackage.errors import PackageError
from sco_cities.datapackage.natural_keys import cell_of
from sco_cities.datapackage.parse import Package
from sco_cities.datapackage.relation_columns import SEPARATOR, split_items
from sco_cities.datapackage.table import Table
from sco_cities.datapackage.tables import EVIDENCE, INITIATIVE_CITIES, PASSAGES, TABLES
from sco_cities.sources.base_models import WHOLE, PublicationState
from sco_cities.sources.models import Stance

from .column_types import REPORT_ADDRESS, STATE, ImportableModel, ImportColumn
from .row_result import CellError, RowResult

Cells = dict[str, str]


class PackageBuilder:
    """Builds a package from the changed rows of a file.

    The items in a cell replace the stored list. Stored items that are not public are kept, because exports omit them.
    Evidence is only added, never removed.
    """

    def __init__(self, kind: ImportableModel):
        self.kind = kind
        columns = kind.columns.items()
        self._values = [name for name, column in columns if column.package_column and name != kind.key]
        self._roles = {name: column for name, column in columns if column.role}
        self._evidence = [name for name, column in columns if column.is_evidence]
        # Rows by table and columns, because rows with the same columns are parsed together.
        self._rows: dict[tuple[str, tuple[str, ...]], list[tuple[int, list[str]]]] = defaultdict(list)
        self._removed: list[tuple[int, list[str]]] = []
        # Rows of other tables, by key. Several rows of the file may need the same table row. Each value contains the
        # columns, the cells, and the numbers of the file rows that need the table row.
        self._shared: dict[tuple[str, ...], tuple[tuple[str, ...], list[str], list[int]]] = {}

    def add(self, row: RowResult, key: str, stored: Cells | None, cells: Cells) -> None:
        """Adds a row with changes. `cells` are the row's readable cells."""
        self._add_values(row, key, cells)
        if self._roles:
            self._add_roles(row, key, stored or {}, cells, self._roles)
        for name in self._evidence:
            if name in row.changes:
                self._add_evidence(row, key, name)

    def add_evidence(self, number: int, key: str, field: str, report: str, passage: str) -> None:
        """Adds a passage as evidence for a field of the record in row `number`."""
        cells = [f"{self.kind.name}:{key}", field, report, passage, "", Stance.SUPPORTS.value]
        self._rows[EVIDENCE.name, tuple(EVIDENCE.required_header)].append((number, cells))

    def add_once(self, table: Table, number: int, values: Mapping[str, str]) -> None:
        """Adds a row of another table once, even if several file rows need it. Missing columns get empty cells."""
        key = table.name, *(values[name] for name in table.key)
        if key not in self._shared:
            header = tuple(
                column.name for column in table.columns if not column.is_optional or values.get(column.name)
            )
            self._shared[key] = header, [values.get(name, "") for name in header], []
        self._shared[key][2].append(number)

    def finish(self, hidden: Mapping[str, Mapping[str, list[str]]], without: Collection[int] = ()) -> Package:
        """Returns the package. `hidden` contains the list items that the export omits, by column and slug.

        `without` contains the numbers of rows to omit. A row of another table is omitted if only omitted rows need it.
        """
        package, removed = Package(), Package()
        for (name, header), rows in self._rows.items():
            rows = [(number, [*cells]) for number, cells in rows if number not in without]
            for position, column in enumerate(header):
                if column in hidden:
                    for _number, cells in rows:
                        visible = split_list(cells[position])
                        items = hidden[column].get(cells[0].lower(), ())
                        items = [item for item in items if item not in visible]
                        cells[position] = SEPARATOR.join(filter(None, [cells[position], *items]))
            package.add_rows(TABLES[name], list(header), rows)
        for (name, *_key), (header, cells, numbers) in self._shared.items():
            if needed := [number for number in numbers if number not in without]:
                package.add_rows(TABLES[name], list(header), [(needed[0], cells)])
        removed_rows = [row for row in self._removed if row[0] not in without]
        removed.add_rows(INITIATIVE_CITIES, ["initiative", "city"], removed_rows)
        package.removed = {INITIATIVE_CITIES.name: removed.rows[INITIATIVE_CITIES.name]}
        return package

    def _add_values(self, row: RowResult, key: str, cells: Cells) -> None:
        values = {
            name: cells[name]
            for name in self._values
            if name in cells and (row.is_new or name in row.changes)
        }
        if row.is_new and not values.get(STATE):
            values[STATE] = PublicationState.DRAFT.value
        if values:
            header = (self.kind.key, *values)
            self._rows[self.kind.name, header].append((row.number, [key, *values.values()]))

    def _add_roles(
        self, row, key: str, stored: Cells, cells: Cells, columns: dict[str, ImportColumn]
    ) -> None:
        current = {city: name for name in columns for city in split_items(stored.get(name, ""))}
        wanted: dict[str, str] = {}
        for name in columns:
            for city in self._items(row, name, cells.get(name, "")):
                if city in wanted:
                    message = _("“%(city)s” is also in “%(column)s”, but a city can have only one role.")
                    message %= {"city": city, "column": wanted[city]}
                    row.errors.append(CellError(name, city, message))
                elif (other := current.get(city, name)) != name and other not in cells:
                    message = _(
                        "“%(city)s” is in “%(column)s”. To change its role, include that column in the file."
                    )
                    row.errors.append(CellError(name, city, message % {"city": city, "column": other}))
                else:
                    wanted[city] = name
        for city, name in wanted.items():
            if current.get(city) != name:
                cells_of_row = [key, city, columns[name].role]
                self._rows[INITIATIVE_CITIES.name, ("initiative", "city", "role")].append(
                    (row.number, cells_of_row)
                )
        self._removed += [
            (row.number, [key, city])
            for city, name in current.items()
            if name in cells and city not in wanted
        ]

    def _add_evidence(self, row: RowResult, key: str, name: str) -> None:
        old, new = row.changes[name]
        current, wanted = split_items(old), self._items(row, name, new)
        for item in current:
            if item not in wanted:
                message = _(
                    "“%(item)s” supports the record but is missing from the cell. An import can only add "
                    "evidence. Put it back, and remove the evidence on the record's page instead."
                )
                row.errors.append(CellError(name, new, message % {"item": item}))
        for item in wanted:
            report, hash_sign, number = item.rpartition("#")
            if item in current:
                continue
            if not hash_sign or not number.isdecimal():
                message = _("Enter the report and the number of the passage, for example “gazette-2025#3”.")
                row.errors.append(CellError(name, item, message))
                continue
            self.add_evidence(row.number, key, WHOLE, report, number)

    @staticmethod
    def _items(row: RowResult, name: str, cell: str) -> list[str]:
        try:
            return split_items(cell)
        except ValueError as error:
            row.errors.append(CellError(name, cell, str(error)))
            return []


def hidden_items(
    kind: ImportableModel, names: Iterable[str], slugs: list[str]
) -> dict[str, dict[str, list[str]]]:
    """Returns the list items that exports omit because the items are not public, by column and slug."""
    hidden = {}
    for name in names:
        column = kind.table.by_name[name]
        rows = column.through.objects.filter(**{f"{column.own}__slug__in": slugs})
        rows = rows.exclude(**{f"{column.other}__state": PublicationState.PUBLISHED})
        hidden[name] = defaultdict(list)
        for slug, item in rows.values_list(f"{column.own}__slug", f"{column.other}__slug"):
            hidden[name][slug].append(cell_of(column.to, item))
    return hidden


def apply_package_rules(kind: ImportableModel, rows: list[RowResult], package: Package) -> None:
    """Adds the package errors to the rows that caused them.

    A cell has at most one error.
    """
    by_number = {row.number: row for row in rows}
    for problem in validate.check(package):
        row = by_number[problem.line]
        error = _cell_error(kind, row, problem)
        # The package rules treat a cell that could not be parsed as empty.
        if error and not any(
            error.column == reported.column and error.value in (reported.value, "") for reported in row.errors
        ):
            row.errors.append(error)


def _cell_error(kind: ImportableModel, row: RowResult, problem: PackageError) -> CellError | None:
    if problem.fields:
        return CellError(_column_of(kind, row, problem.fields), "", problem.message)
    if problem.table == kind.name:
        return CellError(problem.column, problem.value, problem.message)
    is_cited = problem.table == EVIDENCE.name
    for name, (_old, new) in row.changes.items():
        column = kind.columns[name]
        if column.is_evidence if is_cited else column.role:
            for item in map(str.strip, new.split(";")):
                if item == problem.value or (is_cited and _is_about(problem, item)):
                    return CellError(name, item, problem.message)
    if is_cited and (row.evidence is None or problem.column == "record"):
        # The evidence supports a record that was not created because the record has errors.
        return None
    column = REPORT_ADDRESS if problem.table in ("reports", PASSAGES.name) else ""
    return CellError(column, problem.value, problem.message)


def _column_of(kind: ImportableModel, row: RowResult, fields: Collection[str]) -> str:
    """Returns the first changed column of fields without evidence, or else the changed publication state."""
    for name in row.changes:
        if name in fields or (kind.columns[name].role and "cities" in fields):
            return name
    return STATE if STATE in row.changes else ""


def _is_about(problem: PackageError, item: str) -> bool:
    """Returns True if an evidence error concerns this cell item ("REPORT#NUMBER")."""
    report, _hash, number = item.rpartition("#")
    if problem.column == "report":
        return problem.value == report
    # The message can be in any language, so its quotation marks can differ.
    pattern = rf"(?<![a-z0-9-]){re.escape(report)}(?![a-z0-9-])"
    return problem.value == number and re.search(pattern, problem.message) is not None
