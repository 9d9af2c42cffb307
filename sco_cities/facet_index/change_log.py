"""The log of changes: what has been committed since a process last looked."""

from collections import defaultdict

from django.db import connections, transaction
from django.db.models import Count, Max
from pyroaring import BitMap

from .models import Change

# What has been committed up to a moment: on SQLite the last number of the log, on PostgreSQL the database's
# own snapshot, since there changes are numbered when they are made and seen when they are committed.
Version = int | str

# Following more changes than this takes longer than reading everything anew.
MAX_CHANGES = 20_000
EVERYTHING = "*"
_TABLE = Change._meta.db_table


class ChangeLogOverflow(Exception):
    """More has changed than is worth following, one by one."""


def version(using: str) -> Version:
    """The version that the current transaction sees."""
    with connections[using].cursor() as cursor:
        if connections[using].vendor == "postgresql":
            cursor.execute("SELECT pg_current_snapshot()::text")
        else:
            cursor.execute(f"SELECT COALESCE(MAX(id), 0) FROM {_TABLE}")  # noqa: S608 - names of ours
        return cursor.fetchone()[0]


def changes_since(using: str, known: Version) -> tuple[Version, dict[str, BitMap]]:
    """The version that the current transaction sees, and the keys that changed since `known`, by part.

    ChangeLogOverflow where they are too many, or the log does not reach back that far.
    """
    if connections[using].vendor == "postgresql":
        seen, rows = _since_snapshot(using, known)
    else:
        seen, rows = _since_number(using, known)
    touched = defaultdict(BitMap)
    for part, key in rows:
        touched[part].add(key)
    if len(rows) > MAX_CHANGES or EVERYTHING in touched:
        raise ChangeLogOverflow
    return seen, touched


def _since_number(using, known):
    with connections[using].cursor() as cursor:
        cursor.execute(
            f"SELECT id, part, key FROM {_TABLE} WHERE id >= %s ORDER BY id LIMIT {MAX_CHANGES + 2}",  # noqa: S608 - names of ours
            [known],
        )
        rows = cursor.fetchall()
    # The last one known must still be there: else the log was emptied, or the database is another one.
    if known and (not rows or rows[0][0] != known):
        raise ChangeLogOverflow
    new = [row[1:] for row in rows if row[0] != known]
    return (rows[-1][0] if rows else 0), new


def _since_snapshot(using, known):
    """Everything that `known` did not see is new, however long its transaction took.

    So is all that the current transaction itself has written: once one of its savepoints was rolled back, a
    snapshot takes the transaction for one that has ended. Numbers of another cluster, from a restored copy, lie
    in the future and mean nothing.
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
            LIMIT {MAX_CHANGES + 1}""",  # noqa: S608 - names of ours
            [known, known],
        )
        rows = cursor.fetchall()
    return rows[0][0], [row[1:] for row in rows if row[1] is not None]


def mark(using: str, parts: list[str]) -> tuple:
    """What differs whenever one of these parts has changed, or more than can be said.

    By number and count: on PostgreSQL a lower number may be committed after a higher one.
    """
    told = Change.objects.using(using).filter(part__in=[*parts, EVERYTHING])
    return tuple(told.aggregate(newest=Max("pk"), number=Count("pk")).values())


def prune(using: str, most: int = 100_000) -> None:
    """Starts the log anew once it is longer than `most`: for those who write much, and for processes that begin."""
    if Change.objects.using(using).count() > most:
        reset(using)


def reset(using: str) -> None:
    """Empties the log and has every process read everything anew."""
    with transaction.atomic(using):
        Change.objects.using(using).all().delete()
        number = "pg_current_xact_id()::text::bigint" if connections[using].vendor == "postgresql" else "NULL"
        with connections[using].cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {_TABLE} (part, key, transaction_number) VALUES (%s, 0, {number})",  # noqa: S608 - names of ours
                [EVERYTHING],
            )
