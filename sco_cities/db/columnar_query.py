"""Reads the result of a query column by column."""

from collections.abc import Callable, Hashable, Sequence

import orjson
from django.db import connections, models
from django.db.models import Func, QuerySet, Value

from sco_cities.core.lru_cache import LRUCache

# The placeholder for the keys in cached SQL. No text in a database contains NUL.
_KEYS = "\0"
_statements = LRUCache()

# A function that returns the columns of a result, each as a list.
Columns = Callable[[], list[list]]


class InKeys(Func):
    """The condition that a column is one of several keys, which are passed as one parameter.

    Checking a thousand separate parameters takes as long as the query. On PostgreSQL the parameter is an array, not a
    subquery, because joining fifty rows with one took a quarter longer.
    """

    output_field = models.BooleanField()

    @classmethod
    def of(cls, column: str, keys: Sequence[int]) -> "InKeys":
        return cls(column, Value(_key_list(keys), models.TextField()))

    def as_sqlite(self, compiler, connection, **context):
        return self._render("{} IN (SELECT value FROM json_each('[' || {} || ']'))", compiler)

    def as_postgresql(self, compiler, connection, **context):
        return self._render("{} = ANY (STRING_TO_ARRAY({}, ',')::bigint[])", compiler)

    def _render(self, template: str, compiler) -> tuple[str, tuple]:
        (column, column_params), (keys, key_params) = map(compiler.compile, self.source_expressions)
        return template.format(column, keys), (*column_params, *key_params)


# A function that returns the condition that a column is one of the keys.
Condition = Callable[[str], InKeys]


def _key_list(keys: Sequence[int]) -> str:
    return ",".join(map(str, keys))


def read_columns(
    keys: Sequence[int],
    records: Callable[[Condition], QuerySet],
    names: Sequence[str | models.Expression],
    *,
    using: str,
    cache_key: Hashable,
) -> list[list]:
    """Reads the columns `names` of the records with these keys. `records` returns the queryset for the condition.

    The SQL is compiled once for each `cache_key`, because compiling it took as long as reading a page.
    """
    return fetch_columns(keys, records, names, using=using, cache_key=cache_key)()


def fetch_columns(
    keys: Sequence[int],
    records: Callable[[Condition], QuerySet],
    names: Sequence[str | models.Expression],
    *,
    using: str,
    cache_key: Hashable,
) -> Columns:
    """Executes the query of `read_columns`. Calling the result builds the columns, possibly in another thread."""
    statement = _statements.get((using, cache_key))
    if statement is None:
        statement = _statement(
            records(lambda column: InKeys(column, Value(_KEYS, models.TextField()))), names
        )
        _statements.put((using, cache_key), statement)
    sql, params = statement
    key_list = _key_list(keys)
    return _fetch(using, sql, [key_list if param == _KEYS else param for param in params], len(names))


def _statement(records: QuerySet, names: Sequence) -> tuple[str, tuple]:
    sql, params = records.values_list(*names).query.sql_with_params()
    if connections[records.db].vendor == "sqlite":
        # The database returns each column as one JSON array. Fetching the rows one by one took a third longer, and left
        # a tuple for each row to the garbage collector.
        columns = [f"_{place}" for place in range(len(names))]
        aggregates = ", ".join(f"JSON_GROUP_ARRAY({column})" for column in columns)
        sql = f"WITH row ({', '.join(columns)}) AS ({sql}) SELECT {aggregates} FROM row"  # noqa: S608 - our own names
    return sql, params


def _fetch(using: str, sql: str, params: Sequence, width: int) -> Columns:
    connection = connections[using]
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        if connection.vendor == "sqlite":
            cells = cursor.fetchone()
            return lambda: list(map(orjson.loads, cells))
        rows = cursor.fetchall()
    return lambda: list(map(list, zip(*rows, strict=True))) or [[] for _ in range(width)]
