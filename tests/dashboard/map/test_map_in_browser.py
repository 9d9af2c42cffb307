import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser_console import console_errors

WHOLE = 1600
# The gap between the box of each visible name and its disc in pixels. It is negative if the disc overlaps the box.
GAPS = """() => {
    const discs = new Map([...document.querySelectorAll(".discs a")].map((disc) => [disc.dataset.city, disc]));
    return [...document.querySelectorAll(".names [data-city]")]
        .filter((name) => getComputedStyle(name).visibility === "visible")
        .map((name) => {
            const text = name.getBoundingClientRect();
            const disc = discs.get(name.dataset.city).querySelector("circle").getBoundingClientRect();
            const [x, y] = [disc.x + disc.width / 2, disc.y + disc.height / 2];
            const across = Math.max(text.left - x, x - text.right, 0);
            const down = Math.max(text.top - y, y - text.bottom, 0);
            return [name.dataset.city, Math.hypot(across, down) - disc.width / 2];
        });
}"""
CENTRES = """discs => discs.map((disc) => {
    const { x, y, width, height } = disc.querySelector("circle").getBoundingClientRect();
    return [disc.dataset.city, x + width / 2, y + height / 2];
})"""
# Collects the cities that taps select, without requesting them.
COLLECT = """() => {
    window.selected = [];
    document.addEventListener("htmx:beforeRequest", (event) => {
        event.preventDefault();
        window.selected.push(new URLSearchParams(event.detail.pathInfo.requestPath.split("?")[1]).get("focus"));
    });
}"""
LINE_WIDTHS = (
    "paths => paths.map((path) => getComputedStyle(path).strokeWidth + getComputedStyle(path).vectorEffect)"
)


@pytest.fixture
def page(page: Page):
    """A page. Any error in the browser console, such as a CSP violation, makes the test fail."""
    problems = console_errors(page)
    yield page
    assert problems == []


def open_map(page, address):
    page.goto(address)
    expect(page.locator(".map[data-initialized]")).to_be_attached()


def view_box(page):
    return [float(number) for number in page.locator(".map .map-frame svg").get_attribute("viewBox").split()]


@pytest.mark.parametrize("size", [(390, 844), (1280, 800)], ids=["phone", "desktop"])
@pytest.mark.usefixtures("site")
@pytest.mark.thorough
def test_names_stay_at_their_discs_and_more_appear_with_the_zoom(page, size):
    page.set_viewport_size({"width": size[0], "height": size[1]})
    open_map(page, "/map/")
    counts, radii = [], set()
    widths = page.locator(".arcs a > path").evaluate_all(LINE_WIDTHS)
    assert all(width.endswith("non-scaling-stroke") for width in widths)
    for _step in range(4):
        gaps = page.evaluate(GAPS)
        counts.append(len(gaps))
        wrong = {city: gap for city, gap in gaps if not -4 < gap < 10}
        assert wrong == {}
        radii.add(round(page.locator(".discs [data-city=tianjin] circle").bounding_box()["width"], 1))
        for _click in range(2):
            page.get_by_role("button", name="Zoom in").click()
    assert counts == sorted(counts)
    assert counts[0] < 0.7 * counts[-1]
    assert counts[-1] > 0.95 * page.locator(".discs a").count()
    # Discs and lines keep their size at all scales.
    assert len(radii) == 1
    assert page.locator(".arcs a > path").evaluate_all(LINE_WIDTHS) == widths


@pytest.mark.usefixtures("site")
def test_a_tap_on_any_disc_of_a_phone_selects_its_city(browser, browser_context_args):
    context = browser.new_context(
        **browser_context_args | {"viewport": {"width": 390, "height": 844}, "has_touch": True}
    )
    page = context.new_page()
    open_map(page, "/map/")
    page.evaluate(COLLECT)
    from_west = sorted(page.locator(".discs a").evaluate_all(CENTRES), key=lambda centre: centre[1])
    half = len(from_west) // 2
    # Consecutive taps are in different places, because two taps in one place would be a double tap.
    centres = [centre for pair in zip(from_west[:half], from_west[half:], strict=False) for centre in pair]
    for _city, x, y in centres:
        page.touchscreen.tap(x, y)
    assert len(centres) > 80
    assert page.evaluate("window.selected") == [city for city, _x, _y in centres]
    context.close()


