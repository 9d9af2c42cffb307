"""The SQL of the triggers that write the log of changes."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from .change_log import EVERYTHING
from .models import Change

if TYPE_CHECKING:
    from .triggers import WatchedTable

_LOG = Change._meta.db_table


def _entry(table: str, key: str, row: str) -> tuple[str, str]:
    """The part and the key of a change as expressions."""
    column, _slash, kind = key.partition("/")
    part = f"'{table}.{column}/' || {row}{kind}" if kind else f"'{table}.{column}'"
    return part, f"{row}{column}"


def sqlite_triggers(table: str, watched: "WatchedTable") -> Iterator[str]:
    """For each row: SQLite has no others."""

    def entries(row: str, *, only_moved: bool = False) -> Iterator[str]:
        for column in watched.columns:
            part, key = _entry(table, column, f"{row}.")
            moved = " OR ".join(f"OLD.{name} IS NOT NEW.{name}" for name in column.split("/"))
            more = f" AND ({moved})" if only_moved else ""
            yield f"SELECT {part}, {key} WHERE {key} IS NOT NULL{more}"

    rows = {
        "insert": list(entries("NEW")),
        "delete": list(entries("OLD")),
        "update": [*entries("NEW"), *entries("OLD", only_moved=True)],
    }
    for column in watched.deciding:
        rows["update"].append(f"SELECT '{EVERYTHING}', 0 WHERE OLD.{column} IS NOT NEW.{column}")
    for event, selects in rows.items():
        name = f"browse_log_{table}_{event}"
        yield f"DROP TRIGGER IF EXISTS {name}"
        yield (
            f"CREATE TRIGGER {name} AFTER {event.upper()} ON {table} "
            f"BEGIN INSERT INTO {_LOG} (part, key) {' UNION ALL '.join(selects)}; END"
        )


def postgresql_triggers(table: str, watched: "WatchedTable") -> Iterator[str]:
    """For each statement, not for each row: a bulk write leaves its entries with one INSERT."""
    number = "pg_current_xact_id()::text::bigint"

    def entries(*sources: str) -> list[str]:
        return [
            f"SELECT {part}, {key}, {number} FROM {source} WHERE {key} IS NOT NULL"  # noqa: S608 - names of ours
            for part, key in (_entry(table, column, "") for column in watched.columns)
            for source in sources
        ]

    everything = f"SELECT '{EVERYTHING}', 0, {number}"
    # A row that has come to be reached in another way is not told from its old self by its key alone.
    decided = [
        f"{everything} WHERE EXISTS (SELECT {column}, id FROM new_rows EXCEPT SELECT {column}, id FROM old_rows)"  # noqa: S608 - names of ours
        for column in watched.deciding
    ]
    events = {
        "insert": ("REFERENCING NEW TABLE AS new_rows", entries("new_rows")),
        "delete": ("REFERENCING OLD TABLE AS old_rows", entries("old_rows")),
        "update": (
            "REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows",
            [*entries("old_rows", "new_rows"), *decided],
        ),
        "truncate": ("", [everything]),
    }
    for event, (references, selects) in events.items():
        name = f"browse_log_{table}_{event}"
        yield (
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ "
            f"BEGIN INSERT INTO {_LOG} (part, key, transaction_number) {' UNION '.join(selects)}; "
            "RETURN NULL; END $$"
        )
        yield (
            f"CREATE OR REPLACE TRIGGER {name} AFTER {event.upper()} ON {table} {references} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
        )
