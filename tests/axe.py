"""Accessibility checks of loaded pages with axe."""

from collections.abc import Iterator
from contextlib import contextmanager

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from tests.extent import IS_FULL

WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
# The part of an admin page without its common header.
CONTENT = "#content"

# The rows, items and shapes of one list after the first eight differ from these in their text only. Checking the
# colours of all takes half of the time.
ALIKE = [f":is({parents}) > :nth-child(n+9)" for parents in ("tbody", "ul, ol", "svg g")]

# Only violations are returned: describing everything that passes takes longer than the check.
RUN = """([within, exclude, rules]) => axe.run({include: within, exclude}, {
    runOnly: rules, resultTypes: ["violations"], preload: false
}).then(results => results.violations.map(
    each => `${each.id}: ${each.nodes.slice(0, 3).map(node => node.html.slice(0, 300)).join(" ")}`
))"""


@contextmanager
def page_load(page: Page) -> Iterator[None]:
    """Waits, after a click that opens a page, until that page is loaded; else axe would check the old page."""
    with page.expect_navigation(wait_until="load"):
        yield


def axe_violations(page: Page, rules=WCAG, within: str | None = None) -> list[str]:
    """The violations on the page, or within a selector: the name of each rule with the HTML of the first elements."""
    page.evaluate(AXE_SCRIPT)
    return page.evaluate(RUN, [within or "html", [] if IS_FULL else ALIKE, rules])
