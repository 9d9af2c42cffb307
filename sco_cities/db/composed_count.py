"""Counts rows by SQL that is composed once in a process.

Django composes the SQL of a query each time. For a query of all kinds of records this takes up to 16 ms of CPU time,
while the database counts the rows in less than one.
"""

from collections.abc import Callable, Hashable
from functools import lru_cache

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import QuerySet

# A key that no account has. It marks the key of the account among the parameters of the composed SQL.
_ANY_ACCOUNT = -(2**31) + 1


def count_rows(rows: Callable[..., QuerySet], *arguments: Hashable, account: int | None = None) -> int:
    """Counts the rows of the QuerySet `rows(*arguments)`, or of `rows(key, *arguments)` for the key of an account.

    `rows` is a function of a module, and its QuerySet depends on its arguments only.
    """
    sql, parameters = _composed(rows, *arguments, has_account=account is not None)
    with connection.cursor() as cursor:
        cursor.execute(sql, [account if each == _ANY_ACCOUNT else each for each in parameters])
        return cursor.fetchone()[0]


@lru_cache
def _composed(rows: Callable[..., QuerySet], *arguments: Hashable, has_account: bool) -> tuple[str, tuple]:
    counted = rows(*([_ANY_ACCOUNT] if has_account else []), *arguments)
    # Without this argument, the SQL of a query that can have no rows is an EmptyResultSet.
    sql, parameters = counted.query.get_compiler(DEFAULT_DB_ALIAS, elide_empty=False).as_sql()
    return f"SELECT COUNT(*) FROM ({sql}) counted", parameters  # noqa: S608 - Django's own SQL
