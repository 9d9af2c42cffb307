"""A list in a browser updates its filters, counts and rows. Focus and scroll position stay unchanged."""

import re

import pytest
from playwright.sync_api import expect

from sco_cities.listings.list_page import MAX_OPTIONS
from tests.browser_console import console_errors
from tests.shipped_package import number_of

pytestmark = pytest.mark.usefixtures("site")

ALL, ROUTES = number_of("initiatives"), number_of("initiatives", kind="route")
STATUSES = {
    name: number_of("initiatives", status=name) for name in ("agreed", "under_way", "proposed", "completed")
}
WHOLE = f"{ALL} initiatives"
AGREED = f"{STATUSES['agreed']} initiatives, agreed"
NOT_COMPLETED = f"{ALL - STATUSES['completed']} initiatives, not completed"


@pytest.fixture
def page(page):
    """The list of initiatives. A browser error fails the test."""
    errors = console_errors(page)
    page.goto("/initiatives/")
    page.evaluate("window.isTheSamePage = true")
    yield page
    # If the page closed earlier, an aborted request would be reported as an error.
    page.wait_for_load_state("networkidle")
    assert errors == []


def heading(page):
    return page.get_by_role("heading", level=1)


def panel(page, name):
    details = page.locator(f"#filter-{name}")
    if details.get_attribute("open") is None:
        details.locator("summary").click()
    return details


def row(page, facet, label):
    """Returns the row of an option."""
    label = re.compile(rf"^(Exclude )?{label}\d*$")
    return panel(page, facet).locator("li", has=page.locator("label", has_text=label))


def checkbox(page, facet, value):
    return panel(page, facet).locator(f"input[value='{value}']")


def test_selecting_an_option_updates_heading_counts_rows_and_url_and_keeps_the_focus(page):
    expect(row(page, "kind", "route").locator(".n")).to_have_text(str(ROUTES))
    checkbox(page, "status", "agreed").check()
    expect(heading(page)).to_have_attribute("data-announce", AGREED)
    expect(page).to_have_url(re.compile(r"/initiatives/\?status=agreed$"))
    expect(page).to_have_title(f"{AGREED} · SCO Cities")
    routes = number_of("initiatives", status="agreed", kind="route")
    expect(row(page, "kind", "route").locator(".n")).to_have_text(str(routes))
    # A filter's counts depend on all other filters, but not on the filter itself.
    expect(row(page, "status", "proposed").locator(".n")).to_have_text(str(STATUSES["proposed"]))
    expect(checkbox(page, "status", "agreed")).to_be_focused()
    expect(page.locator("#status-message")).to_have_text(AGREED)
    # The print header and the link to the list as JSON are outside the results.
    expect(page.locator("html")).to_have_attribute("data-title", AGREED)
    expect(page.locator("link[type='application/json']")).to_have_attribute(
        "href", re.compile(r"/api/initiatives/\?status=agreed$")
    )
    assert page.evaluate("window.isTheSamePage")


def test_the_space_bar_selects_one_option_after_the_other(page):
    checkbox(page, "status", "agreed").focus()
    page.keyboard.press("Space")
    expect(heading(page)).to_have_attribute("data-announce", AGREED)
    # The Tab key moves the focus past the link that excludes the option and the link to the results.
    for _stop in range(3):
        page.keyboard.press("Tab")
    expect(checkbox(page, "status", "under_way")).to_be_focused()
    page.keyboard.press("Space")
    expect(heading(page)).to_have_attribute(
        "data-announce", f"{STATUSES['agreed'] + STATUSES['under_way']} initiatives, agreed or under way"
    )
    expect(checkbox(page, "status", "under_way")).to_be_focused()


def test_an_option_is_excluded_by_its_button_and_restored_by_its_checkbox(page):
    page.get_by_role("button", name="Exclude: completed").click()
    expect(heading(page)).to_have_attribute("data-announce", NOT_COMPLETED)
    expect(page).to_have_url(re.compile(r"\?status=-completed$"))
    expect(page.get_by_role("link", name="Remove Status: not completed")).to_be_visible()
    excluded = page.get_by_role("checkbox", name=re.compile("^Exclude completed"))
    expect(excluded).to_be_checked()
    expect(excluded).to_be_focused()
    # Selecting another option keeps the exclusion.
    checkbox(page, "kind", "route").check()
    expect(page).to_have_url(re.compile(r"status=-completed&kind=route"))
    # Uses click(), because uncheck() would wait for a checkbox with this name, and the name changes.
    excluded.click()
    expect(heading(page)).to_have_attribute("data-announce", f"{ROUTES} initiatives, route")
    expect(checkbox(page, "status", "completed")).to_be_focused()


