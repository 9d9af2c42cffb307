"""Journeys through the history in a browser, and the pages before axe."""

import pytest
from playwright.sync_api import expect

from initiatives.models import Initiative
from tests import factories as make
from tests.axe import arriving, findings
from tests.history.snapshots import edit, snapshot


@pytest.fixture
def lamps(editable_site):
    return make.make_initiative("bright-lamps", lead=[make.make_city()], sourced=True)


def take_back(page, why):
    page.get_by_label("Why it is taken back").fill(why)
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_text("Taken back; records changed by that: 1.")).to_be_visible()


def test_a_change_is_looked_at_and_taken_back_and_that_is_taken_back_too(curators_page, lamps):
    page = curators_page
    edit(lamps, title_en="Brighter lamps", reason="A better name")
    page.goto("/admin/")
    with arriving(page):
        page.locator(".desks").get_by_role("link", name="History", exact=True).click()
    assert findings(page) == []
    with arriving(page):
        page.locator("#content-main tbody th a").first.click()
    assert findings(page) == []
    with arriving(page):
        page.get_by_role("link", name="Take back all of it").click()
    assert findings(page) == []
    take_back(page, "It was right before.")
    assert snapshot(lamps)["title_en"] == "Bright lamps"

    page.get_by_role("link", name="Take back all of it").click()
    take_back(page, "It was not.")
    assert snapshot(lamps)["title_en"] == "Brighter lamps"


def test_a_record_is_deleted_found_and_brought_back(curators_page, lamps):
    page = curators_page
    before = snapshot(lamps)
    page.goto(f"/admin/initiatives/initiative/{lamps.pk}/delete/")
    page.get_by_label("Why (for the history)").fill("A mistake")
    page.get_by_role("button", name="Yes, I’m sure").click()
    page.wait_for_url("**/admin/initiatives/initiative/")
    assert not Initiative.objects.filter(pk=lamps.pk).exists()
    page.goto("/admin/changes/deleted/?slug=bright-lamps")
    assert findings(page) == []
    page.get_by_role("link", name="Bring back bright-lamps").click()
    take_back(page, "It was none.")
    assert snapshot(lamps) == before


def test_a_curator_takes_back_one_field_from_the_history_of_a_record(curators_page, lamps):
    page = curators_page
    edit(lamps, title_en="Brighter lamps", status="completed")
    page.goto(f"/admin/initiatives/initiative/{lamps.pk}/history/")
    assert findings(page) == []
    page.get_by_role("link", name="status", exact=True).click()
    take_back(page, "Not yet.")
    assert (snapshot(lamps)["title_en"], snapshot(lamps)["status"]) == ("Brighter lamps", "agreed")


def test_a_reader_unfolds_what_has_changed(page, lamps):
    edit(lamps, title_en="Brighter lamps", reason="A better name")
    page.goto("/initiatives/bright-lamps/")
    page.get_by_text("1 change while published").click()
    page.get_by_text("A better name").wait_for()
    assert findings(page) == []


def test_two_curators_meet_at_one_record_and_the_second_chooses(curators_page):
    page = curators_page
    lamps = make.make_initiative("lamps", state="draft", lead=[make.make_city()])
    place = f"/admin/initiatives/initiative/{lamps.pk}/change/"
    page.goto(place)
    page.get_by_role("textbox", name="Title in English").fill("My lamps")
    page.get_by_role("textbox", name="Ends on").fill("2031")
    edit(lamps, title_en="Their lamps", status="completed")
    page.locator("input[name=_save]").first.click()
    page.get_by_text("Somebody has changed this since you opened it.").wait_for()
    assert findings(page) == []
    title = page.get_by_role("group", name="Title in English")
    title.get_by_label("Yours, as you sent it").check()
    page.get_by_role("button", name="Save what is chosen").click()
    page.wait_for_url("**/admin/initiatives/initiative/")
    said = snapshot(lamps)
    assert (said["title_en"], said["ends_on"], said["status"]) == ("My lamps", "2031", "completed")
