"""The index is read again if the database of a running process is restored or replaced."""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing

import pytest
from django.core.signals import request_started
from django.db import connection

from sco_cities.cities.models import City
from sco_cities.facet_index import change_log, refresh
from sco_cities.facet_index.models import Change
from sco_cities.search import synonyms
from sco_cities.themes.models import Theme
from tests import factories as make
from tests.databases import connected_to, copy_of
from tests.facet_index.test_change_log import run_in_thread
from tests.postgres_cluster import find_binaries

only_sqlite = pytest.mark.only_on("sqlite")
only_postgresql = pytest.mark.only_on("postgresql")


def make_records() -> None:
    make.make_theme("lamps")
    make.make_city("almaty")


@pytest.fixture
def database(django_db_setup, django_db_blocker):
    """A separate database. A test can replace its files or tables."""
    with (
        django_db_blocker.unblock(),
        copy_of(connection.settings_dict["NAME"], "restored", make_records) as name,
        connected_to(name),
    ):
        yield name


def published() -> set[str]:
    """Returns the slugs of the published themes in the index."""
    with refresh.facet_index("themes", "cities") as state:
        keys = state.published("themes")
        return set(Theme.objects.filter(pk__in=list(keys)).values_list("slug", flat=True)) | {
            f"{len(keys) - Theme.objects.filter(pk__in=list(keys)).count()} unknown"
        }


def stored() -> set[str]:
    return set(Theme.objects.filter(state="published").values_list("slug", flat=True)) | {"0 unknown"}


def change_records(*slugs: str) -> None:
    """Adds themes, and renames the city once per theme."""

    def change():
        for slug in slugs:
            make.make_theme(slug)
            City.objects.update(name_en=f"City of {slug}")

    run_in_thread(change)


@only_sqlite
@pytest.mark.parametrize("edits", [0, 1, 5])
def test_a_backup_restored_into_the_open_file_is_read_again_also_after_later_edits(database, tmp_path, edits):
    copy = tmp_path / "backup.sqlite3"

    def back_up(source: str, target: str) -> None:
        with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
            old.backup(new)

    back_up(database, copy)
    change_records("tunnels")
    assert "tunnels" in published()
    known, names = change_log.version("default"), synonyms._version("default")
    back_up(copy, database)
    # After one edit, the number of entries and the last number in the restored log equal the process's numbers.
    change_records(*(f"bridge-{number}" for number in range(edits)))
    if edits == 1:
        assert change_log.version("default").last == known.last
    assert change_log.has_changes("default", known)
    assert published() == stored()
    assert len(stored()) == 2 + edits
    assert synonyms._version("default") != names


@only_sqlite
def test_a_file_that_was_replaced_is_opened(database, tmp_path, caplog):
    connection.close()
    other = tmp_path / "other.sqlite3"
    shutil.copy(database, other)
    change_records("tunnels")
    assert published() == stored() == {"lamps", "tunnels", "0 unknown"}
    # The log of the copy gets the same number of entries.
    with connected_to(str(other)):
        make.make_theme("bridges")
    assert "tunnels" in published()
    with closing(sqlite3.connect(database)) as checkpoint:
        checkpoint.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    os.replace(other, database)
    # A persistent connection, as in a server.
    connection.close_at = None
    request_started.send(sender=None)
    assert published() == stored() == {"lamps", "bridges", "0 unknown"}
    assert "was replaced" in caplog.text
    request_started.send(sender=None)
    assert caplog.text.count("was replaced") == 1


@only_sqlite
@pytest.mark.django_db
def test_the_log_is_never_empty_after_a_migration():
    change_log.reset("default")
    assert [change.transaction_number is None for change in Change.objects.all()] == [False]


def pg_command(name: str, *arguments: str) -> None:
    settings = connection.settings_dict
    subprocess.run(
        [
            find_binaries() / name, f"--host={settings['HOST']}", f"--username={settings['USER']}", *arguments
        ],
        check=True,
        timeout=60,
    )  # fmt: skip


@only_postgresql
def test_after_pg_restore_everything_is_read_anew(database, client, tmp_path):
    dump = str(tmp_path / "dump")
    pg_command("pg_dump", "--format=custom", f"--file={dump}", database)
    change_records("tunnels", "bridges")
    assert published() == stored() == {"lamps", "tunnels", "bridges", "0 unknown"}
    names = synonyms._version("default")
    pg_command("pg_restore", "--clean", "--if-exists", f"--dbname={database}", dump)
    assert published() == stored() == {"lamps", "0 unknown"}
    assert synonyms._version("default") != names
    change_records("ferries")
    assert published() == stored() == {"lamps", "ferries", "0 unknown"}


@only_postgresql
def test_while_a_restore_runs_nothing_is_read(database, client, tmp_path):
    dump = str(tmp_path / "dump")
    pg_command("pg_dump", "--format=custom", f"--file={dump}", database)
    published()
    client.raise_request_exception = False
    theme = Theme.objects.get().get_absolute_url()
    assert client.get(theme).status_code == 200
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    assert client.get(theme).status_code == 503
    for section in ("pre-data", "data"):
        pg_command("pg_restore", f"--section={section}", f"--dbname={database}", dump)
        with pytest.raises(refresh.FacetIndexNotReady):
            published()
        assert client.get("/themes/").status_code == 503
        assert client.get(theme).status_code == 503
    pg_command("pg_restore", "--section=post-data", f"--dbname={database}", dump)
    assert published() == stored()
    assert client.get("/themes/").status_code == 200
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE themes_theme RENAME TO renamed")
    assert client.get(theme).status_code == 500


@only_postgresql
def test_without_its_log_a_database_is_being_restored(database):
    published()
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE facet_index_change")
    for question in (published, lambda: change_log.version("default"), lambda: synonyms.current("default")):
        with pytest.raises(refresh.FacetIndexNotReady):
            question()
