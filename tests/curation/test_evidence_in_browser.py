"""Evidence in a browser is added at a field, disputed, ruled on, and shown to readers."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from initiatives.models import Initiative
from tests.axe import CONTENT, axe_violations
from tests.curation.evidence_steps import add_evidence_url

RULING = "The contract is signed, as two ministries say."


def change_form_url(record) -> str:
    return reverse("admin:initiatives_initiative_change", args=[record.pk])


@pytest.fixture
def record(editable_site):
    return Initiative.objects.get(slug="astana-lrt")


def test_passages_stay_in_view_beside_the_fields_of_a_wide_page(curators_page, record):
    page = curators_page
    page.goto(change_form_url(record))
    words = page.locator(".evidence-cards .cited-passage").first
    last = page.get_by_role("button", name="Save", exact=True).last
    for width, stays in ((1280, True), (1279, False)):
        page.set_viewport_size({"width": width, "height": 800})
        last.scroll_into_view_if_needed()
        page.evaluate("scrollTo(0, 1000)")
        assert (words.bounding_box()["y"] < 400) == stays
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.set_viewport_size({"width": 1280, "height": 800})
    # The column scrolls independently, also when a control in it receives the focus.
    page.locator("summary:visible", has_text="Passage and fields").focus()
    assert page.locator(".evidence-cards:has(.cited-passage)").evaluate("column => column.scrollTop") > 0
    page.evaluate("scrollTo(0, 0)")
    assert axe_violations(page) == []


def test_evidence_is_added_at_a_field_with_a_new_report(curators_page, record):
    page = curators_page
    page.goto(change_form_url(record))
    page.get_by_role("link", name="Add evidence: starts on").click()
    expect(page.get_by_role("checkbox", name="starts on", exact=True)).to_be_checked()

    page.get_by_label("A new report").check()
    page.get_by_label("Title:").fill("Trains at night")
    page.get_by_label("Publisher:").fill("The Gazette")
    page.get_by_label("Published on:").fill("2025-09-01")
    page.get_by_label("Language:").fill("en")
    page.get_by_label("Address:").fill("https://gazette.example/trains")
    page.get_by_label("Publish the report immediately").check()
    page.get_by_label("Summary:").fill("The trains run since May.")
    page.get_by_role("button", name="Add evidence").click()

    expect(page.locator(".messagelist")).to_contain_text("1 footnote added to 1 record.")
    expect(page.locator("#notes-starts_on")).to_contain_text(
        "Trains at night (The Gazette, 1 September 2025)"
    )
    page.goto(record.get_absolute_url())
    expect(page.locator(".notes")).to_contain_text("The trains run since May.")


def test_a_different_value_is_confirmed_ruled_on_and_shown_to_readers(curators_page, record):
    page = curators_page
    page.goto(add_evidence_url(record, "status"))
    page.get_by_label("Search").fill("Trains at night or nothing")
    page.get_by_label("Search").press("Enter")
    expect(page.get_by_text("Nothing found.")).to_be_visible()
    page.get_by_label("Search").fill("xinhua-20250710#1")
    page.get_by_label("Search").press("Enter")
    page.locator(".source-results").get_by_role("radio").first.check()
    expect(page.get_by_role("checkbox", name="status", exact=True)).to_be_checked()
    page.get_by_label("Reported value:").fill("stalled")
    page.get_by_label("Why we keep this value").fill(RULING)
    page.keyboard.press("Control+s")
    expect(page.locator(".question")).to_contain_text(
        "this passage reports “stalled”, but the record states “"
    )
    page.get_by_role("button", name="Yes, mark as disputed").click()

    expect(page.locator("#notes-status")).to_contain_text("≠ contradicts")
    expect(page.locator("#notes-status")).to_contain_text(f"Why we keep this value: {RULING}")
    page.goto(record.get_absolute_url())
    expect(page.locator("#v-status-readings .ruling")).to_have_text(f"The editors: {RULING}")


@pytest.mark.thorough
def test_one_source_is_added_to_many_records(curators_page):
    page = curators_page
    page.goto("/admin/initiatives/initiative/?kind__exact=exchange")
    page.locator("#action-toggle").check()
    page.get_by_label("Action:").select_option("add_source")
    page.get_by_role("button", name=re.compile("Run|Go")).click()
    page.get_by_label("Search").fill("xinhua-20250710#1")
    page.get_by_role("button", name="Search").click()
    page.locator(".source-results").get_by_role("radio").first.check()
    page.get_by_role("checkbox", name="kind", exact=True).check()
    page.get_by_role("button", name="Preview").click()
    expect(page.locator(".preview")).to_contain_text("footnotes will be added")
    page.get_by_role("button", name="Add footnotes").click()
    expect(page.locator(".messagelist")).to_contain_text(
        re.compile(r"\(Xinhua .*, 10 July 2025\) ¶1 ?: \d+ footnotes added to \d+ records")
    )


@pytest.mark.thorough
def test_the_evidence_pages_pass_axe(curators_page, record):
    page = curators_page
    page.goto(add_evidence_url(record, "status"))
    page.get_by_label("Search").fill("astana")
    page.get_by_label("Search").press("Enter")
    expect(page.locator(".source-results")).to_be_visible()
    assert axe_violations(page, within=CONTENT) == []
    page.goto(change_form_url(record))
    expect(page.locator("#notes-status")).to_contain_text("Add evidence")
    assert axe_violations(page, within=CONTENT) == []


@pytest.mark.thorough
def test_evidence_is_added_without_javascript(browser, browser_context_args, curators_page, record):
    state = curators_page.context.storage_state()
    context = browser.new_context(**browser_context_args, java_script_enabled=False, storage_state=state)
    page = context.new_page()
    page.goto(change_form_url(record))
    page.get_by_role("link", name="Add evidence: kind").click()
    page.get_by_label("Search").fill("xinhua-20250710#1")
    page.get_by_role("button", name="Search").click()
    page.locator(".source-results").get_by_role("radio").first.check()
    page.get_by_role("button", name="Add evidence").click()
    expect(page.locator(".messagelist")).to_contain_text("footnote")
    context.close()
