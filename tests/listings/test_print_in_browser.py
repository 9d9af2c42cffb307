"""Browsers print pages with readable text and without controls."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.usefixtures("site")


@pytest.fixture
def print_page(page):
    """Opens a page with print styles."""

    def open_for_print(address):
        page.goto(address)
        page.emulate_media(media="print")
        # The page's script handles the event that browsers send before printing.
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        return page

    return open_for_print


@pytest.mark.parametrize(
    ("address", "notes"),
    [
        ("/initiatives/?country=kg&status=agreed&view=brief", "#notes"),
        ("/initiatives/astana-lrt/", "#notes"),
        ("/ru/cities/moscow/", "#notes"),
        ("/initiatives/?country=kg&status=agreed", ".list"),
    ],
)
def test_a_printed_page_has_text_and_notes_and_no_controls(address, notes, print_page):
    page = print_page(address)
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator(notes)).to_be_visible()
    # All controls except links in the text. On paper, the summary of a collapsed section is its heading.
    controls = "nav, button, input, select, summary:not(.changes summary, :has(h2)), .site-footer, .filters"
    visible_count = page.locator(controls).evaluate_all(
        "elements => elements.filter(each => each.checkVisibility()).length"
    )
    assert visible_count == 0
    expect(page.locator("[data-print-date]")).to_contain_text("20")
    # A Russian date may also end in a full stop.
    expect(page.locator("[data-print-date]")).not_to_contain_text("..")
    assert page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--running')")
    assert page.evaluate("getComputedStyle(document.body).fontFamily") == page.evaluate(
        "getComputedStyle(document.querySelector('h1')).fontFamily"
    )
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(
    ("address", "is_wide"),
    [
        ("/initiatives/?country=kg", True),
        ("/statements/?per_page=20", True),
        ("/delegates/", True),
        ("/countries/", False),
        ("/cities/tashkent/", False),
    ],
)
@pytest.mark.thorough
def test_a_list_of_many_columns_is_printed_in_landscape_and_a_profile_upright(address, is_wide, print_page):
    page = print_page(address)
    # A column has the same width on every sheet of paper.
    assert page.locator(".list").first.evaluate("list => getComputedStyle(list).tableLayout") == "fixed"
    # All themes are printed in lists, but not on profiles.
    assert page.locator(".has-list .rest-count:visible").count() == 0
    assert "↕" not in page.locator(".list thead").first.inner_text()
    pdf = page.pdf(format="A4", prefer_css_page_size=True)
    sizes = {
        (float(width), float(height))
        for width, height in re.findall(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    }
    assert [width > height for width, height in sizes] == [is_wide]


@pytest.mark.thorough
def test_the_sign_of_a_disagreement_is_in_the_sans_face_with_a_space_after_it(print_page):
    page = print_page("/initiatives/dushanbe-smart-city-projects/")
    sign = page.locator(".disputed").first
    assert "Inter" in sign.evaluate("sign => getComputedStyle(sign).fontFamily")
    assert "Inter" not in page.evaluate("getComputedStyle(document.body).fontFamily")
    assert sign.evaluate("sign => getComputedStyle(sign, '::after').content") == '"\N{NARROW NO-BREAK SPACE}"'


@pytest.mark.thorough
def test_a_printed_page_has_the_full_url_of_every_report(print_page):
    page = print_page("/initiatives/?country=kg&status=agreed&view=brief")
    contents = page.locator(".source .external-link").evaluate_all(
        "links => links.map(link => getComputedStyle(link, '::after').content)"
    )
    assert len(contents) > 5
    assert all(address.startswith(('"http://', '"https://')) for address in contents)


def test_a_brief_is_printed_on_several_pages(page):
    page.goto("/initiatives/?country=kg&view=brief")
    # The test checks only that there are several pages. The content of the pages is checked manually.
    file = page.pdf(format="A4")
    assert file.count(b"/Type /Page\n") + file.count(b"/Type /Page ") + file.count(b"/Type /Page/") > 3


@pytest.mark.parametrize("language", ["", "/ru", "/zh-hans"])
def test_a_brief_of_twenty_records_without_footnotes_is_printed_on_five_pages_at_most(page, language):
    page.goto(f"{language}/initiatives/?view=brief&per_page=20")
    page.locator(".pagination a[href*='notes=none']").click()
    page.emulate_media(media="print")
    assert page.locator(".entry").count() == 20
    assert page.locator(".notes, .marker:not(.disputed)").evaluate_all(
        "all => all.length && all.every(each => !each.checkVisibility())"
    )
    file = page.pdf(format="A4", prefer_css_page_size=True)
    assert len(re.findall(rb"/Type /Page\b(?!s)", file)) <= 5


def test_the_page_about_a_pair_is_printed_with_or_without_footnotes(page):
    page.goto("/together/tashkent/tianjin/")
    for name, are_visible in (("none", False), ("all", True)):
        page.emulate_media(media="screen")
        page.locator(f".toolbar a[href='?notes={name}']").click()
        page.emulate_media(media="print")
        assert page.locator(".notes .note").first.is_visible() == are_visible
        assert page.locator(".entry").first.is_visible()


_BROKEN_WORDS = r"""list => {
    const texts = document.createTreeWalker(list, NodeFilter.SHOW_TEXT), broken = [];
    while (texts.nextNode()) {
        const text = texts.currentNode;
        if (!text.parentElement.checkVisibility() || text.parentElement.closest(".visually-hidden")) continue;
        for (const word of text.data.matchAll(/\p{L}{2,}/gu)) {
            const range = document.createRange();
            range.setStart(text, word.index);
            range.setEnd(text, word.index + word[0].length);
            const lines = new Set([...range.getClientRects()].map(rect => Math.round(rect.top)));
            if (lines.size > 1) broken.push(word[0]);
        }
    }
    return broken;
}"""


@pytest.mark.parametrize(("name", "width"), [
    ("initiatives", 994), ("delegates", 994), ("events", 994), ("reports", 994), ("statements", 994),
    ("cities", 665), ("organisations", 665), ("themes", 665),
])  # fmt: skip
def test_no_word_of_a_printed_list_is_broken(name, width, print_page):
    page = print_page(f"/ru/{name}/?per_page=50")
    page.set_viewport_size({"width": width, "height": 900})
    assert page.locator(".list").evaluate(_BROKEN_WORDS) == []
    assert page.locator(".pagination .sizes").is_hidden()


@pytest.mark.thorough
def test_the_print_button_prints_a_brief(page):
    page.goto("/initiatives/?country=kg&view=brief")
    page.evaluate("window.print = () => { document.title = 'printed'; }")
    page.get_by_role("button", name="Print").click()
    expect(page).to_have_title("printed")


@pytest.mark.thorough
def test_the_printed_home_page_has_its_row_headings_and_no_controls(page):
    page.emulate_media(media="print")
    page.goto("/")
    assert page.locator(".list tbody th").first.inner_text() == "All initiatives"
    controls = page.locator(".csv-link, .search-field, [data-map-link], #table-rows")
    assert controls.count() > 3
    assert controls.evaluate_all("all => all.every(each => !each.checkVisibility())")
