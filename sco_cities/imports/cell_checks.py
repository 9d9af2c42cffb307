"""Checks the cells of a file (rules of the data package, number of cells per row, and edited computed values)."""

import re
from collections.abc import Collection, Iterable

from django.utils.translation import gettext as _

from sco_cities.datapackage import validate
from sco_cities.datapackage.errors import PackageError
from sco_cities.datapackage.parse import Package
from sco_cities.datapackage.tables import EVIDENCE, PASSAGES

from . import cell_diff
from .column_mapping import ColumnMapping
from .column_types import REPORT_ADDRESS, STATE, ImportableModel, ImportColumn
from .current_cells import SITE_LANGUAGES
from .row_result import CellError, RowResult
from .sheet_reader import Sheet
from .to_package import Cells


def check_shape(row: RowResult, texts: list[str], mapping: ColumnMapping, sheet: Sheet) -> None:
    """Adds errors to a row with too many or too few cells, or with values in columns without a heading."""
    width = len(mapping.header)
    if any(text.strip() for text in texts[width:]) or (len(texts) < width and sheet.delimiter):
        message = _("The row has %(found)s cells, but the header row has %(expected)s.")
        row.errors.append(CellError("", "", message % {"found": len(texts), "expected": width}))
    for position in mapping.unnamed_positions:
        if position < len(texts) and texts[position].strip():
            message = _("This value is in a column without a heading. Add a heading or delete the value.")
            row.errors.append(CellError("", texts[position], message))


def check_computed(row: RowResult, column: ImportColumn, cell: str, stored: str) -> None:
    """Adds an error if a value that the site computes has been edited."""
    # Files from another site contain dates and URLs of that site's own reports.
    follows_from_reports = column.list_column.is_edtf or column.list_column.is_reference
    if row.is_new and (follows_from_reports or cell_diff.is_blank(cell)):
        return
    message = _(
        "The site calculates this value, so a file cannot change it. Its current value is “%(stored)s”. Leave the "
        "cell as it was exported, or remove the column."
    )
    row.errors.append(CellError(column.name, cell, message % {"stored": stored}))


def check_names(row: RowResult, column: ImportColumn, cells: Cells, stored: Cells, sheet: Sheet) -> None:
    """Adds an error for edited display names with unchanged slugs. Display names are not imported."""
    cell = cells[column.name]
    current = [stored.get(f"{column.name} {code}", "") for code in SITE_LANGUAGES]
    slugs_changed = cells.get(column.of, "") != stored.get(column.of, "")
    if not cell or slugs_changed or any(
        cell_diff.cells_match(column, name, cell, sheet) for name in current
    ):  # fmt: skip
        return
    message = _("These names come from “%(column)s”. Change the slugs there.") % {"column": column.of}
    row.errors.append(CellError(column.name, cell, message))


def check_freshness(
    row: RowResult, columns: Iterable[ImportColumn], cells: Cells, stored: Cells | None
) -> None:
    """Adds an error if a record has changed since the file was exported."""
    updated_at = next((column for column in columns if column.is_updated_at), None)
    if updated_at is None or stored is None or not cells[updated_at.name].strip():
        return
    cell, current = cells[updated_at.name], stored[updated_at.name]
    if (exported := cell_diff.parse_timestamp(cell)) is None:
        message = _("This is not a valid time. Leave the cell as it was exported: “%(stored)s”.")
    elif exported < cell_diff.parse_timestamp(current):
        message = _("The record was changed at %(stored)s, after this file was exported. Export it again.")
    elif exported > cell_diff.parse_timestamp(current):
        message = _("The record was last changed at %(stored)s. Leave the cell as it was exported.")
    else:
        return
    row.errors.append(CellError(updated_at.name, cell, message % {"stored": current}))


def apply_package_rules(kind: ImportableModel, rows: list[RowResult], package: Package) -> None:
    """Adds the errors of the package to the rows that it was built from.

    A cell has at most one error.
    """
    by_number = {row.number: row for row in rows}
    for problem in validate.check(package):
        row = by_number[problem.line]
        error = _cell_error(kind, row, problem)
        if error and not any(_is_duplicate(error, reported) for reported in row.errors):
            row.errors.append(error)


def _is_duplicate(error: CellError, reported: CellError) -> bool:
    # The package rules treat a cell that could not be parsed as empty.
    return error.column == reported.column and error.value in (reported.value, "")


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
        # The error concerns evidence for a record that was not created because of its own errors.
        return None
    column = REPORT_ADDRESS if problem.table in ("reports", PASSAGES.name) else ""
    return CellError(column, problem.value, problem.message)


def _column_of(kind: ImportableModel, row: RowResult, fields: Collection[str]) -> str:
    """The column to report for fields without evidence (a column that changes them, or the publication state)."""
    for name in row.changes:
        if name in fields or (kind.columns[name].role and "cities" in fields):
            return name
    return STATE if STATE in row.changes else ""


def _is_about(problem: PackageError, item: str) -> bool:
    """True if an evidence error is about this item of the cell ("REPORT#NUMBER")."""
    report, _hash, number = item.rpartition("#")
    if problem.column == "report":
        return problem.value == report
    # The message can be in any language, so its quotation marks can differ.
    pattern = rf"(?<![a-z0-9-]){re.escape(report)}(?![a-z0-9-])"
    return problem.value == number and re.search(pattern, problem.message) is not None
