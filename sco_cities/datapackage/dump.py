"""From the database into the files of a package, the same bytes each time and on every database."""

import re

from django.db import connection, transaction

from .descriptor import descriptor
from .parse import DESCRIPTOR
from .serialize import stored_cells
from .table import Table
from .tables import TABLES

_SPECIAL = re.compile(r'[,"\r\n]')


def dump_files() -> dict[str, bytes]:
    """The package's files by name: everything in the database as it is at one moment, drafts included.

    Raises LookupError where something is stored about a record that is gone.
    """
    with transaction.atomic():
        _begin_snapshot()
        rows = {name: stored_cells(table) for name, table in TABLES.items()}
    tables = [name for name, table in TABLES.items() if rows[name] or not table.optional]
    files = {TABLES[name].file_name: _csv(TABLES[name], rows[name]) for name in tables}
    return files | {DESCRIPTOR: descriptor(tables).encode()}


def _begin_snapshot() -> None:
    """A transaction sees one moment on SQLite; on PostgreSQL it must be told to before its first query."""
    if connection.vendor == "postgresql" and not connection.savepoint_ids:
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")


def _csv(table: Table, rows: list[list[str]]) -> bytes:
    lines = (",".join(map(_quoted, cells)) for cells in (table.header, *rows))
    return "".join(f"{line}\n" for line in lines).encode()


def _quoted(cell: str) -> str:
    """The cell as CSV has it. Python's own writer leaves a lone CR without quotes until version 3.13."""
    return '"' + cell.replace('"', '""') + '"' if _SPECIAL.search(cell) else cell
