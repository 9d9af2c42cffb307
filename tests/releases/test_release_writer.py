"""A release is written once a day, with all its files or not at all."""

import hashlib
import json
import sqlite3
from contextlib import closing
from datetime import date
from io import StringIO
from zipfile import ZipFile

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone, translation

from initiatives.models import Initiative
from sco_cities.core.locked_directory import locked_directory
from sco_cities.history.models import Revision
from sco_cities.releases import release_writer
from sco_cities.releases.release_writer import ReleaseInProgress, make_due_release, write_release
from sco_cities.releases.stored_releases import newest_release, release, releases
from sco_cities.sources.base_models import record_models
from tests import factories as make
from tests.history.snapshots import edit
from tests.releases.hidden_records import SECRET, plant_secrets

pytestmark = pytest.mark.django_db

FILES = {
    "sco-cities.zip", "sco-cities.sqlite3", "initiatives.csv", "statements.csv", "ties.csv", "evidence.csv",
    "changes.jsonl", "index.json", "columns.csv", "metadata.json", "CITATION.cff", "README.txt", "manifest.json",
}  # fmt: skip


@pytest.fixture
def today(monkeypatch):
    """Returns a function that changes the current date."""

    def set_today(day: str):
        monkeypatch.setattr(timezone, "localdate", lambda *args: date.fromisoformat(day))

    set_today("2026-11-28")
    return set_today


def contents(path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in path.iterdir()}


