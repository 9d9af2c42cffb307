"""Reads from the change log which keys changed since a known version."""

from collections.abc import Collection, Iterable
from contextlib import suppress
from typing import NamedTuple

from django.db import DatabaseError, ProgrammingError, connections, router, transaction
from pyroaring import BitMap

from .models import EVERYTHING, PRUNED, Change
from .pk_bitmaps import AGGREGATES, read_keys
from .triggers import NUMBERS, install_triggers, last_trigger

# Maximum number of changed records, each counted once per part. 20,000 initiatives and their relations count as
# 100,000. Applying the changes takes 1.3 s of CPU time. For 50,000 initiatives, the changes take 2.9 s, as long as
# reading a million records again.
MAX_CHANGES = 200_000
# Maximum length of the log before it is pruned. An import of 20,000 initiatives writes 150,000 entries.
MAX_LENGTH = 1_000_000
_TABLE = Change._meta.db_table


class ChangeLogOverflow(Exception):
    """Raised if too many changes must be applied, or if the log starts after the known version."""


class FacetIndexNotReady(Exception):
    """Raised if an index is still being read or could not be read. Requests get status 503 and Retry-After."""


class PostgresVersion(NamedTuple):
    """A state of a PostgreSQL database, identified by the transactions committed before it.

    A transaction gets its number at its first write, but becomes visible when it is committed. All transactions with
    numbers below `xmin` have ended, and the later transactions in `seen` have been committed. `database` identifies the
    running server and the file of the log. A failover or a restore changes `database`, because transactions may have
    been lost.
    """

    database: str
    xmin: int
    xmax: int
    seen: frozenset[int]


class SQLiteVersion(NamedTuple):
    """A version on SQLite, where changes are committed in the order of their numbers.

    `last` and `token` are the number and the random token of the last entry. In a restored or different file, an entry
    with the same number has another token.
    """

    last: int
    token: int | None


Version = PostgresVersion | SQLiteVersion


def version(using: str) -> Version:
    """Returns the version that the current transaction sees.

    Raises FacetIndexNotReady while the database is being restored.
    """
    if connections[using].vendor == "postgresql":
        return _postgres_version(using)
    ((last, token),) = _rows(using, f"SELECT COALESCE(MAX(id), 0), transaction_number FROM {_TABLE}")  # noqa: S608 - our own names
    return SQLiteVersion(last, token)


def changes_since(using: str, known: Version) -> tuple[Version, dict[str, BitMap]]:
    """Returns the version that the current transaction sees, and the keys changed since `known`, by part.

    Raises ChangeLogOverflow if there are too many changes, or if the log starts after `known`. Raises
    FacetIndexNotReady while the database is being restored.
    """
    is_postgresql = connections[using].vendor == "postgresql"
    current, changes = (_since_snapshot if is_postgresql else _since_number)(using, known)
    if changes.keys() & {EVERYTHING, PRUNED} or sum(map(len, changes.values())) > MAX_CHANGES:
        raise ChangeLogOverflow
    return current, changes


def has_changes(using: str, known: Version) -> bool:
    """Returns True if any change visible to the current transaction was committed since `known`."""
    try:
        return bool(changes_since(using, known)[1])
    except ChangeLogOverflow:
        return True


def _rows(using: str, statement: str, params: Collection = ()) -> list[tuple]:
    try:
        with connections[using].cursor() as cursor:
            cursor.execute(statement, params)
            return cursor.fetchall()
    except ProgrammingError as error:
        if not _is_missing_table(error):
            raise
        raise FacetIndexNotReady("The change log does not exist: the database is being restored.") from error


def _is_missing_table(error: BaseException | None) -> bool:
    return isinstance(error, ProgrammingError) and getattr(error.__cause__, "pgcode", "") == "42P01"


def is_of_a_restore(error: BaseException | None) -> bool:
    """Returns True if a table is missing because the database is being restored. The triggers are also missing then."""
    if not _is_missing_table(error):
        return False
    with suppress(DatabaseError):
        try:
            version(router.db_for_read(Change))
        except FacetIndexNotReady:
            return True
    return False


