"""The publications, status changes and corrections of the last 30 days, read from the change history."""

from datetime import datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone

from sco_cities.changes.recorder import record_changes
from sco_cities.dashboard import home, recent
from sco_cities.dashboard.corrections import corrections, status_moves
from sco_cities.facet_index.refresh import facet_index
from sco_cities.history.models import ChangeSource
from tests import factories as make
from tests.history.snapshots import create_recorded, edit, recording

pytestmark = pytest.mark.django_db


@pytest.fixture
def long_ago():
    """A record that was published before the history began."""
    return make.make_initiative("long-ago")


def current_state():
    with facet_index(*home.COLLECTIONS) as state:
        return state


def new_counts() -> dict[str, int]:
    return {name: len(keys) for name, keys in recent.newly_published_keys(current_state()).items()}


def date_change(change_set, *, days: int, seconds: int = 0):
    """Moves the date of a change set to `days` and `seconds` before the last midnight."""
    midnight = timezone.make_aware(datetime.combine(timezone.localdate(), datetime.min.time()))
    change_set.made_at = midnight - timedelta(days=days, seconds=seconds)
    change_set.save()


@pytest.mark.parametrize(("days", "seconds", "expected"), [(0, 0, 1), (30, 0, 1), (30, 1, 0), (31, 0, 0)])
def test_records_published_in_the_last_30_days_are_new(days, seconds, expected):
    _record, change_set = create_recorded(make.make_initiative, "lamps")
    date_change(change_set, days=days, seconds=seconds)
    assert new_counts().get("initiatives", 0) == expected


def test_a_draft_is_new_from_its_day_of_publication():
    draft, change_set = create_recorded(make.make_initiative, "lamps", state="draft")
    assert new_counts() == {}
    date_change(change_set, days=90)
    edit(draft, state="published")
    assert new_counts() == {"initiatives": 1}


def test_a_withdrawn_record_is_not_new():
    lamps, _change_set = create_recorded(make.make_initiative, "lamps")
    assert new_counts() == {"initiatives": 1}
    edit(lamps, state="withdrawn")
    assert new_counts() == {}


def test_a_changed_record_is_a_correction_and_not_new(long_ago):
    edit(long_ago, title_en="Once upon a time", reason="The gazette corrects itself.")
    assert new_counts() == {}
    (correction,) = corrections(current_state(), 8)
    assert (correction.record.slug, correction.reason, correction.fields) == (
        "long-ago", "The gazette corrects itself.", ["title in English"],
    )  # fmt: skip


def test_a_change_that_readers_could_not_see_is_not_listed():
    draft, _change_set = create_recorded(make.make_initiative, "lamps", state="draft")
    edit(draft, title_en="A secret name")
    edit(draft, state="published")
    edit(draft, state="withdrawn")
    assert corrections(current_state(), 8) == []


def test_a_correction_is_not_listed_after_its_record_is_withdrawn(long_ago):
    edit(long_ago, title_en="Once upon a time")
    edit(long_ago, state="withdrawn")
    assert corrections(current_state(), 8) == []


def test_corrections_are_newest_first_and_list_a_record_once(long_ago):
    other = make.make_city("beta")
    date_change(edit(long_ago, title_en="Once"), days=9)
    date_change(edit(other, name_en="Gamma"), days=5)
    date_change(edit(long_ago, kind="plan"), days=1)
    assert [(each.record.slug, each.fields) for each in corrections(current_state(), 8)] == [
        ("long-ago", ["title in English", "kind"]),
        ("beta", ["name in English"]),
    ]


def test_a_large_change_does_not_hide_the_others(long_ago):
    date_change(edit(long_ago, title_en="Once"), days=3)
    cities = [make.make_city(f"city-{number}") for number in range(6)]
    with recording(*cities, source=ChangeSource.IMPORT):
        for city in cities:
            city.population = 5
            city.save()
    assert [each.record.slug for each in corrections(current_state(), 8)] == [
        "city-0", "city-1", "city-2", "long-ago",
    ]  # fmt: skip


