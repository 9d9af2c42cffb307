"""`manage.py restore` completes the new database before it replaces the old one, and no data is lost."""

import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from sco_cities.backup.comparison import has_data, other_database, read_contents, rows_by_table
from sco_cities.cities.models import City
from sco_cities.datapackage.dump import dump_files
from sco_cities.db.connections import HOW_TO_MOVE
from sco_cities.facet_index import change_log
from sco_cities.jobs.models import WorkerHeartbeat
from sco_cities.themes.models import Theme
from tests import factories as make
from tests.backup.conftest import former_databases
from tests.databases import empty_tables

only_sqlite = pytest.mark.only_on("sqlite")


@pytest.fixture
def backup(database, tmp_path) -> Path:
    """A backup of the database."""
    return back_up(tmp_path)


def back_up(directory: Path) -> Path:
    call_command("backup", directory, stdout=StringIO())
    (path,) = directory.glob("sco-cities-*")
    return path


def restore(path: Path, **options) -> str:
    output = StringIO()
    call_command("restore", path, stdout=output, **options)
    return output.getvalue()


def slugs() -> set[str]:
    return set(Theme.objects.values_list("slug", flat=True))


def test_a_database_with_data_is_renamed_and_the_backup_takes_its_place(database, tmp_path):
    SessionStore().create()
    package = dump_files()
    path = back_up(tmp_path)
    rows_of_backup = sum(rows_by_table().values())
    make.make_theme("tunnels")
    City.objects.all().delete()
    known = change_log.version("default")
    with pytest.raises(CommandError, match=r"^Nothing was changed\. The database has data\. Use --replace "):
        restore(path)
    assert slugs() == {"lamps", "tunnels"}
    output = restore(path, replace=True)
    assert dump_files() == package
    (former,) = former_databases()
    assert output.endswith(f"The previous database is now {former}.\n")
    rows, left = (
        int(number.replace(",", "")) for number in re.findall(r"([\d,]+)(?: rows,|\. The previous)", output)
    )
    assert (rows, left) == (rows_of_backup, sum(rows_by_table().values()))
    assert left < rows
    assert "The change log was restarted and all users were logged out. Remaining rows: " in output
    with other_database(former):
        assert slugs() == {"lamps", "tunnels"}
    # A user who was logged out after the backup was made stays logged out.
    assert not Session.objects.exists()
    # A process that has cached data from the previous database reads everything again.
    with pytest.raises(change_log.ChangeLogOverflow):
        change_log.changes_since("default", known)


def test_a_backup_of_an_earlier_version_is_restored_into_an_empty_database_and_migrated(database, tmp_path):
    call_command("migrate", "jobs", "zero", verbosity=0)
    path = back_up(tmp_path)
    call_command("migrate", verbosity=0)
    empty_tables()
    assert not has_data()
    restore(path)
    assert slugs() == {"lamps"}
    assert WorkerHeartbeat.objects.count() == 0
    assert former_databases() == []


def test_a_backup_of_a_newer_version_is_rejected(database, tmp_path):
    MigrationRecorder.Migration.objects.create(app="jobs", name="9999_later")
    path = back_up(tmp_path)
    MigrationRecorder.Migration.objects.filter(name="9999_later").delete()
    before = read_contents()
    with pytest.raises(CommandError, match="was made by a newer version of the site"):
        restore(path, replace=True)
    assert read_contents() == before
    assert former_databases() == []


def test_a_backup_of_a_version_before_the_first_release_is_rejected(database, tmp_path):
    # The backup has the former label of `facet_index`, and a migration number above the newest one of this version.
    for app, name in (("browse", "0001_initial"), ("curation", "0011_revision_fingerprint")):
        MigrationRecorder.Migration.objects.create(app=app, name=name)
    path = back_up(tmp_path)
    MigrationRecorder.Migration.objects.filter(app="browse").delete()
    before = read_contents()
    with pytest.raises(CommandError) as refused:
        restore(path, replace=True)
    assert str(refused.value) == f"Nothing was changed. {path.name} cannot be used. {HOW_TO_MOVE}"
    assert read_contents() == before
    assert former_databases() == []


