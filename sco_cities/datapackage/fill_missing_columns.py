"""Rows that lack columns, as in an import of a few columns, get the stored values of the rest."""

from django.utils.translation import gettext as _

from .errors import PackageError
from .natural_keys import batches
from .parse import Package, Row
from .serialize import stored_cells
from .table import Table
from .tables import TABLES


def fill_missing_columns(package: Package) -> list[PackageError]:
    """Fills in the columns that rows lack, so that every rule sees the record as it will be.

    A new record gets empty values; what it needs and does not have is told. Rows of other tables, which are told
    apart by most of their columns, must have all of them.
    """
    problems = []
    for table in TABLES.values():
        rows = [row for row in package.rows.get(table.name, ()) if _lacks_columns(table, row)]
        stored = _stored_rows(table, rows) if table.is_of_records else {}
        for row in rows:
            known = stored.get(row.values[table.key[0]])
            for column in table.columns:
                if column.name in row.cells:
                    continue
                row.cells[column.name] = known.cells[column.name] if known else ""
                if not table.is_of_records:
                    message = _("The column is missing.")
                    problems.append(PackageError(table.name, row.line, column.name, "", message))
                elif known:
                    row.values[column.name] = known.values[column.name]
                else:
                    try:
                        row.values[column.name] = column.parse("")
                    except ValueError as error:
                        problems.append(PackageError(table.name, row.line, column.name, "", str(error)))
    return problems


def _lacks_columns(table: Table, row: Row) -> bool:
    # A row without its key, or with a wrong number of cells, is told already.
    return table.key[0] in row.values and not row.cells.keys() >= table.by_name.keys()


def _stored_rows(table: Table, rows: list[Row]) -> dict[str, Row]:
    keys = []
    for some in batches(row.values[table.key[0]] for row in rows):
        keys += table.model.objects.filter(slug__in=some).values_list("pk", flat=True)
    stored = Package()
    stored.add_rows(table, table.header, [(0, cells) for cells in stored_cells(table, keys)])
    return {row.values[table.key[0]]: row for row in stored.rows[table.name]}
