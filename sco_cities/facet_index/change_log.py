"""Reads the change log: what was committed since a version that a process knows."""

from collections import defaultdict

from django.db import connections, transaction
from django.db.models import Count, Max
from pyroaring import BitMap

from .models import Change
from .pk_bitmaps import AGGREGATES, read_keys

# What was committed up to a moment. On SQLite: the last number of the log. On PostgreSQL: the database's own
# snapshot, because changes get their number when they are written, but become visible when they are committed.
Version = int | str

# The most changed records, counted once a part: 20,000 initiatives with their relations are 100,000 and take 1.3 s of
# processor time. 50,000 take as long as reading a million again, 2.9 s.
MAX_CHANGES = 200_000
# More entries than this are grouped by the database instead of read one by one.
MAX_ROWS = 5_000
# A longer log is pruned. An import of 20,000 initiatives writes 150,000 entries.
MAX_LENGTH = 1_000_000
EVERYTHING = "*"
# On PostgreSQL: all entries up to this one's transaction number have been pruned.
PRUNED = "<"
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
    current, rows = _entries(using, known, MAX_ROWS)
    changes = defaultdict(BitMap)
    for part, key in rows:
        changes[part].add(key)
    if len(rows) > MAX_ROWS:
        current, changes = _grouped_entries(using, known)
    if changes.keys() & {EVERYTHING, PRUNED} or sum(map(len, changes.values())) > MAX_CHANGES:
        raise ChangeLogOverflow
    return current, changes


def has_changes(using: str, known: Version) -> bool:
    """Whether anything that the current transaction sees was committed since `known`."""
    try:
        return bool(_entries(using, known, 0)[1])
    except ChangeLogOverflow:
        return True


def _entries(using: str, known: Version, most: int) -> tuple[Version, list[tuple[str, int]]]:
    """The current version, and part and key of up to `most` + 1 entries since `known`."""
    if connections[using].vendor == "postgresql":
        return _entries_since_snapshot(using, known, most)
    return _entries_since_number(using, known, most)


def _entries_since_number(using, known, most):
    with connections[using].cursor() as cursor:
        cursor.execute(
            f"SELECT id, part, key FROM {_TABLE} WHERE id >= %s ORDER BY id LIMIT {most + 2}",  # noqa: S608 - our own names
            [known],
        )
        rows = cursor.fetchall()
    # The last known entry must still exist: otherwise the log was pruned, or this is another database.
    if known and (not rows or rows[0][0] != known):
        raise ChangeLogOverflow
    new = [row[1:] for row in rows if row[0] != known]
    return (rows[-1][0] if rows else 0), new


# All changes that a known version did not see, however long their transactions took. That includes everything the
# current transaction has written: after a rollback to a savepoint, a snapshot treats the transaction as ended.
# Transaction IDs of another cluster, from a restored copy, lie in the future and are ignored.
_UNSEEN = f"""
    change.transaction_number >= pg_snapshot_xmin(%s::pg_snapshot)::text::bigint
    AND (
        change.transaction_number < pg_snapshot_xmax(pg_current_snapshot())::text::bigint
        AND NOT pg_visible_in_snapshot(change.transaction_number::text::xid8, %s::pg_snapshot)
        OR change.transaction_number = pg_current_xact_id_if_assigned()::text::bigint
        OR change.part = '{PRUNED}'
    )"""


def _entries_since_snapshot(using, known, most):
    with connections[using].cursor() as cursor:
        cursor.execute(
            f"""
            SELECT pg_current_snapshot()::text, change.part, change.key
            FROM (SELECT 1) AS always LEFT JOIN {_TABLE} AS change ON {_UNSEEN} LIMIT {most + 1}""",  # noqa: S608 - our own names
            [known, known],
        )
        rows = cursor.fetchall()
    return rows[0][0], [row[1:] for row in rows if row[1] is not None]


def _grouped_entries(using: str, known: Version) -> tuple[Version, dict[str, BitMap]]:
    """The current version and the keys by part of any number of entries: one row a part."""
    vendor = connections[using].vendor
    keys = AGGREGATES[vendor].format("change.key")
    if vendor == "postgresql":
        version, unseen, params = "pg_current_snapshot()::text", _UNSEEN, [known, known]
    else:
        version, unseen, params = "MAX(change.id)", "change.id > %s", [known]
    with connections[using].cursor() as cursor:
        # Without the operator, SQLite would follow the index on parts through the whole log.
        group = "change.part" if vendor == "postgresql" else "+change.part"
        cursor.execute(
            f"SELECT {version}, change.part, {keys} FROM {_TABLE} AS change WHERE {unseen} GROUP BY {group}",  # noqa: S608 - our own names
            params,
        )
        rows = cursor.fetchall()
    if not rows:
        raise ChangeLogOverflow
    return max(row[0] for row in rows), {part: read_keys(cell) for _version, part, cell in rows}


def fingerprint(using: str, parts: list[str]) -> tuple:
    """A value that changes whenever one of these parts changes, or everything does.

    It contains the highest number and the count: on PostgreSQL a lower number may be committed after a higher one.
    """
    entries = Change.objects.using(using).filter(part__in=[*parts, EVERYTHING])
    return tuple(entries.aggregate(newest=Max("pk"), number=Count("pk")).values())


def prune(using: str, most: int = MAX_LENGTH) -> None:
    """Deletes the oldest entries of a log of more than `most`. For commands that write much, and starting processes.

    A process that has not read these entries yet reads everything again.
    """
    log = Change.objects.using(using)
    with transaction.atomic(using):
        last = log.order_by("-pk")[most : most + 1].first()
        if last is None:
            return
        if connections[using].vendor != "postgresql":
            log.filter(pk__lt=last.pk).delete()
            return
        with connections[using].cursor() as cursor:
            # A snapshot that does not see all older transactions has a lower xmin than the marker; later ones do not.
            cursor.execute(
                "SELECT LEAST(%s, pg_snapshot_xmin(pg_current_snapshot())::text::bigint)",
                [last.transaction_number],
            )
            first_kept = cursor.fetchone()[0]
        log.filter(transaction_number__lt=first_kept).delete()
        log.create(part=PRUNED, transaction_number=first_kept - 1)


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
