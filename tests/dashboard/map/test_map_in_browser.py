import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser_console import console_errors


@pytest.fixture
def page(page: Page):
    """A page whose test fails on any error in the browser console, such as a CSP violation."""
    problems = console_errors(page)
    yield page
    assert problems == []


def view_box(page):
    return [float(number) for number in page.locator(".map .map-frame svg").get_attribute("viewBox").split()]


@pytest.mark.usefixtures("site")
def test_the_map_can_be_used_by_keyboard(page):
    page.goto("/map/?country=kg")
    box = page.get_by_role("combobox", name="Find a city on the map")
    box.fill("тяньцзинь")
    box.press("Enter")
    at = page.locator(".discs a:focus")
    # Found by its Russian name; the map has zoomed in.
    expect(at).to_have_attribute("data-name", "Tianjin")
    whole = 1600
    assert view_box(page)[2] < whole
    # Its number is announced, and its edges are highlighted.
    expect(page.locator(".current-label")).to_have_text(re.compile(r"^Tianjin: \d+ initiatives$"))
    highlighted = page.locator(".arcs .highlighted")
    expect(highlighted).to_have_count(page.locator(".arcs a[href*='tianjin']").count())
    # The discs are one tab stop; arrow keys move between them.
    expect(page.locator(".discs a[tabindex='0']")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    expect(at).to_have_attribute("data-name", "Qingdao")
    page.keyboard.press("ArrowUp")
    expect(at).to_have_attribute("data-name", "Tianjin")
    count = int(re.search(r"\d+", page.locator(".current-label").text_content())[0])
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/initiatives/\?country=kg&city=tianjin$"))
    expect(page.get_by_role("heading", level=1)).to_have_text(
        re.compile(rf"^{count} initiatives with Kyrgyzstan, with Tianjin$")
    )


@pytest.mark.usefixtures("site")
def test_the_map_zooms_and_pans_and_dragging_does_not_follow_a_link(page):
    page.set_viewport_size({"width": 1280, "height": 1300})
    page.goto("/map/")
    page.get_by_role("button", name="Zoom in").click()
    x, y, wide, _high = view_box(page)
    assert wide == 1000
    box = page.locator(".map .map-frame svg").bounding_box()
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    disc = page.locator(".discs a[data-name=Urumqi] circle").bounding_box()
    page.mouse.move(disc["x"] + disc["width"] / 2, disc["y"] + disc["height"] / 2)
    page.mouse.down()
    page.mouse.move(*middle)
    page.mouse.move(middle[0] + 60, middle[1] + 40)
    page.mouse.up()
    assert view_box(page)[:2] != [x, y]
    assert page.url.endswith("/map/")
    page.get_by_role("button", name="Show the whole map").click()
    assert view_box(page)[:3] == [0, 0, 1600]
    # The wheel alone scrolls the page; with a key it zooms.
    page.mouse.move(*middle)
    page.mouse.wheel(0, -300)
    assert view_box(page)[2] == 1600
    page.keyboard.down("Control")
    page.mouse.wheel(0, -300)
    page.keyboard.up("Control")
    page.wait_for_function("document.querySelector('.map .map-frame svg').viewBox.baseVal.width < 1600")


@pytest.mark.usefixtures("site")
def test_the_map_of_a_list_follows_its_filter(page):
    page.goto("/initiatives/?country=kg")
    page.get_by_role("link", name="Map", exact=True).first.click()
    expect(page.locator(".map[data-initialized] .discs a").first).to_be_attached()
    before = page.locator(".discs a").count()
    page.locator(".map-legend").get_by_role("link", name="security").click()
    expect(page).to_have_url(re.compile(r"pillar=security"))
    expect(page.locator(".map[data-initialized]")).to_be_attached()
    assert 0 < page.locator(".discs a").count() < before
