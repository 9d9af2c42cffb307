"""Changes package rows, edits stored rows as curators do, and runs updates."""

import csv
import io
from pathlib import Path

from django.core.management import call_command

from sco_cities.changes import revert
from sco_cities.changes.recorder import Recorder, record_changes
from sco_cities.datapackage.dump import dump_files
from sco_cities.datapackage.load import load as write
from sco_cities.datapackage.parse import Package
from sco_cities.datapackage.tables import TABLES
from sco_cities.history.models import ChangeSet, ChangeSource

from .sample_package import LAMPS

Cells = dict[str, str]
Key = tuple[str, ...]
PackageRows = dict[str, dict[Key, Cells]]


def key_of(table: str, row: Cells) -> Key:
    return tuple(row[name] for name in TABLES[table].key)


def rows_of(files: dict[str, str]) -> PackageRows:
    """Returns the rows of a package by table and key, from its CSV texts by table."""
    return {
        table: {key_of(table, row): row for row in csv.DictReader(io.StringIO(text, newline=""))}
        for table, text in files.items()
    }


def shipped_rows(folder: Path) -> PackageRows:
    return rows_of({path.stem: path.read_bytes().decode() for path in folder.glob("*.csv")})


def stored_rows() -> PackageRows:
    """Returns all rows of the database, as `dump_package` writes them."""
    files = dump_files().items()
    return rows_of({name[:-4]: content.decode() for name, content in files if name.endswith(".csv")})


def texts_of(rows: PackageRows) -> dict[str, str]:
    """Returns the CSV texts of these rows by table."""
    return {table: _csv(TABLES[table].header, rows[table].values()) for table in TABLES if table in rows}


def _csv(header: list[str], rows) -> str:
    output = io.StringIO()
    writer = csv.DictWriter(output, header, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return output.getvalue()


def curators_write(table: str, *rows: Cells) -> ChangeSet:
    """Writes rows as curators do, with a history and a confirmation of values without evidence."""
    recorder = Recorder(ChangeSource.EDIT)
    recorder.evidence_stands = True
    write(_package(table, rows), recorder)
    return recorder.change_set


def curators_remove(table: str, *rows: Cells) -> ChangeSet:
    """Removes rows that are parts of records."""
    recorder = Recorder(ChangeSource.EDIT)
    recorder.evidence_stands = True
    write(Package(removed=_package(table, rows).rows), recorder)
    return recorder.change_set


def curators_delete(table: str, slug: str) -> None:
    """Deletes a record."""
    record = TABLES[table].model.objects.get(slug=slug)
    with record_changes(ChangeSource.EDIT) as recorder:
        recorder.watch(type(record), [record.pk])
        recorder.watch_referencing(type(record), [record.pk])
        record.delete()


def curators_rename(table: str, slug: str, new: str) -> None:
    """Changes the slug of a record."""
    record = TABLES[table].model.objects.get(slug=slug)
    with record_changes(ChangeSource.EDIT) as recorder:
        recorder.watch(type(record), [record.pk])
        recorder.watch_referencing(type(record), [record.pk])
        record.slug = new
        record.save()


def _package(table: str, rows) -> Package:
    package = Package()
    header = TABLES[table].header
    package.add_rows(TABLES[table], header, [(0, [row[name] for name in header]) for row in rows])
    assert not package.problems
    return package


def update(folder, *, evidence_stands=True, **options) -> list[str]:
    """Returns the lines that `load_package --update` prints. By default, new values need no evidence."""
    output = io.StringIO()
    call_command(
        "load_package", str(folder), update=True, stdout=output, evidence_stands=evidence_stands, **options
    )
    return output.getvalue().splitlines()


def kept_in(lines: list[str]) -> list[str]:
    """Returns the remaining differences in the output of an update."""
    return [line.strip() for line in lines if line.startswith("  ")]


def revert_last() -> ChangeSet | None:
    change_set = ChangeSet.objects.filter(source=ChangeSource.PACKAGE).first()
    return revert.revert(change_set.revisions.all(), user=None, reason="wrong", reverts=change_set)


def changed(rows: PackageRows, table: str, key: tuple, **cells: str) -> PackageRows:
    """Returns the rows after changing cells of one row. The changed cells may include the key."""
    row = rows[table][key] | cells
    others = {other: each for other, each in rows[table].items() if other != key}
    return rows | {table: others | {tuple(row[name] for name in TABLES[table].key): row}}


def without(rows: PackageRows, table: str, *keys: tuple) -> PackageRows:
    return rows | {table: {key: row for key, row in rows[table].items() if key not in keys}}


# The package loaded before an update, and the key of its initiative.
OLD = rows_of(LAMPS)
INITIATIVE = ("lamps-for-all",)
