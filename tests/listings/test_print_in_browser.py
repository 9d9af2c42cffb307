"""Pages as a browser prints them."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.usefixtures("site")


@pytest.fixture
def print_page(page):
    """Opens a page in print media."""

    def open_for_print(address):
        page.goto(address)
        page.emulate_media(media="print")
        # The script of the page handles the event that a browser sends before it prints.
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
    # All controls except links in the text; on paper the head of a folded section is its heading.
    controls = "nav, button, input, select, summary:not(.changes summary, :has(h2)), .site-footer, .filters"
    visible_count = page.locator(controls).evaluate_all(
        "elements => elements.filter(each => each.checkVisibility()).length"
    )
    assert visible_count == 0
    expect(page.locator("[data-print-date]")).to_contain_text("20")
    # A Russian date ends in a full stop, too.
    expect(page.locator("[data-print-date]")).not_to_contain_text("..")
    assert page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--running')")
    assert page.evaluate("getComputedStyle(document.body).fontFamily") == page.evaluate(
        "getComputedStyle(document.querySelector('h1')).fontFamily"
    )
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(
    ("address", "is_wide"),
    [("/initiatives/?country=kg", True), ("/statements/?per_page=20", True), ("/countries/", False)],
)
@pytest.mark.thorough
def test_a_list_of_many_columns_is_printed_in_landscape_and_names_all_themes(address, is_wide, print_page):
    page = print_page(address)
    # A column is as wide on every page of paper.
    assert page.locator(".list").evaluate("list => getComputedStyle(list).tableLayout") == "fixed"
    assert page.locator(".rest-count:visible").count() == 0
    assert "↕" not in page.locator(".list thead").inner_text()
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
    # Only that there are several pages: their content is checked by eye.
    file = page.pdf(format="A4")
    assert file.count(b"/Type /Page\n") + file.count(b"/Type /Page ") + file.count(b"/Type /Page/") > 3


@pytest.mark.thorough
def test_the_print_button_prints_a_brief(page):
    page.goto("/initiatives/?country=kg&view=brief")
    page.evaluate("window.print = () => { document.title = 'printed'; }")
    page.get_by_role("button", name="Print").click()
    expect(page).to_have_title("printed")


@pytest.mark.thorough
def test_printed_arcs_keep_the_colour_of_a_pillar(page):
    page.emulate_media(media="print")
    page.goto("/map/?pillar=cooperation")
    arcs = page.locator(".arcs path")
    colours = arcs.evaluate_all("arcs => [...new Set(arcs.map(arc => getComputedStyle(arc).stroke))]")
    assert colours == ["rgb(138, 106, 18)"]


@pytest.mark.thorough
def test_the_printed_home_page_has_its_row_headings_and_no_controls(page):
    page.emulate_media(media="print")
    page.goto("/")
    assert page.locator(".list tbody th").first.inner_text() == "All initiatives"
    controls = page.locator(".csv-link, .search-field, [data-map-link], #table-rows")
    assert controls.count() > 3
    assert controls.evaluate_all("all => all.every(each => !each.checkVisibility())")
