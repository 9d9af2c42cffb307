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
    expect(names.nth(1)).to_have_text("Mutual trust and openness")
    map_ = page.locator("main svg").first.element_handle()
    page.locator("#table-countries").click()
    expect(names.nth(1)).not_to_have_text("Mutual trust and openness")
    first = names.nth(1).inner_text()
    expect(page).to_have_url(re.compile(r"/\?table=countries$"))
    page.locator("#order-initiatives").click()
    expect(names.nth(1)).to_have_text("China")
    expect(page).to_have_url(re.compile(r"/\?table=countries&sort=initiatives$"))
    expect(page.locator("#order-initiatives")).to_be_focused()
    # The other parts of the page have not been replaced.
    assert map_.evaluate("element => element.isConnected")
    page.go_back()
    expect(page).to_have_url(re.compile(r"/\?table=countries$"))
    expect(names.nth(1)).to_have_text(first)


# The number of controls in the first screen without the discs.
CONTROLS = """() => {
    const controls = document.querySelectorAll("a, button, input:not([type=hidden]), select, summary");
    return [...controls].filter((element) => {
        const { top, bottom, width } = element.getBoundingClientRect();
        return width && bottom > 0 && top < innerHeight && !element.closest(".disc-cells");
    }).length;
}"""


def test_the_first_screen_has_the_headline_the_box_and_every_disc(page):
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto("/")
    for name in ("h1", ".lead", ".opening form", ".disc-chart"):
        box = page.locator(name).bounding_box()
        assert 0 <= box["y"] < box["y"] + box["height"] <= 800, name
    # All discs together count as one control.
    assert page.evaluate(CONTROLS) <= 60


@pytest.mark.parametrize("width", [390, 800, 1280, 1920])
def test_no_disc_is_a_target_of_less_than_24_pixels_unless_its_group_is_one(page, width):
    page.set_viewport_size({"width": width, "height": 844})
    page.goto("/")
    boxes = [link.bounding_box() for link in page.locator(".disc-cells a").all()[:30]]
    if min(box["width"] for box in boxes) < 24:
        address = page.locator(".disc-chart h2 a").first.get_attribute("href")
        page.locator(".disc-cells a").first.click(force=True)
        expect(page).to_have_url(re.compile(re.escape(address) + "$"))
    else:
        assert min(box["height"] for box in boxes) >= 24


def test_the_discs_are_one_stop_of_the_tab_key_with_arrow_keys_inside(page):
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto("/")
    page.locator(".opening button").focus()
    page.keyboard.press("Tab")
    chart = page.locator(".disc-chart")
    focused = page.locator(":focus")
    expect(focused).to_have_text(re.compile("on paper"))
    moves = {"ArrowDown": 1, "ArrowRight": 11, "ArrowLeft": 1}
    for key, place in moves.items():
        page.keyboard.press(key)
        expect(chart.locator("section").first.locator("a").nth(place)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowRight")
    expect(focused).to_have_text(re.compile("under way"))
    page.keyboard.press("Tab")
    assert not chart.evaluate("element => element.contains(document.activeElement)")
