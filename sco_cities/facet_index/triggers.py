"""Installs the database triggers that write the change log, again after every migration.

Triggers, not Django signals or calls: bulk writes, cascades and SQL by hand are logged too, in the transaction of the
change itself. SQLite drops triggers when a migration rebuilds a table.
"""

from collections import defaultdict
from collections.abc import Iterator
from functools import cache

from django.db import connections

from . import registry
from .trigger_sql import WatchedTable, postgresql_triggers, sqlite_triggers, trigger_name


def watched_tables() -> dict[str, WatchedTable]:
    """What is logged of each table of the apps that have indexed models, by table."""
    key_columns, rebuild_columns = defaultdict(set), defaultdict(set)
    for indexed_model in registry.indexed_models():
        dimensions = indexed_model.dimensions
        dimension_parts = (part for dimension in dimensions for part in dimension.logged_parts)
        for part in (indexed_model.pk_part, *indexed_model.logged_parts, *dimension_parts):
            table, column = part.split(".")
            key_columns[table].add(column)
        for dimension in dimensions:
            for table, column in (part.split(".") for part in dimension.rebuild_parts):
                rebuild_columns[table].add(column)
    for app_config in {each.model._meta.app_config for each in registry.indexed_models()}:
        for model in app_config.get_models(include_auto_created=True):
            # Tables that no index reads are logged as well: their changes outdate cached pages.
            if not key_columns[model._meta.db_table]:
                key_columns[model._meta.db_table].add(model._meta.pk.column)
    return {
        table: WatchedTable(tuple(sorted(key_columns[table])), tuple(sorted(rebuild_columns[table])))
        for table in sorted(key_columns)
    }


@cache
def last_trigger() -> str:
    """The trigger whose name is the last: pg_restore creates triggers after all data, in the order of their names."""
    return max(trigger_name(table, "update") for table in watched_tables())


def install_triggers(using: str) -> None:
    """Creates the triggers and the database indexes that dimensions are read from."""
    connection = connections[using]
    statements = postgresql_triggers if connection.vendor == "postgresql" else sqlite_triggers
    existing = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for table, watched in watched_tables().items():
            if table in existing:
                for statement in statements(table, watched):
                    cursor.execute(statement)
        for statement in _indexes(existing):
            cursor.execute(statement)


def _indexes(existing: set[str]) -> Iterator[str]:
    for indexed_model in registry.indexed_models():
        for dimension in indexed_model.dimensions:
            table = dimension.source_model._meta.db_table
            if table in existing:
                columns, condition = ", ".join(dimension.index_columns), dimension.index_condition
                name = f"{table}_by_{'_'.join(dimension.index_columns[:-1])}"
                if condition:
                    name, condition = f"{table}_of_{dimension.name}", f" WHERE {condition}"
                yield f"CREATE INDEX IF NOT EXISTS {name[:63]} ON {table} ({columns}){condition}"