def load_package(*slugs: str):
    """Loads new initiatives as a data package and returns them."""
    with record_changes(ChangeSource.PACKAGE) as recorder:
        records = [make.make_initiative(slug) for slug in slugs]
        recorder.note_created(records)
    return records


def test_records_published_after_the_first_load_are_new_from_the_first_day():
    load_package("lamps", "wires")
    assert new_counts() == {}
    create_recorded(make.make_initiative, "bells")
    load_package("bulbs")
    create_recorded(make.make_theme, "music")
    assert new_counts() == {"initiatives": 2, "themes": 1}


def test_on_a_site_that_loads_no_package_every_record_is_new():
    create_recorded(make.make_initiative, "bells")
    load_package("lamps")
    assert new_counts() == {"initiatives": 2}


@pytest.mark.parametrize("is_loaded", [True, False])
def test_a_record_that_was_withdrawn_for_a_while_is_not_new(is_loaded):
    (lamps,) = load_package("lamps") if is_loaded else (make.make_initiative("lamps"),)
    edit(lamps, state="withdrawn")
    edit(lamps, state="published")
    assert new_counts() == {}


def test_a_new_record_that_was_withdrawn_for_a_while_is_new():
    lamps, _change_set = create_recorded(make.make_initiative, "lamps")
    edit(lamps, state="withdrawn")
    edit(lamps, state="published")
    assert new_counts() == {"initiatives": 1}


def moves() -> list[tuple]:
    return [
        (each.record.slug, each.before, each.after, each.reason, each.report and each.report.slug)
        for each in status_moves(current_state(), 8)
    ]


def test_a_status_that_has_moved_is_listed_with_both_and_the_reason_apart_from_corrections(long_ago):
    edit(long_ago, status="under_way", reason="Work has begun.")
    other = make.make_initiative("other", status="interest", sourced=True)
    for slug, date, values in (
        ("newer", "2025-06", {}), ("vague", "", {}), ("hidden", "2026", {"state": "draft"}),
    ):  # fmt: skip
        report = make.make_report(slug, published_on=date, **values)
        make.make_evidence(other, "status", report.passages.get())
    edit(other, status="agreed", title_en="Another")
    assert moves() == [
        ("other", "interest", "agreed", "", "newer"),
        ("long-ago", "agreed", "under_way", "Work has begun.", None),
    ]
    assert [(each.record.slug, each.fields) for each in corrections(current_state(), 8)] == [
        ("other", ["title in English"])
    ]


def test_several_moves_of_a_status_are_one_from_the_first_to_the_last(long_ago):
    edit(long_ago, status="under_way", reason="Work has begun.")
    edit(long_ago, status="operating", reason="It runs.")
    edit(long_ago, kind="plan", reason="A plan.")
    assert moves() == [("long-ago", "agreed", "operating", "It runs.", None)]


def test_a_change_that_was_reversed_is_not_listed(long_ago):
    edit(long_ago, status="stalled", title_en="Long", kind="plan")
    edit(long_ago, title_en="Long ago")
    assert [each.fields for each in corrections(current_state(), 8)] == [["kind"]]
    edit(long_ago, status="agreed", kind="project")
    assert moves() == corrections(current_state(), 8) == []


def test_a_status_that_changed_before_publication_has_not_moved():
    draft, _change_set = create_recorded(make.make_initiative, "lamps", state="draft")
    edit(draft, status="stalled")
    edit(draft, state="published")
    assert moves() == []
    edit(draft, status="operating")
    assert moves() == [("lamps", "stalled", "operating", "", None)]


def test_a_status_of_a_record_withdrawn_later_is_not_listed(long_ago):
    edit(long_ago, status="stalled")
    edit(long_ago, state="withdrawn")
    assert moves() == []
    edit(long_ago, status="completed")
    edit(long_ago, state="published")
    assert moves() == [("long-ago", "agreed", "completed", "", None)]


