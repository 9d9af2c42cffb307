"""The matrix as a reader handles it: with the mouse, the keyboard, and on a phone."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.usefixtures("site")


def square(page, pair):
    return page.locator(f".matrix a[title^='{pair}:']")


def test_a_filter_is_ticked_a_square_is_followed_and_the_list_has_as_many(page):
    page.goto("/matrix/?by=city&order=name")
    page.evaluate("window.isTheSamePage = true")
    page.locator("#filter-status input[value=operating]").check()
    expect(page.locator(".standfirst a")).to_have_text("77 initiatives, operating")
    expect(page).to_have_url(re.compile(r"/matrix/\?.*order=name.*status=operating"))
    assert page.evaluate("window.isTheSamePage")
    link = square(page, "Dushanbe, Tianjin")
    number = link.locator("span").text_content()
    link.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        re.compile(f"^{number} initiatives?, operating, with Dushanbe, together with Tianjin$")
    )
    page.go_back()
    expect(page.locator("#filter-status input[value=operating]")).to_be_checked()


def test_the_squares_are_one_stop_and_arrow_keys_go_from_one_to_the_next(page):
    page.goto("/matrix/?order=name")
    page.locator(".scroller").focus()
    page.keyboard.press("Tab")
    # Abu Dhabi, with itself; then to the right, and down its column.
    expect(page.locator(".matrix .own a").first).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(square(page, "Abu Dhabi, Beijing")).to_be_focused()
    expect(page.locator(".matrix th.lit")).to_have_text("Beijing")
    page.keyboard.press("ArrowDown")
    focused = page.locator(".matrix a:focus")
    expect(page.locator(".matrix th.lit")).to_have_text("Beijing")
    assert focused.get_attribute("title").split(":")[0].endswith(", Beijing")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.matrix')") is None


def test_the_heads_of_rows_stay_in_sight_while_the_matrix_is_scrolled(browser, browser_context_args):
    context = browser.new_context(**browser_context_args | {"viewport": {"width": 390, "height": 844}})
    page = context.new_page()
    page.goto("/matrix/?most=all")
    box = page.locator(".scroller")
    box.evaluate("box => { box.scrollLeft = 400; box.scrollTop = 300; }")
    edge = box.bounding_box()
    assert page.locator(".matrix tbody th").nth(20).bounding_box()["x"] == edge["x"]
    assert page.locator(".matrix thead").bounding_box()["y"] == edge["y"]
    context.close()


def test_a_phone_offers_every_choice_of_the_matrix(page):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/matrix/")
    choices = page.locator(".choice a")
    assert choices.count() == 6
    assert all(choice.is_visible() for choice in choices.all())


@pytest.mark.parametrize("paper", ["A4", "Letter"])
@pytest.mark.parametrize(
    "address", ["/matrix/", "/ru/matrix/?most=all", "/matrix/?country=kg", "/matrix/?by=country"]
)
def test_the_matrix_is_printed_whole_on_one_sheet_held_sideways(page, address, paper):
    page.goto(address)
    printed = page.pdf(format=paper, prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
    [(wide, high)] = re.findall(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", printed)
    assert float(wide) > float(high)


def test_on_paper_the_legend_is_to_scale(page):
    page.goto("/matrix/?most=all")
    page.emulate_media(media="print")
    width = "found => found.getBoundingClientRect().width"
    # Of the strongest pair, and of as many in the legend.
    most = page.locator(".scale li").last
    count = int(re.search(r"\d+", most.text_content())[0])
    strongest = page.locator(f".matrix a[title$=': {count}'] svg").first
    assert most.locator("svg").evaluate(width) == pytest.approx(strongest.evaluate(width), abs=0.1)
    assert page.locator(".matrix").evaluate("found => found.scrollWidth <= innerWidth")
