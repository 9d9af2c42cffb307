"""Cells of exported files: what stands between items, and SQL expressions that make finished ones for CSV.

PostgreSQL writes files by itself with them.
"""

from django.db.models import Aggregate, CharField, Func

SEPARATOR = "; "


class Neutralised(Func):
    """A text with an apostrophe before what a spreadsheet would take for a formula, as `csv_cells.neutralised`."""

    template = r"REGEXP_REPLACE(%(expressions)s, E'^(\'*[=+@\\t\\r-])', E'\'\\1')"
    output_field = CharField()


class InItems(Func):
    """A text that is a list with "; " between its items, however it is spaced and ended."""

    template = (
        r"REGEXP_REPLACE(REGEXP_REPLACE(%(expressions)s, E'^[; \t\n\r\x0B\f]+|[; \t\n\r\x0B\f]+$', '', 'g'),"
        r" E'[ \t\n\r\x0B\f]*;[; \t\n\r\x0B\f]*', '; ', 'g')"
    )
    output_field = CharField()


class AsText(Func):
    """A number, day or truth value as text."""

    template = "(%(expressions)s)::text"
    output_field = CharField()


class Decimal(Func):
    """A decimal without trailing zeros."""

    template = "TRIM_SCALE(%(expressions)s)::text"
    output_field = CharField()


class InUTC(Func):
    """A time as 2025-01-02T03:04:05Z."""

    template = "TO_CHAR((%(expressions)s) AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"
    output_field = CharField()

    def as_sqlite(self, compiler, connection, **context):
        # Cut from how Django keeps it there: STRFTIME would round up what is less than half a millisecond away.
        return self.as_sql(
            compiler,
            connection,
            template="REPLACE(SUBSTR(%(expressions)s, 1, 19), ' ', 'T') || 'Z'",
            **context,
        )


class Joined(Aggregate):
    """The first expression of all rows, joined by "; " in the order of the others."""

    name = "Joined"
    arity = None
    output_field = CharField()
    allow_empty = True

    def as_sql(self, compiler, connection, **context):
        compiled = [
            compiler.compile(expression) for expression in self.get_source_expressions() if expression
        ]
        (item, *terms), params = [sql for sql, _params in compiled], [p for _sql, ps in compiled for p in ps]
        return f"STRING_AGG({item}, '; ' ORDER BY {', '.join(terms)})", params
