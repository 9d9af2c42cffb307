"""A list as a data package, which contains the matching records, all records that they refer to, and the filters."""

import csv
import io
import json
import threading
import zipfile

import frictionless
import pytest
from django.core.management import call_command
from django.db import connection

from initiatives.models import Initiative
from sco_cities.api import metadata
from sco_cities.history.models import Revision
from sco_cities.listings.exports import streaming_response
from sco_cities.search.searchable_lists import COLLECTIONS
from tests import factories as make
from tests.releases.hidden_records import SECRET, plant_secrets

pytestmark = pytest.mark.django_db
sqlite_only = pytest.mark.only_on("sqlite")


def content(client, path: str) -> bytes:
    response = client.get(path)
    assert response.status_code == 200, path
    assert response["Content-Type"] == "application/zip"
    return b"".join(response) if response.streaming else response.content


def package(client, path: str) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(content(client, path)))


def rows(archive: zipfile.ZipFile, table: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(archive.read(f"{table}.csv").decode(), newline="")))


def slugs(archive: zipfile.ZipFile, table: str) -> list[str]:
    return [row["slug"] for row in rows(archive, table)]


def test_a_package_has_what_the_list_finds_and_all_that_it_rests_on(client, loaded_package):
    archive = package(client, "/initiatives.zip?city=tashkent&status=agreed")
    found = csv.DictReader(
        io.StringIO(b"".join(client.get("/initiatives.csv?city=tashkent&status=agreed")).decode())
    )
    assert slugs(archive, "initiatives") == sorted(row["slug"] for row in found)
    assert "tashkent" in slugs(archive, "cities")
    cited = {row["report"] for row in rows(archive, "evidence")}
    assert cited and cited == set(slugs(archive, "reports"))


@sqlite_only
@pytest.mark.parametrize("collection", COLLECTIONS)
def test_the_package_of_every_list_is_valid(client, loaded_package, tmp_path, collection):
    package(client, f"/{collection}.zip?q=tashkent").extractall(tmp_path)
    report = frictionless.validate(str(tmp_path / "datapackage.json"))
    assert report.valid, report.flatten(["type", "message"])


def test_the_package_names_its_list(client, loaded_package):
    path = "/ru/initiatives.zip?city=tashkent&status=agreed"
    archive = package(client, path)
    metadata = json.loads(client.get(path.replace(".zip", ".metadata.json")).content)
    descriptor = json.loads(archive.read("datapackage.json"))
    for name in ("filters", "count", "list"):
        assert descriptor[name] == metadata[name]
    assert descriptor["homepage"] == metadata["page_url"]
    assert descriptor["rows"] == {
        name.removesuffix(".csv"): len(rows(archive, name.removesuffix(".csv")))
        for name in archive.namelist()
        if name.endswith(".csv")
    }
    if connection.vendor == "sqlite":  # On other engines the changes of a test are not yet visible.
        newest = Revision.objects.seen_by_readers().latest("pk")
        assert descriptor["newest_change"]["id"] == f"c-{newest.pk}"
        assert client.get(descriptor["later_changes"]).json()["results"] == []
    assert descriptor["title"] == f"SCO Cities: {metadata['title']}"
    assert descriptor["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json"
    readme = archive.read("README.txt").decode()
    assert (
        metadata["page_url"] in readme and metadata["title"] in readme and metadata["licence_url"] in readme
    )
    assert metadata["files"]["zip"] == f"http://testserver{path}"


@sqlite_only
@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("status=certain", "not-a-choice"),
        ("city=nowhere", "unknown-value"),
        ("columns=slug", "unknown-parameter"),
        ("sort=slug&lamps=1", "unknown-parameter"),
        ("year_from=x", "not-a-year"),
    ],
)
def test_a_wrong_query_is_refused_as_by_the_api(client, query, code):
    response = client.get(f"/initiatives.zip?{query}")
    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")
    assert [error["code"] for error in json.loads(response.content)["errors"]] == [code]


@sqlite_only
def test_a_list_that_is_too_long_is_refused_with_the_reason(client, monkeypatch):
    monkeypatch.setattr(metadata, "MAX_RECORDS", 1)
    make.make_initiative("lamps")
    assert client.get("/initiatives.zip").status_code == 200
    make.make_initiative("trams")
    response = client.get("/initiatives.zip")
    (error,) = json.loads(response.content)["errors"]
    assert (response.status_code, error["code"]) == (400, "too-many")
    assert "at most 1 records, but this list has 2" in error["detail"]


