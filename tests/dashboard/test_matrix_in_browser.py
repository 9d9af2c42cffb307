"""The matrix in a browser, with the mouse, with the keyboard, on a phone, and in print."""

import re

import pytest
from playwright.sync_api import expect

from tests.shipped_package import number_of

OPERATING = f"{number_of('initiatives', status='operating')} initiatives, operating"

pytestmark = pytest.mark.usefixtures("site")


def square(page, pair):
    return page.locator(f".matrix a[title^='{pair}: ']")


def test_after_filtering_a_square_links_to_a_list_with_the_same_count(page):
    page.goto("/matrix/?by=city&order=name")
    page.evaluate("window.isTheSamePage = true")
    page.locator("#filter-status input[value=operating]").check()
    expect(page.locator(".matrix-intro a")).to_have_text(OPERATING)
    expect(page.locator("#status-message")).to_have_text(OPERATING)
    expect(page).to_have_url(re.compile(r"/matrix/\?.*order=name.*status=operating"))
    assert page.evaluate("window.isTheSamePage")
    link = square(page, "Dushanbe and Tianjin")
    number = link.locator("span").text_content()
    link.click()
    expect(page.get_by_role("heading", level=1)).to_have_attribute(
        "data-announce",
        re.compile(f"^{number} initiatives?, operating, with Dushanbe, together with Tianjin$"),
    )
    page.go_back()
    expect(page.locator("#filter-status input[value=operating]")).to_be_checked()


def test_the_squares_are_one_tab_stop_and_arrow_keys_move_between_them(page):
    page.goto("/matrix/?by=city&order=name")
    expect(page.locator("#matrix-pair")).to_have_text(
        "Point at a square, touch and hold it, or move to it with the arrow keys to see its two places here."
    )
    page.locator(".scroller").focus()
    page.keyboard.press("Tab")
    # The focus is on the square of the first city with itself. It then moves one square down and one square to the
    # right.
    expect(page.locator(".matrix .diagonal a").first).to_be_focused()
    pair = page.locator(".matrix tr td:nth-child(2) a").nth(1).get_attribute("title")
    one, other, _number = re.fullmatch("(.*) and (.*): (.*)", pair).groups()
    page.keyboard.press("ArrowDown")
    expect(square(page, f"{one} and {other}")).to_be_focused()
    expect(page.locator("#matrix-pair")).to_have_text(pair)
    highlighted = page.locator(".matrix th.highlighted")
    expect(highlighted).to_have_attribute("title", one)
    page.keyboard.press("ArrowRight")
    title = page.locator(".matrix a:focus").get_attribute("title")
    assert f" and {other}: " in title or title.startswith(f"{other}: ")
    expect(highlighted).not_to_have_attribute("title", one)
    # Home and End move the focus to the first and last square of the row, and the page keeps that square in view.
    for key, place in (("Home", 0), ("End", -1)):
        page.keyboard.press(key)
        row = page.locator(".matrix tr:has(a:focus) td a").evaluate_all(
            "links => links.map(({title}) => title)"
        )
        expect(page.locator(".matrix a:focus")).to_have_attribute("title", row[place])
        expect(page.locator(".matrix a:focus")).to_be_in_viewport()
    title = row[-1]
    # Arrows with a modifier key are commands of the browser, such as going back.
    page.keyboard.press("Control+ArrowUp")
    expect(page.locator(".matrix a:focus")).to_have_attribute("title", title)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.matrix')") is None


def test_on_a_phone_the_matrix_keeps_its_row_headings_in_view_and_stays_open(browser, browser_context_args):
    context = browser.new_context(**browser_context_args | {"viewport": {"width": 390, "height": 844}})
    page = context.new_page()
    page.goto("/matrix/?by=city&most=all")
    page.get_by_role("link", name="Show the matrix").click()
    box = page.locator(".scroller")
    box.evaluate("box => { box.scrollLeft = 400; box.scrollTop = 300; }")
    edge = box.bounding_box()
    # The headings stay at the edge, apart from the space for focus rings.
    assert page.locator(".matrix tbody th").nth(20).bounding_box()["x"] - edge["x"] == 4
    assert page.locator(".matrix thead").bounding_box()["y"] == edge["y"]
    page.get_by_role("link", name="By name").click()
    expect(page).to_have_url(re.compile(r"order=name$"))
    expect(page.locator(".matrix")).to_be_visible()
    context.close()


@pytest.mark.thorough
def test_a_phone_shows_the_strongest_pairs_and_every_option_of_the_matrix(page):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/matrix/?by=city")
    choices = page.locator(".options-bar a")
    assert choices.count() == 6
    assert all(choice.is_visible() for choice in choices.all())
    expect(page.locator(".matrix")).to_be_hidden()
    page.locator("ol.pairs a").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tashkent and Tianjin")


@pytest.mark.parametrize(
    "address", ["/matrix/?by=city", "/ru/matrix/?by=city&most=all", "/matrix/?by=city&country=kg", "/matrix/"]
)
@pytest.mark.thorough
def test_the_matrix_is_printed_on_one_landscape_page(page, address):
    page.goto(address)
    for paper in ("A4", "Letter"):
        pdf = page.pdf(format=paper, prefer_css_page_size=True)
        assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1, paper
        [(width, height)] = re.findall(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", pdf)
        assert float(width) > float(height), paper


@pytest.mark.thorough
def test_the_printed_legend_is_to_scale_without_a_word_on_pointing(page):
    page.goto("/matrix/?by=city&most=all")
    page.emulate_media(media="print")
    expect(page.locator("#matrix-pair")).to_be_hidden()
    width = "element => element.getBoundingClientRect().width"
    # The square of the strongest pair, and the square with the same number in the legend.
    most = page.locator(".scale li").last
    count = int(re.search(r"\d+", most.text_content())[0])
    strongest = page.locator(f".matrix a[title$=': {count} together'] svg").first
    assert most.locator("svg").evaluate(width) == pytest.approx(strongest.evaluate(width), abs=0.1)
    assert page.locator(".matrix").evaluate("element => element.scrollWidth <= innerWidth")
