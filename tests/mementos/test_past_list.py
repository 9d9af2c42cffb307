"""The URL of a list as of a date redirects to the newest release up to that date."""

import json

import pytest

from sco_cities.history.shown_record import today

pytestmark = [pytest.mark.django_db, pytest.mark.only_on("sqlite")]


@pytest.fixture(autouse=True)
def releases(settings, tmp_path):
    """Releases of two dates, written shortly after midnight."""
    settings.RELEASES_DIR = tmp_path
    for date in ("2026-01-15", "2026-02-15"):
        (tmp_path / date).mkdir()
        manifest = {"files": [], "scheduled": False, "rows": {}, "made_at": f"{date}T00:03:12Z"}
        (tmp_path / date / "manifest.json").write_text(json.dumps(manifest))


@pytest.mark.parametrize(
    "address", ["/initiatives/", "/initiatives.csv", "/cities.jsonl", "/ru/reports/", "/cite/initiatives/"]
)
@pytest.mark.parametrize(("day", "release"), [("2026-01-31", "2026-01-15"), ("2026-02-15", "2026-02-15")])
def test_a_list_redirects_to_the_newest_release_up_to_the_date(client, address, day, release):
    response = client.get(f"{address}?as_of={day}&country=kg")
    assert response.status_code == 302
    assert response["Location"] == f"{'/ru' if '/ru/' in address else ''}/data/{release}/"
    assert response.text.endswith(f": {response['Location']}")


def test_the_redirect_has_a_text_with_the_reason(client):
    response = client.get("/initiatives/?as_of=2026-01-31")
    assert response.text == (
        "The latest data release on or before 31 January 2026 was published on 15 January 2026 at 00:03 "
        "UTC: /data/2026-01-15/"
    )
    assert response["Content-Type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize("address", ["/initiatives/", "/initiatives.csv", "/ru/reports/"])
def test_today_redirects_to_the_list_itself(client, address):
    day = today().isoformat()
    response = client.get(f"{address}?as_of={day}&q=tram")
    assert (response.status_code, response["Location"]) == (302, f"{address}?q=tram")
    assert client.get(f"{address}?as_of={day}")["Location"] == address


def test_the_name_of_the_parameter_may_be_encoded(client):
    assert client.get("/initiatives/?as%5Fof=2026-01-31")["Location"] == "/data/2026-01-15/"


def test_without_a_release_the_reason_is_given(client):
    response = client.get("/initiatives/?as_of=2026-01-14")
    assert response.status_code == 404
    assert "There was no release by the end of 14 January 2026." in response.text
    assert client.get("/initiatives.jsonl?as_of=2026-01-14").status_code == 404


@pytest.mark.parametrize("day", ["2100-01-01", "soon", "2026-01-01&as_of=2026-01-02"])
def test_an_invalid_day_is_rejected(client, day):
    assert client.get(f"/initiatives/?as_of={day}").status_code == 400


@pytest.mark.parametrize(
    ("extension", "content_type"),
    [
        ("csv", "text/plain; charset=utf-8"),
        ("jsonl", "text/plain; charset=utf-8"),
        ("zip", "application/problem+json"),
    ],
)
def test_an_invalid_date_in_the_url_of_a_file_is_rejected_like_other_errors(client, extension, content_type):
    response, other = (client.get(f"/initiatives.{extension}?{name}=soon") for name in ("as_of", "status"))
    assert response.status_code == other.status_code == 400
    assert response["Content-Type"] == other["Content-Type"] == content_type
    sentence = "“soon” is not a valid date. Enter a date such as 2026-01-31."
    if extension == "zip":
        assert response.json()["errors"] == [
            {"parameter": "as_of", "value": "soon", "code": "not-a-time", "detail": sentence, "near": []}
        ]
    else:
        assert response.text == f"as_of: {sentence}\n"


def test_a_list_without_a_date_is_unchanged(client):
    assert client.get("/initiatives/?q=as_of").status_code == 200