def test_each_option_is_one_tab_stop_and_a_selected_one_can_be_excluded_with_keys(page):
    checkbox(page, "status", "operating").focus()
    page.keyboard.press("Tab")
    expect(checkbox(page, "status", "completed")).to_be_focused()
    # A button that the keyboard cannot reach is hidden from keyboard users.
    button = page.get_by_role("button", name="Exclude: completed")
    assert button.evaluate("button => getComputedStyle(button).opacity") == "0"
    page.keyboard.press("Space")
    expect(page).to_have_url(re.compile(r"\?status=completed$"))
    page.keyboard.press("Tab")
    link = page.get_by_role("link", name="Exclude: completed")
    expect(link).to_be_focused()
    assert link.evaluate("link => getComputedStyle(link).opacity") == "1"
    page.keyboard.press("Enter")
    expect(heading(page)).to_have_attribute("data-announce", NOT_COMPLETED)


@pytest.mark.thorough
def test_a_selected_option_can_be_excluded_instead(page):
    checkbox(page, "status", "agreed").check()
    page.get_by_role("link", name="Exclude: agreed").click()
    expect(heading(page)).to_have_attribute(
        "data-announce", f"{ALL - STATUSES['agreed']} initiatives, not agreed"
    )
    expect(page).to_have_url(re.compile(r"\?status=-agreed$"))
    assert page.evaluate("window.isTheSamePage")


@pytest.mark.thorough
def test_enter_in_the_search_field_searches_and_excludes_nothing(page):
    page.get_by_label("Search this list", exact=True).fill("metro")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    expect(heading(page)).to_have_attribute("data-announce", re.compile("matching “metro”$"))
    expect(page).to_have_url(re.compile(r"\?q=metro$"))
    expect(page.get_by_label("Search this list", exact=True)).to_be_focused()
    # The cursor stays between the same characters.
    assert page.evaluate("document.activeElement.selectionStart") == len("metr")
    # Text typed before the response arrives is kept.
    with page.expect_response("**q=metro&*"):
        page.evaluate("document.querySelector('#filter-status [value=agreed]').click()")
        page.keyboard.press("End")
        page.keyboard.type(" line")
    expect(page).to_have_url(re.compile(r"\?q=metro&status=agreed$"))
    expect(page.get_by_label("Search this list", exact=True)).to_have_value("metro line")
    assert page.evaluate("document.activeElement.selectionStart") == len("metro line")


def test_a_hidden_option_is_found_by_search_and_stays_in_place_when_selected(page):
    cities = panel(page, "city")
    visible = cities.locator("li")
    expect(visible).to_have_count(MAX_OPTIONS)
    expect(checkbox(page, "city", "zhengzhou")).to_have_count(0)
    find = page.get_by_label("Find in the list: City")
    find.press_sequentially("zheng")
    expect(checkbox(page, "city", "zhengzhou")).to_be_visible()
    expect(cities.locator("li:visible")).to_have_count(1)
    # Searching the options does not filter the list.
    expect(page).to_have_url(re.compile("/initiatives/$"))
    expect(find).to_be_focused()

    checkbox(page, "city", "zhengzhou").check()
    expect(heading(page)).to_have_attribute("data-announce", re.compile("with Zhengzhou$"))
    expect(page).to_have_url(re.compile(r"\?city=zhengzhou$"))
    expect(find).to_have_value("zheng")
    expect(checkbox(page, "city", "zhengzhou")).to_be_focused()
    expect(cities.locator("li:visible")).to_have_count(1)


@pytest.mark.thorough
def test_all_cities_are_shown_on_demand(page):
    cities = panel(page, "city")
    more = cities.get_by_role("link", name=re.compile(r"^\d+ more$"))
    hidden_count = int(more.inner_text().split()[0])
    more.click()
    expect(cities.locator("li")).to_have_count(MAX_OPTIONS + hidden_count)
    expect(page).to_have_url(re.compile("/initiatives/$"))
    expect(page.get_by_label("Find in the list: City")).to_be_focused()


@pytest.mark.thorough
def test_a_scrolled_list_keeps_its_position_and_order(page):
    countries = page.locator("#list-country")
    before = countries.locator("label").all_inner_texts()
    last = countries.locator("input").last
    scrolled = countries.evaluate("list => { list.scrollTop = list.scrollHeight; return list.scrollTop; }")
    assert scrolled > 0
    last.check()
    expect(heading(page)).not_to_have_attribute("data-announce", WHOLE)
    expect(last).to_be_focused()
    assert countries.evaluate("list => list.scrollTop") == scrolled
    assert countries.locator("label").all_inner_texts() == before


