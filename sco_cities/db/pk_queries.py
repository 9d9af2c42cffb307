"""Queries by any number of primary keys, and conditions for sets of keys. The SQL is compiled once."""

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Sequence
from functools import lru_cache

import orjson
from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.db.models import QuerySet, Value
from django.db.models.constants import LOOKUP_SEP
from django.db.models.expressions import F, Func
from pyroaring import BitMap, FrozenBitMap

from sco_cities.core.lru_cache import LRUCache

# The placeholder for the keys in cached SQL. No text in a database contains NUL.
_KEYS = "\0"
_statements = LRUCache()
# Caches the queries of `read_rows`. There are a few queries for each model.
_row_statements: dict[Hashable, tuple] = {}

# A function that returns the columns of a result, each as a list.
Columns = Callable[[], list[list]]


class InKeys(Func):
    """The condition that a column is one of several keys, which are passed as one parameter.

    A thousand separate parameters would double the time of the query. On PostgreSQL, the parameter is an array,
    because a join with a subquery took a quarter longer for fifty rows.
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


def fetch_columns(
    keys: Sequence[int],
    records: Callable[[Condition], QuerySet],
    names: Sequence[str | models.Expression],
    *,
    using: str,
    cache_key: Hashable,
) -> Columns:
    """Queries the columns `names` of the records with these keys. `records` returns the queryset for a condition.

    Calling the result builds the columns, possibly in another thread. The SQL is compiled once for each `cache_key`,
    because compiling it took as long as reading a page.
    """
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
    """Yields the columns `names` of the records with these keys, as tuples like the rows of `values_list`.

    The SQL is compiled once for each `cache_key`, because compiling it takes three times as long as reading a few rows.
    """
    composed = _row_statements.get((using, cache_key))
    if composed is None:
        query = records(_any_keys).values_list(*names).query
        compiler = query.get_compiler(using)
        composed = (query, *compiler.as_sql(), [column for column, *_sql in compiler.select])
        _row_statements[using, cache_key] = composed
    query, sql, params, columns = composed
    # Each call needs a new compiler, because a compiler contains the connection of its thread.
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


# Large and dense sets of keys are sent as a bitmap, and the database looks up each row in the bitmap. With a list of
# keys, the database would look up each key in the table and then sort the rows.
MIN_BITMAP_KEYS, MAX_MEAN_GAP = 4_000, 16


# Older SQLite builds accept at most 999 parameters.
BATCH = 900


def batches(items: Iterable, size: int = BATCH) -> Iterator[list]:
    """Splits `items` into lists of at most `size`."""
    items = list(items)
    return (items[start : start + size] for start in range(0, len(items), size))


def rows_among(rows: models.QuerySet, lookup: str, keys: Iterable) -> Iterator:
    """Yields the rows of a queryset whose field `lookup` has one of these values, with one query for each batch.

    `lookup` must not follow a multi-valued relation that the selected columns also follow.
    """
    for batch in batches(keys):
        yield from rows.filter(**{f"{lookup}__in": batch})


class _InBitmap(Func):
    """The condition that a column is one of many keys, passed as one parameter with a bit or byte for each key."""

    output_field = models.BooleanField()

    def __init__(self, column: str, keys: FrozenBitMap):
        super().__init__(F(column))
        self.keys = keys

    def as_sqlite(self, compiler, connection, **context):
        flags = bytearray(self.keys.max() + 1)
        for key in self.keys:
            flags[key] = 1
        sql, params = compiler.compile(self.source_expressions[0])
        return f"substr(%s, {sql} + 1, 1) = X'01'", (bytes(flags), *params)

    def as_postgresql(self, compiler, connection, **context):
        bits = bytearray(self.keys.max() // 8 + 1)
        for key in self.keys:
            bits[key >> 3] |= 1 << (key & 7)
        sql, params = compiler.compile(self.source_expressions[0])
        # get_bit raises an error beyond the last bit.
        condition = f"CASE WHEN {sql} < {len(bits) * 8} THEN get_bit(%s, {sql}::integer) = 1 ELSE false END"
        return condition, (*params, bytes(bits), *params)


def pk_in(keys: Iterable[int], column: str = "pk") -> models.Q:
    """Returns the condition that the key or another column of a row is one of `keys`."""
    if isinstance(keys, BitMap) and len(keys) > MIN_BITMAP_KEYS and keys.max() < len(keys) * MAX_MEAN_GAP:
        condition = models.Q(_InBitmap(column, FrozenBitMap(keys)))
    else:
        key_list = keys.to_array().tolist() if isinstance(keys, BitMap) else list(keys)
        condition = models.Q(InKeys.of(column, key_list))
    # The second condition is needed because Django would otherwise use an outer join to the column, and SQLite would
    # start from the other table.
    return condition & models.Q(**{f"{column}__isnull": False}) if LOOKUP_SEP in column else condition


# A key that no account has, used as the placeholder for the account's key in the parameters of the composed SQL.
_ANY_ACCOUNT = -(2**31) + 1


def count_rows(rows: Callable[..., QuerySet], *arguments: Hashable, account: int | None = None) -> int:
    """Counts the rows of the QuerySet `rows(*arguments)`, or of `rows(key, *arguments)` for the key of an account.

    Django composes the SQL for each execution of a query. For a query of all kinds of records, this takes up to 16 ms
    of CPU time, but the database counts the rows in less than 1 ms. The SQL is therefore cached. `rows` is a function
    of a module, and its QuerySet depends only on its arguments.
    """
    sql, parameters = _composed(rows, *arguments, has_account=account is not None)
    with connection.cursor() as cursor:
        cursor.execute(sql, [account if each == _ANY_ACCOUNT else each for each in parameters])
        return cursor.fetchone()[0]


@lru_cache
def _composed(rows: Callable[..., QuerySet], *arguments: Hashable, has_account: bool) -> tuple[str, tuple]:
    counted = rows(*([_ANY_ACCOUNT] if has_account else []), *arguments)
    # `elide_empty` prevents EmptyResultSet for a query that cannot have rows.
    sql, parameters = counted.query.get_compiler(DEFAULT_DB_ALIAS, elide_empty=False).as_sql()
    return f"SELECT COUNT(*) FROM ({sql}) counted", parameters  # noqa: S608 - Django's own SQL
