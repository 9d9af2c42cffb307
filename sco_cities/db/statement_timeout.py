"""Statements that may take longer than a page may."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import Error, connections


@contextmanager
def no_statement_timeout(using: str) -> Iterator[None]:
    """Statements inside, on the database `using`, may take as long as they take: no time-out stops them.

    For commands, at which nobody waits as at a page: loading a large package, for instance.
    """
    connection = connections[using]
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
    try:
        yield
    finally:
        try:
            with connection.cursor() as cursor:
                cursor.execute("RESET statement_timeout")
        except Error:
            # A connection in an unknown state must not serve the next request.
            connection.close()
