"""The changes of published records in the API."""

import json

import pytest

from sco_cities.api import change_documents
from tests import factories as make
from tests.history.snapshots import create_recorded, edit

pytestmark = [pytest.mark.django_db, pytest.mark.only_on("sqlite")]


@pytest.fixture
def lamps():
    return make.make_initiative("lamps")


def read(client, path="/api/changes/") -> dict:
    response = client.get(path.removeprefix("http://testserver"))
    assert response.status_code == 200, response.content
    return json.loads(response.content)


def test_a_change_has_its_values_and_the_address_of_the_record(client, lamps):
    change_set = edit(lamps, status="operating", reason="The gazette says so.")
    (change,) = read(client)["results"]
    assert change | {"id": "", "at": ""} == {
        "id": "",
        "at": "",
        "collection": "initiatives",
        "slug": "lamps",
        "former_slug": None,
        "what": "changed",
        "into": None,
        "fields": {"status": ["agreed", "operating"]},
        "reason": "The gazette says so.",
        "url": "http://testserver/api/initiatives/lamps/",
    }
    assert change["at"] == f"{change_set.made_at:%Y-%m-%dT%H:%M:%SZ}"


def test_a_client_continues_where_it_stopped(client, lamps):
    edit(lamps, status="operating")
    edit(lamps, status="completed")
    first = read(client, "/api/changes/?per_page=1")
    second = read(client, first["next"])
    assert (len(second["results"]), second["next"]) == (1, None)
    assert read(client, second["later"])["results"] == []
    edit(lamps, status="stalled")
    assert [each["fields"]["status"][1] for each in read(client, second["later"])["results"]] == ["stalled"]


def test_groups_of_countries_have_no_record_in_the_api(client):
    edit(make.make_country_group(), name_ru="Средняя Икселия")
    assert read(client)["results"] == []


def test_changes_can_be_limited_to_a_kind_and_a_time(client, lamps):
    edit(lamps, status="operating")
    create_recorded(make.make_theme, "rail")
    assert [each["slug"] for each in read(client, "/api/changes/?collection=themes")["results"]] == ["rail"]
    for since in ("0001-01-01", "2020-01-31"):
        assert len(read(client, f"/api/changes/?since={since}")["results"]) == 2
    none_yet = read(client, "/api/changes/?collection=themes&since=2100-01-31T12:00:00Z")
    assert none_yet["results"] == []
    assert none_yet["later"].endswith("/api/changes/?collection=themes&since=2100-01-31T12%3A00%3A00Z")


@pytest.mark.parametrize(
    ("query", "parameter", "code"),
    [
        ("colour=red", "colour", "unknown-parameter"),
        ("after=lamp", "after", "unknown-value"),
        ("since=soon", "since", "not-a-time"),
        ("since=2026-02-31", "since", "not-a-time"),
        ("since=0001-01-01T00:00:00%2B14:00", "since", "not-a-time"),
        ("since=9999-12-31T23:59:59-14:00", "since", "not-a-time"),
        ("since=2026-01-01&since=2026-01-02", "since", "too-many"),
        ("collection=lamps", "collection", "not-a-choice"),
        ("per_page=0", "per_page", "not-a-number"),
    ],
)
def test_an_error_has_its_parameter_and_code(client, query, parameter, code):
    response = client.get(f"/api/changes/?{query}")
    problem = json.loads(response.content)
    assert response.status_code == 400
    assert (parameter, code) in [(each["parameter"], each["code"]) for each in problem["errors"]]


def test_unchanged_changes_are_not_sent_again_and_no_cache_keeps_them(client, lamps):
    edit(lamps, status="operating")
    response = client.get("/api/changes/")
    assert response["Cache-Control"] == "private, no-cache"
    again = client.get("/api/changes/", headers={"if-none-match": response["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_record_has_its_history(client, lamps):
    edit(lamps, status="operating")
    history = read(client, "/api/initiatives/lamps/history/")
    assert [each["fields"] for each in history["results"]] == [{"status": ["agreed", "operating"]}]
    edit(lamps, slug="torches")
    response = client.get("/ru/api/initiatives/lamps/history/")
    assert response["Location"] == "/ru/api/initiatives/torches/history/"


def test_a_long_history_has_the_newest_changes(client, lamps, monkeypatch):
    monkeypatch.setattr(change_documents, "MAX_HISTORY", 2)
    for status in ("operating", "completed", "stalled"):
        edit(lamps, status=status)
    history = read(client, "/api/initiatives/lamps/history/")
    assert [each["fields"]["status"][1] for each in history["results"]] == ["completed", "stalled"]


def test_a_draft_has_no_history(client, lamps):
    edit(lamps, state="draft")
    assert client.get("/api/initiatives/lamps/history/").status_code == 404
