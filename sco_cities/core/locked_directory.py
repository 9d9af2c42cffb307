"""A directory in which one process at a time may write."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def locked_directory(path: Path, mode: int = 0o777) -> Iterator[None]:
    """Creates the directory if needed, and keeps other processes out; the system ends the lock with the process.

    Raises BlockingIOError if another process is in it, OSError if it cannot be used.
    """
    path.mkdir(mode=mode, parents=True, exist_ok=True)
    lock = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(lock)


def sync_directory(path: Path) -> None:
    """Has the names in a directory written to the disk."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
