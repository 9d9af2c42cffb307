"""Recent updates: publications and corrections of the last 30 days from the change history."""

from datetime import datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone

from sco_cities.dashboard import home, recent
from sco_cities.facet_index.refresh import facet_index
from sco_cities.history.models import ChangeSource
from sco_cities.history.recorder import record_changes
from tests import factories as make
from tests.history.snapshots import create_recorded, edit, recording

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def long_ago():
    """An older record; without one, no record counts as new."""
    return make.make_initiative("long-ago")


def current_state():
    with facet_index(*home.COLLECTIONS) as state:
        return state


def new_counts() -> dict[str, int]:
    return {name: len(keys) for name, keys in recent.newly_published_keys(current_state()).items()}


def date_change(change_set, *, days: int, seconds: int = 0):
    """Date a change set to `days` and `seconds` before the last midnight."""
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
    (correction,) = recent.corrections(current_state(), 8)
    assert (correction.record.slug, correction.reason, correction.fields) == (
        "long-ago", "The gazette corrects itself.", ["title in English"],
    )  # fmt: skip


def test_a_change_that_readers_could_not_see_is_not_listed():
    draft, _change_set = create_recorded(make.make_initiative, "lamps", state="draft")
    edit(draft, title_en="A secret name")
    edit(draft, state="published")
    edit(draft, state="withdrawn")
    assert recent.corrections(current_state(), 8) == []


def test_a_correction_of_a_record_withdrawn_later_is_not_listed(long_ago):
    edit(long_ago, title_en="Once upon a time")
    edit(long_ago, state="withdrawn")
    assert recent.corrections(current_state(), 8) == []


def test_corrections_are_newest_first_and_list_a_record_once(long_ago):
    other = make.make_city("beta")
    date_change(edit(long_ago, title_en="Once"), days=9)
    date_change(edit(other, name_en="Gamma"), days=5)
    date_change(edit(long_ago, kind="plan"), days=1)
    assert [(each.record.slug, each.fields) for each in recent.corrections(current_state(), 8)] == [
        ("long-ago", ["kind"]),
        ("beta", ["name in English"]),
    ]


def test_a_large_change_does_not_hide_the_others(long_ago):
    date_change(edit(long_ago, title_en="Once"), days=3)
    cities = [make.make_city(f"city-{number}") for number in range(6)]
    with recording(*cities, way=ChangeSource.IMPORT):
        for city in cities:
            city.population = 5
            city.save()
    assert [each.record.slug for each in recent.corrections(current_state(), 8)] == [
        "city-0", "city-1", "city-2", "long-ago",
    ]  # fmt: skip


def test_the_initial_data_of_a_site_is_not_new(long_ago):
    long_ago.delete()
    create_recorded(make.make_initiative, "lamps")
    create_recorded(make.make_theme, "music")
    assert new_counts() == {}


def test_the_home_page_counts_new_records_and_links_to_them(client):
    with record_changes(ChangeSource.IMPORT) as recorder:
        recorder.note_created([make.make_initiative(f"lamps-{number}") for number in range(3)])
    page = BeautifulSoup(client.get("/").content, "html.parser")
    (link,) = page.select(".counts .new-count")
    assert (link.get_text(), link["href"]) == ("+3 in 30 days", "/recent/#initiatives")
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


def test_the_page_of_recent_updates_says_when_there_are_none(client):
    assert "Nothing has been published or corrected" in client.get("/recent/").content.decode()


def test_a_change_set_is_read_once(django_assert_num_queries, long_ago):
    edit(long_ago, title_en="Once")
    assert len(recent.recent_changes(current_state())) == 1
    edit(long_ago, title_en="Twice")
    later = current_state()
    # the change sets of 30 days, and the revisions of the new one
    with django_assert_num_queries(2):
        assert [len(each.corrected["initiatives"]) for each in recent.recent_changes(later)] == [1, 1]
    with django_assert_num_queries(0):
        recent.recent_changes(later)
