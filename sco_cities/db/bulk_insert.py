"""New rows in the quickest way that each database has: COPY on PostgreSQL, one prepared statement on SQLite.

`bulk_create` builds and parses a statement for every few rows, which takes four times as long. Constraints,
triggers and transactions hold as for any other statement. A single row is inserted as any other.
"""

import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from operator import attrgetter

from django.db import connections, models, router

# What is sent at once: enough for the round trip not to matter, and little beside the rows themselves.
ROWS_AT_ONCE = 5_000

# Values of these fields are stored as Python has them: a text, a whole number, or None.
_STORED_AS_IS = (models.CharField, models.TextField, models.IntegerField, models.ForeignKey)


def insert_records(model: type[models.Model], instances: Sequence[models.Model]) -> None:
    """Creates the rows of new `instances` and sets their primary keys, as `bulk_create` does.

    To be called in a transaction: on SQLite, its lock is what keeps the keys free until they are used.
    """
    keys = _new_keys(model, len(instances))
    fields = model._meta.concrete_fields
    computed = [field for field in fields if type(field).pre_save is not models.Field.pre_save]
    for instance, key in zip(instances, keys, strict=True):
        instance.pk = key
        for field in computed:
            field.pre_save(instance, add=True)
    names = [field.attname for field in fields]
    insert_rows(model, names, map(attrgetter(*names), instances))
    for instance in instances:
        instance._state.adding = False
        instance._state.db = router.db_for_write(model)


def insert_rows(model: type[models.Model], names: Sequence[str], rows: Iterable[tuple]) -> None:
    """Creates rows of `model` from the values of the attributes `names`; all others are the database's own."""
    connection = connections[router.db_for_write(model)]
    fields = {field.attname: field for field in model._meta.concrete_fields}
    prepare = {
        # What psycopg2 makes of JSON is for statements; both databases take the text.
        place: _as_json
        if isinstance(fields[name], models.JSONField)
        else partial(fields[name].get_db_prep_save, connection=connection)
        for place, name in enumerate(names)
        if not isinstance(fields[name], _STORED_AS_IS)
    }
    if prepare:
        rows = (_prepared(row, prepare) for row in rows)
    table = connection.ops.quote_name(model._meta.db_table)
    columns = ", ".join(connection.ops.quote_name(fields[name].column) for name in names)
    rows = iter(rows)
    while some := list(islice(rows, ROWS_AT_ONCE)):
        write = _copy if connection.vendor == "postgresql" and len(some) > 1 else _execute_many
        write(connection, f"{table} ({columns})", some)


def _prepared(row: tuple, prepare: dict) -> list:
    values = list(row)
    for place, prepared in prepare.items():
        if values[place] is not None:
            values[place] = prepared(values[place])
    return values


def _as_json(value) -> str:
    return json.dumps(value, ensure_ascii=False)


def _new_keys(model: type[models.Model], number: int) -> Iterable[int]:
    connection = connections[router.db_for_write(model)]
    table, column = model._meta.db_table, model._meta.pk.column
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            series = "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)"
            cursor.execute(series, [connection.ops.quote_name(table), column, number])
            return [key for (key,) in cursor.fetchall()]
        # Keys of deleted rows are not used again: what was said of one is not said of the next.
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        last = max((seq for (seq,) in cursor.fetchall()), default=0)
        return range(last + 1, last + 1 + number)


def _execute_many(connection, table_and_columns: str, rows: list[Sequence]) -> None:
    places = ", ".join(["%s"] * len(rows[0]))
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {table_and_columns} VALUES ({places})", rows)  # noqa: S608 - names of ours


_SPECIAL = re.compile(r"[\\\n\r\t]")
_ESCAPED = str.maketrans({"\\": r"\\", "\n": r"\n", "\r": r"\r", "\t": r"\t"})


def _copy_cell(value) -> str:
    if value is None:
        return r"\N"
    text = value if type(value) is str else str(value)
    return text.translate(_ESCAPED) if _SPECIAL.search(text) else text


def _copy(connection, table_and_columns: str, rows: Iterator[Sequence]) -> None:
    lines = io.StringIO("".join("\t".join(map(_copy_cell, row)) + "\n" for row in rows))
    with connection.cursor() as cursor, connection.wrap_database_errors:
        cursor.copy_expert(f"COPY {table_and_columns} FROM STDIN", lines)
