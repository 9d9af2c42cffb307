"""A directory of backups, with their names, a lock for one writer, and the number kept."""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from django.utils import timezone

from sco_cities.core.locked_directory import locked_directory, sync_directory

_NAME = re.compile(r"sco-cities-[0-9]{8}-[0-9]{6}\.(?:sqlite3|dump)")
_UNFINISHED = ".unfinished-"
# Disk space reserved for other needs while a backup is written.
RESERVE = 16 * 1024 * 1024


class BackupFailed(Exception):
    """No backup was made, or one was not restored. The text gives operators the reason in a line."""


@contextmanager
def locked(directory: Path) -> Iterator[None]:
    """Creates the directory for this user only, locks out other backups, and removes remains of a killed one."""
    with ExitStack() as stack:
        try:
            stack.enter_context(locked_directory(directory, 0o700))
        except BlockingIOError:
            raise BackupFailed(f"Another backup into {directory} is running.") from None
        except OSError as error:
            raise BackupFailed(f"{directory} cannot be used: {error.strerror}.") from error
        for left in directory.glob(f"{_UNFINISHED}*"):
            left.unlink()
        yield


def require_space(directory: Path, needed: int) -> None:
    """Raises BackupFailed if the disk does not have this many free bytes."""
    free = shutil.disk_usage(directory).free
    needed += RESERVE
    if free < needed:
        raise BackupFailed(
            f"{megabytes(free)} are free on the disk of {directory}, and {megabytes(needed)} may be needed."
        )


def unfinished(directory: Path, suffix: str) -> Path:
    """A new, empty file for a backup, readable by this user only. `finish` gives it its name."""
    path = directory / f"{_UNFINISHED}{timezone.now():%Y%m%d-%H%M%S}{suffix}"
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except OSError as error:
        raise BackupFailed(f"{directory} cannot be written: {error.strerror}.") from error
    return path


def finish(path: Path) -> Path:
    """Gives a verified backup its name, once it is completely on disk."""
    final = path.with_name(path.name.replace(_UNFINISHED, "sco-cities-"))
    with path.open("rb") as file:
        os.fsync(file.fileno())
    path.rename(final)
    sync_directory(path.parent)
    return final


def prune(directory: Path, keep: int) -> int:
    """Deletes all except the newest backups. Returns the number deleted."""
    backups = sorted((path for path in directory.iterdir() if _NAME.fullmatch(path.name)), reverse=True)
    for path in backups[keep:]:
        with suppress(FileNotFoundError):
            path.unlink()
    return len(backups[keep:])


def megabytes(size: int) -> str:
    return f"{size / 1_000_000:,.1f} MB"
