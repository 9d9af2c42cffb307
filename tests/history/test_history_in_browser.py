"""Reverting, restoring and edit conflicts in a browser, and the accessibility of the history pages."""

import pytest
from playwright.sync_api import expect

from initiatives.models import Initiative
from tests import factories as make
from tests.axe import axe_violations, page_load
from tests.history.snapshots import edit, snapshot


@pytest.fixture
def lamps(editable_site):
    return make.make_initiative("bright-lamps", lead=[make.make_city()], sourced=True)


def confirm_revert(page, reason):
    page.get_by_label("Reason for reverting").fill(reason)
    page.get_by_role("button", name="Revert change").click()
    expect(page.locator(".messagelist")).to_contain_text("Reverted. Initiative “Bright")


def test_a_curator_reverts_a_change_and_then_the_revert(curators_page, lamps):
    page = curators_page
    edit(lamps, title_en="Brighter lamps", reason="A better name")
    page.goto("/admin/")
    with page_load(page):
        page.locator(".admin-pages").get_by_role("link", name="History", exact=True).click()
    assert axe_violations(page) == []
    with page_load(page):
        page.locator("#content-main tbody th a").first.click()
    assert axe_violations(page) == []
    with page_load(page):
        page.get_by_role("link", name="Revert the whole change").click()
    assert axe_violations(page) == []
    confirm_revert(page, "It was right before.")
    assert snapshot(lamps)["title_en"] == "Bright lamps"

    page.get_by_role("link", name="Revert the whole change").click()
    confirm_revert(page, "It was not.")
    assert snapshot(lamps)["title_en"] == "Brighter lamps"


@pytest.mark.thorough
def test_a_deleted_record_is_found_and_restored(curators_page, lamps):
    page = curators_page
    before = snapshot(lamps)
    page.goto(f"/admin/initiatives/initiative/{lamps.pk}/delete/")
    page.get_by_label("Reason (for the history)").fill("Wrong record")
    page.get_by_role("button", name="Yes, I’m sure").click()
    page.wait_for_url("**/admin/initiatives/initiative/")
    assert not Initiative.objects.filter(pk=lamps.pk).exists()
    page.goto("/admin/changes/deleted/?slug=bright-lamps")
    assert axe_violations(page) == []
    page.get_by_role("link", name="Restore Bright lamps").click()
    confirm_revert(page, "It was none.")
    assert snapshot(lamps) == before


@pytest.mark.thorough
def test_a_curator_reverts_one_field_from_the_history_of_a_record(curators_page, lamps):
    page = curators_page
    edit(lamps, title_en="Brighter lamps", status="completed")
    page.goto(f"/admin/initiatives/initiative/{lamps.pk}/history/")
    assert axe_violations(page) == []
    page.get_by_role("link", name="status", exact=True).click()
    confirm_revert(page, "Not yet.")
    assert (snapshot(lamps)["title_en"], snapshot(lamps)["status"]) == ("Brighter lamps", "agreed")


@pytest.mark.thorough
def test_a_reader_opens_the_list_of_changes(page, lamps):
    edit(lamps, title_en="Brighter lamps", reason="A better name")
    page.goto("/initiatives/bright-lamps/")
    page.get_by_text("1 change since publication").click()
    page.get_by_text("A better name").wait_for()
    assert axe_violations(page) == []


@pytest.mark.thorough
def test_an_edit_conflict_lets_the_second_curator_select_a_version_per_field(curators_page):
    page = curators_page
    lamps = make.make_initiative("lamps", state="draft", lead=[make.make_city()])
    url = f"/admin/initiatives/initiative/{lamps.pk}/change/"
    page.goto(url)
    page.get_by_role("textbox", name="Title in English").fill("My lamps")
    page.get_by_role("textbox", name="Ends on").fill("2031")
    edit(lamps, title_en="Their lamps", status="completed")
    page.locator("input[name=_save]").first.click()
    page.get_by_text("Someone has changed this since you opened it.").wait_for()
    assert axe_violations(page) == []
    title = page.get_by_role("group", name="Title in English")
    title.get_by_label("Your version").check()
    page.get_by_role("button", name="Save selection").click()
    page.wait_for_url("**/admin/initiatives/initiative/")
    saved = snapshot(lamps)
    assert (saved["title_en"], saved["ends_on"], saved["status"]) == ("My lamps", "2031", "completed")
