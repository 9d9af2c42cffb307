"""Pages on paper, as a browser prints them."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.usefixtures("site")


@pytest.fixture
def paper(page):
    """Opens an address as it is printed."""

    def at(address):
        page.goto(address)
        page.emulate_media(media="print")
        # Its script reacts to what a browser says before it prints.
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        return page

    return at


@pytest.mark.parametrize(
    ("address", "notes"),
    [
        ("/initiatives/?country=kg&status=agreed&view=brief", "#notes"),
        ("/initiatives/astana-lrt/", "#notes"),
        ("/ru/cities/moscow/", "#notes"),
        ("/initiatives/?country=kg", ".list"),
    ],
)
def test_paper_has_the_words_and_the_notes_and_no_controls(address, notes, paper):
    page = paper(address)
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator(notes)).to_be_visible()
    # All that a reader could press or choose, but for links in the text.
    controls = "nav, button, input, select, summary:not(.changes summary), .site-foot, .filters"
    shown = page.locator(controls).evaluate_all(
        "found => found.filter(each => each.checkVisibility()).length"
    )
    assert shown == 0
    expect(page.locator("[data-printed]")).to_contain_text("20")
    assert page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--running')")
    assert page.evaluate("getComputedStyle(document.body).fontFamily") == page.evaluate(
        "getComputedStyle(document.querySelector('h1')).fontFamily"
    )
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_paper_has_the_address_of_every_report_in_full(paper):
    page = paper("/initiatives/?country=kg&status=agreed&view=brief")
    written = page.locator(".source .out").evaluate_all(
        "links => links.map(link => getComputedStyle(link, '::after').content)"
    )
    assert len(written) > 5
    assert all(address.startswith(('"http://', '"https://')) for address in written)


def test_a_brief_is_printed_with_a_running_title_and_numbered_pages(page):
    page.goto("/initiatives/?country=kg&view=brief")
    # That a browser makes several pages of it: what stands on them is looked at by eye.
    file = page.pdf(format="A4")
    assert file.count(b"/Type /Page\n") + file.count(b"/Type /Page ") + file.count(b"/Type /Page/") > 3


def test_the_button_of_a_brief_prints_it(page):
    page.goto("/initiatives/?country=kg&view=brief")
    page.evaluate("window.print = () => { document.title = 'printed'; }")
    page.get_by_role("button", name="Print").click()
    expect(page).to_have_title("printed")


@pytest.mark.usefixtures("site")
def test_on_paper_arcs_keep_the_colours_of_pillars_and_files_are_not_offered(page):
    page.emulate_media(media="print")
    page.goto("/")
    arcs = page.locator(".arcs path")
    colours = arcs.evaluate_all("arcs => [...new Set(arcs.map(arc => getComputedStyle(arc).color))]")
    assert {"rgb(44, 93, 143)", "rgb(138, 106, 18)", "rgb(156, 63, 43)"} >= set(colours) != set()
    assert page.locator(".csv").evaluate_all("all => all.every(each => !each.checkVisibility())")