def _since_number(using, known):
    """Returns the current version and the changed keys by part on SQLite. The query returns one row per part."""
    keys = AGGREGATES["sqlite"].format("change.key")
    # In a query with MAX, SQLite returns the other columns of the row with the maximum. The unary plus in GROUP BY
    # prevents SQLite from scanning the entire log through the index on parts.
    rows = _rows(
        using,
        f"SELECT id, transaction_number, '', NULL FROM {_TABLE} WHERE id = %s UNION ALL "  # noqa: S608 - our own names
        f"SELECT MAX(change.id), change.transaction_number, change.part, {keys} FROM {_TABLE} AS change "
        "WHERE change.id > %s GROUP BY +change.part",
        [known.last, known.last],
    )
    # The last known entry must still exist. Otherwise, the log was pruned, or the database was restored or replaced.
    if known.last and (not rows or rows[0][:2] != known):
        raise ChangeLogOverflow
    current = max((row[:2] for row in rows), default=known)
    return SQLiteVersion(*current), {part: read_keys(cell) for *_last, part, cell in rows if part}


# Identifies the running server and the file of the log. The path of the file identifies the database.
_DATABASE = f"pg_postmaster_start_time()::text || ' ' || pg_relation_filepath('{_TABLE}')"
# The current moment: the snapshot and, if the transaction has written data, the transaction's number.
_MOMENT = f"{_DATABASE}, pg_current_snapshot()::text, pg_current_xact_id_if_assigned()::text::bigint"
# True for rows written on this server. The transaction with the number in the row, or a later subtransaction, inserted
# these rows. Other rows were copied from another server, so their numbers are meaningless here. Only 32 bits are
# compared, because `xmin` has only 32 bits.
_IS_OWN = "((change.xmin::text::bigint - change.transaction_number) & 4294967295) < 2147483648"
# All changes missing from a known version, including changes by long transactions with low numbers.
_UNSEEN = f"""
    change.transaction_number >= %s
    AND (change.transaction_number <> ALL(%s::bigint[]) OR change.part = '{PRUNED}') AND {_IS_OWN}"""


def _postgres_version(using: str) -> PostgresVersion:
    ((*moment, seen, is_complete),) = _rows(
        using,
        f"""
        SELECT {_MOMENT},
            ARRAY(
                SELECT DISTINCT change.transaction_number FROM {_TABLE} AS change
                WHERE change.transaction_number >= pg_snapshot_xmin(pg_current_snapshot())::text::bigint AND {_IS_OWN}
            ),
            EXISTS (SELECT FROM pg_trigger WHERE tgname = %s AND NOT tgisinternal)""",  # noqa: S608 - our own names
        [last_trigger()],
    )
    if not is_complete:
        raise FacetIndexNotReady("The change log has no triggers: the database is being restored.")
    return _version_at(moment, seen)


def _version_at(moment: list, numbers: Iterable[int]) -> PostgresVersion:
    """Returns the version for a row of _MOMENT. `numbers` are visible transactions, above or below its xmin."""
    database, snapshot, own = moment
    xmin, xmax, _running = snapshot.split(":")
    # The current transaction is excluded, because it can still write.
    seen = frozenset(number for number in numbers if number >= int(xmin) and number != own)
    return PostgresVersion(database, int(xmin), int(xmax), seen)


def _since_snapshot(using, known):
    """Returns the current version and the changed keys by part on PostgreSQL. The query returns one row per part."""
    keys = AGGREGATES["postgresql"].format("change.key")
    rows = _rows(
        using,
        f"""
        SELECT {_MOMENT}, array_agg(DISTINCT change.transaction_number), change.part, {keys}
        FROM (SELECT 1) AS always LEFT JOIN {_TABLE} AS change ON {_UNSEEN} GROUP BY change.part""",  # noqa: S608 - our own names
        [known.xmin, list(known.seen)],
    )
    new = {part: (numbers, cell) for *_moment, numbers, part, cell in rows if part}
    current = _version_at(rows[0][:3], known.seen.union(*(numbers for numbers, _cell in new.values())))
    # Versions can be compared only in the same database. A lower number belongs to an earlier state of the database.
    if known.database != current.database or known.xmax > current.xmax:
        raise ChangeLogOverflow
    return current, {part: read_keys(cell) for part, (_numbers, cell) in new.items()}


