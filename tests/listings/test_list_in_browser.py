"""The page of a list as a reader handles it: filters, counts and rows follow, focus and scroll stay."""

import re

import pytest
from playwright.sync_api import expect

from sco_cities.listings.list_page import MAX_OPTIONS
from tests.browser_console import complaints

pytestmark = pytest.mark.usefixtures("site")

WHOLE = "203 initiatives"


@pytest.fixture
def page(page):
    """The list of initiatives, in a page that fails its test on any error that the browser reports."""
    problems = complaints(page)
    page.goto("/initiatives/")
    page.evaluate("window.isTheSamePage = true")
    yield page
    # A request that is broken off when the page closes would be an error too.
    page.wait_for_load_state("networkidle")
    assert problems == []


def heading(page):
    return page.get_by_role("heading", level=1)


def panel(page, name):
    found = page.locator(f"#filter-{name}")
    if found.get_attribute("open") is None:
        found.locator("summary").click()
    return found


def row(page, facet, label):
    """The row of an option."""
    label = re.compile(rf"^(not )?{label}\d*$")
    return panel(page, facet).locator("li", has=page.locator("label", has_text=label))


def box(page, facet, value):
    return panel(page, facet).locator(f"input[value='{value}']")


def test_a_tick_changes_heading_counts_rows_and_address_and_keeps_the_focus_without_a_new_page(page):
    expect(row(page, "kind", "route").locator(".n")).to_have_text("20")
    box(page, "status", "agreed").check()
    expect(heading(page)).to_have_text("55 initiatives, agreed")
    expect(page).to_have_url(re.compile(r"/initiatives/\?status=agreed$"))
    expect(page).to_have_title("55 initiatives, agreed · SCO Cities")
    expect(row(page, "kind", "route").locator(".n")).to_have_text("1")
    # Counted under all other filters, so not by its own.
    expect(row(page, "status", "proposed").locator(".n")).to_have_text("13")
    expect(box(page, "status", "agreed")).to_be_focused()
    expect(page.locator("#said")).to_have_text("55 initiatives, agreed")
    assert page.evaluate("window.isTheSamePage")


def test_the_space_bar_ticks_one_option_after_the_other(page):
    box(page, "status", "agreed").focus()
    page.keyboard.press("Space")
    expect(heading(page)).to_have_text("55 initiatives, agreed")
    # Past the link that leaves it out.
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(box(page, "status", "under_way")).to_be_focused()
    page.keyboard.press("Space")
    expect(heading(page)).to_have_text("76 initiatives, agreed or under way")
    expect(box(page, "status", "under_way")).to_be_focused()


def test_an_option_is_left_out_by_its_button_and_taken_back_by_its_box(page):
    page.get_by_role("button", name="Leave out: completed").click()
    expect(heading(page)).to_have_text("178 initiatives, not completed")
    expect(page).to_have_url(re.compile(r"\?status=-completed$"))
    expect(page.get_by_role("link", name="Remove Status: not completed")).to_be_visible()
    left_out = page.get_by_role("checkbox", name=re.compile("^not completed"))
    expect(left_out).to_be_checked()
    expect(left_out).to_be_focused()
    # Another tick keeps it.
    box(page, "kind", "route").check()
    expect(page).to_have_url(re.compile(r"status=-completed&kind=route"))
    # Not unchecked: that would wait for a box of this name, and it has another one then.
    left_out.click()
    expect(heading(page)).to_have_text("20 initiatives, route")
    expect(box(page, "status", "completed")).to_be_focused()


def test_the_keyboard_reaches_the_button_that_leaves_an_option_out(page):
    button = page.get_by_role("button", name="Leave out: completed")
    box(page, "status", "completed").focus()
    page.keyboard.press("Tab")
    expect(button).to_be_focused()
    assert button.evaluate("button => getComputedStyle(button).opacity") == "1"
    page.keyboard.press("Enter")
    expect(heading(page)).to_have_text("178 initiatives, not completed")


def test_what_is_asked_for_can_be_left_out_instead(page):
    box(page, "status", "agreed").check()
    page.get_by_role("link", name="Leave out: agreed").click()
    expect(heading(page)).to_have_text("148 initiatives, not agreed")
    expect(page).to_have_url(re.compile(r"\?status=-agreed$"))
    assert page.evaluate("window.isTheSamePage")