@pytest.mark.thorough
def test_a_long_closed_filter_loads_its_counts_when_it_is_opened(page):
    checkbox(page, "status", "agreed").check()
    expect(heading(page)).to_have_attribute("data-announce", AGREED)
    cities = page.locator("#filter-city")
    expect(cities.locator("li")).to_have_count(0)
    cities.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(cities.locator("li")).to_have_count(MAX_OPTIONS)
    expect(cities.locator("summary")).to_be_focused()
    expect(page).to_have_url(re.compile(r"\?status=agreed$"))
    count = cities.locator("li .n").first.inner_text()
    # A search shows matching options within the list, as on a complete page.
    page.get_by_label("Find in the list: City").fill("tashkent")
    expect(cities.locator("li:visible")).to_have_count(1)
    expect(page.locator("#list-city.long-list li").nth(MAX_OPTIONS)).to_be_attached()
    page.get_by_label("Find in the list: City").fill("")
    cities.locator("input[type=checkbox]").first.check()
    expect(heading(page)).to_have_attribute(
        "data-announce", re.compile(f"^{count} initiatives, agreed, with ")
    )
    # The panel stays open.
    expect(cities.locator("input:checked")).to_be_focused()
    expect(cities.locator("li")).to_have_count(MAX_OPTIONS)


@pytest.mark.thorough
def test_of_two_quick_clicks_on_links_the_second_counts(page):
    page.evaluate("for (const size of ['20', '100']) document.getElementById(`size-${size}`).click()")
    expect(page).to_have_url(re.compile(r"\?per_page=100$"))
    expect(page.locator("#size-100")).to_have_attribute("aria-current", "true")
    expect(heading(page)).to_have_attribute("data-announce", WHOLE)


@pytest.mark.thorough
def test_a_bar_of_the_histogram_filters_by_its_year(page):
    bar = page.get_by_role("link", name=re.compile(r"^2024: \d+$"))
    count = bar.inner_text().split()[1]
    bar.click()
    expect(heading(page)).to_have_attribute("data-announce", f"{count} initiatives from 2024, up to 2024")
    expect(page).to_have_url(re.compile(r"\?year_from=2024&year_to=2024$"))
    expect(page.get_by_label("From year", exact=True)).to_have_value("2024")
    expect(page.get_by_role("link", name=re.compile("^2024: "))).to_be_focused()
    assert page.evaluate("window.isTheSamePage")


@pytest.mark.thorough
def test_the_bars_are_one_tab_stop_and_arrow_keys_move_between_them(page):
    assert page.locator(".histogram a[tabindex='0']").count() == 1
    page.locator(".histogram a[tabindex='0']").focus()
    page.keyboard.press("Home")
    first = page.get_by_role("link", name=re.compile(r"^up to \d{4}: "))
    expect(first).to_be_focused()
    year = int(re.search(r"\d{4}", first.inner_text())[0]) + 1
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("link", name=re.compile(f"^{year}: "))).to_be_focused()
    # Arrow keys with a modifier key are browser commands, such as going back.
    page.keyboard.press("Control+ArrowLeft")
    expect(page.get_by_role("link", name=re.compile(f"^{year}: "))).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(rf"\?year_from={year}&year_to={year}$"))


def test_back_and_forward_restore_the_filters(page):
    checkbox(page, "status", "agreed").check()
    expect(heading(page)).to_have_attribute("data-announce", AGREED)
    checkbox(page, "kind", "partnership").check()
    expect(page).to_have_url(re.compile("kind=partnership"))
    both = heading(page).get_attribute("data-announce")
    page.go_back()
    expect(heading(page)).to_have_attribute("data-announce", AGREED)
    expect(checkbox(page, "status", "agreed")).to_be_checked()
    expect(checkbox(page, "kind", "partnership")).not_to_be_checked()
    # Going back or forward reloads the page. The test must wait for the page.
    page.wait_for_load_state()
    page.go_back()
    expect(heading(page)).to_have_attribute("data-announce", WHOLE)
    expect(checkbox(page, "status", "agreed")).not_to_be_checked()
    page.wait_for_load_state()
    page.go_forward()
    expect(heading(page)).to_have_attribute("data-announce", AGREED)
    page.wait_for_load_state()
    page.go_forward()
    expect(heading(page)).to_have_attribute("data-announce", both)
    expect(page.locator(".site-header")).to_have_count(1)


