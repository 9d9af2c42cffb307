"""A database of an earlier version works after `migrate`, and nothing that it holds is lost.

README.md in this folder says how these databases were made. The tests use addresses, commands, tables and the models
of records; how the rest of the code is named does not matter to them.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client

from tests.curation.admin_client import soup
from tests.databases import connected_to, copy_of, restored_database
from tests.datapackage.sample_package import load
from tests.facet_index.test_processes import database_url
from tests.ops.processes import manage

from . import sample, table_contents
from .admin import Admin

FOLDER = Path(__file__).parent
VERSIONS = sorted(path.parent.name for path in FOLDER.glob("*/package"))

# Tables that `migrate` may fill anew: its own, the log of changes, and the documents of the search.
FILLED_ANEW = ("django_migrations", "browse_change", "search_")
# Tables that get rows for new models, and the columns in which a row stays the same when its model is renamed.
GROWING = {
    "django_content_type": ["id", "app_label"],
    "auth_permission": ["id", "content_type_id"],
    "auth_group_permissions": ["group_id", "permission_id"],
    # A migration moves `task_path` to the new place of the task's function.
    "django_tasks_database_dbtaskresult": [
        "id",
        "args_kwargs",
        "queue_name",
        "status",
        "run_after",
        "enqueued_at",
    ],
}
# Models that may be renamed: no page checks a permission on them.
INTERNAL = ("look", "takingback")

PERMISSIONS = """
    SELECT auth_group.name, app_label, model, codename FROM auth_group_permissions
    JOIN auth_group ON auth_group.id = group_id
    JOIN auth_permission ON auth_permission.id = permission_id
    JOIN django_content_type ON django_content_type.id = content_type_id
