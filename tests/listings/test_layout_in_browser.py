"""The layout of a list in a browser, with rows, sticky parts, the download menu, touch, Tab, and copied links."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.usefixtures("site")


def heading(page):
    return page.get_by_role("heading", level=1)


@pytest.mark.thorough
def test_on_a_touch_screen_only_a_selected_option_can_be_excluded(browser, browser_context_args):
    context = browser.new_context(
        **browser_context_args
        | {"viewport": {"width": 390, "height": 700}, "has_touch": True, "is_mobile": True}
    )
    page = context.new_page()
    page.goto("/initiatives/?status=agreed")
    page.locator("#filters > summary").tap()
    visible = page.locator(".exclude:visible")
    expect(visible).to_have_count(1)
    visible.tap()
    expect(heading(page)).to_have_attribute("data-announce", re.compile(r"^\d+ initiatives, not agreed$"))
    context.close()


@pytest.mark.parametrize("address", ["/initiatives/", "/events/", "/zh-hans/reports/"])
@pytest.mark.thorough
def test_rows_of_a_desktop_list_are_44_pixels_high_with_titles_of_one_or_two_lines(page, address):
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{address}?per_page=200")
    heights = page.locator(".list tbody tr").evaluate_all("rows => rows.map(row => row.offsetHeight)")
    # A Chinese font may make a row one pixel higher. At most a tenth of the rows may have a cell of three lines.
    assert 44 <= min(heights) <= sorted(heights)[len(heights) * 9 // 10] <= 45


@pytest.mark.thorough
def test_a_row_of_statements_is_at_most_64_pixels_high_or_as_high_as_its_statement(page):
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto("/statements/?per_page=200")
    # The cell also contains the passage's initiatives below the title.
    heights = page.locator(".list tbody tr").evaluate_all("""rows => rows.map(row => {
        const content = document.createRange();
        content.selectNodeContents(row.querySelector("th"));
        return [row.offsetHeight, content.getBoundingClientRect().height];
    })""")
    assert [(row, title) for row, title in heights if row > max(64, title + 24)] == []


def test_the_column_headers_and_the_filters_stay_in_view_while_the_rows_scroll(page):
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto("/initiatives/")
    page.evaluate("scrollTo(0, 1500)")
    tops = "all => all.map(each => Math.round(each.getBoundingClientRect().top))"
    assert page.locator("#filters, .list thead th").evaluate_all(tops) == [0] * 8
    # The filters scroll within their column.
    page.locator("input[value='disputed']").check()
    expect(heading(page)).to_have_attribute(
        "data-announce", re.compile(r"^\d+ initiatives, evidence: disputed$")
    )
    assert page.locator("#filters").evaluate("filters => filters.scrollTop") > 0


@pytest.mark.thorough
def test_a_few_tab_presses_move_the_focus_from_a_selected_option_to_the_first_row(page):
    page.goto("/initiatives/")
    page.locator("input[value='agreed']").check()
    expect(heading(page)).to_have_attribute("data-announce", re.compile(r"^\d+ initiatives, agreed$"))
    count = 0
    while not page.evaluate("document.activeElement.matches('tbody .title')"):
        if page.evaluate("document.activeElement.matches('.skip-link')"):
            page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        count += 1
        assert count <= 20
    expect(page.locator("tbody .title").first).to_be_focused()


def test_the_first_link_of_the_filters_skips_the_filters(page):
    page.goto("/initiatives/")
    page.locator(".skip-link + .filters").evaluate("filters => filters.previousElementSibling.focus()")
    page.keyboard.press("Enter")
    while not page.evaluate("document.activeElement.matches('tbody .title, .filters *')"):
        page.keyboard.press("Tab")
    expect(page.locator("tbody .title").first).to_be_focused()


def test_the_downloads_are_in_one_menu_which_escape_closes(page):
    page.goto("/initiatives/")
    csv = page.get_by_role("link", name="CSV for spreadsheets and scripts")
    expect(csv).to_be_hidden()
    page.locator(".share summary", has_text="Share").click()
    expect(csv).to_be_visible()
    page.keyboard.press("Escape")
    expect(csv).to_be_hidden()
    # The menu fits on a phone, even if the language has long words and other buttons precede the menu.
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/ru/themes/")
    page.locator(".share summary").click()
    assert page.evaluate("document.documentElement.scrollWidth") == 390


@pytest.mark.parametrize("language", ["", "/ru", "/zh-hans"])
@pytest.mark.parametrize("collection", ["initiatives", "reports", "events", "statements"])
@pytest.mark.thorough
def test_no_title_is_cut_and_no_date_wraps(page, collection, language):
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{language}/{collection}/")
    titles = page.locator(".list .title")
    cut = "all => all.filter(each => each.clientHeight && each.scrollHeight > each.clientHeight + 1).length"
    assert titles.evaluate_all(cut) == 0
    heights = page.locator(".list .date:not(:empty)").evaluate_all(
        "all => all.map(each => { const range = document.createRange(); range.selectNodeContents(each);"
        " return range.getBoundingClientRect().height; })"
    )
    assert heights and max(heights) < 30


@pytest.mark.parametrize("language", ["", "/ru", "/zh-hans"])
def test_on_a_phone_the_first_record_is_in_the_upper_half_of_the_screen(page, language):
    page.set_viewport_size({"width": 390, "height": 844})
    for query in ("", "?country=cn&status=agreed"):
        page.goto(f"{language}/initiatives/{query}")
        assert page.locator("tbody tr").first.bounding_box()["y"] < 330
        assert page.evaluate("document.documentElement.scrollWidth") == 390


@pytest.mark.parametrize(
    ("address", "has_menu"), [("/initiatives/astana-lrt/", False), ("/map/?country=kg", True)]
)
@pytest.mark.thorough
def test_the_links_of_records_and_of_the_map_can_be_copied(page, address, has_menu):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(address)
    if has_menu:
        page.locator(".share summary").click()
    page.get_by_role("button", name="Copy link").click()
    expect(page.locator("#status-message")).to_have_text("Link copied")
    assert page.evaluate("navigator.clipboard.readText()") == page.url


@pytest.mark.parametrize("is_allowed", [True, False])
@pytest.mark.thorough
def test_the_link_can_be_copied_repeatedly_and_without_https(page, is_allowed):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/initiatives/")
    if not is_allowed:
        page.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page.clock.install()
    page.locator('#results input[name=status][value="agreed"]').check()
    expect(heading(page)).to_have_attribute("data-announce", re.compile(r"^\d+ initiatives, agreed$"))
    page.locator(".share summary").click()
    button = page.get_by_role("button", name="Copy link")
    button.click()
    expect(page.locator("#status-message")).to_have_text("Link copied")
    page.get_by_role("button", name="Link copied").click()
    page.clock.fast_forward(2_100)
    expect(button).to_be_focused()
    # The link can be pasted into a text field.
    words = page.get_by_label("Search this list", exact=True)
    words.focus()
    page.keyboard.press("ControlOrMeta+v")
    expect(words).to_have_value(page.url)


@pytest.mark.thorough
def test_a_failed_copy_is_not_reported_as_copied(page):
    page.goto("/initiatives/")
    page.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page.evaluate("document.execCommand = () => false")
    page.locator(".share summary").click()
    button = page.get_by_role("button", name="Copy link")
    button.click()
    expect(button).to_be_focused()
    expect(page.locator("#status-message")).to_have_text("")


# Chromium on Linux has no native share sheet.
SHARE_SHEET = "navigator.share = (data) => { window.shared = data; return Promise.resolve(); }"


@pytest.mark.parametrize("address", ["/initiatives/?status=agreed", "/matrix/?status=agreed"])
def test_a_phone_with_a_share_sheet_hands_the_page_to_it(browser, browser_context_args, address):
    for script, is_touch, count in ((SHARE_SHEET, True, 1), (SHARE_SHEET, False, 0), ("", True, 0)):
        context = browser.new_context(
            **browser_context_args
            | {"viewport": {"width": 390, "height": 844}, "has_touch": is_touch, "is_mobile": is_touch}
        )
        context.add_init_script(script)
        page = context.new_page()
        page.goto(address)
        page.locator(".share summary").click()
        button = page.get_by_role("button", name="Share with an app")
        expect(button).to_have_count(count)
        if count:
            button.click()
            assert page.evaluate("window.shared") == {"title": page.title(), "url": page.url}
        context.close()


@pytest.mark.parametrize("language", ["", "/ru", "/zh-hans"])
def test_a_long_chip_fits_on_a_phone_in_one_line(page, language):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{language}/initiatives/?status=agreed&country=cn&theme=sister-cities&lead=tashkent")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    for chip in page.locator(".chip").all():
        assert chip.bounding_box()["height"] < 40


@pytest.mark.parametrize("width", [390, 1280])
def test_the_heading_of_a_group_is_not_under_what_sticks_to_the_top(page, width):
    page.set_viewport_size({"width": width, "height": 700})
    page.goto("/themes/#security")
    text = page.locator("#security .pillar")
    assert text.bounding_box()["y"] < 120
    assert text.evaluate(
        "text => { const { left, top } = text.getBoundingClientRect();"
        " return text.contains(document.elementFromPoint(left + 4, top + 4)); }"
    )