def test_records_without_a_net_change_do_not_use_up_the_places(long_ago, monkeypatch):
    monkeypatch.setattr("sco_cities.dashboard.corrections.BATCH_SIZE", 1)
    edit(long_ago, kind="plan")
    for number in range(3):
        other = make.make_initiative(f"other-{number}")
        edit(other, kind="plan")
        edit(other, kind="project")
    assert [each.record.slug for each in corrections(current_state(), 1)] == ["long-ago"]


def test_the_page_shows_how_a_status_has_moved(client, long_ago):
    edit(long_ago, status="operating", reason="It runs.")
    page = BeautifulSoup(client.get("/recent/").content, "html.parser")
    (item,) = page.select_one("#moved").parent.select("li")
    text = " ".join(item.get_text(" ").split())
    assert text.startswith("Long ago agreed → now operating · ")
    assert text.endswith(" · It runs.")
    assert page.select_one("#corrected") is None


def test_the_home_page_of_a_fresh_site_links_to_the_recent_updates(client):
    load_package("lamps")
    assert 'href="/recent/"' in client.get("/").content.decode()


def test_the_home_page_counts_new_records_and_links_to_them(client):
    with record_changes(ChangeSource.IMPORT) as recorder:
        recorder.note_created([make.make_initiative(f"lamps-{number}") for number in range(3)])
    page = BeautifulSoup(client.get("/").content, "html.parser")
    (link,) = page.select('.section-note a[href^="/recent/#"]')
    assert (link.get_text(), link["href"]) == ("+3 initiatives in 30 days", "/recent/#initiatives")
    recent_page = BeautifulSoup(client.get("/recent/").content, "html.parser")
    section = recent_page.select_one("#initiatives").parent
    assert section.select_one("h2").get_text() == "3 initiatives"
    assert sorted(each["href"] for each in section.select("li a")) == [
        f"/initiatives/lamps-{number}/" for number in range(3)
    ]


def test_new_records_beyond_the_limit_are_counted(client, monkeypatch):
    monkeypatch.setattr(home, "MAX_PER_KIND", 2)
    with record_changes(ChangeSource.IMPORT) as recorder:
        recorder.note_created([make.make_initiative(f"lamps-{number}") for number in range(5)])
    section = BeautifulSoup(client.get("/recent/").content, "html.parser").select_one("#initiatives").parent
    assert (len(section.select("li")), section.select_one(".section-note").get_text()) == (2, "and 3 more")


def test_the_home_page_shows_the_latest_moves_of_statuses(client, long_ago):
    assert BeautifulSoup(client.get("/").content, "html.parser").select_one("#moved") is None
    edit(long_ago, status="operating")
    for number in range(home.MAX_MOVES):
        edit(make.make_initiative(f"later-{number}"), status="completed")
    items = BeautifulSoup(client.get("/").content, "html.parser").select_one("#moved").parent.select("li > a")
    assert [item["href"] for item in items] == [
        f"/initiatives/later-{number}/" for number in reversed(range(home.MAX_MOVES))
    ]


@pytest.mark.parametrize(("is_new", "is_corrected"), [(True, True), (False, True), (False, False)])
def test_the_page_has_a_message_if_there_are_only_corrections(client, is_new, is_corrected):
    old = make.make_initiative("old")
    if is_new:
        create_recorded(make.make_initiative, "lamps")
    if is_corrected:
        edit(old, title_en="Corrected")
    text = client.get("/recent/").content.decode()
    assert ("Nothing new has been published since" in text) == (is_corrected and not is_new)


def test_an_empty_page_of_recent_updates_has_a_message(client):
    assert "nothing has been published or corrected" in client.get("/recent/").content.decode()


def test_a_change_set_is_read_once(django_assert_num_queries, long_ago):
    edit(long_ago, title_en="Once")
    assert len(recent.recent_changes(current_state())) == 1
    edit(long_ago, title_en="Twice")
    later = current_state()
    # the queries read the change sets of 30 days, and the revisions of the new change set, of all fields and of
    # statuses
    with django_assert_num_queries(3):
        assert [len(each.corrected["initiatives"]) for each in recent.recent_changes(later)] == [1, 1]
    with django_assert_num_queries(0):
        recent.recent_changes(later)
