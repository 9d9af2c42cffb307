"""Parses the files of a package in a folder or ZIP file into rows and values, and collects errors."""

import csv
import io
import json
import tempfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path, PurePosixPath
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from django.utils.translation import gettext as _

from .columns import PackageColumn
from .descriptor import BASED_ON, version_of
from .errors import PackageError, closest_match
from .natural_keys import COUNTRIES
from .table import Table, Values
from .tables import TABLES

DESCRIPTOR = "datapackage.json"
# This maximum exceeds the length of any cell. Python's default of 128 kB is less than a text column's maximum.
MAX_CELL_LENGTH = 16 * 1024 * 1024
MAX_CACHED = 4_096
# Level 1 compression takes a tenth of the parsing time.
COMPRESSION = {"compress_type": ZIP_DEFLATED, "compresslevel": 1}
# Prevents damaged or malicious files from filling the disk. A million initiatives are smaller than this limit.
MAX_SIZE = 4 * 1024**3


@dataclass(slots=True)
class Row:
    """A row with its line number in the file, its cells, and the values of its valid cells."""

    line: int
    cells: dict[str, str]
    values: Values

    def copy(self) -> "Row":
        """Returns a row that can be changed independently."""
        return Row(self.line, dict(self.cells), dict(self.values))

    def set(self, column: PackageColumn, value) -> None:
        """Sets the value and the cell of a column."""
        self.values[column.name], self.cells[column.name] = value, column.cell(value)


@dataclass
class Package:
    """A parsed package, with rows by table, parsing errors, and the names of unreadable tables.

    A package may lack tables, and rows of records may lack columns. `removed` contains rows to delete, identified by
    their key. Files cannot contain such rows, so only imports set `removed`. A package read from files also has a name,
    a version and the files as an archive. A dump also has the version that it is based on.
    """

    rows: dict[str, list[Row]] = field(default_factory=dict)
    problems: list[PackageError] = field(default_factory=list)
    unreadable: set[str] = field(default_factory=set)
    removed: dict[str, list[Row]] = field(default_factory=dict)
    name: str = ""
    version: str = ""
    based_on: str = ""
    archive: bytes = b""
    is_release: bool = False

    def add_rows(self, table: Table, header: list[str], lines: Iterable[tuple[int, list[str]]]) -> None:
        """Parses `lines`, which are pairs of line number and cells in the order of `header`."""
        rows = self.rows.setdefault(table.name, [])
        # Parsed values are cached by column, because many cells of a column are equal.
        columns = [(name, lru_cache(MAX_CACHED)(table.by_name[name].parse)) for name in header]
        for line, cells in lines:
            row = Row(line, dict(zip(header, cells, strict=False)), {})
            rows.append(row)
            if len(cells) != len(header):
                counts = {"found": len(cells), "expected": len(header)}
                message = _("The row has %(found)s cells, but the header row has %(expected)s.") % counts
                self.problems.append(PackageError(table.name, line, "", "", message))
                continue
            for (name, parse), cell in zip(columns, cells, strict=True):
                try:
                    row.values[name] = parse(cell)
                except ValueError as error:
                    self.problems.append(PackageError(table.name, line, name, cell, str(error)))

    def slugs(self, table: Table) -> set[str]:
        """Returns the slugs in a record table. Includes rows with errors, because the errors are reported elsewhere."""
        (key,) = table.key
        cells = {row.cells[key] for row in self.rows.get(table.name, ()) if key in row.cells}
        return {cell.lower() for cell in cells} if table.name == COUNTRIES else cells


def read_package(path: str | Path) -> Package:
    """Parses the package in the folder `path`, or the package whose datapackage.json is at `path`.

    Does not raise errors. Parsing errors are in `Package.problems`, and `validate.check` finds all other errors.
    """
    folder = _folder(path)
    package = Package()
    package.problems += _read_descriptor(package, folder)
    if folder.is_dir():
        files = {
            table.file_name: raw
            for table in TABLES.values()
            if (raw := _read_table(package, table, folder / table.file_name)) is not None
        }
        package.version = version_of(files)
        package.archive = archive_of(files)
        # Unknown CSV files are errors, because a misspelt file name would otherwise go unnoticed.
        for name in sorted(path.stem for path in folder.glob("*.csv") if path.stem not in TABLES):
            message = _("There is no such table.") + closest_match(name, TABLES)
            package.problems.append(PackageError(name, 0, "", "", message))
    return package


def name_and_version(path: str | Path) -> tuple[str, str]:
    """Returns the name and the version ("" if missing) of the package at `path`. The package may be invalid."""
    package, folder = Package(), _folder(path)
    _read_descriptor(package, folder)
    paths = [folder / table.file_name for table in TABLES.values()]
    files = {path.name: path.read_bytes() for path in paths if path.is_file()}
    return package.name, version_of(files) if files else ""


def _folder(path: str | Path) -> Path:
    folder = Path(path)
    return folder.parent if folder.name == DESCRIPTOR else folder


def archive_of(files: dict[str, bytes]) -> bytes:
    """Returns a ZIP archive of these files."""
    archive = io.BytesIO()
    with ZipFile(archive, "w") as target:
        for name, content in files.items():
            target.writestr(ZipInfo(name), content, **COMPRESSION)
    return archive.getvalue()


