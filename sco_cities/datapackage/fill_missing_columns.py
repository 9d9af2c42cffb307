"""Fills the columns that rows lack, as in an import of some columns, with stored values."""

from django.utils.translation import gettext as _

from sco_cities.core.translations import TRANSLATED_FROM

from .columns import PackageColumn
from .dump import stored_cells
from .errors import PackageError
from .natural_keys import batches
from .parse import Package, Row
from .table import Table
from .tables import TABLES


def fill_missing_columns(package: Package) -> list[PackageError]:
    """Fills the missing columns of rows, so that the rules validate the record as it will be; returns errors.

    A new record gets empty values; a required value is an error. Rows of other tables must have all columns, because
    most of these are part of their key.
    """
    problems = []
    for table in TABLES.values():
        rows = [row for row in package.rows.get(table.name, ()) if _lacks_columns(table, row)]
        stored = _stored_rows(table, rows) if table.is_record_table else {}
        for row in rows:
            current = stored.get(row.values[table.key[0]])
            for column in table.columns:
                if column.name in row.cells or not _is_filled(table, column):
                    continue
                row.cells[column.name] = current.cells[column.name] if current else ""
                if not table.is_record_table:
                    message = _("The column is missing.")
                    problems.append(PackageError(table.name, row.line, column.name, "", message))
                elif current:
                    row.values[column.name] = current.values[column.name]
                else:
                    try:
                        row.values[column.name] = column.parse("")
                    except ValueError as error:
                        problems.append(PackageError(table.name, row.line, column.name, "", str(error)))
    return problems


def _is_filled(table: Table, column: PackageColumn) -> bool:
    # The load computes which translations are to be checked, and leaves other optional columns as they are.
    return (table.is_record_table and column.name != TRANSLATED_FROM) or not column.is_optional


def _lacks_columns(table: Table, row: Row) -> bool:
    # A row without its key, or with a wrong number of cells, is reported elsewhere.
    return table.key[0] in row.values and not row.cells.keys() >= table.by_name.keys()


def _stored_rows(table: Table, rows: list[Row]) -> dict[str, Row]:
    keys = []
    for batch in batches(row.values[table.key[0]] for row in rows):
        keys += table.model.objects.filter(slug__in=batch).values_list("pk", flat=True)
    stored = Package()
    stored.add_rows(table, table.header, [(0, cells) for cells in stored_cells(table, keys)])
    return {row.values[table.key[0]]: row for row in stored.rows[table.name]}
