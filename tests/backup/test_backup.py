"""`manage.py backup` works on a running site, verifies the new backup, and keeps older ones if it is invalid."""

import fcntl
import os
import sqlite3
import stat
import subprocess
from contextlib import closing
from io import StringIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from sco_cities.backup import postgresql
from sco_cities.backup.comparison import read_contents
from sco_cities.backup.directory import BackupFailed
from sco_cities.backup.management.commands.backup import engine
from sco_cities.themes.models import Theme
from tests import factories as make
from tests.facet_index.test_change_log import run_in_thread


def backup(directory: Path, **options) -> str:
    output = StringIO()
    call_command("backup", directory, stdout=output, **options)
    return output.getvalue()


def names(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir())


def left_databases() -> list[str]:
    """The databases of trial restores that are still on the server."""
    if connection.vendor == "sqlite":
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE '%backup_trial'")
        return [name for (name,) in cursor.fetchall()]


@pytest.fixture
def during_copy(monkeypatch):
    """Calls a function with the path of the backup immediately before or after it is written."""

    def patch(*, before=lambda path: None, after=lambda path: None):
        own = engine()
        copy = own.copy_database

        def copy_database(path: Path) -> None:
            before(path)
            copy(path)
            after(path)

        monkeypatch.setattr(own, "copy_database", copy_database)

    return patch


def test_a_backup_is_a_private_file_with_the_content_of_the_database(database, tmp_path):
    directory = tmp_path / "new" / "backups"
    (path,) = (line.split(": ")[0] for line in backup(directory).splitlines())
    assert names(directory) == [Path(path).name]
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    expected = read_contents()
    assert expected["auth_user"] == "1 rows"
    assert "cities.csv" in expected
    assert left_databases() == []
    with engine().restored_on_trial(Path(path)):
        assert read_contents() == expected
        assert Theme.objects.get().slug == "lamps"


def test_writes_during_a_backup_do_not_wait_and_are_in_the_next_backup(database, tmp_path, during_copy):
    during_copy(
        before=lambda path: run_in_thread(lambda: make.make_theme("rails")),
        after=lambda path: run_in_thread(lambda: make.make_theme("tunnels")),
    )
    backup(tmp_path)
    assert Theme.objects.count() == 3
    (path,) = tmp_path.iterdir()
    with engine().restored_on_trial(path):
        assert [theme.slug for theme in Theme.objects.all()] == ["lamps"]


def older_backups(directory: Path) -> list[str]:
    """Creates backups with other dates and engines, and files that are not backups."""
    old = [
        "sco-cities-20250101-000000.dump",
        "sco-cities-20250102-000000.sqlite3",
        "sco-cities-20250103-000000.dump",
    ]
    for name in (*old, "notes.txt", "sco-cities-old.dump"):
        (directory / name).write_text("")
    return old


def test_the_newest_backups_are_kept_and_nothing_else_is_deleted(database, tmp_path):
    *_old, newest = older_backups(tmp_path)
    (tmp_path / ".unfinished-20250104-000000.dump").write_text("of a killed command")
    assert backup(tmp_path, keep=2).endswith("Older backups deleted: 2.\n")
    kept = names(tmp_path)
    assert len(kept) == 4
    assert {newest, "notes.txt", "sco-cities-old.dump"} < set(kept)


def truncate(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def lose_a_row(path: Path) -> None:
    with closing(sqlite3.connect(path)) as copy, copy:
        copy.execute("DELETE FROM themes_theme")


def change_a_cell(path: Path) -> None:
    with closing(sqlite3.connect(path)) as copy, copy:
        copy.execute("UPDATE themes_theme SET name_en = 'Lanterns'")


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (truncate, "damaged|pg_restore failed"),
        pytest.param(lose_a_row, "differs from the database in .*themes", marks=pytest.mark.only_on("sqlite")),
        pytest.param(change_a_cell, r"differs from the database in .*themes\.csv", marks=pytest.mark.only_on("sqlite")),
    ],
)  # fmt: skip
def test_an_invalid_backup_is_discarded_and_older_backups_stay(
    database, tmp_path, during_copy, damage, message
):
    older_backups(tmp_path)
    before = names(tmp_path)
    during_copy(after=damage)
    with pytest.raises(CommandError, match=message) as error:
        backup(tmp_path, keep=1)
    assert "\n" not in str(error.value)
    assert names(tmp_path) == before


def test_a_full_disk_is_detected_before_the_first_write(database, tmp_path, monkeypatch, during_copy):
    during_copy(before=lambda path: pytest.fail("it was written"))
    monkeypatch.setattr("shutil.disk_usage", lambda path: SimpleNamespace(free=1_000_000))
    with pytest.raises(
        CommandError, match=r"^1\.0 MB are free on the disk of .*, but up to [0-9.]+ MB are needed"
    ):
        backup(tmp_path)


def test_two_backups_into_one_directory_do_not_interfere(database, tmp_path):
    other = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(other, fcntl.LOCK_EX)
    with pytest.raises(CommandError, match=r"Another backup into .* is running"):
        backup(tmp_path)
    os.close(other)
    backup(tmp_path)


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["/proc/backups"], r"/proc/backups cannot be used: No such file or directory\."),
        (["/etc/passwd"], "cannot be used: "),
        (["/tmp", "--keep", "0"], "--keep must be at least 1"),  # noqa: S108 - nothing is written
    ],
)
def test_an_unusable_setting_is_reported_on_one_line(database, arguments, message):
    with pytest.raises(CommandError, match=message):
        call_command("backup", *arguments)


def test_an_unmigrated_database_can_be_backed_up(database, tmp_path):
    MigrationRecorder.Migration.objects.filter(app="sessions").delete()
    backup(tmp_path)
    assert len(names(tmp_path)) == 1


@pytest.mark.only_on("postgresql")
class TestPostgreSQL:
    def test_the_error_for_a_role_that_may_not_create_databases_gives_the_remedy(self, database, tmp_path):
        with connection.cursor() as cursor:
            cursor.execute("DROP ROLE IF EXISTS humble")
            cursor.execute("CREATE ROLE humble")
            cursor.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO humble")
            cursor.execute("SET ROLE humble")
        try:
            with pytest.raises(CommandError, match='Run as a superuser: ALTER ROLE "humble" CREATEDB'):
                backup(tmp_path)
        finally:
            with connection.cursor() as cursor:
                cursor.execute("RESET ROLE")
                cursor.execute("DROP OWNED BY humble")
                cursor.execute("DROP ROLE humble")
        assert names(tmp_path) == []

    def test_the_password_is_in_no_argument_and_no_message(self, database, tmp_path, monkeypatch):
        calls = []

        def run(arguments, env, **options):
            calls.append((arguments, env))
            return subprocess.CompletedProcess(arguments, 1, "", "pg_dump: error: no connection\n")

        monkeypatch.setitem(connection.settings_dict, "PASSWORD", "geheim")
        monkeypatch.setattr(subprocess, "run", run)
        with pytest.raises(CommandError) as error:
            backup(tmp_path)
        assert str(error.value) == "pg_dump failed: no connection"
        ((arguments, environment),) = calls
        assert "geheim" not in " ".join(arguments)
        assert environment["PGPASSWORD"] == "geheim"

    def test_a_missing_program_is_named(self, database, monkeypatch):
        monkeypatch.setenv("PATH", "/nowhere")
        with pytest.raises(BackupFailed, match="pg_dump is not installed"):
            postgresql.run("pg_dump", "--version")
