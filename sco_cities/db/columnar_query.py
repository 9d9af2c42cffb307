"""Reading a query column by column."""

from collections.abc import Callable, Hashable, Sequence

import orjson
from django.db import connections, models
from django.db.models import Func, QuerySet, Value

from sco_cities.core.lru_cache import LRUCache

# Stands for the keys in a statement that is put together once; no text in a database has a NUL in it.
_KEYS = "\0"
_statements = LRUCache()

# Makes the columns of what has been read from the database, each as a list.
Columns = Callable[[], list[list]]


class InKeys(Func):
    """Whether a column is one of some keys, in one parameter: to check each of a thousand takes as long as the query.

    On PostgreSQL an array and no subquery: to join fifty rows with one took a quarter longer.
    """

    output_field = models.BooleanField()

    @classmethod
    def of(cls, column: str, keys: Sequence[int]) -> "InKeys":
        return cls(column, Value(_written(keys), models.TextField()))

    def as_sqlite(self, compiler, connection, **context):
        return self._as("{} IN (SELECT value FROM json_each('[' || {} || ']'))", compiler)

    def as_postgresql(self, compiler, connection, **context):
        return self._as("{} = ANY (STRING_TO_ARRAY({}, ',')::bigint[])", compiler)

    def _as(self, template: str, compiler) -> tuple[str, tuple]:
        (column, of_column), (keys, of_keys) = map(compiler.compile, self.source_expressions)
        return template.format(column, keys), (*of_column, *of_keys)


# Makes the condition that a column is among the keys.
Condition = Callable[[str], InKeys]


def _written(keys: Sequence[int]) -> str:
    return ",".join(map(str, keys))


def read_columns_among(
    keys: Sequence[int],
    records: Callable[[Condition], QuerySet],
    names: Sequence[str | models.Expression],
    *,
    using: str,
    called: Hashable,
) -> list[list]:
    """The columns of the records that `records` gives for the condition that a column is among these keys.

    Its SQL is put together once for all queries that are `called` the same: that took as long as to read a page.
    """
    return fetched_columns_among(keys, records, names, using=using, called=called)()


def fetched_columns_among(
    keys: Sequence[int],
    records: Callable[[Condition], QuerySet],
    names: Sequence[str | models.Expression],
    *,
    using: str,
    called: Hashable,
) -> Columns:
    """The same, read at once, while its columns are made when they are called for, maybe in another thread."""
    statement = _statements.get((using, called))
    if statement is None:
        statement = _statement(
            records(lambda column: InKeys(column, Value(_KEYS, models.TextField()))), names
        )
        _statements.put((using, called), statement)
    sql, params = statement
    written = _written(keys)
    return _fetched(using, sql, [written if param == _KEYS else param for param in params], len(names))


def _statement(records: QuerySet, names: Sequence) -> tuple[str, tuple]:
    sql, params = records.values_list(*names).query.sql_with_params()
    if connections[records.db].vendor == "sqlite":
        # Each column in one JSON array: to fetch the rows one by one took a third longer, and left a tuple for each to
        # the garbage collector.
        columns = [f"_{place}" for place in range(len(names))]
        gathered = ", ".join(f"JSON_GROUP_ARRAY({column})" for column in columns)
        sql = f"WITH row ({', '.join(columns)}) AS ({sql}) SELECT {gathered} FROM row"  # noqa: S608 - names of ours
    return sql, params


def _fetched(using: str, sql: str, params: Sequence, width: int) -> Columns:
    connection = connections[using]
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        if connection.vendor == "sqlite":
            cells = cursor.fetchone()
            return lambda: list(map(orjson.loads, cells))
        rows = cursor.fetchall()
    return lambda: list(map(list, zip(*rows, strict=True))) or [[] for _ in range(width)]
