"""Backups of SQLite: a copy of the file, taken page by page while others read and write."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from django.db import connection

from .contents import other_database
from .errors import BackupFailed

SUFFIX = ".sqlite3"
HEADER = b"SQLite format 3\0"


def size() -> int:
    """How many bytes a backup may have."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
        return cursor.fetchone()[0]


def copy_database(path: Path) -> None:
    """Writes the database as the current transaction sees it into an empty file."""
    try:
        with closing(sqlite3.connect(path)) as target:
            connection.connection.backup(target)
            # One file: a copy has the mode of its source, which keeps new pages in a second one.
            target.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.Error as error:
        raise BackupFailed(f"The backup cannot be written: {error}.") from error


def require_intact(path: Path) -> None:
    """Raises BackupFailed if a backup is damaged."""
    try:
        with closing(sqlite3.connect(_read_only(path), uri=True)) as database:
            problems = [text for (text,) in database.execute("PRAGMA integrity_check(1)")]
            broken = database.execute("PRAGMA foreign_key_check").fetchone()
    except sqlite3.Error as error:
        raise BackupFailed(f"{path.name} is damaged: {error}.") from error
    if problems != ["ok"]:
        raise BackupFailed(f"{path.name} is damaged: {problems[0]}.")
    if broken:
        raise BackupFailed(
            f"{path.name} is damaged: a row of {broken[0]} refers to a missing row of {broken[2]}."
        )


@contextmanager
def restored_on_trial(path: Path) -> Iterator[None]:
    """Inside, the default connection reads the backup itself, which nothing changes."""
    require_intact(path)
    with other_database(_read_only(path), OPTIONS={"uri": True}):
        yield


def _read_only(path: Path) -> str:
    return f"{path.absolute().as_uri()}?mode=ro&immutable=1"
