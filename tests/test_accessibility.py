"""Checks every kind of public page with axe in each language, on a wide screen and a phone, light and dark.

Admin pages are in tests/curation/test_accessibility.py.
"""

from itertools import product

import pytest
from django.conf import settings

from tests import page_catalogue
from tests.axe import WCAG
from tests.extent import share

RULES = (*WCAG, "best-practice")
# Opens the filters on a phone, the tables of charts and maps, and the changes of a record. The menu stays closed,
# because it covers the page.
UNFOLD = "document.querySelectorAll('details:not(.menu)').forEach(each => each.open = true)"
# The phone screen is high enough for pages without scrolling. On a smaller screen, axe would report targets that are
# partly covered by the filter button as too small.
HEIGHTS = {1280: 900, 360: 5000}
VARIANTS = list(product([code for code, _name in settings.LANGUAGES], HEIGHTS))


@pytest.mark.parametrize(
    "variant", range(len(VARIANTS)), ids=[f"{language}-{width}" for language, width in VARIANTS]
)
@pytest.mark.usefixtures("site")
def test_no_public_page_has_axe_violations_or_is_wider_than_the_screen(page, variant):
    language, width = VARIANTS[variant]
    page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
    prefix = "" if language == settings.LANGUAGE_CODE else f"/{language}"
    errors = []
    for number, url in enumerate(share(page_catalogue.PUBLIC_PAGES, variant, len(VARIANTS))):
        page.goto(f"{prefix}{url}")
        page.evaluate(UNFOLD)
        errors += [f"{prefix}{url}: {error}" for error in page_catalogue.page_errors(page, RULES, number)]
    assert errors == [], "\n".join(errors)