# A transaction number. All entries below this boundary are visible, and entries can be added only above it. The
# boundary stays the same until the last entry changes, unless an older transaction is still running.
_BOUNDARY = """
    LEAST(pg_snapshot_xmin(pg_current_snapshot())::text::bigint, COALESCE(change.transaction_number + 1, 0))"""


def fingerprint(using: str, parts: list[str] | None = None) -> tuple:
    """Returns a value that changes whenever one of `parts` changes or everything must be read again.

    If `parts` is empty, every change changes the value. The value contains the highest number of the entries. On
    SQLite, it also contains the token of the last entry. On PostgreSQL, a lower number may be committed after a higher
    number. Therefore the value also contains the database, a boundary, and the number of entries from the boundary
    onwards. Counting all entries, up to a million, would take 60 ms.
    """
    names = [] if parts is None else [*parts, EVERYTHING]
    # Each part has a subquery. For a list of parts, SQLite may scan the entire log.
    last = " UNION ALL ".join([f"SELECT MAX(id) AS id FROM {_TABLE} WHERE part = %s"] * len(names))  # noqa: S608 - our own names
    # The marker of a pruned log has an old number. Counting from that number would include almost all entries.
    last = f"({last}) AS part" if last else f"{_TABLE} WHERE part <> '{PRUNED}'"
    columns, params = "change.transaction_number", names
    if connections[using].vendor == "postgresql":
        among = f" AND newer.part IN ({', '.join(['%s'] * len(names))})" if names else ""
        newer = f"SELECT COUNT(*) FROM {_TABLE} AS newer WHERE newer.transaction_number >= {_BOUNDARY}{among}"  # noqa: S608 - our own names
        columns, params = f"{_DATABASE}, {_BOUNDARY}, ({newer})", [*names, *names]
    (values,) = _rows(
        using,
        f"""
        SELECT last.id, {columns} FROM (SELECT MAX(id) AS id FROM {last}) AS last
        LEFT JOIN {_TABLE} AS change ON change.id = last.id""",  # noqa: S608 - our own names
        params,
    )
    return values


def prune(using: str, most: int = MAX_LENGTH) -> int:
    """Deletes the oldest entries if the log has more than `most` entries. Returns the number of deleted entries.

    Processes at startup and commands with many writes call this function. A process that has not read the deleted
    entries yet reads everything again.
    """
    log = Change.objects.using(using)
    with transaction.atomic(using):
        last = log.order_by("-pk")[most : most + 1].first()
        if last is None:
            return 0
        if connections[using].vendor != "postgresql":
            return log.filter(pk__lt=last.pk).delete()[0]
        with connections[using].cursor() as cursor:
            # Every snapshot without an older transaction sees the marker, because its xmin is at most the marker's
            # number. Later snapshots ignore the marker.
            cursor.execute(
                "SELECT LEAST(%s, pg_snapshot_xmin(pg_current_snapshot())::text::bigint)",
                [last.transaction_number],
            )
            first_kept = cursor.fetchone()[0]
        deleted, _by_model = log.filter(transaction_number__lt=first_kept).delete()
        log.create(part=PRUNED, transaction_number=first_kept - 1)
        return deleted


def reset(using: str) -> None:
    """Empties the log and makes every process read everything again."""
    with transaction.atomic(using):
        Change.objects.using(using).all().delete()
        number = NUMBERS[connections[using].vendor]
        with connections[using].cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {_TABLE} (part, key, transaction_number) VALUES (%s, 0, {number})",  # noqa: S608 - our own names
                [EVERYTHING],
            )


def install(sender, using: str, **kwargs) -> None:
    """Installs the triggers after migrations (a receiver of post_migrate). Every process then reads everything again,
    because changes made without triggers are not in the log.
    """
    if Change._meta.db_table in connections[using].introspection.table_names():
        install_triggers(using)
        reset(using)