"""


@dataclass(frozen=True)
class Held:
    """What a database held before it was migrated."""

    columns: dict[str, list[str]]
    contents: dict[str, Counter]
    permissions: set[tuple]

    @classmethod
    def now(cls) -> "Held":
        tables = {
            table: GROWING.get(table, names)
            for table, names in table_contents.columns().items()
            if not table.startswith(FILLED_ANEW)
        }
        contents = {table: table_contents.contents(table, names) for table, names in tables.items()}
        return cls(tables, contents, set(table_contents.rows(PERMISSIONS)))


@dataclass(frozen=True)
class Migrated:
    """A database of an earlier version after `migrate`."""

    name: str
    held: Held
    # The data package that the earlier version dumped.
    package: Path
    # The schema of a database that this version has made.
    new_schema: set[tuple]


@pytest.fixture(scope="session", params=VERSIONS)
def migrated(request, django_db_setup, django_db_blocker) -> Iterator[Migrated]:
    folder = FOLDER / request.param
    dump = (folder / f"{connection.vendor}.sql").read_text(encoding="utf-8")
    with django_db_blocker.unblock(), restored_database(dump, f"of_{request.param}") as name:
        new_schema = table_contents.parts()
        with connected_to(name):
            held = Held.now()
            call_command("migrate", verbosity=0)
        yield Migrated(name, held, folder / "package", new_schema)


@pytest.fixture
def connected(migrated, django_db_blocker) -> Iterator[Migrated]:
    with django_db_blocker.unblock(), connected_to(migrated.name):
        yield migrated


@pytest.fixture
def upgraded(connected, db) -> Migrated:
    """The database that the test is connected to; what the test writes is rolled back."""
    return connected


@pytest.fixture
def copied(migrated, django_db_blocker) -> Iterator[str]:
    """The name of a copy that the test is connected to; other processes see what is written."""
    with django_db_blocker.unblock(), copy_of(migrated.name, "copy") as name, connected_to(name):
        yield name


@pytest.fixture
def curator(upgraded) -> Admin:
    return Admin(sample.CURATOR, sample.PASSWORD)


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def tables_of(files: dict[str, bytes]) -> dict[str, list[list[str]]]:
    """The rows of all tables, with the header."""
    return {
        name: list(csv.reader(io.StringIO(content.decode(), newline="")))
        for name, content in files.items()
        if name.endswith(".csv")
    }


def without_new_columns(files: dict[str, bytes], earlier: dict) -> dict[str, list[list[str]]]:
    """The rows of all tables without the columns after those of an earlier version, which are empty.

    A text that is reverted to one from before there were translations leaves these to be checked.
    """
    tables = tables_of(files)
    for name, rows in tables.items():
        width = len(earlier[name][0])
        columns = [
            place for place, column in enumerate(rows[0]) if place >= width and column != "translated_from"
        ]
        assert not any(row[place] for row in rows[1:] for place in columns)
        tables[name] = [row[:width] for row in rows]
    return tables


def dumped(folder: Path) -> dict[str, bytes]:
    call_command("dump_package", str(folder), verbosity=0)
    return files_of(folder)


def links(address: str, **query: str) -> set[str]:
    """The addresses that a page links to."""
    response = Client().get(address, query)
    assert response.status_code == 200, f"{address} answers {response.status_code}"
    return {link["href"] for link in soup(response).select("main a[href]")}


def answer_to(slug: str) -> int:
    """The status code that readers get for an initiative."""
    return Client().get(f"/initiatives/{slug}/").status_code


def count_of(name: str, value: str) -> int:
    """The count beside an option of a filter of initiatives."""
    option = soup(Client().get("/initiatives/")).select_one(f'input[name="{name}"][value="{value}"]')
    return int(re.search(r"\d+", option.find_parent("li").get_text())[0])


def change_with(reason: str) -> int:
    """The number of the change set with this reason."""
    [(number,)] = table_contents.rows("SELECT id FROM curation_changeset WHERE reason = %s", reason)
    return number


# What is stored


def test_every_row_of_every_table_is_kept(upgraded):
    for table, names in upgraded.held.columns.items():
        before, after = upgraded.held.contents[table], table_contents.contents(table, names)
        assert before <= after, f"{table} has lost {before - after}"
        assert before == after or table in GROWING, f"{table} has got {after - before}"


def test_groups_keep_the_permissions_that_they_had(upgraded):
    kept = {row for row in upgraded.held.permissions if row[2] not in INTERNAL}
    assert len(kept) > 100
    assert kept <= set(table_contents.rows(PERMISSIONS))


def test_the_schema_is_that_of_a_new_database(upgraded):
    schema = table_contents.parts()
    assert schema - upgraded.new_schema == set()
    assert upgraded.new_schema - schema == set()


def test_the_package_is_dumped_as_before(upgraded, tmp_path):
    earlier = tables_of(files_of(upgraded.package))
    assert without_new_columns(dumped(tmp_path / "dumped"), earlier) == earlier


def test_loading_the_package_of_before_changes_nothing(upgraded):
    assert load(upgraded.package).startswith("created 0, updated 0, unchanged ")


# What readers see


def test_a_list_shows_and_counts_the_records_of_before(upgraded):
    assert f"/initiatives/{sample.CHANGED}/" in links("/initiatives/", theme="lamps", country="xa")
    assert [count_of("status", status) for status in ("agreed", "proposed", "completed")] == [1, 0, 0]


@pytest.mark.parametrize("words", ["everyone", "Лампы", "lampy", "lamps for"])
def test_a_record_of_before_is_found_by_its_words(words, upgraded):
    assert f"/initiatives/{sample.CHANGED}/" in links("/search/", q=words)


def test_records_keep_their_publication_state(upgraded):
    published = [
        answer_to(slug) for slug in (sample.CHANGED, sample.WITHDRAWN, sample.IN_REVIEW, sample.DRAFT)
    ]
    assert published == [200, 410, 404, 404]


def test_a_former_slug_leads_to_the_record(upgraded):
    response = Client().get(f"/organisations/{sample.OLD_SLUG}/")
    assert (response.status_code, response["Location"]) == (301, f"/organisations/{sample.NEW_SLUG}/")


# What curators do


@pytest.mark.parametrize("account", [sample.SUPERUSER, sample.CURATOR])
def test_accounts_log_in_with_their_passwords(account, upgraded):
    records = Admin(account, sample.PASSWORD).get("/admin/initiatives/initiative/")
    assert sample.NEW_TITLE in soup(records).get_text()


def test_a_change_made_before_is_reverted(curator, upgraded, tmp_path):
    curator.revert(change_with(sample.REASON_OF_CHANGE), "The old title was right")
    assert sample.OLD_TITLE in soup(Client().get(f"/initiatives/{sample.CHANGED}/")).h1.get_text()
    files = files_of(upgraded.package)
    old, new = sample.OLD_TITLE.encode(), sample.NEW_TITLE.encode()
    files["initiatives.csv"] = files["initiatives.csv"].replace(new, old)
    earlier = tables_of(files)
    assert without_new_columns(dumped(tmp_path / "dumped"), earlier) == earlier


def test_a_record_deleted_before_is_brought_back(curator, tmp_path):
    deleted = "SELECT change_set_id FROM curation_revision WHERE action = 'deleted' AND slug = %s"
    [(number,)] = table_contents.rows(deleted, sample.DELETED)
    curator.revert(number, "It is needed")
    themes = dumped(tmp_path / "dumped")["themes.csv"].decode().splitlines()
    assert f"{sample.DELETED},Candles,,,governance,All about candles,,draft,,," in themes


def test_an_import_applied_before_is_reverted_as_a_whole(curator, tmp_path):
    curator.revert(change_with(sample.REASON_OF_IMPORT), "It was the wrong file")
    assert sample.IMPORTED not in dumped(tmp_path / "dumped")["themes.csv"].decode()


def test_a_record_in_review_is_published_and_counted(curator):
    assert (answer_to(sample.IN_REVIEW), count_of("status", "proposed")) == (404, 0)
    curator.decide("initiatives", "initiatives.initiative", sample.IN_REVIEW, "publish")
    assert (answer_to(sample.IN_REVIEW), count_of("status", "proposed")) == (200, 1)
    assert f"/initiatives/{sample.IN_REVIEW}/" in links("/search/", q="review")


def test_a_reviewer_is_not_shown_again_what_was_marked_as_seen(curator):
    [(key,)] = table_contents.rows("SELECT id FROM initiatives_initiative WHERE slug = %s", sample.IN_REVIEW)
    for account, is_shown in ((curator, False), (Admin(sample.SUPERUSER, sample.PASSWORD), True)):
        record = soup(account.get(f"/admin/review/initiatives/{key}/"))
        assert ("Some lamps are planned." in record.get_text()) is is_shown


def test_records_marked_as_not_duplicates_stay_so(curator):
    pairs = soup(curator.get("/admin/duplicates/two/")).get_text()
    assert all(slug in pairs for slug in sample.NOT_DUPLICATES)


def test_the_worker_does_what_was_waiting_for_it(copied):
    stages = "SELECT stage FROM packages_importjob ORDER BY id"
    assert table_contents.rows(stages) == [("applied",), ("checking",)]
    worker = manage("db_worker", "--batch", "--no-startup-delay", DATABASE_URL=database_url(copied))
    assert worker.returncode == 0, worker.stderr
    assert table_contents.rows(stages) == [("applied",), ("checked",)]
