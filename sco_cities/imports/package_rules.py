"""Validates rows by the rules of the data package, and assigns the errors to cells of the file."""

import re
from collections.abc import Collection

from sco_cities.datapackage import validate
from sco_cities.datapackage.errors import PackageError
from sco_cities.datapackage.parse import Package
from sco_cities.datapackage.tables import EVIDENCE, PASSAGES, TABLES

from .column_types import REPORT_ADDRESS, STATE, CityRolesColumn, EvidenceColumn, ImportableModel
from .row_result import CellError, RowResult

REPORTS = TABLES["reports"]


def apply_package_rules(kind: ImportableModel, rows: list[RowResult], package: Package) -> None:
    """Adds the errors of the package to the rows of the file that it was built from.

    A cell has at most one error.
    """
    by_number = {row.number: row for row in rows}
    for problem in validate.check(package):
        row = by_number[problem.line]
        error = _cell_error(kind, row, problem)
        if error and not any(_is_duplicate(error, reported) for reported in row.errors):
            row.errors.append(error)


def _is_duplicate(error: CellError, reported: CellError) -> bool:
    # To the rules, a cell that could not be parsed is empty.
    return error.column == reported.column and error.value in (reported.value, "")


def _cell_error(kind: ImportableModel, row: RowResult, problem: PackageError) -> CellError | None:
    if problem.fields:
        return CellError(_column_of(kind, row, problem.fields), "", problem.message)
    if problem.table == kind.name:
        return CellError(problem.column, problem.value, problem.message)
    is_cited = problem.table == EVIDENCE.name
    for name, (_old, new) in row.changes.items():
        if isinstance(kind.columns[name], EvidenceColumn if is_cited else CityRolesColumn):
            for item in map(str.strip, new.split(";")):
                if item == problem.value or (is_cited and _is_about(problem, item)):
                    return CellError(name, item, problem.message)
    if is_cited and (row.evidence is None or problem.column == "record"):
        # Evidence for a record that is missing because of its own errors.
        return None
    column = REPORT_ADDRESS if problem.table in (REPORTS.name, PASSAGES.name) else ""
    return CellError(column, problem.value, problem.message)


def _column_of(kind: ImportableModel, row: RowResult, fields: Collection[str]) -> str:
    """The column with the error for fields without evidence: one that changes them, or the publication state."""
    for name in row.changes:
        if name in fields or (isinstance(kind.columns[name], CityRolesColumn) and "cities" in fields):
            return name
    return STATE if STATE in row.changes else ""


def _is_about(problem: PackageError, item: str) -> bool:
    """Whether an evidence error is about this item of the cell, "REPORT#NUMBER"."""
    report, _hash, number = item.rpartition("#")
    if problem.column == "report":
        return problem.value == report
    # The message can be in any language, with that language's quotation marks.
    pattern = rf"(?<![a-z0-9-]){re.escape(report)}(?![a-z0-9-])"
    return problem.value == number and re.search(pattern, problem.message) is not None
