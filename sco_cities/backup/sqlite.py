"""SQLite backups, made by copying the file page by page while other processes read and write."""

import fcntl
import os
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from django.db import connection

from sco_cities.core.locked_directory import sync_directory

from .comparison import other_database
from .directory import BackupFailed, require_space

NAME = "SQLite"
SUFFIX = ".sqlite3"
HEADER = b"SQLite format 3\0"
# File name suffixes of the log, its index and the database. The database must be last.
_SUFFIXES = ("-wal", "-shm", "")
# The bytes of a database file that SQLite locks. Every open connection has a lock on some of these bytes.
_LOCK_START, _LOCK_BYTES = 0x40000000, 512
# Number of attempts, and seconds between attempts, while another process briefly has the database open.
_ATTEMPTS, _PAUSE_S = 10, 0.2


def size() -> int:
    """Maximum size of a backup in bytes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
        return cursor.fetchone()[0]


def copy_database(path: Path) -> None:
    """Writes the current transaction's view of the database into an empty file."""
    try:
        with closing(sqlite3.connect(path)) as target:
            connection.connection.backup(target)
            # Makes the backup a single file. The copy inherits the journal mode of its source, which would keep new
            # pages in a second file.
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
    """Uses the backup itself for the default connection, read-only."""
    require_intact(path)
    with other_database(_read_only(path), OPTIONS={"uri": True}):
        yield


def _read_only(path: Path) -> str:
    return f"{path.absolute().as_uri()}?mode=ro&immutable=1"


def require_unused() -> None:
    """Raises BackupFailed if another process has the database open."""
    path = file()
    if path.exists():
        with _exclusive(path):
            pass


@contextmanager
def replacement(path: Path) -> Iterator[str]:
    """Restores the backup into a file next to the database.

    Deletes the file at the end of the block, unless it was renamed.
    """
    require_intact(path)
    new = file().with_name(f"{file().name}.restoring")
    require_space(new.parent, path.stat().st_size * 2)
    try:
        new.unlink(missing_ok=True)
        with (
            open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target,
            path.open("rb") as source,
        ):
            shutil.copyfileobj(source, target)
        yield str(new)
    finally:
        for suffix in _SUFFIXES:
            Path(f"{new}{suffix}").unlink(missing_ok=True)


def put_in_place(new: str, aside: str) -> str:
    """Replaces the database file with the new file. The old file is renamed with the suffix `aside`.

    Returns the new name of the old file. If `aside` is "", the old database must be empty. The empty file is deleted,
    and the result is "".
    """
    path = file()
    if not path.exists():
        os.replace(new, path)
        sync_directory(path.parent)
        return ""
    with _exclusive(path):
        # The command may run as a different user from the site.
        shutil.copymode(path, new)
        with suppress(PermissionError):
            os.chown(new, path.stat().st_uid, path.stat().st_gid)
        # Also moves the log of a killed process. Otherwise SQLite would apply the log to the new file.
        for suffix in _SUFFIXES:
            old = Path(f"{path}{suffix}")
            if old.exists():
                old.rename(f"{path}.{aside}{suffix}") if aside else old.unlink()
        os.replace(new, path)
        sync_directory(path.parent)
    return f"{path}.{aside}" if aside else ""


def file() -> Path:
    """Returns the path of the database file."""
    name = str(connection.settings_dict["NAME"])
    if name.startswith((":memory:", "file:")):
        raise BackupFailed(f"{name} is not a file. A backup can only be restored to a file.")
    return Path(name).resolve()


def is_readable() -> bool:
    """Returns True if the database file is empty or begins like an SQLite file."""
    with file().open("rb") as opened:
        return opened.read(len(HEADER)) in (b"", HEADER)


@contextmanager
def _exclusive(path: Path) -> Iterator[None]:
    """Locks a database file as SQLite does, even if SQLite cannot read the file."""
    # The connection must be closed first, because closing a file releases all locks of this process on it.
    connection.close()
    try:
        with path.open("r+b") as opened:
            for attempt in range(_ATTEMPTS):
                try:
                    fcntl.lockf(opened, fcntl.LOCK_EX | fcntl.LOCK_NB, _LOCK_BYTES, _LOCK_START)
                    break
                except BlockingIOError:
                    if attempt == _ATTEMPTS - 1:
                        raise BackupFailed(
                            f"Another process has {path} open. Stop the site and the worker first."
                        ) from None
                    time.sleep(_PAUSE_S)
            yield
    except OSError as error:
        raise BackupFailed(f"{path} cannot be replaced: {error.strerror}.") from error
