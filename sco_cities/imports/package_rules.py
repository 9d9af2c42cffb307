"""What the rules of the data package find wrong with rows, told of the cells that are to blame."""

import re
from collections.abc import Collection

from sco_cities.datapackage import validate
from sco_cities.datapackage.errors import PackageError
from sco_cities.datapackage.parse import Package
from sco_cities.datapackage.tables import EVIDENCE

from .column_types import STATE, CityRolesColumn, EvidenceColumn, ImportableModel
from .row_result import CellError, RowResult


def apply_package_rules(kind: ImportableModel, rows: list[RowResult], package: Package) -> None:
    """Adds to the rows of a file what is wrong with the package that they come to.

    Of a cell with a mistake nothing more is said.
    """
    by_number = {row.number: row for row in rows}
    for problem in validate.check(package):
        row = by_number[problem.line]
        mistake = _mistake(kind, row, problem)
        if mistake and not any(_is_reported(mistake, each) for each in row.mistakes):
            row.mistakes.append(mistake)


def _is_reported(mistake: CellError, other: CellError) -> bool:
    # A cell that could not be read is an empty one to the rules.
    return mistake.column == other.column and mistake.value in (other.value, "")


def _mistake(kind: ImportableModel, row: RowResult, problem: PackageError) -> CellError | None:
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
    # Evidence of a record that is not there, because it has mistakes of its own.
    return None if is_cited else CellError("", problem.value, problem.message)


def _column_of(kind: ImportableModel, row: RowResult, fields: Collection[str]) -> str:
    """The column that is to blame for fields without evidence: one that changes them, or the state."""
    for name in row.changes:
        if name in fields or (isinstance(kind.columns[name], CityRolesColumn) and "cities" in fields):
            return name
    return STATE if STATE in row.changes else ""


def _is_about(problem: PackageError, item: str) -> bool:
    """Whether a problem of evidence is about this item of the cell, the passage of a report."""
    report, _hash, number = item.rpartition("#")
    if problem.column == "report":
        return problem.value == report
    # In whatever language it is said: of quotation marks each has its own.
    named = rf"(?<![a-z0-9-]){re.escape(report)}(?![a-z0-9-])"
    return problem.value == number and re.search(named, problem.message) is not None
