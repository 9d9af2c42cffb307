"""Accessibility checks of loaded pages with axe."""

from collections.abc import Iterator
from contextlib import contextmanager

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
# The content of an admin page, below the header.
CONTENT = "#content"

# Requests only violations, because describing the passed checks takes longer than the checks themselves.
RUN = """([within, rules]) => axe.run(within || document, {
    runOnly: rules, resultTypes: ["violations"], preload: false
}).then(results => results.violations.map(
    each => `${each.id}: ${each.nodes.slice(0, 3).map(node => node.html.slice(0, 300)).join(" ")}`
))"""


@contextmanager
def page_load(page: Page) -> Iterator[None]:
    """Waits until a click has loaded a new page. Otherwise, axe would check the old page."""
    with page.expect_navigation(wait_until="load"):
        yield


def axe_violations(page: Page, rules=WCAG, within: str | None = None) -> list[str]:
    """Returns the violations on the page or within a selector, as the rule name and the HTML of the first elements."""
    page.evaluate(AXE_SCRIPT)
    return page.evaluate(RUN, [within, rules])