def test_enter_in_a_field_searches_and_leaves_nothing_out(page):
    page.get_by_label("Words", exact=True).fill("metro")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    expect(heading(page)).to_have_text(re.compile("matching “metro”$"))
    expect(page).to_have_url(re.compile(r"\?q=metro$"))
    expect(page.get_by_label("Words", exact=True)).to_be_focused()
    # Writing goes on between the same letters.
    assert page.evaluate("document.activeElement.selectionStart") == len("metr")


def test_a_city_beyond_those_shown_is_found_in_the_long_list_and_stays_under_the_finger(page):
    cities = panel(page, "city")
    shown = cities.locator("li")
    expect(shown).to_have_count(MAX_OPTIONS)
    expect(box(page, "city", "zhengzhou")).to_have_count(0)
    find = page.get_by_label("Find in the list: City")
    find.press_sequentially("zheng")
    expect(box(page, "city", "zhengzhou")).to_be_visible()
    expect(cities.locator("li:visible")).to_have_count(1)
    # What a reader looks for in a list is no filter.
    expect(page).to_have_url(re.compile("/initiatives/$"))
    expect(find).to_be_focused()

    box(page, "city", "zhengzhou").check()
    expect(heading(page)).to_have_text(re.compile("with Zhengzhou$"))
    expect(page).to_have_url(re.compile(r"\?city=zhengzhou$"))
    expect(find).to_have_value("zheng")
    expect(box(page, "city", "zhengzhou")).to_be_focused()
    expect(cities.locator("li:visible")).to_have_count(1)


def test_all_cities_are_shown_on_demand(page):
    cities = panel(page, "city")
    more = cities.get_by_role("link", name=re.compile(r"^\d+ more$"))
    others = int(more.inner_text().split()[0])
    more.click()
    expect(cities.locator("li")).to_have_count(MAX_OPTIONS + others)
    expect(page).to_have_url(re.compile("/initiatives/$"))
    expect(page.get_by_label("Find in the list: City")).to_be_focused()


def test_a_scrolled_list_stays_where_it_is_and_in_its_order(page):
    countries = page.locator("#list-country")
    before = countries.locator("label").all_inner_texts()
    last = countries.locator("input").last
    scrolled = countries.evaluate("list => { list.scrollTop = list.scrollHeight; return list.scrollTop; }")
    assert scrolled > 0
    last.check()
    expect(heading(page)).not_to_have_text(WHOLE)
    expect(last).to_be_focused()
    assert countries.evaluate("list => list.scrollTop") == scrolled
    assert countries.locator("label").all_inner_texts() == before


def test_a_long_filter_that_was_closed_has_its_counts_once_it_is_opened(page):
    box(page, "status", "agreed").check()
    expect(heading(page)).to_have_text("55 initiatives, agreed")
    cities = page.locator("#filter-city")
    expect(cities.locator("li")).to_have_count(0)
    cities.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(cities.locator("li")).to_have_count(MAX_OPTIONS)
    expect(cities.locator("summary")).to_be_focused()
    expect(page).to_have_url(re.compile(r"\?status=agreed$"))
    count = cities.locator("li .n").first.inner_text()
    # As the filters of a whole page are: what is looked for is found within its box.
    page.get_by_label("Find in the list: City").fill("tashkent")
    expect(cities.locator("li:visible")).to_have_count(1)
    expect(page.locator("#list-city.long li").nth(MAX_OPTIONS)).to_be_attached()
    page.get_by_label("Find in the list: City").fill("")
    cities.locator("input[type=checkbox]").first.check()
    expect(heading(page)).to_have_text(re.compile(f"^{count} initiatives, agreed, with "))
    # It is open now, and stays so.
    expect(cities.locator("input:checked")).to_be_focused()
    expect(cities.locator("li")).to_have_count(MAX_OPTIONS)


