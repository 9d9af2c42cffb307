"""Manages the file names, the writer lock and the deletion of old backups in a backup directory."""

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
# Disk space in bytes that a backup must leave free for other uses.
RESERVE = 16 * 1024 * 1024


class BackupFailed(Exception):
    """A backup could not be made or restored. The message gives operators the reason on one line."""


@contextmanager
def locked(directory: Path) -> Iterator[None]:
    """Creates a private directory if needed, locks out other backups, and removes the files of a killed backup."""
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
    """Raises BackupFailed if the disk has less free space than `needed` bytes plus the reserve."""
    free = shutil.disk_usage(directory).free
    needed += RESERVE
    if free < needed:
        raise BackupFailed(
            f"{megabytes(free)} are free on the disk of {directory}, but up to {megabytes(needed)} are needed."
        )


def unfinished(directory: Path, suffix: str) -> Path:
    """Creates an empty file for a backup, readable by this user only. `finish` renames it."""
    path = directory / f"{_UNFINISHED}{timezone.now():%Y%m%d-%H%M%S}{suffix}"
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except OSError as error:
        raise BackupFailed(f"{directory} cannot be written: {error.strerror}.") from error
    return path


def finish(path: Path) -> Path:
    """Flushes a verified backup to disk and then renames it to its final name."""
    final = path.with_name(path.name.replace(_UNFINISHED, "sco-cities-"))
    with path.open("rb") as file:
        os.fsync(file.fileno())
    path.rename(final)
    sync_directory(path.parent)
    return final


def prune(directory: Path, keep: int) -> int:
    """Deletes all backups except the `keep` newest. Returns the number of deleted backups."""
    backups = sorted((path for path in directory.iterdir() if _NAME.fullmatch(path.name)), reverse=True)
    for path in backups[keep:]:
        with suppress(FileNotFoundError):
            path.unlink()
    return len(backups[keep:])


def megabytes(size: int) -> str:
    return f"{size / 1_000_000:,.1f} MB"
