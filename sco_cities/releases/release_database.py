"""The SQLite file of a release, with tables, list tables, flat views and a column dictionary.

Equal rows result in equal bytes, regardless of the order in which they are added. The rows are sorted on disk, not in
memory, and then written in a fixed order.
"""

import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from django.db import router
from django.urls import reverse

from initiatives.models import Initiative
from sco_cities.core.cursor import encode_cursor
from sco_cities.datapackage.columns import PackageColumn
from sco_cities.datapackage.relation_columns import ForeignKeyColumn, ManyToManyColumn
from sco_cities.datapackage.tables import EVIDENCE, PASSAGES
from sco_cities.facet_index.read_snapshot import read_snapshot
from sco_cities.history.models import Revision
from sco_cities.history.public_changes import before, first_unsettled
from sco_cities.listings.exports.csv_file import format_utc
from sco_cities.listings.exports.formula_escape import escape_formula

from .column_dictionary import column_dictionary
from .flat_tables import BOOLEAN, FLAT_TABLES, FlatTable
from .public_rows import BATCH_SIZE, PublicRows, Row, closed_selection
from .public_tables import PUBLIC_TABLES, PublicTable, joined_items

NAME = "sco-cities.sqlite3"
_STAGING = "staging"


class NewestChange(NamedTuple):
    """The newest public change, with its number in the API and its time in UTC."""

    number: int
    at: str

    @property
    def document(self) -> dict[str, str]:
        """The change as JSON, with its id in the API."""
        return {"id": f"c-{self.number}", "at": self.at}


def newest_change(using: str) -> NewestChange | None:
    """Returns the newest change before all changes of running transactions, or None.

    Up to this change, `/api/changes/` is complete.
    """
    seen = before(Revision.objects.using(using).seen_by_readers(), first_unsettled(using))
    newest = seen.order_by("-pk").values_list("pk", "change_set__made_at").first()
    return newest and NewestChange(newest[0], format_utc(newest[1]))


def later_changes(newest: NewestChange | None) -> str:
    """Returns the API path of the changes after `newest`, or of all changes if `newest` is None."""
    after = f"?after={encode_cursor(newest.number)}" if newest else ""
    return reverse("api-changes") + after


@contextmanager
def release_database(
    path: Path, found: Mapping[str, Iterable[int]] | None = None
) -> Iterator["ReleaseDatabase"]:
    """Creates a database with all published records, or with `found` (keys by collection) and all their references.

    All rows are read from one snapshot of the site's database, which is the open snapshot or a new snapshot. `path`
    must not exist. The file remains, even after an exception.
    """
    database = ReleaseDatabase(path)
    try:
        using = router.db_for_read(Initiative)
        with read_snapshot(using):
            database.newest_change = newest_change(using)
            reader = PublicRows(None if found is None else closed_selection(found))
            for table in PUBLIC_TABLES.values():
                database.add(table, reader.rows(table))
        database.finish()
        yield database
    finally:
        database.close()