def test_the_same_records_give_the_same_bytes_and_are_not_sent_again(client, loaded_package, monkeypatch):
    path = "/initiatives.zip?city=tashkent"
    whole = client.get(path)
    assert client.get(path, headers={"If-None-Match": whole["ETag"]}).status_code == 304
    # A long list is sent while it is read from the disk.
    monkeypatch.setattr("sco_cities.listings.exports.streaming_response.SHORT_LIST", 0)
    streamed = client.get(f"{path}&sort=slug")
    assert streamed.streaming
    assert b"".join(streamed) == content(client, f"{path}&sort=slug")
    assert client.get(f"{path}&sort=slug", headers={"If-None-Match": streamed["ETag"]}).status_code == 304
    refused = client.get(f"{path}&sort=slug", headers={"If-Match": '"other"'})
    assert (refused.status_code, json.loads(refused.content)["title"]) == (
        412,
        "A condition of the request was not met",
    )
    Initiative.objects.filter(slug=slugs(package(client, path), "initiatives")[0]).update(summary_en="Lamps.")
    changed = client.get(path, headers={"If-None-Match": whole["ETag"]})
    assert changed.status_code == 200
    assert b"".join(changed) != whole.content


def test_nothing_that_readers_cannot_see_is_in_any_byte(client):
    plant_secrets()
    for collection in COLLECTIONS:
        archive = package(client, f"/{collection}.zip")
        texts = [name + archive.read(name).decode().lower() for name in archive.namelist()]
        assert len(texts) > 10
        assert [text for text in texts if SECRET in text] == [], collection
    assert "seen-draft-lamps" in slugs(package(client, "/initiatives.zip"), "initiatives")


@sqlite_only
@pytest.mark.parametrize(
    "path",
    [
        "/initiatives.zip",
        "/initiatives.zip?city=tashkent&status=agreed",
        "/statements.zip?country=kz",
        "/events.zip?kind=forum",
        "/delegates.zip?city=tashkent",
        "/reports.zip?language=ru",
        "/cities.zip?country=kg",
    ],
)
def test_a_package_can_be_loaded_where_it_is_from_and_changes_nothing(
    client, loaded_package, tmp_path, capsys, path
):
    package(client, path).extractall(tmp_path)
    call_command("load_package", str(tmp_path))
    assert "created 0, updated 0" in capsys.readouterr().out


@sqlite_only
def test_a_package_has_the_speakers_of_its_passages_and_what_they_rest_on(client):
    speaker = make.make_delegate("speaker", organisation=make.make_organisation("office"))
    make.make_evidence(speaker, passage=make.make_report("profile").passages.get())
    passage = make.make_report("speech").passages.get()
    passage.speakers.set([speaker])
    make.make_evidence(make.make_initiative("lamps"), passage=passage)
    archive = package(client, "/initiatives.zip")
    assert slugs(archive, "delegates") == ["speaker"]
    assert slugs(archive, "organisations") == ["office"]
    assert slugs(archive, "reports") == ["profile", "speech"]
    assert [row["speakers"] for row in rows(archive, "passages")] == ["", "speaker"]


@sqlite_only
def test_other_sites_may_read_a_package(client):
    assert client.get("/initiatives.zip")["Access-Control-Allow-Origin"] == "*"
    assert (
        'filename="initiatives-agreed.zip"'
        in client.get("/initiatives.zip?status=agreed")["Content-Disposition"]
    )


@sqlite_only
def test_packages_of_more_than_a_hundred_records_are_written_one_at_a_time(client, monkeypatch):
    monkeypatch.setattr(streaming_response, "_long_export", lock := threading.Lock())
    for number in range(101):
        make.make_theme(f"theme-{number}")
    with lock:
        response = client.get("/themes.zip")
        assert (response.status_code, response["Content-Type"]) == (503, "application/problem+json")
        assert (response["Retry-After"], response["Cache-Control"]) == ("30", "no-store")
        problem = json.loads(response.content)
        assert (problem["status"], problem["title"]) == (503, "The site is busy")
        assert problem["detail"].startswith("Another large file is being exported.")
        assert client.get("/themes.zip?q=theme-77").status_code == 200
        # A short text uses up less of the limit.
        assert client.get("/themes.csv").status_code == 200
