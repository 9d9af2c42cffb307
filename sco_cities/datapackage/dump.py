"""Dumps the database as package files, and replaces a package folder atomically.

The output is identical on every database engine.
"""

import ctypes
import errno
import json
import os
import secrets
import shutil
from collections.abc import Collection, Iterable
from pathlib import Path

from django.db import DEFAULT_DB_ALIAS

from sco_cities.db.pk_queries import pk_in, rows_among
from sco_cities.facet_index.read_snapshot import read_snapshot
from sco_cities.listings.exports.csv_file import quote

from .descriptor import NAME, descriptor, version_of
from .models import LoadedPackage
from .natural_keys import RECORD_MODELS, RecordKey, StoredKeys, content_type
from .parse import DESCRIPTOR, Package, Row
from .relation_columns import GenericForeignKeyColumn
from .table import Table
from .tables import TABLES


def dump_files() -> dict[str, bytes]:
    """Returns the package's files by name, from a consistent snapshot of all records, including drafts.

    Raises LookupError if a row's record does not exist.
    """
    with read_snapshot(DEFAULT_DB_ALIAS):
        rows = {name: stored_cells(table) for name, table in TABLES.items()}
        tables = [name for name, table in TABLES.items() if rows[name] or not table.optional]
        files = {TABLES[name].file_name: csv_file(TABLES[name], rows[name]) for name in tables}
        based_on = LoadedPackage.objects.base_of(version_of(files))
    return files | {DESCRIPTOR: descriptor(files, based_on).encode()}


def csv_file(table: Table, rows: Iterable[list[str]]) -> bytes:
    """Returns the CSV file of a table with these rows."""
    lines = (",".join(quote(cells)) for cells in (table.header, *rows))
    return "".join(f"{line}\n" for line in lines).encode()


def stored_cells(table: Table, pks: Collection[int] | None = None) -> list[list[str]]:
    """Returns the stored rows of a table as cells, sorted by the table's key. `pks` restricts the rows.

    The rows are sorted in Python, because databases sort texts differently. Raises LookupError if a row's record does
    not exist.
    """
    paths = list(dict.fromkeys(path for column in table.columns for path in column.paths))
    indexes = [[paths.index(path) for path in column.paths] for column in table.columns]
    writers = [column.writer(pks) for column in table.columns]
    stored = table.model.objects.order_by().values_list(*paths)
    rows = [
        [write(*(values[index] for index in own)) for write, own in zip(writers, indexes, strict=True)]
        for values in (stored if pks is None else rows_among(stored, "pk", pks))
    ]
    return in_order(table, rows)


def in_order(table: Table, rows: Iterable[list[str]]) -> list[list[str]]:
    """Sorts the rows of a table by the table's key."""
    keys = [(table.header.index(name), table.by_name[name]) for name in table.key]
    return sorted(rows, key=lambda cells: [column.sort_key(cells[index]) for index, column in keys])


def subject_keys(*packages: Package) -> set[RecordKey]:
    """Returns the keys of the records that package rows describe or belong to, except unreadable keys."""
    keys = {
        table.subject_key(row.values)
        for package in packages
        for table in TABLES.values()
        for row in (*package.rows.get(table.name, ()), *package.removed.get(table.name, ()))
    }
    return keys - {None}


def stored_records(table: Table, pks: Collection[int]) -> list[Row]:
    """Returns the stored rows with these primary keys as package rows of this table."""
    package = Package()
    package.add_rows(table, table.header, [(0, cells) for cells in stored_cells(table, pks)])
    return package.rows[table.name]


def stored_rows(packages: Iterable[Package]) -> Package:
    """Returns a package with the stored rows of all records in these packages, including the records' parts."""
    keys = subject_keys(*packages)
    stored = StoredKeys()
    stored.load(keys)
    pks = {
        name: [stored.pk(key) for key in keys if key[0] == name and key in stored] for name in RECORD_MODELS
    }
    return Package(
        rows={name: stored_records(table, list(_row_pks(table, pks))) for name, table in TABLES.items()}
    )


def _row_pks(table: Table, pks: dict[str, list[int]]) -> Iterable[int]:
    if table.is_record_table:
        return pks[table.name]
    rows = table.model._base_manager.order_by()
    owner = table.by_name[table.owner]
    if not isinstance(owner, GenericForeignKeyColumn):
        return rows.filter(pk_in(pks[owner.to], f"{table.owner}_id")).values_list("pk", flat=True)
    return (
        pk
        for name, own in pks.items()
        for pk in rows.filter(pk_in(own, "object_id"), content_type=content_type(name)).values_list(
            "pk", flat=True
        )
    )


_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


class DirectoryError(Exception):
    """Raised if the package cannot be written to this folder."""


def replace_package(path: Path, files: dict[str, bytes]) -> None:
    """Writes `files` to the folder `path`, and keeps the folder's other files, such as a README.

    The folder is created if needed. The files are written to a new folder next to `path`, and then the two folders are
    exchanged in one step. If the process is killed, `path` contains either the old or the new package. A hidden folder
    with parts of the other package may remain next to `path`. Raises DirectoryError if `path` is a file, cannot be
    written, is neither empty nor a package of this name, or contains the current directory, which would be lost.
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
        raise DirectoryError(f"{path} is replaced completely. Run the command from another folder.")
    if not any(path.iterdir()):
        return
    try:
        name = json.loads((path / DESCRIPTOR).read_bytes())["name"]
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        raise DirectoryError(f"{path} is not empty and is not a data package.") from None
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
    """Exchanges two folders, atomically on Linux. On other systems, `old` is missing for a moment."""
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
