"""The home page and what is new in a browser: for every reader, on any screen."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

pytestmark = pytest.mark.usefixtures("site")

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1280, "light")])
def test_the_home_page_has_nothing_that_axe_finds_and_fits_the_screen(
    browser, browser_context_args, width, scheme
):
    context = browser.new_context(
        **browser_context_args
        | {"viewport": {"width": width, "height": 900}, "color_scheme": scheme, "bypass_csp": True}
    )
    page = context.new_page()
    found = []
    for address in ("/", "/recent/"):
        page.goto(address)
        page.evaluate("document.querySelectorAll('details.data').forEach(each => each.open = true)")
        result = Axe().run(page, options={"runOnly": RULES}).response
        found += [
            f"{address}: {finding['id']}: {finding['nodes'][0]['html']}" for finding in result["violations"]
        ]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(f"{address} is wider than the screen")
    context.close()
    assert not found, "\n".join(found)


def test_a_segment_of_a_year_leads_to_the_list_of_just_so_many(page):
    page.goto("/")
    segment = page.locator(".timeline a:has(rect.agreed)").last
    name, count = segment.locator("title").text_content().rsplit(": ", 1)
    year = name.split(",")[0]
    segment.click()
    expect(page.locator("h1")).to_have_text(f"{count} initiatives, agreed, begun in {year}")
