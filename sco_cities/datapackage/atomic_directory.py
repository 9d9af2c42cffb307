"""Replaces a package's folder atomically. Readers see either the old package or the new one."""

import ctypes
import errno
import json
import os
import secrets
import shutil
from pathlib import Path

from .descriptor import NAME
from .parse import DESCRIPTOR
from .tables import TABLES

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


class DirectoryError(Exception):
    """The package cannot be written to this folder."""


def replace_package(path: Path, files: dict[str, bytes]) -> None:
    """Writes `files` to the folder `path`, and keeps other files in it, such as a README.

    The folder is created if needed. The files are written to a new folder next to it, and then the two folders are
    exchanged in one step. If the process is killed, `path` contains either the old or the new package, and a hidden
    folder next to it may contain parts of the other package. Raises DirectoryError if `path` is a file, contains
    anything but a package of this name, cannot be written, or contains the current directory (it would be lost).
    """
    path = path.resolve()
    new = path.parent / f".{path.name}-{secrets.token_hex(4)}"
    try:
        _check_contents(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        new.mkdir()
        if path.exists():
            _copy_other_files(path, new)
            shutil.copystat(path, new)
        for name, content in files.items():
            with (new / name).open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        if path.exists():
            _exchange(new, path)
        else:
            new.rename(path)
    except OSError as error:
        raise DirectoryError(f"{path} cannot be written: {error.strerror}.") from error
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _check_contents(path: Path) -> None:
    if not path.exists():
        return
    if not path.is_dir():
        raise DirectoryError(f"{path} is a file; a package must be a folder.")
    if path == Path.cwd() or path in Path.cwd().parents:
        raise DirectoryError(f"{path} is replaced as a whole: run the command from outside it.")
    if not any(path.iterdir()):
        return
    try:
        name = json.loads((path / DESCRIPTOR).read_bytes())["name"]
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        raise DirectoryError(f"{path} is not empty, and not a data package.") from None
    if name != NAME:
        raise DirectoryError(f"{path} contains another data package, “{name}”.")


def _copy_other_files(path: Path, new: Path) -> None:
    ours = {DESCRIPTOR, *(table.file_name for table in TABLES.values())}
    for entry in path.iterdir():
        if entry.name in ours:
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.copytree(entry, new / entry.name, symlinks=True)
        else:
            shutil.copy2(entry, new / entry.name, follow_symlinks=False)


def _exchange(new: Path, old: Path) -> None:
    """Exchanges two folders, atomically on Linux. On other systems `old` is missing for a moment."""
    try:
        renameat2 = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError):
        renameat2 = None
    if renameat2:
        if renameat2(_AT_FDCWD, os.fsencode(new), _AT_FDCWD, os.fsencode(old), _RENAME_EXCHANGE) == 0:
            return
        code = ctypes.get_errno()
        if code not in (errno.EINVAL, errno.ENOSYS):
            raise OSError(code, os.strerror(code))
    temporary = new.with_name(f"{new.name}-old")
    old.rename(temporary)
    new.rename(old)
    temporary.rename(new)
