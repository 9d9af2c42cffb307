"""Database functions with the same result on PostgreSQL and SQLite."""

from django.db.models import CharField, Func


class Alphabetical(Func):
    """A text as an alphabetical sort key, ignoring case."""

    function = "LOWER"

    def as_postgresql(self, compiler, connection, **context):
        return self.as_sql(
            compiler,
            connection,
            template='%(function)s((%(expressions)s) COLLATE "C") COLLATE "C"',
            **context,
        )


class UTCTimestamp(Func):
    """A time as text in UTC with seconds, such as `2025-01-02T03:04:05Z`."""

    template = "TO_CHAR((%(expressions)s) AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"
    output_field = CharField()

    def as_sqlite(self, compiler, connection, **context):
        # Truncates Django's stored text, because STRFTIME rounds up within half a millisecond of the next second.
        return self.as_sql(
            compiler,
            connection,
            template="REPLACE(SUBSTR(%(expressions)s, 1, 19), ' ', 'T') || 'Z'",
            **context,
        )
