"""The pages below /data/."""

import datetime
import shutil

import pytest
from django.utils import timezone

from sco_cities.releases.release_writer import write_release
from tests import factories as make
from tests.facet_index.test_refresh import wait_until_ready
from tests.html import read_page
from tests.html_lint import lint_errors

# The pages do not query any tables.
pytestmark = [pytest.mark.django_db, pytest.mark.only_on("sqlite")]


@pytest.fixture
def release_of(monkeypatch):
    """A function that writes a release on a given date in November 2026."""

    def write(day: int):
        monkeypatch.setattr(timezone, "localdate", lambda *args: datetime.date(2026, 11, day))
        return write_release()[0]

    return write


@pytest.mark.parametrize(
    "path, words",
    [
        ("/data/", "There is no release yet."),
        ("/ru/data/", "Выпусков пока нет."),
        ("/zh-hans/data/", "目前还没有数据版本。"),
    ],
)
def test_without_a_release_the_page_names_the_alternatives(client, path, words):
    page = read_page(client, path)
    assert words in page.text()
    assert any(link.endswith("/api/docs/") for link in page.links())
    assert lint_errors(client.get(path).content.decode()) == []


def test_the_page_shows_the_newest_release_with_its_files_and_links_to_the_other_releases(client, release_of):
    make.make_initiative("lamps")
    release_of(29)
    newest = release_of(30)
    page = read_page(client, "/data/")
    assert "Newest release: 30 November 2026" in page.text()
    assert "Initiatives: 1 · Cities: 0" in page.text()
    assert "(release 2026-11-30) [Data set]. http://testserver/data/2026-11-30/" in page.text()
    for file in newest.files:
        assert f"/data/2026-11-30/{file.name}" in page.links()
        assert file.sha256 in page.text().replace(" ", "")
    assert "/data/2026-11-29/" in page.links()


@pytest.mark.django_db(transaction=True)
def test_a_new_release_is_shown_even_if_the_database_has_not_changed(client, release_of):
    # The page cache works only outside the transaction of a test. The date is part of the cache keys.
    shutil.rmtree(release_of(30).path)
    wait_until_ready()
    assert "There is no release yet." in read_page(client, "/data/").text()
    release_of(30)
    assert "30 November" in read_page(client, "/data/").text()
    assert client.get("/data/releases.json").json()["releases"][0]["release"] == "2026-11-30"


@pytest.mark.parametrize(
    "path, words",
    [
        ("/data/2026-11-29/", "There is a newer release."),
        ("/ru/data/2026-11-29/", "Есть более новый выпуск."),
    ],
)
def test_the_page_of_a_release_has_its_citation_in_every_language(client, release_of, path, words):
    release_of(29)
    assert words not in read_page(client, path).text()
    release_of(30)
    page = read_page(client, path)
    assert words in page.text()
    assert path.replace("29", "30") in page.links()
    assert "(release 2026-11-29) [Data set]. http://testserver/data/2026-11-29/" in page.text()


def test_latest_redirects_to_the_newest_release(client, release_of):
    release_of(29)
    release_of(30)
    for path, target in (
        ("/data/latest/", "/data/2026-11-30/"),
        ("/ru/data/latest/", "/ru/data/2026-11-30/"),
        ("/data/latest/evidence.csv", "/data/2026-11-30/evidence.csv"),
    ):
        response = client.get(path)
        assert (response.status_code, response["Location"]) == (302, target)
        assert response["Cache-Control"] == "public, max-age=0, must-revalidate"
    # The response does not redirect to a missing file.
    assert client.get("/data/latest/nothing.csv").status_code == 404


@pytest.mark.parametrize(
    "path",
    ["/data/2026-11-28/", "/data/latest/", "/data/2026-13-45/", "/data/../", "/data/%2e%2e/", "/data/x/"],
)
def test_a_release_that_does_not_exist_has_the_404_page(client, caplog, path):
    response = client.get(path)
    assert (response.status_code, response["Content-Type"]) == (404, "text/html; charset=utf-8")
    assert [line.message for line in caplog.records if line.levelname == "ERROR"] == []


def test_the_json_document_has_the_addresses_and_hashes_of_all_files(client, release_of):
    written = release_of(29)
    (found,) = client.get("/data/releases.json").json()["releases"]
    assert found["url"] == "http://testserver/data/2026-11-29/"
    assert {file["url"]: file["sha256"] for file in found["files"]} == {
        f"http://testserver/data/2026-11-29/{file.name}": file.sha256 for file in written.files
    }
    assert client.get(found["manifest"]).getvalue()


def test_the_dictionary_of_columns_has_every_table(client):
    page = read_page(client, "/data/")
    assert "Degrees north" in page.text()
    assert "initiatives_flat (25)" in page.text()
