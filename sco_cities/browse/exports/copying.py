"""Rows of CSV that PostgreSQL writes by itself and that are passed on: quicker than reading and writing them."""

from collections.abc import Sequence

from sco_cities.browse.columns import Column
from sco_cities.browse.listing import Listing


class Copied:
    """Gives the rows of some records as lines of CSV."""

    def __init__(self, listing: Listing, columns: Sequence[Column], connection):
        self.connection = connection
        named = {f"_{place}": column.cell(listing) for place, column in enumerate(columns)}
        records = listing.for_page().order_by().annotate(**named)
        self.records = records.values_list("pk", *named)
        self.columns = list(named)
        # Empty texts would be quoted. But a row of nothing else than nothing would be an empty line, which
        # readers of CSV skip: there it must be.
        empty = "NULLIF(row.{0}, '')" if len(named) > 1 else "COALESCE(row.{0}, '')"
        self.cells = ", ".join(empty.format(name) for name in named)

    def __call__(self, keys: list[int]) -> bytes:
        sql, params = self.records.filter(pk__in=keys).query.sql_with_params()
        names = ", ".join(["key", *self.columns])
        copied = _Rows()
        with self.connection.cursor() as cursor:
            statement = cursor.cursor.mogrify(
                f"COPY (WITH row ({names}) AS ({sql}) SELECT {self.cells} FROM row "  # noqa: S608 - names of ours
                "JOIN UNNEST(%s::bigint[]) WITH ORDINALITY AS wanted (key, place) USING (key) ORDER BY place) "
                "TO STDOUT (FORMAT csv)",
                [*params, keys],
            )
            cursor.copy_expert(statement.decode(), copied)
        return b"".join(copied.rows)


class _Rows:
    """A file that takes a row of COPY at a time, and ends it with CRLF."""

    def __init__(self):
        self.rows: list[bytes] = []

    def write(self, row: bytes) -> None:
        self.rows.append(row[:-1] + b"\r\n")
