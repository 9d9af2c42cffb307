"""The files of a release as requested by browsers, caches and programs."""

import json

import pytest

from sco_cities.releases.release_writer import write_release
from tests import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.only_on("sqlite")]


@pytest.fixture
def release(monkeypatch):
    make.make_initiative("lamps", sourced=True)
    return write_release()[0]


@pytest.fixture
def file(release):
    return release.file("evidence.csv")


@pytest.fixture
def get(client, release):
    """A function that requests a file, with headers."""

    responses = []

    def request(name="evidence.csv", method="get", **headers):
        responses.append(getattr(client, method)(f"/data/{release.date}/{name}", headers=headers))
        return responses[-1]

    yield request
    for response in responses:
        response.close()


def test_every_file_has_its_bytes_its_type_and_stays_for_a_year(release, get):
    for file in release.files:
        response = get(file.name, **{"Accept-Encoding": "gzip"})
        assert response.getvalue() == file.path.read_bytes()
        assert (response.status_code, response["Content-Type"]) == (200, file.media_type)
        assert response["Cache-Control"] == "public, max-age=31536000, immutable"
        assert (response["ETag"], response["Accept-Ranges"]) == (f'"{file.sha256}"', "bytes")
        assert response["Content-Length"] == str(file.size)
        assert "Content-Encoding" not in response
        assert 'rel="license"' in response["Link"]
    assert json.loads(get("manifest.json").getvalue())["release"] == release.date


@pytest.mark.parametrize(
    "name, saved",
    [("sco-cities.zip", "sco-cities-{}.zip"), ("evidence.csv", "sco-cities-{}-evidence.csv")],
)
def test_a_saved_file_is_named_by_its_release(release, get, name, saved):
    disposition = get(name)["Content-Disposition"]
    assert disposition == f'attachment; filename="{saved.format(release.date)}"'


def test_head_has_the_length_and_no_content(get, file):
    response = get(method="head")
    assert (response.status_code, response["Content-Length"]) == (200, str(file.size))
    assert response.getvalue() == b""
    # Ranges apply only to GET.
    assert get(method="head", Range="bytes=0-9").status_code == 200


@pytest.mark.parametrize(
    "asked, first, last",
    [
        ("0-0", 0, 0),
        ("5-9", 5, 9),
        ("5-", 5, -1),
        ("-7", -7, -1),
        ("0-999999999", 0, -1),
        ("-999999999", 0, -1),
    ],
)
def test_a_range_request_returns_the_requested_bytes(get, file, asked, first, last):
    content = file.path.read_bytes()
    first, last = first % file.size, last % file.size
    response = get(Range=f"bytes={asked}")
    assert response.status_code == 206
    assert response["Content-Range"] == f"bytes {first}-{last}/{file.size}"
    assert response["Content-Length"] == str(last - first + 1)
    assert response.getvalue() == content[first : last + 1]
    assert (response["ETag"], response["Content-Type"]) == (f'"{file.sha256}"', file.media_type)


@pytest.mark.parametrize("asked", ["999999999-", "-0"])
def test_a_range_beyond_the_end_has_status_416_and_the_size(get, file, asked):
    response = get(Range=f"bytes={asked}")
    assert (response.status_code, response["Content-Range"]) == (416, f"bytes */{file.size}")
    assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "asked",
    [
        "bytes=9-5",
        "bytes=-",
        "bytes=0-1,4-5",
        "lines=0-1",
        "bytes=a-b",
        "bytes=٣-٤",
        "5-9",
        "bytes={many}-",
        "bytes=-{many}",
        "bytes=0-{many}",
    ],
)
def test_a_request_without_a_single_range_gets_the_complete_file(get, file, asked):
    # Python does not convert texts of more than 4,300 digits.
    response = get(Range=asked.format(many="9" * 4301))
    assert (response.status_code, response["Content-Length"]) == (200, str(file.size))


def test_a_range_of_another_version_gets_the_complete_file(get, file):
    assert get(Range="bytes=0-1", **{"If-Range": f'"{file.sha256}"'}).status_code == 206
    assert get(Range="bytes=0-1", **{"If-Range": '"other"'}).status_code == 200


def test_a_client_that_has_the_file_gets_304(get, file):
    for tag in (f'"{file.sha256}"', f'"other", W/"{file.sha256}"', "*"):
        response = get(**{"If-None-Match": tag})
        assert (response.status_code, response.getvalue()) == (304, b"")
        assert response["ETag"] == f'"{file.sha256}"'
    assert get(**{"If-None-Match": '"other"'}).status_code == 200


def test_a_client_that_accepts_only_another_version_gets_an_error_with_the_reason(get):
    response = get(**{"If-Match": '"other"'})
    assert (response.status_code, response["Content-Type"]) == (412, "application/problem+json")
    assert b"A condition of the request was not met" in response.content
    assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "name",
    [
        "nothing.csv",
        "..%2fmanifest.json",
        "%2e%2e",
        ".hidden",
        "manifest.json%00",
        "evidence.csv.gz",
        "EVIDENCE.CSV",
    ],
)
def test_a_file_that_is_not_in_the_release_gives_programs_a_problem_response(release, client, name):
    response = client.get(f"/data/{release.date}/{name}")
    assert response.status_code == 404
    if "%2f" not in name:
        assert response["Content-Type"] == "application/problem+json"
        assert response.json()["status"] == 404
        assert response["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("date", ["2020-01-01", "latest", "..", "2026-11-28x", "٢٠٢٦-١١-٢٨"])
def test_a_file_of_an_unknown_release_gives_programs_a_problem_response(client, settings, date):
    response = client.get(f"/data/{date}/evidence.csv")
    assert (response.status_code, response["Content-Type"]) == (404, "application/problem+json")


def test_a_release_that_lost_a_file_has_404_for_it(release, get):
    release.file("evidence.csv").path.unlink()
    assert get().status_code == 404


def test_scripts_of_other_sites_may_read_files_and_parts_of_them(get, file):
    response = get(Range="bytes=0-1", Origin="https://lite.datasette.io")
    assert response["Access-Control-Allow-Origin"] == "*"
    assert "Content-Range" in response["Access-Control-Expose-Headers"]
    assert response["Cross-Origin-Resource-Policy"] == "cross-origin"
    preflight = get("sco-cities.sqlite3", "options", Origin="https://lite.datasette.io")
    assert (preflight.status_code, preflight["Access-Control-Allow-Methods"]) == (204, "GET, HEAD, OPTIONS")
    assert "Range" in preflight["Access-Control-Allow-Headers"]


def test_urls_below_data_are_read_only(client, release):
    response = client.post(f"/data/{release.date}/evidence.csv")
    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD")
