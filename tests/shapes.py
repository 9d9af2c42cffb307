"""Walking through every shape of page in a browser: what is wrong with each, and which templates were seen."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.test.signals import template_rendered
from playwright.sync_api import Page

from tests.axe import WCAG, findings

# Light and dark differ in their colours alone: what else there is to find was found in the light.
COLOURS = {"type": "rule", "values": ["color-contrast"]}


def wrong_with(page: Page, rules=WCAG) -> Iterator[str]:
    """What axe finds in light and in dark, and whether the page has to be scrolled sideways."""
    for scheme, asked in (("light", rules), ("dark", COLOURS)):
        page.emulate_media(color_scheme=scheme)
        yield from (f"{scheme}: {found}" for found in findings(page, asked))
    page.emulate_media(color_scheme="light")
    if (needed := page.evaluate("document.documentElement.scrollWidth")) > page.viewport_size["width"]:
        yield f"is {needed} pixels wide"


@contextmanager
def templates_rendered() -> Iterator[set[str]]:
    """The names of the templates that are rendered meanwhile."""
    names = set()

    def note(sender, template, **kwargs):
        names.add(template.name)

    template_rendered.connect(note)
    yield names
    template_rendered.disconnect(note)


def page_templates() -> set[str]:
    """The names of the templates that are pages of themselves: parts of pages extend nothing."""
    folder = Path(settings.BASE_DIR) / "templates"
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*.html")
        if path.read_text().startswith("{% extends")
    }
