"""Footnotes in a browser with mouse, keyboard and print."""

import re

import pytest
from playwright.sync_api import expect

ASTANA = "/initiatives/astana-lrt/"

pytestmark = pytest.mark.usefixtures("site")


@pytest.fixture
def marker(page):
    """Returns the marker after the status of an initiative."""
    page.goto(ASTANA)
    return page.locator("#v-status a.marker").first


@pytest.fixture
def note(page):
    """Returns the open note next to its marker."""
    return page.locator(".note-popover")


def test_a_click_on_a_marker_opens_the_note_in_place_and_a_second_click_jumps_to_it(page, marker, note):
    marker.click()
    expect(note).to_be_visible()
    expect(note).to_contain_text("The Times of Central Asia")
    expect(note).to_contain_text("Mayor Zhenis Kassymbek")
    expect(marker).to_have_attribute("aria-expanded", "true")
    expect(page).to_have_url(re.compile(f"{ASTANA}$"))
    marker.click()
    expect(note).to_have_count(0)
    expect(page).to_have_url(re.compile("#note-5$"))


@pytest.mark.thorough
def test_a_click_elsewhere_closes_the_note(page, marker, note):
    marker.click()
    expect(note).to_be_visible()
    page.get_by_role("heading", level=1).click()
    expect(note).to_have_count(0)


@pytest.mark.thorough
def test_a_note_opens_on_hover_and_closes_when_the_mouse_leaves(page, marker, note):
    marker.hover()
    expect(note).to_be_visible()
    note.hover()
    page.wait_for_timeout(400)
    expect(note).to_be_visible()
    page.mouse.move(1, 1)
    expect(note).to_have_count(0)


def test_a_note_opens_and_closes_by_keyboard(page, marker, note):
    page.locator(".back-link button").focus()
    page.keyboard.press("Tab")
    expect(marker).to_be_focused()
    expect(note).to_be_visible()
    page.keyboard.press("Tab")
    expect(note.get_by_role("link").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(note).to_have_count(0)
    expect(marker).to_be_focused()


@pytest.mark.thorough
def test_every_marker_is_large_enough_to_hit(page):
    page.goto(ASTANA)
    sizes = page.locator(".marker:visible").evaluate_all(
        "markers => markers.map(marker => [marker.offsetWidth, marker.offsetHeight])"
    )
    assert len(sizes) > 20
    assert all(width >= 24 and height >= 24 for width, height in sizes)


@pytest.mark.parametrize("width", [390, 1280])
def test_no_marker_starts_a_line(page, width):
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/initiatives/islamabad-ebuses/")
    starts = page.locator(".markers .marker:first-child").evaluate_all("""markers => markers.map(marker => {
        const block = marker.closest("dd, li, p, .value-content").getBoundingClientRect();
        return marker.getBoundingClientRect().left - block.left;
    })""")
    assert len(starts) > 3
    assert min(starts) > 20, starts


def test_a_printed_page_has_all_notes_and_urls(page):
    page.goto(ASTANA)
    page.emulate_media(media="print")
    expect(page.locator(".note").last).to_be_visible()
    address = page.locator(".source .external-link").first.evaluate(
        "link => getComputedStyle(link, '::after').content"
    )
    assert "https://" in address


@pytest.mark.thorough
def test_a_note_shows_its_number_and_links_to_its_neighbours(page, note):
    page.goto(ASTANA)
    markers = page.locator("#v-figure-3 a.marker")
    markers.nth(0).click()
    numbers = note.locator(".marker")
    assert numbers.count() > 1
    expect(note.locator(".marker[aria-current]")).to_have_text(markers.nth(0).text_content())
    second = numbers.nth(1).text_content()
    numbers.nth(1).click()
    expect(note.locator(".marker[aria-current]")).to_have_text(second)
    expect(page.locator(".note-popover")).to_have_count(1)
    # Keyboard navigation moves the focus to the marker of the new note.
    expect(page.locator("#v-figure-3 a.marker[aria-expanded]")).to_be_focused()


@pytest.mark.thorough
def test_a_button_closes_a_note(page, marker, note):
    marker.click()
    note.get_by_role("button", name="Close").click()
    expect(note).to_have_count(0)
    expect(marker).to_be_focused()