def test_on_a_phone_the_filters_stay_open_while_a_reader_selects_options(page):
    page.set_viewport_size({"width": 390, "height": 700})
    summary = page.locator("#filters > summary")
    summary.click()
    form = page.locator("#filter-form")
    checkbox(page, "kind", "route").check()
    expect(page.get_by_role("button", name=f"Show {ROUTES}")).to_be_visible()
    page.get_by_role("button", name="Exclude: completed").click()
    expect(page).to_have_url(re.compile("status=-completed"))
    expect(form).to_be_visible()
    page.get_by_role("button", name=re.compile("^Show ")).click()
    expect(form).to_be_hidden()
    # The filters are at the top and stay in view while the list scrolls.
    page.evaluate("scrollTo(0, 2000)")
    expect(summary).to_be_in_viewport()
    summary.click()
    page.get_by_role("link", name="Clear all filters").last.click()
    expect(page).to_have_url(re.compile("/initiatives/$"))
    expect(form).to_be_visible()
    # The title of the filter sheet closes the sheet, even without a script.
    summary.click()
    expect(form).to_be_hidden()


def test_the_page_size_can_be_changed_and_the_next_page_starts_at_its_heading(page):
    page.get_by_role("link", name="20", exact=True).click()
    expect(page.locator("tbody tr")).to_have_count(20)
    page.get_by_role("link", name="Next").click()
    expect(page).to_have_url(re.compile(r"\?per_page=20&page=2$"))
    expect(page.locator(".pagination p")).to_have_text(f"21–40 of {ALL}")
    expect(heading(page)).to_be_focused()
    # Another filter returns to the first page and keeps the page size.
    checkbox(page, "status", "operating").check()
    expect(page).to_have_url(re.compile(r"\?per_page=20&status=operating$"))


def test_a_column_header_sorts_and_then_reverses_the_order(page):
    header = page.get_by_role("columnheader", name="Status")
    header.get_by_role("link").click()
    expect(header).to_have_attribute("aria-sort", "ascending")
    expect(header.get_by_role("link")).to_be_focused()
    header.get_by_role("link").click()
    expect(header).to_have_attribute("aria-sort", "descending")
    expect(page).to_have_url(re.compile(r"\?sort=-status$"))


@pytest.mark.thorough
def test_a_modified_click_opens_a_new_tab(page):
    with page.context.expect_page() as opened:
        page.get_by_role("columnheader", name="Status").get_by_role("link").click(modifiers=["ControlOrMeta"])
    expect(opened.value).to_have_url(re.compile(r"\?sort=status$"))
    expect(page).to_have_url(re.compile("/initiatives/$"))


@pytest.fixture
def plain(browser, browser_context_args):
    """A page without JavaScript."""
    context = browser.new_context(**browser_context_args | {"java_script_enabled": False})
    yield context.new_page()
    context.close()


def test_without_javascript_an_option_is_excluded_and_others_are_kept(plain):
    plain.goto("/initiatives/?kind=partnership&view=cards")
    plain.get_by_role("button", name="Exclude: completed").click()
    words = re.compile("^[0-9]+ initiatives, not completed, partnership$")
    expect(heading(plain)).to_have_attribute("data-announce", words)
    expect(plain).to_have_url(re.compile("view=cards"))
    plain.get_by_role("link", name="Exclude: partnership").click()
    expect(heading(plain)).to_have_attribute("data-announce", re.compile(", not completed, not partnership$"))
    plain.get_by_role("checkbox", name=re.compile("^Exclude completed")).uncheck()
    plain.get_by_role("button", name=re.compile("^Show ")).click()
    expect(heading(plain)).to_have_attribute(
        "data-announce", re.compile("^[0-9]+ initiatives, not partnership$")
    )


def test_without_javascript_an_option_is_excluded_with_keys(plain):
    plain.goto("/initiatives/?status=completed")
    checkbox(plain, "status", "completed").focus()
    plain.keyboard.press("Tab")
    plain.keyboard.press("Enter")
    expect(heading(plain)).to_have_attribute("data-announce", NOT_COMPLETED)


@pytest.mark.thorough
def test_without_javascript_a_link_shows_all_cities(plain):
    plain.goto("/initiatives/?per_page=20")
    cities = panel(plain, "city")
    expect(cities.locator(".option-search")).to_be_hidden()
    cities.get_by_role("link", name=re.compile(r"^\d+ more$")).click()
    expect(plain).to_have_url(re.compile(r"\?per_page=20&all=city#filter-city$"))
    assert panel(plain, "city").locator("li").count() > MAX_OPTIONS


@pytest.mark.thorough
def test_without_javascript_enter_in_the_search_field_searches(plain):
    plain.goto("/initiatives/")
    plain.get_by_label("Search this list", exact=True).fill("metro")
    plain.keyboard.press("Enter")
    expect(heading(plain)).to_have_attribute("data-announce", re.compile("matching “metro”$"))
