"""Every shape of page, for tests that walk through all: what is wrong with each, and which templates were seen."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.test.signals import template_rendered
from playwright.sync_api import Page

from tests.axe import WCAG, findings

LISTS = ("initiatives", "cities", "countries", "delegates", "organisations", "events", "themes", "reports")
# The pages that readers get, by their addresses in English: whole, narrowed, with nothing in them, and asked wrongly.
OF_READERS = (
    "/", "/?country=kg&status=agreed", "/?country=nowhere", "/recent/", "/about/", "/nowhere/",
    # What a row looks like is seen in a few.
    *(f"/{name}/?per_page=10" for name in LISTS),
    "/initiatives/?country=kz&status=agreed&status=-stalled&theme=youth-exchange&year_from=2015&q=city",
    "/initiatives/?page=3&per_page=20&sort=-starts_on&view=cards",
    "/initiatives/?all=city&lead=tianjin&shares=tianjin&learns=dushanbe",
    "/initiatives/?status=agreed&status=-agreed",
    "/initiatives/?country=by&status=stalled",
    "/initiatives/?status=certain&year_from=soon&country=kg&sort=luck&page=0&per_page=7",
    "/initiatives/?page=4000",
    "/initiatives/?country=kz&view=map&per_page=10", "/cities/?view=map&per_page=10",
    "/events/?pillar=cooperation&view=map&per_page=10",
    "/initiatives/?evidence=disputed&view=brief&per_page=10",
    "/cities/?view=cards&per_page=10", "/cities/?country=ru&view=brief&per_page=10",
    "/search/", "/search/?q=moscow", "/search/?q=dushambe", "/search/?q=атлантида", "/search/?q=душанб",
    "/map/", "/map/?country=kg&pillar=cooperation", "/map/?status=stalled&country=by", "/map/?country=nowhere",
    "/matrix/?country=kz", "/matrix/?by=country&order=name&most=all", "/matrix/?status=stalled",
    "/matrix/?city=nowhere",
    "/initiatives/astana-lrt/", "/initiatives/dushanbe-smart-city-projects/", "/initiatives/islamabad-safe-city/",
    "/cities/moscow/", "/countries/la/", "/delegates/parvina-nematova/", "/events/gmd-2025/",
    "/organisations/huawei/", "/themes/international-crime/", "/reports/xinhua-20250710/",
)  # fmt: skip

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