def test_two_clicks_on_links_one_after_the_other_lead_to_where_the_second_does(page):
    page.evaluate("for (const size of ['20', '100']) document.getElementById(`size-${size}`).click()")
    expect(page).to_have_url(re.compile(r"\?per_page=100$"))
    expect(page.locator("#size-100")).to_have_attribute("aria-current", "true")
    expect(heading(page)).to_have_text(WHOLE)


def test_a_bar_of_the_histogram_leads_to_its_year(page):
    bar = page.get_by_role("link", name=re.compile(r"^2024: \d+$"))
    count = bar.inner_text().split()[1]
    bar.click()
    expect(heading(page)).to_have_text(f"{count} initiatives from 2024 on, up to 2024")
    expect(page).to_have_url(re.compile(r"\?year_from=2024&year_to=2024$"))
    expect(page.get_by_label("From year", exact=True)).to_have_value("2024")
    expect(page.get_by_role("link", name=re.compile("^2024: "))).to_be_focused()
    assert page.evaluate("window.isTheSamePage")


def test_the_bars_are_one_stop_of_the_keyboard_and_arrows_go_on(page):
    assert page.locator(".histogram a[tabindex='0']").count() == 1
    page.locator(".histogram a[tabindex='0']").focus()
    page.keyboard.press("Home")
    expect(page.get_by_role("link", name=re.compile("^until 1986: "))).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("link", name=re.compile("^1987: "))).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"\?year_from=1987&year_to=1987$"))


def test_back_and_forward_go_through_the_filters_as_they_were(page):
    box(page, "status", "agreed").check()
    expect(heading(page)).to_have_text("55 initiatives, agreed")
    box(page, "kind", "partnership").check()
    expect(page).to_have_url(re.compile("kind=partnership"))
    both = heading(page).inner_text()
    page.go_back()
    expect(heading(page)).to_have_text("55 initiatives, agreed")
    expect(box(page, "status", "agreed")).to_be_checked()
    expect(box(page, "kind", "partnership")).not_to_be_checked()
    page.go_back()
    expect(heading(page)).to_have_text(WHOLE)
    expect(box(page, "status", "agreed")).not_to_be_checked()
    page.go_forward()
    expect(heading(page)).to_have_text("55 initiatives, agreed")
    # Steps in the history load the page anew: it has arrived before the next one.
    page.wait_for_load_state()
    page.go_forward()
    expect(heading(page)).to_have_text(both)
    expect(page.locator(".site-head")).to_have_count(1)


def test_on_a_phone_the_sheet_stays_open_and_where_it_is_while_a_reader_chooses(page):
    page.set_viewport_size({"width": 390, "height": 700})
    page.locator("#filters > summary").click()
    form = page.locator("#filter-form")
    box(page, "kind", "route").check()
    expect(page.get_by_role("button", name="Show 20")).to_be_visible()
    page.get_by_role("button", name="Leave out: completed").click()
    expect(page).to_have_url(re.compile("status=-completed"))
    expect(form).to_be_visible()
    page.get_by_role("button", name=re.compile("^Show ")).click()
    expect(form).to_be_hidden()


def test_cards_show_the_same_records_and_stay_while_filters_change(page):
    titles = page.locator("table.list .title")
    before = titles.all_inner_texts()
    page.get_by_role("link", name="Cards").click()
    expect(page).to_have_url(re.compile(r"\?view=cards$"))
    expect(page.locator(".in-cards")).to_have_count(1)
    assert titles.all_inner_texts() == before
    box(page, "status", "agreed").check()
    expect(page).to_have_url(re.compile(r"\?view=cards&status=agreed$"))
    expect(page.locator(".in-cards tbody tr")).to_have_count(50)
    page.get_by_role("link", name="Table", exact=True).click()
    expect(page).to_have_url(re.compile(r"\?status=agreed$"))


def test_pages_can_be_longer_and_the_next_one_begins_at_its_heading(page):
    page.get_by_role("link", name="20", exact=True).click()
    expect(page.locator("tbody tr")).to_have_count(20)
    page.get_by_role("link", name="Next").click()
    expect(page).to_have_url(re.compile(r"\?per_page=20&page=2$"))
    expect(page.locator(".pages p")).to_have_text("21–40 of 203")
    expect(heading(page)).to_be_focused()
    # Another filter begins at the first page, of the same length.
    box(page, "status", "operating").check()
    expect(page).to_have_url(re.compile(r"\?per_page=20&status=operating$"))


