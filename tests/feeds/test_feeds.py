"""Feeds of the changes of a list, as parsed by feed readers."""

import json

import feedparser
import pytest
from django.db.models import Q

from initiatives.models import Initiative
from sco_cities.feeds import changes
from sco_cities.history import public_changes
from tests import factories as make
from tests.history.snapshots import create_recorded, edit, recording

# Changes and lists are tested on every engine.
pytestmark = [pytest.mark.django_db, pytest.mark.only_on("sqlite")]


@pytest.fixture
def lamps():
    return make.make_initiative(
        "lamps", title_en="Lamps & <trams>", lead=[make.make_city("alphaville")], sourced=True
    )


def read(client, path: str) -> feedparser.FeedParserDict:
    response = client.get(path.removeprefix("http://testserver"))
    assert (response.status_code, response["Content-Type"]) == (200, "application/atom+xml; charset=utf-8")
    feed = feedparser.parse(response.content)
    assert not feed.bozo, feed.bozo_exception
    return feed


def titles(feed) -> list[str]:
    return [entry.title for entry in feed.entries]


def test_each_kind_of_change_has_its_title_the_newest_first(client, lamps):
    edit(lamps, status="operating")
    edit(lamps, title_en="Lights")
    with recording(lamps):
        make.make_evidence(lamps, "status", stance="differs", reported_value="interest")
    edit(lamps, state="withdrawn")
    edit(lamps, state="published")
    _record, _change_set = create_recorded(make.make_initiative, "rail", title_en="Rail")
    with recording(_record):
        Initiative.objects.get(slug="rail").delete()
    assert titles(read(client, "/initiatives.atom")) == [
        "Deleted: rail",
        "New: rail",
        "New: Lights",
        "Withdrawn: Lights",
        "Lights: reports differ (status)",
        "Lights: corrected",
        "Lights: agreed → operating",
    ]


def test_the_ids_of_feeds_and_entries_have_the_host_of_the_site_address(client, settings, lamps):
    number = edit(lamps, status="operating").revisions.get().pk
    settings.SITE_URL = "https://cities.example.org"
    feed = read(client, "/initiatives.atom?city=alphaville")
    assert feed.feed.id == "https://cities.example.org/initiatives.atom?city=alphaville"
    (entry,) = feed.entries
    (item,) = json.loads(client.get("/initiatives.feed.json?city=alphaville").content)["items"]
    assert entry.id == item["id"] == f"tag:cities.example.org,2026:c-{number}"


def test_an_entry_has_the_values_the_passage_of_the_status_and_the_reason(client, lamps):
    change_set = edit(lamps, status="operating", ends_on="2026", reason="The gazette says so.")
    feed = read(client, "/initiatives.atom")
    (entry,) = feed.entries
    number = change_set.revisions.get().pk
    assert entry.id == f"tag:testserver,2026:c-{number}"
    assert entry.link == "http://testserver/initiatives/lamps/"
    assert entry.summary.splitlines() == [
        "Status: agreed → operating",
        "Ends on: none → 2026",
        "Passage 1 of gazette-20250101. (The Gazette, 1 January 2025)",
        "Reason: The gazette says so.",
    ]
    assert feed.feed.title == "Changes: 1 initiative"
    assert feed.feed.links[0]["href"] == "http://testserver/initiatives.atom"


def test_the_newest_passage_is_that_of_the_newest_status_only(client, lamps):
    edit(lamps, status="operating")
    edit(lamps, status="completed")
    newest, earlier = read(client, "/initiatives.atom").entries
    assert ("The Gazette" in newest.summary, "The Gazette" in earlier.summary) == (True, False)


def test_a_disputed_field_of_an_older_model_has_its_name(client, lamps):
    with recording(lamps) as recorder:
        make.make_evidence(lamps, "status", stance="differs", reported_value="interest")
    revision = recorder.change_set.revisions.get()
    revision.changes["evidence"]["added"][0]["field"] = "mood"
    revision.save()
    assert titles(read(client, "/initiatives.atom")) == ["Lamps & <trams>: reports differ (mood)"]


def test_a_feed_contains_the_changes_to_records_that_match_its_filters(client, lamps):
    others = make.make_initiative("others", lead=[make.make_city("betaville")])
    for record in (lamps, others):
        edit(record, title_en=f"{record.slug} again")
    assert titles(read(client, "/initiatives.atom?city=alphaville")) == ["lamps again: corrected"]


def test_a_withdrawn_record_is_named_in_the_unfiltered_feed_only(client, lamps):
    edit(lamps, state="withdrawn", title_en="Secret plans")
    assert titles(read(client, "/initiatives.atom")) == ["Withdrawn: lamps"]
    for query in ("q=secret", "q=plans", "city=alphaville", "status=-completed"):
        assert read(client, f"/initiatives.atom?{query}").entries == []


@pytest.mark.parametrize(
    ("language", "title"), [("", "Lamps: agreed → operating"), ("/ru", "Lamps: согласовано → действует")]
)
def test_a_feed_is_in_the_language_of_its_address_with_the_same_ids(client, lamps, language, title):
    change_set = edit(lamps, status="operating", title_en="Lamps")
    (entry,) = read(client, f"{language}/initiatives.atom").entries
    assert (entry.title, entry.id) == (title, f"tag:testserver,2026:c-{change_set.revisions.get().pk}")


def test_feeds_contain_no_text_of_drafts(client):
    draft = make.make_initiative("secret", state="draft")
    edit(draft, title_en="Secret plans")
    assert read(client, "/initiatives.atom").entries == []


