"""Database triggers that write the log of changes, made anew after every migration.

Triggers, not signals or calls: bulk writes, cascades and SQL by hand leave their entries too, and they do it in
the transaction of the change itself. SQLite drops them when a migration rebuilds a table.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connections

from . import change_log, registry
from .models import Change
from .trigger_sql import postgresql_triggers, sqlite_triggers


@dataclass(frozen=True)
class WatchedTable:
    """What is logged of a table: its columns of keys.

    A key as "object_id/content_type_id" is logged with the column after the slash, which tells kinds of record
    apart. A change of one of the columns `deciding` has everything read anew.
    """

    columns: tuple[str, ...]
    deciding: tuple[str, ...] = ()


def watched_tables() -> dict[str, WatchedTable]:
    """What is logged of every table of the rooms that have kinds of record."""
    columns, deciding = defaultdict(set), defaultdict(set)
    for kind in registry.indexed_models():
        for named in (kind.own_part, *kind.logged, *(named for axis in kind.axes for named in axis.logged)):
            table, column = named.split(".")
            columns[table].add(column)
        for axis in kind.axes:
            for table, column in (named.split(".") for named in axis.deciding):
                deciding[table].add(column)
    for room in {kind.model._meta.app_config for kind in registry.indexed_models()}:
        for model in room.get_models(include_auto_created=True):
            # What no index looks at still makes pages old.
            if not columns[model._meta.db_table]:
                columns[model._meta.db_table].add(model._meta.pk.column)
    return {
        table: WatchedTable(tuple(sorted(columns[table])), tuple(sorted(deciding[table])))
        for table in sorted(columns)
    }


def install_triggers(using: str) -> None:
    """Makes the triggers and the database indexes by which axes are read.

    Has every process read everything anew: what happened without triggers is not logged.
    """
    connection = connections[using]
    make = postgresql_triggers if connection.vendor == "postgresql" else sqlite_triggers
    existing = set(connection.introspection.table_names())
    if Change._meta.db_table not in existing:
        return
    with connection.cursor() as cursor:
        for table, what in watched_tables().items():
            if table in existing:
                for statement in make(table, what):
                    cursor.execute(statement)
        for statement in _indexes(existing):
            cursor.execute(statement)
    change_log.reset(using)


def _indexes(existing: set[str]) -> Iterator[str]:
    for kind in registry.indexed_models():
        for axis in kind.axes:
            table = axis.holder._meta.db_table
            if table in existing:
                columns = ", ".join(axis.index_columns)
                name = f"{table}_by_{'_'.join(axis.index_columns[:-1])}"[:63]
                yield f"CREATE INDEX IF NOT EXISTS {name} ON {table} ({columns})"


def install_after_migrations(sender, using, **kwargs) -> None:
    """The receiver of post_migrate."""
    install_triggers(using)