def test_a_click_on_a_head_sorts_and_a_second_one_turns_round(page):
    head = page.get_by_role("columnheader", name="Status")
    head.get_by_role("link").click()
    expect(head).to_have_attribute("aria-sort", "ascending")
    expect(head.get_by_role("link")).to_be_focused()
    head.get_by_role("link").click()
    expect(head).to_have_attribute("aria-sort", "descending")
    expect(page).to_have_url(re.compile(r"\?sort=-status$"))


def test_a_filter_opens_in_a_new_tab_where_the_reader_asks_for_one(page):
    with page.context.expect_page() as opened:
        page.get_by_role("columnheader", name="Status").get_by_role("link").click(modifiers=["ControlOrMeta"])
    expect(opened.value).to_have_url(re.compile(r"\?sort=status$"))
    expect(page).to_have_url(re.compile("/initiatives/$"))


@pytest.mark.parametrize("is_allowed", [True, False])
def test_the_address_is_copied_however_often_and_without_encryption_too(page, is_allowed):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    if not is_allowed:
        page.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page.clock.install()
    box(page, "status", "agreed").check()
    expect(heading(page)).to_have_text("55 initiatives, agreed")
    button = page.get_by_role("button", name="Copy link")
    button.click()
    expect(page.locator("#said")).to_have_text("Link copied")
    page.get_by_role("button", name="Link copied").click()
    page.clock.fast_forward(2_100)
    expect(button).to_be_focused()
    # Pasted where readers can type.
    words = page.get_by_label("Words", exact=True)
    words.focus()
    page.keyboard.press("ControlOrMeta+v")
    expect(words).to_have_value(page.url)


def test_what_could_not_be_copied_is_not_said_to_be(page):
    page.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page.evaluate("document.execCommand = () => false")
    button = page.get_by_role("button", name="Copy link")
    button.click()
    expect(button).to_be_focused()
    expect(page.locator("#said")).to_have_text("")


@pytest.fixture
def plain(browser, browser_context_args):
    """A page without JavaScript."""
    context = browser.new_context(**browser_context_args | {"java_script_enabled": False})
    yield context.new_page()
    context.close()


def test_without_javascript_an_option_is_left_out_and_others_are_kept(plain):
    plain.goto("/initiatives/?kind=partnership&view=cards")
    plain.get_by_role("button", name="Leave out: completed").click()
    expect(heading(plain)).to_have_text(re.compile("^[0-9]+ initiatives, not completed, partnership$"))
    expect(plain).to_have_url(re.compile("view=cards"))
    plain.get_by_role("link", name="Leave out: partnership").click()
    expect(heading(plain)).to_have_text(re.compile(", not completed, not partnership$"))
    plain.get_by_role("checkbox", name=re.compile("^not completed")).uncheck()
    plain.get_by_role("button", name=re.compile("^Show ")).click()
    expect(heading(plain)).to_have_text(re.compile("^[0-9]+ initiatives, not partnership$"))


def test_without_javascript_all_cities_are_a_link_away(plain):
    plain.goto("/initiatives/?per_page=20")
    cities = panel(plain, "city")
    expect(cities.locator(".find")).to_be_hidden()
    cities.get_by_role("link", name=re.compile(r"^\d+ more$")).click()
    expect(plain).to_have_url(re.compile(r"\?per_page=20&all=city#filter-city$"))
    assert panel(plain, "city").locator("li").count() > MAX_OPTIONS


def test_without_javascript_enter_in_the_words_searches(plain):
    plain.goto("/initiatives/")
    plain.get_by_label("Words", exact=True).fill("metro")
    plain.keyboard.press("Enter")
    expect(heading(plain)).to_have_text(re.compile("matching “metro”$"))


@pytest.mark.parametrize("collection", ["reports", "events"])
def test_most_titles_are_shown_whole_on_a_desk(page, collection):
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"/{collection}/")
    titles = page.locator(".list .title")
    cut = titles.evaluate_all("all => all.filter(each => each.scrollHeight > each.clientHeight + 1).length")
    assert cut < titles.count() / 4