class ReleaseDatabase:
    """A new SQLite file. Call `add` for the rows of each table, then `finish` to make the file readable.

    Until then, a second file in the same directory contains the rows.
    """

    def __init__(self, path: Path):
        self.path = path
        # Row counts by table.
        self.counts: dict[str, int] = {}
        self.newest_change: NewestChange | None = None
        self._staging = path.with_name(f".{path.name}-rows")
        self.connection = sqlite3.connect(path, isolation_level=None)
        # A journal is unnecessary, because the file is discarded if the process is killed. Deleted content is
        # overwritten with zeros.
        self._execute("PRAGMA journal_mode = OFF", "PRAGMA synchronous = OFF", "PRAGMA secure_delete = ON")
        self.connection.execute(f"ATTACH ? AS {_STAGING}", [str(self._staging)])
        self._execute(f"PRAGMA {_STAGING}.journal_mode = OFF", f"PRAGMA {_STAGING}.synchronous = OFF")
        for table in PUBLIC_TABLES.values():
            for name, columns in _stored_tables(table):
                self._execute(f"CREATE TABLE {_STAGING}.{name} ({', '.join(columns)})")

    def add(self, table: PublicTable, rows: Iterable[Row]) -> None:
        """Adds the rows of a table, in any order."""
        columns = [*table.columns, *table.derived]
        singles = [index for index, column in enumerate(columns) if column not in table.lists]
        lists = [index for index, column in enumerate(columns) if column in table.lists]
        keys = [table.header.index(name) for name in table.key]
        inserts = [
            f"INSERT INTO {_STAGING}.{name} VALUES ({', '.join('?' * len(names))})"
            for name, names in _stored_tables(table)
        ]
        remaining = iter(rows)
        while batch := list(islice(remaining, BATCH_SIZE)):
            self._execute("BEGIN")
            self.connection.executemany(inserts[0], ([row[index] for index in singles] for row in batch))
            for insert, index in zip(inserts[1:], lists, strict=True):
                items = ((*(row[key] for key in keys), item) for row in batch for item in row[index])
                self.connection.executemany(insert, items)
            self._execute("COMMIT")

    def finish(self) -> None:
        """Writes the rows in their final order and checks the references in the file."""
        self._execute("BEGIN")
        for table in PUBLIC_TABLES.values():
            self._execute(_create(table), *(_create_list(table, column) for column in table.lists))
            for name, columns in _stored_tables(table):
                names = ", ".join(columns)
                order = ", ".join(table.key if set(table.key) <= set(columns) else columns)
                inserted = self.connection.execute(
                    f"INSERT INTO main.{name} ({names}) SELECT {names} FROM {_STAGING}.{name} ORDER BY {order}"
                )
                self.counts[name] = inserted.rowcount
            self._execute(*_indexes(table))
        self._execute(*(flat.sql for flat in FLAT_TABLES))
        self._describe_columns()
        self._execute("COMMIT", f"DETACH {_STAGING}")
        self._staging.unlink()
        if broken := self.connection.execute("PRAGMA foreign_key_check").fetchone():
            raise LookupError(f"A row of {broken[0]} refers to a missing row of {broken[2]}.")

    def rows(self, table: PublicTable) -> Iterator[tuple]:
        """Yields the rows for the CSV file of a table, sorted by key. Lists are joined by "; "."""
        columns = ", ".join(_cell(table, column) for column in table.columns)
        yield from self.connection.execute(f"SELECT {columns} FROM {table.name} t ORDER BY t.rowid")

    def flat_rows(self, table: FlatTable) -> Iterator[tuple]:
        """Yields the rows for a flat table's CSV file. As in exports, booleans are text and formulas are escaped."""
        truths = {index for index, column in enumerate(table.columns) if column.type == BOOLEAN}
        for row in self.connection.execute(f"SELECT * FROM {table.name}"):
            yield tuple(
                ("false", "true")[cell]
                if index in truths
                else escape_formula(cell)
                if isinstance(cell, str)
                else cell
                for index, cell in enumerate(row)
            )

    def close(self) -> None:
        """Closes the file and flushes it to disk (fsync)."""
        self.connection.close()
        self._staging.unlink(missing_ok=True)
        with self.path.open("rb") as file:
            os.fsync(file.fileno())

    def _execute(self, *statements: str) -> None:
        for statement in statements:
            self.connection.execute(statement)

    def _describe_columns(self) -> None:
        self._execute(
            "CREATE TABLE _columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL, type TEXT NOT NULL, "
            "description TEXT NOT NULL, PRIMARY KEY (table_name, column_name))"
        )
        self.connection.executemany(
            "INSERT INTO _columns VALUES (?, ?, ?, ?)",
            (
                [entry.table, entry.column, entry.type, entry.description]
                for entry in column_dictionary()
                if entry.is_in_sqlite
            ),
        )


def _stored_tables(table: PublicTable) -> list[tuple[str, list[str]]]:
    """Yields the names and columns of a table and its list tables."""
    own = [column.name for column in (*table.single_columns, *table.derived)]
    return [(table.name, own), *map(table.list_table, table.lists)]


def _create(table: PublicTable) -> str:
    columns = [
        f"{column.name} {column.sql_type}{' NOT NULL' if table.is_required(column) else ''}"
        for column in table.single_columns
    ]
    columns += [f"{column.name} TEXT" for column in table.derived]
    if table.has_full_keys:
        columns.append(f"PRIMARY KEY ({', '.join(table.key)})")
    columns += [
        _reference([column.name], column.to)
        for column in table.single_columns
        if isinstance(column, ForeignKeyColumn)
    ]
    if table.name == EVIDENCE.name:
        columns.append(_reference(["report", "passage"], PASSAGES.name))
    return f"CREATE TABLE main.{table.name} ({', '.join(columns)})"


def _create_list(table: PublicTable, column: ManyToManyColumn) -> str:
    name, columns = table.list_table(column)
    types = [table.by_name[key].sql_type for key in table.key]
    definitions = [f"{own} {kind} NOT NULL" for own, kind in zip(columns, [*types, "TEXT"], strict=True)]
    references = [_reference(columns[:-1], table.name), _reference(columns[-1:], column.to)]
    key = f"PRIMARY KEY ({', '.join(columns)})"
    return f"CREATE TABLE main.{name} ({', '.join([*definitions, key, *references])})"


def _reference(columns: list[str], to: str) -> str:
    return f"FOREIGN KEY ({', '.join(columns)}) REFERENCES {to} ({', '.join(PUBLIC_TABLES[to].key)})"


def _indexes(table: PublicTable) -> Iterator[str]:
    """Yields statements that create indexes for references to other tables, in addition to key indexes."""
    if table.name == EVIDENCE.name:
        yield "CREATE INDEX main.evidence_record ON evidence (record)"
        yield "CREATE INDEX main.evidence_passage ON evidence (report, passage)"
        return
    for column in table.single_columns:
        if isinstance(column, ForeignKeyColumn) and column.name != table.key[0]:
            yield f"CREATE INDEX main.{table.name}_{column.name} ON {table.name} ({column.name})"
    for column in table.lists:
        name, columns = table.list_table(column)
        yield f"CREATE INDEX main.{name}_{columns[-1]} ON {name} ({columns[-1]})"


def _cell(table: PublicTable, column: PackageColumn) -> str:
    """Returns the SQL expression for a column of the CSV file."""
    if not column.is_list:
        return f"t.{column.name}"
    name, columns = table.list_table(column)
    own = " AND ".join(f"{own} = t.{key}" for own, key in zip(columns[:-1], table.key, strict=True))
    return joined_items(f"SELECT {columns[-1]} AS item FROM {name} WHERE {own} ORDER BY 1")