@pytest.mark.usefixtures("site")
@pytest.mark.thorough
def test_on_a_phone_the_panel_is_below_the_map_and_holds_its_link_to_close(page):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/map/?focus=tianjin")
    panel, link = (page.locator(name).bounding_box() for name in (".map-panel", "[data-map-close]"))
    frame = page.locator(".map-frame").bounding_box()
    assert panel["y"] >= frame["y"] + frame["height"] - 1
    assert panel["y"] < link["y"] < panel["y"] + panel["height"] - link["height"]


# Whether the whole panel is in the window.
IN_WINDOW = """panel => {
    const { top, bottom } = panel.getBoundingClientRect();
    return 0 <= top && bottom <= innerHeight + 1;
}"""


@pytest.mark.parametrize("address", ["/", "/ru/map/", "/initiatives/?view=map", "/ru/cities/bishkek/"])
@pytest.mark.parametrize("size", [(1366, 768), (390, 844)], ids=["laptop", "phone"])
@pytest.mark.usefixtures("site")
@pytest.mark.thorough
def test_the_panel_of_a_city_is_in_the_window_after_a_click_and_by_its_address(page, address, size):
    page.set_viewport_size({"width": size[0], "height": size[1]})
    open_map(page, address)
    disc = page.locator(".discs [data-city=qingdao]")
    disc.scroll_into_view_if_needed()
    x, y = next(
        centre[1:] for centre in page.locator(".discs a").evaluate_all(CENTRES) if centre[0] == "qingdao"
    )
    page.mouse.click(x, y)
    panel = page.locator(".map-panel")
    expect(panel).to_be_visible()
    page.wait_for_function(f"({IN_WINDOW})(document.querySelector('.map-panel'))")
    page.goto(page.url)
    page.wait_for_function(f"({IN_WINDOW})(document.querySelector('.map-panel'))")


@pytest.mark.parametrize("address", ["/", "/initiatives/?country=kz&view=map"])
@pytest.mark.usefixtures("site")
def test_a_selected_city_is_in_the_address_and_back_undoes_it(page, address):
    open_map(page, address)
    page.locator(".discs [data-city=almaty]").scroll_into_view_if_needed()
    count = page.locator(".arcs a").count()
    x, y = next(
        centre[1:] for centre in page.locator(".discs a").evaluate_all(CENTRES) if centre[0] == "almaty"
    )
    # The click is outside of the disc, but nearer to it than to other discs.
    page.mouse.click(x + 5, y - 5)
    expect(page.locator(".map-panel h2")).to_have_text("Almaty")
    expect(page).to_have_url(re.compile(r"[?&]focus=almaty$"))
    arcs = page.locator(".arcs a")
    assert arcs.count() == page.locator(".arcs a[data-cities~=almaty]").count() != count
    selected = page.locator(".map-panel").inner_text()
    # A shared or reloaded URL shows the same selection.
    page.reload()
    assert page.locator(".map-panel").inner_text() == selected
    page.go_back()
    expect(page.locator(".map-panel")).to_have_count(0)
    expect(page.locator(".arcs a")).to_have_count(count)
    # Going back or forward reloads the page. The next step must wait until the page is loaded.
    page.wait_for_load_state()
    page.go_forward()
    expect(page.locator(".map-panel h2")).to_have_text("Almaty")


@pytest.mark.usefixtures("site")
def test_the_map_can_be_used_by_keyboard(page):
    open_map(page, "/map/?country=kg")
    box = page.get_by_role("combobox", name="Find a city on the map")
    box.fill("Paris")
    box.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Paris")).to_have_text(
        "No initiatives in Paris on this map."
    )
    expect(box).to_be_focused()
    expect(box).to_have_value("Paris")
    box.fill("тяньцзинь")
    box.press("Enter")
    # The search finds the city by its Russian name, selects it and gives it the focus.
    at = page.locator(".discs a:focus")
    expect(at).to_have_attribute("data-name", "Tianjin")
    expect(at).to_have_attribute("aria-current", "true")
    expect(page.locator(".map-panel h2")).to_have_text("Tianjin")
    # The discs are one tab stop. Arrow keys move between them.
    expect(page.locator(".discs a[tabindex='0']")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    expect(at).to_have_attribute("data-name", "Qingdao")
    expect(page.locator(".current-label")).to_have_text(re.compile(r"^Qingdao: \d+ initiatives?$"))
    page.keyboard.press("Enter")
    expect(page.locator(".map-panel h2")).to_have_text("Qingdao")
    expect(at).to_have_attribute("data-name", "Qingdao")
    # If the city is selected again or Escape is pressed, the map shows all cities again.
    page.keyboard.press("Enter")
    expect(page.locator(".map-panel")).to_have_count(0)
    page.keyboard.press("Enter")
    expect(page.locator(".map-panel")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator(".map-panel")).to_have_count(0)
    expect(page).to_have_url(re.compile(r"/map/\?country=kg$"))
    # The focus has not moved. Home and End move the focus to the westernmost and the easternmost city.
    expect(at).to_have_attribute("data-name", "Qingdao")
    from_west = sorted(page.locator(".discs a").evaluate_all(CENTRES), key=lambda centre: centre[1])
    for key, place in (("Home", 0), ("End", -1)):
        page.keyboard.press(key)
        expect(at).to_have_attribute("data-city", from_west[place][0])
    # The map itself is not a tab stop.
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("button", name="Show the whole map")).to_be_focused()