def test_a_record_has_a_feed_of_its_changes_in_both_formats(client, lamps):
    other = make.make_initiative("other")
    for record in (lamps, other):
        edit(record, status="operating")
    feed = read(client, "/initiatives/lamps.atom")
    assert (titles(feed), feed.feed.title) == (
        ["Lamps & <trams>: agreed → operating"],
        "Changes: Lamps & <trams>",
    )
    assert feed.feed.id == "http://testserver/initiatives/lamps.atom"
    links = {link.rel: link.href for link in feed.feed.links}
    assert links["alternate"] == "http://testserver/initiatives/lamps/"
    document = json.loads(client.get("/ru/initiatives/lamps.feed.json").content)
    assert [item["title"] for item in document["items"]] == ["Lamps & <trams>: согласовано → действует"]
    assert document["feed_url"] == "http://testserver/ru/initiatives/lamps.feed.json"


def test_the_feed_of_a_record_moves_and_ends_with_the_record(client, lamps):
    edit(lamps, slug="lights")
    assert client.get("/initiatives/lamps.atom").headers["Location"] == "/initiatives/lights.atom"
    make.make_initiative("secret", state="draft")
    edit(lamps, state="withdrawn")
    statuses = [client.get(f"/{path}.atom").status_code for path in (
        "initiatives/lights", "initiatives/secret", "initiatives/none", "nothing/lights", "api/lights",
    )]  # fmt: skip
    assert statuses == [410, 404, 404, 404, 404]
    assert client.get("/initiatives/lights.atom?archive=9").status_code == 410


@pytest.mark.parametrize("archive", ["x", "-1", "9", "9" * 20])
def test_an_archive_that_a_record_does_not_have_is_not_found(client, lamps, archive):
    edit(lamps, status="operating")
    assert client.get(f"/initiatives/lamps.atom?archive={archive}").status_code == 404


def entries_of(feed) -> list[tuple]:
    return [(entry.id, entry.updated, entry.title, entry.summary) for entry in feed.entries]


def test_archives_hold_every_older_change_once_and_stay_as_they_are(client, lamps, monkeypatch):
    monkeypatch.setattr(changes, "BLOCK_SIZE", 4)
    monkeypatch.setattr(changes, "MIN_CHANGES", 2)
    numbers = [edit(lamps, title_en=f"Lamps {number}").revisions.get().pk for number in range(14)]
    feed = read(client, "/initiatives.atom?city=alphaville")
    found, archives = set(), []
    while feed:
        found |= {int(entry.id.rpartition("-")[2]) for entry in feed.entries}
        previous = [link.href for link in feed.feed.links if link.rel == "prev-archive"]
        archives += previous
        feed = read(client, previous[0]) if previous else None
    assert sorted(found) == numbers
    assert len(archives) >= 3
    before = [entries_of(read(client, path)) for path in archives]
    edit(lamps, status="operating")
    assert [entries_of(read(client, path)) for path in archives] == before


def test_a_change_is_held_back_while_earlier_changes_may_still_be_committed(client, lamps, monkeypatch):
    edit(lamps, title_en="Lights")
    number = edit(lamps, title_en="Torches").revisions.get().pk
    monkeypatch.setattr(public_changes, "unsettled", lambda using: Q(pk__gte=number))
    assert len(read(client, "/initiatives.atom").entries) == 1
    monkeypatch.undo()
    assert len(read(client, "/initiatives.atom").entries) == 2


@pytest.mark.parametrize("number", ["0", "99", "-1", "x", "1" * 16])
def test_an_archive_that_does_not_exist_is_not_found(client, lamps, number):
    assert client.get(f"/initiatives.atom?archive={number}").status_code == 404


def test_an_invalid_value_gives_an_error_instead_of_a_feed(client):
    response = client.get("/initiatives.atom?status=certain&colour=red")
    assert (response.status_code, len(response.content.splitlines())) == (400, 2)


def test_an_error_in_the_url_of_a_json_feed_is_a_problem_with_codes(client):
    response = client.get("/initiatives.feed.json?status=certain&colour=red")
    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")
    errors = json.loads(response.content)["errors"]
    assert [(each["parameter"], each["code"]) for each in errors] == [
        ("status", "not-a-choice"),
        ("colour", "unknown-parameter"),
    ]


def test_the_json_feed_has_the_same_content(client, lamps):
    edit(lamps, status="operating")
    edit(lamps, title_en="Lights")
    response = client.get("/initiatives.feed.json?city=alphaville")
    assert response["Content-Type"] == "application/feed+json; charset=utf-8"
    feed, document = read(client, "/initiatives.atom?city=alphaville"), json.loads(response.content)
    assert document["version"] == "https://jsonfeed.org/version/1.1"
    assert [(each["id"], each["title"], each["content_text"], each["url"]) for each in document["items"]] == [
        (entry.id, entry.title, entry.summary, entry.link) for entry in feed.entries
    ]


def test_a_feed_needs_a_fixed_number_of_queries(client, lamps, django_assert_max_num_queries):
    for number in range(5):
        edit(lamps, status="operating" if number % 2 else "agreed", title_en=f"Lamps {number}")
    client.get("/initiatives/")
    with django_assert_max_num_queries(16):
        client.get("/initiatives.atom")


@pytest.mark.usefixtures("loaded_package")
def test_old_addresses_with_a_sort_order_still_work(client):
    assert client.get("/initiatives.atom?city=bishkek&sort=-updated_at").status_code == 200
