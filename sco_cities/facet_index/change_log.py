"""Reads the change log: what was committed since a version that a process knows."""

from collections import defaultdict

from django.db import connections, transaction
from django.db.models import Count, Max
from pyroaring import BitMap

from .models import Change

# What was committed up to a moment. On SQLite: the last number of the log. On PostgreSQL: the database's own
# snapshot, because changes get their number when they are written, but become visible when they are committed.
Version = int | str

# Applying more changes than this takes longer than reading everything again.
MAX_CHANGES = 20_000
EVERYTHING = "*"
_TABLE = Change._meta.db_table


class ChangeLogOverflow(Exception):
    """Too many changes to apply one by one, or the log does not reach back far enough."""


def version(using: str) -> Version:
    """The version that the current transaction sees."""
    with connections[using].cursor() as cursor:
        if connections[using].vendor == "postgresql":
            cursor.execute("SELECT pg_current_snapshot()::text")
        else:
            cursor.execute(f"SELECT COALESCE(MAX(id), 0) FROM {_TABLE}")  # noqa: S608 - our own names
        return cursor.fetchone()[0]


def changes_since(using: str, known: Version) -> tuple[Version, dict[str, BitMap]]:
    """The version that the current transaction sees, and the keys that changed since `known`, by part.

    Raises ChangeLogOverflow if there are too many, or if the log does not reach back to `known`.
    """
    if connections[using].vendor == "postgresql":
        current, rows = _since_snapshot(using, known)
    else:
        current, rows = _since_number(using, known)
    changes = defaultdict(BitMap)
    for part, key in rows:
        changes[part].add(key)
    if len(rows) > MAX_CHANGES or EVERYTHING in changes:
        raise ChangeLogOverflow
    return current, changes


def _since_number(using, known):
    with connections[using].cursor() as cursor:
        cursor.execute(
            f"SELECT id, part, key FROM {_TABLE} WHERE id >= %s ORDER BY id LIMIT {MAX_CHANGES + 2}",  # noqa: S608 - our own names
            [known],
        )
        rows = cursor.fetchall()
    # The last known entry must still exist: otherwise the log was emptied, or this is another database.
    if known and (not rows or rows[0][0] != known):
        raise ChangeLogOverflow
    new = [row[1:] for row in rows if row[0] != known]
    return (rows[-1][0] if rows else 0), new


def _since_snapshot(using, known):
    """All changes that `known` did not see, however long their transactions took.

    That includes everything the current transaction has written: after a rollback to a savepoint, a snapshot treats
    the transaction as ended. Transaction IDs of another cluster, from a restored copy, lie in the future and are
    ignored.
    """
    with connections[using].cursor() as cursor:
        cursor.execute(
            f"""
            SELECT pg_current_snapshot()::text, change.part, change.key
            FROM (SELECT 1) AS always LEFT JOIN {_TABLE} AS change
            ON change.transaction_number >= pg_snapshot_xmin(%s::pg_snapshot)::text::bigint
            AND (
                change.transaction_number < pg_snapshot_xmax(pg_current_snapshot())::text::bigint
                AND NOT pg_visible_in_snapshot(change.transaction_number::text::xid8, %s::pg_snapshot)
                OR change.transaction_number = pg_current_xact_id_if_assigned()::text::bigint
            )
            LIMIT {MAX_CHANGES + 1}""",  # noqa: S608 - our own names
            [known, known],
        )
        rows = cursor.fetchall()
    return rows[0][0], [row[1:] for row in rows if row[1] is not None]


def fingerprint(using: str, parts: list[str]) -> tuple:
    """A value that changes whenever one of these parts changes, or everything does.

    It contains the highest number and the count: on PostgreSQL a lower number may be committed after a higher one.
    """
    entries = Change.objects.using(using).filter(part__in=[*parts, EVERYTHING])
    return tuple(entries.aggregate(newest=Max("pk"), number=Count("pk")).values())


def prune(using: str, most: int = 100_000) -> None:
    """Empties the log if it has more than `most` entries. For commands that write much, and for starting processes."""
    if Change.objects.using(using).count() > most:
        reset(using)


def reset(using: str) -> None:
    """Empties the log and makes every process read everything again."""
    with transaction.atomic(using):
        Change.objects.using(using).all().delete()
        number = "pg_current_xact_id()::text::bigint" if connections[using].vendor == "postgresql" else "NULL"
        with connections[using].cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {_TABLE} (part, key, transaction_number) VALUES (%s, 0, {number})",  # noqa: S608 - our own names
                [EVERYTHING],
            )
