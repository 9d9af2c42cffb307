"""Lists of earlier days are in the releases of the data."""

import json

import pytest

pytestmark = [pytest.mark.django_db, pytest.mark.only_on("sqlite")]


@pytest.fixture(autouse=True)
def releases(settings, tmp_path):
    """Releases of two days."""
    settings.RELEASES_DIR = tmp_path
    for date in ("2026-01-15", "2026-02-15"):
        (tmp_path / date).mkdir()
        (tmp_path / date / "manifest.json").write_text(json.dumps({"files": [], "scheduled": False}))


@pytest.mark.parametrize("address", ["/initiatives/", "/initiatives.csv", "/cities.jsonl", "/ru/reports/"])
@pytest.mark.parametrize(("day", "release"), [("2026-01-31", "2026-01-15"), ("2026-02-15", "2026-02-15")])
def test_a_list_leads_to_the_newest_release_that_is_not_later(client, address, day, release):
    response = client.get(f"{address}?as_of={day}&country=kg")
    assert response.status_code == 302
    assert response["Location"] == f"{'/ru' if '/ru/' in address else ''}/data/{release}/"
    assert response.text.endswith(f": {response['Location']}")


def test_it_says_so_in_words(client):
    response = client.get("/initiatives/?as_of=2026-01-31")
    assert response.text == (
        "The lists of 31 January 2026 are in the release of 15 January 2026: /data/2026-01-15/"
    )
    assert response["Content-Type"] == "text/plain; charset=utf-8"


def test_without_a_release_the_reason_is_told(client):
    response = client.get("/initiatives/?as_of=2026-01-14")
    assert response.status_code == 404
    assert "There is none until 14 January 2026." in response.text
    assert client.get("/initiatives.jsonl?as_of=2026-01-14").status_code == 404


@pytest.mark.parametrize("day", ["2100-01-01", "soon", "2026-01-01&as_of=2026-01-02"])
def test_a_wrong_day_is_refused(client, day):
    assert client.get(f"/initiatives/?as_of={day}").status_code == 400


@pytest.mark.parametrize("query", ["as_of=", "q=as_of"])
def test_without_a_day_a_list_is_as_it_is(client, query):
    assert client.get(f"/initiatives/?{query}").status_code == 200