@pytest.mark.usefixtures("site")
def test_the_address_has_the_name_of_a_city_found_by_a_part_of_it(page):
    open_map(page, "/map/?country=cn")
    page.get_by_role("combobox", name="Find a city on the map").fill("Qingd")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/map/\?country=cn&focus=qingdao$"))
    expect(page.locator("a[hreflang=ru]").first).to_have_attribute("href", re.compile("focus=qingdao$"))


@pytest.mark.usefixtures("site")
def test_the_map_zooms_and_pans_and_dragging_does_not_select_a_city(page):
    page.set_viewport_size({"width": 1280, "height": 1300})
    open_map(page, "/map/")
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
    # Enter still selects a city.
    page.evaluate(COLLECT)
    page.locator(".discs a[data-name=Urumqi]").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("window.selected") == ["urumqi"]
    page.get_by_role("button", name="Show the whole map").click()
    assert view_box(page)[:3] == [0, 0, WHOLE]
    # The wheel alone scrolls the page, and shows a hint about zooming once.
    page.mouse.move(*middle)
    expect(page.locator(".map-hint")).to_be_hidden()
    page.mouse.wheel(0, -300)
    expect(page.locator(".map-hint")).to_have_text("Hold Ctrl and scroll to zoom")
    assert view_box(page)[2] == WHOLE
    page.keyboard.down("Control")
    page.mouse.wheel(0, -300)
    page.keyboard.up("Control")
    expect(page.locator(".map .map-frame svg")).not_to_have_attribute("viewBox", re.compile("^0 0 1600 "))
    page.get_by_role("button", name="Show the whole map").click()
    page.mouse.dblclick(box["x"] + 40, box["y"] + 40)
    assert view_box(page)[2] == WHOLE / 2
    assert page.url.endswith("/map/")


@pytest.mark.usefixtures("site")
def test_the_key_stays_in_the_corner_of_an_enlarged_map(page):
    page.set_viewport_size({"width": 1280, "height": 900})
    open_map(page, "/map/")
    frame = page.locator(".map-frame").bounding_box()
    for button in ("Zoom in", "Zoom in", "Show the whole map"):
        page.get_by_role("button", name=button).click()
        key = page.locator(".map-key").bounding_box()
        assert frame["x"] <= key["x"] < frame["x"] + 200
        assert 0 <= frame["y"] + frame["height"] - key["y"] - key["height"] < 16


# A point that is nine pixels from a line, outside of links and not near a disc.
BESIDE_A_LINE = """svg => {
    const { a, d, e, f } = svg.getScreenCTM();
    const discs = [...svg.querySelectorAll(".discs circle")].map(
        ({ cx, cy }) => [a * cx.baseVal.value + e, d * cy.baseVal.value + f]
    );
    for (const path of svg.querySelectorAll(".arcs path")) {
        const { x, y } = path.getPointAtLength(path.getTotalLength() / 2);
        const point = [a * x + e, d * y + f + 9];
        const isClear = discs.every((disc) => Math.hypot(disc[0] - point[0], disc[1] - point[1]) > 30);
        if (isClear && !document.elementFromPoint(...point).closest("a")) return point;
    }
}"""


