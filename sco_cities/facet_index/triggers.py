"""Database triggers that write the change log, and the tables with triggers."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from django.db import connections

from . import registry
from .models import EVERYTHING, Change

_LOG = Change._meta.db_table
# SQL expressions for the transaction number of a new entry.
NUMBERS = {"postgresql": "pg_current_xact_id()::text::bigint", "sqlite": "random()"}


@dataclass(frozen=True)
class WatchedTable:
    """The columns of a table whose changes are logged.

    `key_columns` contain the keys of records. In "object_id/content_type_id", the column after the slash is also
    logged, because it distinguishes the models. If one of `rebuild_columns` changes, every process reads everything
    again.
    """

    key_columns: tuple[str, ...]
    rebuild_columns: tuple[str, ...] = ()


def trigger_name(table: str, event: str) -> str:
    """Returns the name of the trigger for an event ("insert", "update", "delete" or "truncate") on a table."""
    return f"facet_log_{table}_{event}"


def _entry(table: str, key_column: str, row: str) -> tuple[str, str]:
    """Returns the SQL expressions for the part and the key of an entry in the change log."""
    column, _slash, kind = key_column.partition("/")
    part = f"'{table}.{column}/' || {row}{kind}" if kind else f"'{table}.{column}'"
    return part, f"{row}{column}"


def sqlite_triggers(table: str, watched: WatchedTable) -> Iterator[str]:
    """Yields the SQL of row triggers, because SQLite supports only this kind."""
    number = NUMBERS["sqlite"]

    def entries(row: str, *, only_if_changed: bool = False) -> Iterator[str]:
        for column in watched.key_columns:
            part, key = _entry(table, column, f"{row}.")
            has_changed = " OR ".join(f"OLD.{name} IS NOT NEW.{name}" for name in column.split("/"))
            condition = f" AND ({has_changed})" if only_if_changed else ""
            yield f"SELECT {part}, {key}, {number} WHERE {key} IS NOT NULL{condition}"

    selects_by_event = {
        "insert": list(entries("NEW")),
        "delete": list(entries("OLD")),
        "update": [*entries("NEW"), *entries("OLD", only_if_changed=True)],
    }
    for column in watched.rebuild_columns:
        selects_by_event["update"].append(
            f"SELECT '{EVERYTHING}', 0, {number} WHERE OLD.{column} IS NOT NEW.{column}"
        )
    for event, selects in selects_by_event.items():
        name = trigger_name(table, event)
        yield f"DROP TRIGGER IF EXISTS {name}"
        yield (
            f"CREATE TRIGGER {name} AFTER {event.upper()} ON {table} "
            f"BEGIN INSERT INTO {_LOG} (part, key, transaction_number) {' UNION ALL '.join(selects)}; END"
        )


def postgresql_triggers(table: str, watched: WatchedTable) -> Iterator[str]:
    """Yields the SQL of statement triggers. Statement triggers log a bulk write with one INSERT."""
    number = NUMBERS["postgresql"]

    def entries(*sources: str) -> list[str]:
        return [
            f"SELECT {part}, {key}, {number} FROM {source} WHERE {key} IS NOT NULL"  # noqa: S608 - our own names
            for part, key in (_entry(table, column, "") for column in watched.key_columns)
            for source in sources
        ]

    everything = f"SELECT '{EVERYTHING}', 0, {number}"
    # Compares pairs of the column and the ID. Comparing only values would miss two rows that swap their values.
    rebuilds = [
        f"{everything} WHERE EXISTS (SELECT {column}, id FROM new_rows EXCEPT SELECT {column}, id FROM old_rows)"  # noqa: S608 - our own names
        for column in watched.rebuild_columns
    ]
    events = {
        "insert": ("REFERENCING NEW TABLE AS new_rows", entries("new_rows")),
        "delete": ("REFERENCING OLD TABLE AS old_rows", entries("old_rows")),
        "update": (
            "REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows",
            [*entries("old_rows", "new_rows"), *rebuilds],
        ),
        "truncate": ("", [everything]),
    }
    for event, (references, selects) in events.items():
        name = trigger_name(table, event)
        yield (
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ "
            f"BEGIN INSERT INTO {_LOG} (part, key, transaction_number) {' UNION '.join(selects)}; "
            "RETURN NULL; END $$"
        )
        yield (
            f"CREATE OR REPLACE TRIGGER {name} AFTER {event.upper()} ON {table} {references} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
        )


# Triggers log changes in the transaction of the change. Unlike Django signals, triggers also log bulk writes, cascades
# and manual SQL. SQLite drops triggers when a migration rebuilds a table.


def watched_tables() -> dict[str, WatchedTable]:
    """Maps each table of apps with indexed models to its logged columns."""
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
            # Also includes tables outside the index, because changes to these tables make cached pages outdated.
            if not key_columns[model._meta.db_table]:
                key_columns[model._meta.db_table].add(model._meta.pk.column)
    return {
        table: WatchedTable(tuple(sorted(key_columns[table])), tuple(sorted(rebuild_columns[table])))
        for table in sorted(key_columns)
    }


@cache
def last_trigger() -> str:
    """Returns the name of the trigger that pg_restore creates last. pg_restore loads all data first.

    Then it creates the triggers, sorted by name.
    """
    return max(trigger_name(table, "update") for table in watched_tables())


def install_triggers(using: str) -> None:
    """Creates the triggers and the database indexes for reading dimensions."""
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
