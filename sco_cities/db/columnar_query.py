"""Reads the result of a query whose SQL is compiled once, column by column or row by row."""

from collections.abc import Callable, Collection, Hashable, Iterator, Sequence

import orjson
from django.db import connections, models
from django.db.models import Func, QuerySet, Value

from sco_cities.core.lru_cache import LRUCache

# The placeholder for the keys in cached SQL. No text in a database contains NUL.
_KEYS = "\0"
_statements = LRUCache()
# The queries of `read_rows`, of which there are a few for each model.
_row_statements: dict[Hashable, tuple] = {}

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


def _key_list(keys: Collection[int]) -> str:
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
        statement = _statement(records(_any_keys), names)
        _statements.put((using, cache_key), statement)
    sql, params = statement
    return _fetch(using, sql, _with_keys(params, keys), len(names))


def read_rows(
    keys: Collection[int],
    records: Callable[[Condition], QuerySet],
    names: Sequence[str],
    *,
    using: str,
    cache_key: Hashable,
) -> Iterator[Sequence]:
    """Yields the rows of the columns `names` of the records with these keys, with values as `values_list` has them.

    The SQL is compiled once for each `cache_key`, because compiling it takes three times as long as reading a few rows.
    """
    composed = _row_statements.get((using, cache_key))
    if composed is None:
        query = records(_any_keys).values_list(*names).query
        compiler = query.get_compiler(using)
        composed = (query, *compiler.as_sql(), [column for column, *_sql in compiler.select])
        _row_statements[using, cache_key] = composed
    query, sql, params, columns = composed
    # Another compiler for each call, because it has the connection of its thread.
    compiler = query.get_compiler(using)
    with connections[using].cursor() as cursor:
        cursor.execute(sql, _with_keys(params, keys))
        rows = cursor.fetchall()
    return compiler.apply_converters(rows, compiler.get_converters(columns))


def _any_keys(column: str) -> InKeys:
    return InKeys(column, Value(_KEYS, models.TextField()))


def _with_keys(params: Sequence, keys: Collection[int]) -> list:
    key_list = _key_list(keys)
    return [key_list if param == _KEYS else param for param in params]


def _statement(records: QuerySet, names: Sequence) -> tuple[str, tuple]:
    sql, params = records.values_list(*names).query.sql_with_params()
    if connections[records.db].vendor == "sqlite":
        # The database returns each column as one JSON array. Fetching the rows one by one took a third longer, and the
        # garbage collector had to process a tuple for each row.
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