def test_a_release_has_all_files_and_their_sizes_and_hashes(loaded_package, today):
    written, is_new = write_release()
    assert (written.date, is_new) == ("2026-11-28", True)
    files = contents(written.path)
    assert set(files) == FILES
    for file in written.files:
        content = files.pop(file.name)
        assert (file.size, file.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert set(files) == {"manifest.json"}
    assert written.manifest["rows"]["initiatives"] == Initiative.objects.published().count()


@pytest.mark.only_on("sqlite")  # Other engines hold back changes made in a test.
def test_the_manifest_names_the_newest_change_and_the_release_before(today, client):
    write_release()
    edit(make.make_initiative("lamps"), status="operating")
    edit(make.make_initiative("draft", state="draft"), status="operating")
    today("2026-12-01")
    write_release()
    first, second = (json.loads((each.path / "manifest.json").read_text()) for each in reversed(releases()))
    newest = Revision.objects.seen_by_readers().latest("pk")
    assert (first["newest_change"], first["previous_release"]) == (None, None)
    assert (second["newest_change"]["id"], second["previous_release"]) == (f"c-{newest.pk}", "2026-11-28")
    # As documented, a reader continues at this URL.
    for each, count in ((first, 1), (second, 0)):
        later = each["later_changes"].removeprefix("https://cities.example.org")
        assert len(client.get(later).json()["results"]) == count
    assert second["url"] == "https://cities.example.org/data/2026-12-01/"
    assert second["cite_as"].endswith(second["url"])
    assert second["licence"]["name"] == "CC BY 4.0"


def test_files_of_the_same_state_are_equal_in_every_language_and_data_are_equal_on_every_date(
    loaded_package, today, settings, tmp_path
):
    first = contents(write_release()[0].path)
    settings.RELEASES_DIR = tmp_path / "others"
    with translation.override("ru"):
        again = contents(write_release()[0].path)
    today("2026-11-29")
    later = contents(write_release()[0].path)
    manifests = [json.loads(files.pop("manifest.json")) | {"made_at": ""} for files in (first, again)]
    assert (again, manifests[1]) == (first, manifests[0])
    assert {name for name in first if later[name] != first[name]} == {
        "metadata.json", "CITATION.cff", "README.txt", "sco-cities.zip",
    }  # fmt: skip


def test_both_engines_give_the_same_rows(today):
    plant_secrets()
    town = make.make_city("town", latitude="-0.00001", population=12)
    lamps = make.make_initiative("lamps", title_en="Лампы, 灯", lead=[town], themes=[make.make_theme()])
    make.make_evidence(
        lamps, make.make_figure(lamps, value="16600000.25"), stance="differs", reported_value="ä"
    )
    for model in record_models():
        model.objects.update(updated_at="2026-11-28T01:02:03.456Z")
    path = write_release()[0].path
    with closing(sqlite3.connect(path / "sco-cities.sqlite3")) as database:
        lines = [line for line in database.iterdump() if "_columns" not in line]
    with ZipFile(path / "sco-cities.zip") as archive:
        tables = b"".join(archive.read(name) for name in archive.namelist() if name.endswith(".csv"))
    digest = hashlib.sha256("\n".join(lines).encode() + tables).hexdigest()
    # The value changes only with the tables of a release. Copy the new value here after checking that it is the same
    # on both engines.
    assert digest[:16] == "504da5b459febf49"


def test_the_files_of_a_release_contain_no_hidden_data(loaded_package, today):
    plant_secrets()
    path = write_release()[0].path
    with ZipFile(path / "sco-cities.zip") as archive:
        assert archive.testzip() is None
        files = contents(path) | {f"zip: {name}": archive.read(name) for name in archive.namelist()}
    assert b"seen-draft-lamps" in files["zip: initiatives.csv"]
    assert [name for name, content in files.items() if SECRET.encode() in content.lower()] == []


def test_a_second_release_on_the_same_date_is_not_written(today):
    before = contents(write_release()[0].path)
    make.make_initiative("lamps")
    written, is_new = write_release()
    assert (contents(written.path), is_new) == (before, False)
    output = StringIO()
    call_command("release", stdout=output)
    assert output.getvalue().strip().endswith("2026-11-28 already exists and is not changed.")


def test_the_command_reports_the_written_files(today, loaded_package):
    output = StringIO()
    call_command("release", stdout=output)
    assert "2026-11-28: 13 files, " in output.getvalue()


@pytest.mark.only_on("sqlite")
def test_without_the_address_of_the_site_no_release_is_made(settings, releases_directory):
    settings.SITE_URL = ""
    with pytest.raises(CommandError, match="Set SITE_URL"):
        call_command("release")
    assert not releases_directory.exists()


DAMAGED = {
    "2026-01-01": b"{",
    "2026-01-02": b"[]",
    "2026-01-03": b'{"files": [], "scheduled": false, "rows": {}}',
    "2026-01-04": b'{"files": [{}], "scheduled": false, "rows": {}, "made_at": "2026-01-04T00:00:00Z"}',
    "2026-01-05": b'{"files": [], "scheduled": false, "rows": {}, "made_at": "2026-01-05T00:00:00"}',
    "2026-01-06": b"\xff",
    # The name is not a valid date.
    "2026-02-30": b'{"files": [], "scheduled": false, "rows": {}, "made_at": "2026-02-28T00:00:00Z"}',
}


@pytest.mark.only_on("sqlite")
def test_damaged_releases_are_omitted_and_logged_once(today, client, caplog, releases_directory):
    written, _is_new = write_release()
    for date_, manifest in DAMAGED.items():
        (releases_directory / date_).mkdir()
        (releases_directory / date_ / "manifest.json").write_bytes(manifest)
    for path in ("/data/", "/data/releases.json", "/data/catalog.ttl", "/data/catalog.jsonld"):
        response = client.get(path)
        assert response.status_code == 200
        assert not any(date_ in response.text for date_ in DAMAGED)
    assert client.get("/data/latest/evidence.csv").status_code == 302
    assert [client.get(f"/data/{date_}/").status_code for date_ in DAMAGED] == [404] * len(DAMAGED)
    assert [each.date for each in releases()] == [written.date]
    assert len([line for line in caplog.messages if "its manifest is invalid" in line]) == len(DAMAGED)


@pytest.mark.only_on("sqlite")
def test_a_damaged_release_of_today_is_not_overwritten(today, releases_directory):
    (releases_directory / "2026-11-28").mkdir(parents=True)
    with pytest.raises(CommandError, match=r"2026-11-28 has no valid manifest. Restore it"):
        call_command("release")


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (OSError(28, "No space left on device", "/srv/a"), "/srv/a: No space left on device"),
        (PermissionError(13, "Permission denied", "/srv/a"), "/srv/a: Permission denied"),
        (sqlite3.OperationalError("database or disk is full"), "database or disk is full"),
    ],
    ids=["file", "rights", "database"],
)
def test_a_failed_release_is_reported_on_one_line_and_leaves_no_files(
    today, monkeypatch, releases_directory, settings, caplog, error, reason
):
    def fail(*args):
        raise error

    monkeypatch.setattr(release_writer, "datasette_metadata", fail)
    with pytest.raises(CommandError) as failed:
        call_command("release")
    assert str(failed.value) == f"The release cannot be written: {reason}."
    assert list(releases_directory.iterdir()) == []
    # The worker retries every five minutes.
    settings.RELEASE_EVERY = "day"
    make_due_release()
    (record,) = caplog.records
    assert (record.getMessage(), record.exc_info) == (str(failed.value), None)


def test_files_left_by_a_killed_process_are_not_a_release_and_are_removed(
    today, monkeypatch, releases_directory
):
    with monkeypatch.context() as patch:
        # A killed process leaves its files.
        patch.setattr(release_writer.shutil, "rmtree", lambda *args, **kwargs: None)
        patch.setattr(release_writer, "datasette_metadata", lambda date: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            write_release()
    (left,) = releases_directory.iterdir()
    assert (left / "sco-cities.zip").exists()
    assert (releases(), newest_release(), release("2026-11-28")) == ([], None, None)
    written, _is_new = write_release()
    assert list(releases_directory.iterdir()) == [written.path]


def test_two_processes_write_one_release(today, releases_directory):
    with locked_directory(releases_directory):
        with pytest.raises(ReleaseInProgress):
            write_release()
        with pytest.raises(CommandError, match="Another process"):
            call_command("release")
    assert releases() == []


def test_the_newest_release_up_to_a_past_date_is_found(today):
    for day in ("2026-11-28", "2026-12-01"):
        today(day)
        write_release()
    assert newest_release().date == "2026-12-01"
    assert newest_release(date(2026, 11, 30)).date == "2026-11-28"
    assert newest_release(date(2026, 11, 27)) is None
    assert [release(name) for name in ("2026-11-29", "..", "latest", "2026-11-28/..")] == [None] * 4