@contextmanager
def another_process(database: str) -> Iterator[None]:
    """A process that has a connection to the database, like a web process between two requests."""
    if connection.vendor == "sqlite":
        connect = (
            f"import sqlite3; c = sqlite3.connect({database!r}); c.execute('PRAGMA user_version').fetchall()"
        )
    else:
        parameters = connection.get_connection_params()
        dsn = {name: parameters[name] for name in ("dbname", "user", "host", "port") if name in parameters}
        connect = f"import psycopg2; c = psycopg2.connect(application_name='sco-cities', **{dsn!r})"
    code = f"{connect}; print('connected', flush=True); input()"
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout.readline() == "connected\n"
        yield
    finally:
        process.communicate("\n")


def test_no_backup_is_restored_while_the_site_runs(backup, database):
    make.make_theme("tunnels")
    with another_process(database), pytest.raises(CommandError, match="Stop the site and the worker first"):
        restore(backup, replace=True)
    assert slugs() == {"lamps", "tunnels"}


def other_engine(path: Path) -> None:
    path.write_bytes(b"PGDMP" if connection.vendor == "sqlite" else b"SQLite format 3\0")


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        pytest.param(Path.unlink, r"cannot be read: No such file or directory\.", marks=only_sqlite),
        pytest.param(lambda path: path.write_text("a letter"), "is not a backup", marks=only_sqlite),
        (other_engine, r"but the database is (SQLite|PostgreSQL): correct DATABASE_URL\."),
        (lambda path: os.truncate(path, path.stat().st_size // 2), "is damaged|pg_restore failed"),
    ],
    ids=["missing", "text", "other engine", "truncated"],
)
def test_a_damaged_backup_is_rejected_with_one_line(backup, damage, message):
    damage(backup)
    with pytest.raises(CommandError, match=message) as error:
        restore(backup, replace=True)
    assert "\n" not in str(error.value)
    assert slugs() == {"lamps"}
    assert former_databases() == []


@only_sqlite
class TestSQLite:
    def test_the_log_of_a_killed_process_is_not_applied_to_the_restored_file(self, backup, database):
        connection.close()
        code = (
            "import os, sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('PRAGMA journal_mode = WAL');"
            " c.execute(\"UPDATE themes_theme SET slug = 'unwanted'\"); c.commit(); os._exit(9)"
        )
        subprocess.run([sys.executable, "-c", code, database], check=False)
        assert Path(f"{database}-wal").stat().st_size > 0
        restore(backup, replace=True)
        assert slugs() == {"lamps"}
        with other_database(former_databases()[-1]):
            assert slugs() == {"unwanted"}

    def test_a_damaged_database_is_kept_with_its_log(self, backup, database):
        connection.close()
        Path(database).write_bytes(b"damaged" * 1000)
        Path(f"{database}-wal").write_bytes(b"its log")
        with pytest.raises(CommandError, match="The database has data"):
            restore(backup)
        restore(backup, replace=True)
        assert slugs() == {"lamps"}
        former = former_databases()[-1]
        assert Path(former).read_bytes() == b"damaged" * 1000
        assert Path(f"{former}-wal").read_bytes() == b"its log"

    def test_a_missing_database_is_created_for_its_owner_only(self, backup, database):
        connection.close()
        Path(database).unlink()
        restore(backup)
        assert slugs() == {"lamps"}
        assert Path(database).stat().st_mode & 0o077 == 0

    def test_a_database_of_another_program_is_data(self, backup, database):
        connection.close()
        Path(database).unlink()
        with closing(sqlite3.connect(database)) as other:
            other.execute("CREATE TABLE lamps (id INTEGER)")
        with pytest.raises(CommandError, match="The database has data"):
            restore(backup)


@pytest.mark.only_on("postgresql")
def test_the_error_for_a_role_that_does_not_own_the_database_gives_the_remedy(backup, database):
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE humble")
        cursor.execute("SET ROLE humble")
    try:
        with pytest.raises(CommandError, match=r'Run as a superuser: ALTER DATABASE ".*" OWNER TO "humble"'):
            restore(backup)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE")
            cursor.execute("DROP ROLE humble")
