"""The home page in a browser."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.usefixtures("site")


def test_a_reader_finds_a_city_by_its_name_in_another_script(page):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/")
    box = page.get_by_role("searchbox", name="Find your city or country")
    box.press_sequentially("душан", delay=20)
    expect(page.locator("main .suggestions a").first).to_have_text(re.compile("Dushanbe"))
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    box.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/cities/dushanbe/$"))


def test_the_rows_of_the_status_table_change_in_place_and_back_restores_them(page):
    page.goto("/")
    names = page.locator("#status-table tbody .title")
    expect(names.nth(1)).to_have_text("Sister cities and city diplomacy")
    map_ = page.locator("main svg").first.element_handle()
    page.locator("#table-countries").click()
    expect(names.nth(1)).to_have_text("China")
    expect(page).to_have_url(re.compile(r"/\?table=countries$"))
    page.get_by_role("link", name="Operating or completed").click()
    expect(page).to_have_url(re.compile(r"/\?table=countries&sort=share$"))
    expect(page.locator("#order-share")).to_be_focused()
    # Nothing else was rendered again.
    assert map_.evaluate("element => element.isConnected")
    page.go_back()
    expect(page).to_have_url(re.compile(r"/\?table=countries$"))
    expect(names.nth(1)).to_have_text("China")


def test_the_first_screen_has_the_sentence_the_box_the_findings_and_half_of_the_map(page):
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto("/")
    bottom = page.locator(".opening").evaluate("element => element.getBoundingClientRect().bottom")
    map_top = page.locator(".map-frame").evaluate("element => element.getBoundingClientRect().top")
    assert bottom < map_top <= 900 - 420 / 2
