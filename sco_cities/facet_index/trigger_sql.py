"""The SQL of the triggers that write the change log."""

from collections.abc import Iterator
from dataclasses import dataclass

from .models import EVERYTHING, Change

_LOG = Change._meta.db_table
# The expression for the transaction number of a new entry.
NUMBERS = {"postgresql": "pg_current_xact_id()::text::bigint", "sqlite": "random()"}


@dataclass(frozen=True)
class WatchedTable:
    """What is logged of a table.

    `key_columns` contain the keys of records. "object_id/content_type_id" logs the key together with the column after
    the slash, which distinguishes the kinds of record. A change of one of `rebuild_columns` makes every process read
    everything again.
    """

    key_columns: tuple[str, ...]
    rebuild_columns: tuple[str, ...] = ()


def trigger_name(table: str, event: str) -> str:
    """The name of the trigger for an event ("insert", "update", "delete" or "truncate") on a table."""
    return f"facet_log_{table}_{event}"


def _entry(table: str, key_column: str, row: str) -> tuple[str, str]:
    """The part and the key of a log entry, as SQL expressions."""
    column, _slash, kind = key_column.partition("/")
    part = f"'{table}.{column}/' || {row}{kind}" if kind else f"'{table}.{column}'"
    return part, f"{row}{column}"


def sqlite_triggers(table: str, watched: WatchedTable) -> Iterator[str]:
    """Triggers for each row: SQLite has no others."""
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
    """Triggers for each statement, not for each row: a bulk write logs its entries with one INSERT."""
    number = NUMBERS["postgresql"]

    def entries(*sources: str) -> list[str]:
        return [
            f"SELECT {part}, {key}, {number} FROM {source} WHERE {key} IS NOT NULL"  # noqa: S608 - our own names
            for part, key in (_entry(table, column, "") for column in watched.key_columns)
            for source in sources
        ]

    everything = f"SELECT '{EVERYTHING}', 0, {number}"
    # Compared with the ID as a pair: the values of the column alone would not show that two rows swapped theirs.
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
