"""A catalogue of all kinds of pages, for tests that check the errors and the rendered templates of each page."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from django.conf import settings
from django.template.base import Template
from django.test.signals import template_rendered
from django.test.utils import instrumented_test_render
from playwright.sync_api import Page

from tests.axe import WCAG, axe_violations
from tests.extent import IS_FULL, share

LISTS = (
    "initiatives", "cities", "countries", "delegates", "organisations", "events", "themes", "reports", "statements",
)  # fmt: skip
# The English URLs of public pages, including filtered and empty pages and pages with errors.
PUBLIC_PAGES = (
    "/", "/?country=kg&status=agreed", "/?country=nowhere", "/recent/", "/about/", "/api/docs/", "/nowhere/",
    "/data/", "/data/2026-01-31/",
    "/?table=cities&sort=share", "/themes/?country=kz&status=-agreed", "/themes/?country=nowhere",
    "/themes/?status=stalled&country=by", "/embed/roles/", "/embed/ages/?country=kz",
    # Short pages of lists are enough.
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
    "/search/?q=ташкент+тяньцзинь", "/search/?q=казань+колката",
    "/map/", "/map/?country=kg&pillar=cooperation&focus=bishkek", "/map/?status=stalled&country=by",
    "/map/?country=nowhere",
    "/matrix/?country=kz", "/matrix/?by=country&order=name&most=all", "/matrix/?status=stalled",
    "/matrix/?city=nowhere",
    "/together/", "/together/?place=tashkent&place=uz", "/together/tashkent/tianjin/", "/together/cn/kg/kz/ru/",
    "/together/tashkent/tianjin/?notes=all", "/together/osh/qingdao/",
    "/cities/almaty/gaps/", "/cities/tianjin/gaps/?peers=country",
    "/cities/bishkek/gaps/?peers=central-asia&with_country=cn", "/cities/almaty/gaps/?peers=age",
    "/subscribe/initiatives/?country=kz&status=agreed", "/subscribe/cities/?country=nowhere",
    "/subscribe/initiatives/astana-lrt/", "/subscribe/events/",
    "/embed/initiatives/?country=kz&status=agreed", "/embed/reports/", "/embed/map/?country=kg", "/embed/status/",
    "/embed/initiatives/dushanbe-smart-city-projects/", "/embed/cities/tianjin/", "/embed/delegates/parvina-nematova/",
    "/embed-code/initiatives/?country=kz", "/embed-code/cities/?country=nowhere", "/embed-code/cities/moscow/",
    "/cite/initiatives/?country=kz", "/cite/cities/?country=nowhere",
    "/correction-requests/initiatives/astana-lrt/?value=status", "/correction-requests/reports/xinhua-20250710/",
    "/initiatives/astana-lrt/", "/initiatives/dushanbe-smart-city-projects/", "/initiatives/islamabad-safe-city/",
    "/cities/moscow/", "/countries/la/", "/delegates/parvina-nematova/", "/events/gmd-2025/",
    "/organisations/huawei/", "/themes/international-crime/", "/reports/xinhua-20250710/",
)  # fmt: skip

# The dark scheme differs only in its colours. If both schemes are checked, the dark scheme is checked only for the
# rules about colours.
COLOUR_RULES = {"type": "rule", "values": ["color-contrast"]}


def page_errors(page: Page, rules=WCAG, number: int = 0) -> Iterator[str]:
    """The axe violations in the light and the dark scheme, and whether the page scrolls horizontally.

    `make test` checks each page only in the scheme that `number` selects. The function waits until the page is loaded,
    because after a click the elements of a page appear before its style sheets apply.
    """
    page.wait_for_load_state("load")
    dark_rules = COLOUR_RULES if IS_FULL else rules
    for scheme, scheme_rules in share((("light", rules), ("dark", dark_rules)), number, 2):
        page.emulate_media(color_scheme=scheme)
        yield from (f"{scheme}: {violation}" for violation in axe_violations(page, scheme_rules))
    page.emulate_media(color_scheme="light")
    if (width := page.evaluate("document.documentElement.scrollWidth")) > page.viewport_size["width"]:
        yield f"is {width} pixels wide"


@contextmanager
def templates_rendered() -> Iterator[set[str]]:
    """Collects the names of the templates rendered inside the context."""
    names = set()

    def record(sender, template, **kwargs):
        names.add(template.name)

    template_rendered.connect(record)
    try:
        # With this patch, base templates are also recorded.
        with patch.object(Template, "_render", instrumented_test_render):
            yield names
    finally:
        template_rendered.disconnect(record)


def page_templates() -> set[str]:
    """The names of the page templates. Omits templates for parts of pages, which extend no other template."""
    folder = Path(settings.BASE_DIR) / "templates"
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*.html")
        if path.read_text().startswith("{% extends")
    }
