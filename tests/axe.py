"""What axe finds on a page: asked in one way by all tests, of pages that have arrived."""

from collections.abc import Iterator
from contextlib import contextmanager

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
# The part of an admin page that is not the same on all of them.
CONTENT = "#content"

# Only what is wrong comes back: descriptions of all that is right take longer than finding it.
RUN = """([within, rules]) => axe.run(within || document, {
    runOnly: rules, resultTypes: ["violations"], preload: false
}).then(found => found.violations.map(
    each => `${each.id}: ${each.nodes.slice(0, 3).map(node => node.html.slice(0, 300)).join(" ")}`
))"""


@contextmanager
def arriving(page: Page) -> Iterator[None]:
    """Around a click that opens a page: ends when that has been loaded. The click itself ends while it is still on
    its way, and axe would be asked of a page that is going."""
    with page.expect_navigation(wait_until="load"):
        yield


def findings(page: Page, rules=WCAG, within: str | None = None) -> list[str]:
    """What breaks the rules on the page, or within the element that a selector names: the name of each rule, with
    the HTML of the first elements that break it."""
    page.evaluate(AXE_SCRIPT)
    return page.evaluate(RUN, [within, rules])
