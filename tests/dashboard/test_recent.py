"""What is new: told by the history, of the last 30 days, to readers."""

from datetime import datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone

from sco_cities.dashboard import home, recent
from sco_cities.facet_index.refresh import require_facet_index
from sco_cities.history.models import ChangeSource
from sco_cities.history.recorder import record_changes
from tests import factories as make
from tests.history.snapshots import changing, created, edit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def long_ago():
    """A record from before, without which all would be new."""
    return make.make_initiative("long-ago")


def state():
    with require_facet_index(*home.COLLECTIONS) as now:
        return now


def new() -> dict[str, int]:
    return {name: len(keys) for name, keys in recent.newly_published(state()).items()}


def made(change_set, *, days: int, seconds: int = 0):
    """Dates a change so many days and seconds before the last midnight."""
    midnight = timezone.make_aware(datetime.combine(timezone.localdate(), datetime.min.time()))
    change_set.made_at = midnight - timedelta(days=days, seconds=seconds)
    change_set.save()


@pytest.mark.parametrize(("days", "seconds", "expected"), [(0, 0, 1), (30, 0, 1), (30, 1, 0), (31, 0, 0)])
def test_what_was_published_in_the_last_30_days_is_new(days, seconds, expected):
    _record, change_set = created(make.make_initiative, "lamps")
    made(change_set, days=days, seconds=seconds)
    assert new().get("initiatives", 0) == expected


def test_a_draft_is_new_from_the_day_on_which_it_is_published():
    draft, change_set = created(make.make_initiative, "lamps", state="draft")
    assert new() == {}
    made(change_set, days=90)
    edit(draft, state="published")
    assert new() == {"initiatives": 1}


def test_what_was_withdrawn_again_is_not_new():
    lamps, _change_set = created(make.make_initiative, "lamps")
    assert new() == {"initiatives": 1}
    edit(lamps, state="withdrawn")
    assert new() == {}


def test_what_was_changed_is_corrected_and_not_new(long_ago):
    edit(long_ago, title_en="Once upon a time", reason="The gazette corrects itself.")
    assert new() == {}
    (told,) = recent.corrections(state(), 8)
    assert (told.record.slug, told.reason, told.fields) == (
        "long-ago", "The gazette corrects itself.", ["title in English"],
    )  # fmt: skip


def test_a_change_that_readers_could_not_see_is_not_told():
    draft, _change_set = created(make.make_initiative, "lamps", state="draft")
    edit(draft, title_en="A secret name")
    edit(draft, state="published")
    edit(draft, state="withdrawn")
    assert recent.corrections(state(), 8) == []


def test_a_correction_of_what_was_withdrawn_since_is_not_told(long_ago):
    edit(long_ago, title_en="Once upon a time")
    edit(long_ago, state="withdrawn")
    assert recent.corrections(state(), 8) == []


def test_the_newest_correction_comes_first_and_a_record_only_once(long_ago):
    other = make.make_city("beta")
    made(edit(long_ago, title_en="Once"), days=9)
    made(edit(other, name_en="Gamma"), days=5)
    made(edit(long_ago, kind="plan"), days=1)
    assert [(each.record.slug, each.fields) for each in recent.corrections(state(), 8)] == [
        ("long-ago", ["kind"]),
        ("beta", ["name in English"]),
    ]


def test_a_large_change_does_not_hide_the_others(long_ago):
    made(edit(long_ago, title_en="Once"), days=3)
    cities = [make.make_city(f"city-{number}") for number in range(6)]
    with changing(*cities, way=ChangeSource.IMPORT):
        for city in cities:
            city.population = 5
            city.save()
    assert [each.record.slug for each in recent.corrections(state(), 8)] == [
        "city-0", "city-1", "city-2", "long-ago",
    ]  # fmt: skip


def test_a_site_that_has_just_been_filled_has_no_news(long_ago):
    long_ago.delete()
    created(make.make_initiative, "lamps")
    created(make.make_theme, "music")
    assert new() == {}


def test_the_home_page_says_what_is_new_and_leads_to_it(client):
    with record_changes(ChangeSource.IMPORT) as recorder:
        recorder.note_created([make.make_initiative(f"lamps-{number}") for number in range(3)])
    page = BeautifulSoup(client.get("/").content, "html.parser")
    (link,) = page.select(".counts .new")
    assert (link.get_text(), link["href"]) == ("+3 in 30 days", "/recent/#initiatives")
    listed = BeautifulSoup(client.get("/recent/").content, "html.parser")
    section = listed.select_one("#initiatives").parent
    assert section.select_one("h2").get_text() == "3 initiatives"
    assert sorted(each["href"] for each in section.select("li a")) == [
        f"/initiatives/lamps-{number}/" for number in range(3)
    ]


def test_of_very_many_new_records_the_others_are_counted(client, monkeypatch):
    monkeypatch.setattr(home, "MAX_NEWS", 2)
    with record_changes(ChangeSource.IMPORT) as recorder:
        recorder.note_created([make.make_initiative(f"lamps-{number}") for number in range(5)])
    section = BeautifulSoup(client.get("/recent/").content, "html.parser").select_one("#initiatives").parent
    assert (len(section.select("li")), section.select_one(".take").get_text()) == (2, "and 3 more")


def test_the_page_of_what_is_new_says_when_nothing_is(client):
    assert "Nothing has been published or corrected" in client.get("/recent/").content.decode()


def test_what_a_change_set_did_is_read_once(django_assert_num_queries, long_ago):
    edit(long_ago, title_en="Once")
    assert len(recent.recent_changes(state())) == 1
    edit(long_ago, title_en="Twice")
    later = state()
    # the change sets of 30 days, and what the new one did
    with django_assert_num_queries(2):
        assert [len(each.corrected["initiatives"]) for each in recent.recent_changes(later)] == [1, 1]
    with django_assert_num_queries(0):
        recent.recent_changes(later)
