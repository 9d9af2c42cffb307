"""Directories where only one process at a time may write."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def locked_directory(path: Path, mode: int = 0o777) -> Iterator[None]:
    """Creates the directory if needed and locks it for this process. The lock ends with the process.

    Raises BlockingIOError if another process holds the lock, and OSError if the directory cannot be used.
    """
    path.mkdir(mode=mode, parents=True, exist_ok=True)
    lock = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(lock)


def sync_directory(path: Path) -> None:
    """Flushes the entries of a directory to disk."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