@pytest.mark.usefixtures("site")
def test_a_click_beside_a_line_follows_it(page):
    page.set_viewport_size({"width": 1280, "height": 900})
    open_map(page, "/map/")
    page.mouse.click(*page.locator(".map-frame svg").evaluate(BESIDE_A_LINE))
    expect(page).to_have_url(re.compile(r"/together/[a-z-]+/[a-z-]+/$"))


@pytest.mark.usefixtures("site")
@pytest.mark.thorough
def test_a_pointer_near_a_city_dims_others_and_names_its_partners(page):
    open_map(page, "/map/")
    x, y = next(
        centre[1:] for centre in page.locator(".discs a").evaluate_all(CENTRES) if centre[0] == "astana"
    )
    page.mouse.move(x + 9, y - 9)
    expect(page.locator(".current-label")).to_have_text(re.compile(r"^Astana: \d+ initiatives$"))
    expect(page.locator(".names [data-city=astana]")).not_to_be_visible()
    partners = page.locator(".discs a.highlighted:not(.current)")
    assert partners.count()
    for slug in partners.evaluate_all("discs => discs.map((disc) => disc.dataset.city)"):
        name = page.locator(f".names [data-city={slug}]")
        assert name.evaluate("name => getComputedStyle(name).visibility") == "visible"
    assert (
        page.locator(".discs [data-city=karachi]").evaluate("disc => getComputedStyle(disc).opacity") == "0.2"
    )


@pytest.mark.usefixtures("site")
@pytest.mark.thorough
def test_the_filters_of_the_map_page_keep_the_selected_city(page):
    open_map(page, "/map/?focus=tianjin")
    before = page.locator(".map-panel").inner_text()
    page.locator("#filter-form [value=operating]").click()
    expect(page).to_have_url(re.compile(r"focus=tianjin.*status=operating|status=operating.*focus=tianjin"))
    expect(page.locator(".map-panel h2")).to_have_text("Tianjin")
    expect(page.locator("#status-message")).to_have_text(re.compile(r"^\d+ initiatives, operating$"))
    assert page.locator(".map-panel").inner_text() != before
    page.locator("[data-map-close]").click()
    expect(page.locator(".map-panel")).to_have_count(0)
    expect(page).to_have_url(re.compile(r"\?status=operating$"))
    # A filter does not restore the deselected city, and keeps a city that was selected later.
    page.locator("#filter-form [value=agreed]").click()
    expect(page).to_have_url(
        re.compile(r"\?status=operating&status=agreed$|\?status=agreed&status=operating$")
    )
    expect(page.locator(".map[data-initialized]")).to_be_attached()
    page.get_by_role("button", name="Zoom in").click()
    page.locator(".discs [data-city=almaty]").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".map-panel h2")).to_have_text("Almaty")
    expect(page.locator(".discs a:focus")).to_have_attribute("data-city", "almaty")
    assert view_box(page)[2] == 1000
    page.locator("#filter-form [value=operating]").click()
    expect(page).to_have_url(re.compile(r"\?(?=.*focus=almaty)(?=.*status=agreed)(?!.*operating)"))
    expect(page.locator(".map-panel h2")).to_have_text("Almaty")
    # Escape closes one part of the page. In the filters it keeps the city, and on narrow screens it closes the menu
    # first.
    page.evaluate(COLLECT)
    page.locator("#filter-form [value=operating]").press("Escape")
    page.set_viewport_size({"width": 390, "height": 844})
    menu, filters = page.locator(".site-header .menu"), page.locator("#filters")
    for part in (menu, filters):
        # The menu and the filters also close when they lose the focus.
        for key in ("Escape", "Shift+Tab"):
            part.locator("summary").first.click()
            expect(part).to_have_attribute("open", "")
            page.keyboard.press(key)
            expect(part).not_to_have_attribute("open", "")
    assert page.evaluate("window.selected") == []


@pytest.mark.usefixtures("site")
@pytest.mark.thorough
def test_the_map_of_a_list_follows_its_filter(page):
    page.goto("/initiatives/?country=kg")
    page.get_by_role("link", name="Map", exact=True).first.click()
    expect(page.locator(".map[data-initialized] .discs a").first).to_be_attached()
    before = page.locator(".discs a").count()
    page.locator(".map-legend").get_by_role("link", name="security").click()
    expect(page).to_have_url(re.compile(r"pillar=security"))
    expect(page.locator(".map[data-initialized]")).to_be_attached()
    assert 0 < page.locator(".discs a").count() < before
