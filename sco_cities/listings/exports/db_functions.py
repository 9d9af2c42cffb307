"""What stands in cells of exported files, whatever their form."""

from django.db.models import CharField, Func

SEPARATOR = "; "


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