def read_archive(archive: bytes) -> Package:
    """Returns the package in a valid `Package.archive`, without columns and tables that no longer exist."""
    package = Package()
    with ZipFile(io.BytesIO(archive)) as source:
        for table in TABLES.values():
            if table.file_name not in source.namelist():
                continue
            (_line, header), *lines = _numbered(source.read(table.file_name).decode("utf-8-sig"))
            known = [position for position, name in enumerate(header) if name in table.by_name]
            rows = [(line, [cells[position] for position in known]) for line, cells in lines]
            package.add_rows(table, [header[position] for position in known], rows)
    return package


def _read_descriptor(package: Package, folder: Path) -> list[PackageError]:
    try:
        described = json.loads((folder / DESCRIPTOR).read_bytes())
        resources = {resource["name"]: resource["path"] for resource in described["resources"]}
        # The rows of a release equal the stored rows, but contain only the public columns.
        package.is_release = "$schema" in described
        package.name, package.based_on = (
            str(described.get(name, "")).replace("\0", "")[:40] for name in ("name", BASED_ON)
        )
    except OSError as error:
        message = _("The file cannot be read: %(reason)s.") % {"reason": error.strerror}
        return [PackageError("", 0, "", "", message)]
    except (ValueError, TypeError, KeyError, RecursionError):
        message = _("The file does not describe a data package with named resources.")
        return [PackageError("", 0, "", "", message)]
    problems = []
    for name, path in resources.items():
        if name not in TABLES:
            message = _("There is no such table.") + closest_match(str(name), TABLES)
            problems.append(PackageError("", 0, "resources", str(name), message))
        elif path != TABLES[name].file_name:
            message = _("The path of this table is %(path)s.") % {"path": TABLES[name].file_name}
            problems.append(PackageError("", 0, "resources", f"{name}: {path}", message))
    return problems


def _read_table(package: Package, table: Table, path: Path) -> bytes | None:
    """Adds the rows of a file to the package. Returns the file's contents, or None if it cannot be read."""

    def unreadable(message: str, line: int = 0) -> None:
        package.problems.append(PackageError(table.name, line, "", "", message))
        package.unreadable.add(table.name)

    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        if not table.optional:
            unreadable(_("The file is missing."))
        return None
    except OSError as error:
        return unreadable(_("The file cannot be read: %(reason)s.") % {"reason": error.strerror})
    try:
        # Spreadsheet programs write a byte order mark, which is not part of the text.
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        byte = raw[error.start : error.start + 1].hex()
        return unreadable(
            _("The file is not encoded in UTF-8 (byte %(byte)s). Save it as UTF-8.") % {"byte": byte}, line
        )
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        return unreadable(_("The file contains a NUL character, which cannot be stored. Remove it."), line)
    try:
        lines = _numbered(text)
    except csv.Error as error:
        return unreadable(_("This is not valid CSV: %(reason)s.") % {"reason": error.args[0]}, error.args[1])
    header = lines[0][1] if lines else []
    if problems := _header_problems(table, header):
        package.problems += problems
        package.unreadable.add(table.name)
    else:
        package.add_rows(table, header, lines[1:])
    return raw


def _numbered(text: str) -> list[tuple[int, list[str]]]:
    """Returns each row as the number of its first line and its cells. A csv.Error has the line as second argument."""
    csv.field_size_limit(MAX_CELL_LENGTH)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows = []
    line = 1
    try:
        for cells in reader:
            rows.append((line, cells))
            line = reader.line_num + 1
    except csv.Error as error:
        raise csv.Error(str(error), line) from None
    return rows


def _header_problems(table: Table, header: list[str]) -> list[PackageError]:
    problems = []
    for name in dict.fromkeys(header):
        if name not in table.by_name:
            message = _("There is no such column.") + closest_match(name, table.header)
            problems.append(PackageError(table.name, 1, name, "", message))
        elif header.count(name) > 1:
            problems.append(PackageError(table.name, 1, name, "", _("The column appears twice.")))
    missing = [name for name in table.required_header if name not in header]
    return problems + [PackageError(table.name, 1, name, "", _("The column is missing.")) for name in missing]


def read_any_package(path: str | Path) -> Package:
    """Reads the package in a folder, in a ZIP file, or in a subfolder of a ZIP file. See `read_package`."""
    path = Path(path)
    if not path.is_file() or path.name == DESCRIPTOR:
        return read_package(path)
    with tempfile.TemporaryDirectory() as folder:
        try:
            _unpack(path, Path(folder))
        except (BadZipFile, zlib.error, EOFError, RuntimeError, OSError) as error:
            message = _("The ZIP file cannot be read: %(reason)s.") % {"reason": str(error).rstrip(".")}
            return Package(problems=[PackageError("", 0, "", "", message)])
        return read_package(folder)


def _unpack(path: Path, folder: Path) -> None:
    """Extracts the tables and datapackage.json into `folder`. File names do not include the path in the archive."""
    with ZipFile(path) as archive:
        entries = {PurePosixPath(entry.filename): entry for entry in archive.infolist() if not entry.is_dir()}
        places = [place for place in entries if place.name == DESCRIPTOR]
        # If several folders contain a datapackage.json, the outermost folder is used.
        parent = min(places, key=lambda place: len(place.parts), default=PurePosixPath(DESCRIPTOR)).parent
        wanted = [
            (place.name, entry)
            for place, entry in entries.items()
            if place.parent == parent and (place.name == DESCRIPTOR or place.suffix == ".csv")
        ]
        if sum(entry.file_size for _name, entry in wanted) > MAX_SIZE:
            raise BadZipFile("it contains too much")
        for name, entry in wanted:
            (folder / name).write_bytes(archive.read(entry))
