"""Every kind of public page, checked with axe: in each language, on a wide screen and a phone, light and dark.

Admin pages are in tests/curation/test_accessibility.py.
"""

import pytest
from django.conf import settings

from tests import page_catalogue
from tests.axe import WCAG
from tests.conftest import EXAMPLES

RULES = (*WCAG, "best-practice")
# Opens the filters on a phone, the tables of charts and maps, and the changes of a record; not the menu, which covers
# the page.
UNFOLD = "document.querySelectorAll('details:not(.menu)').forEach(each => each.open = true)"
# A phone screen so high that nothing scrolls: axe reports targets half under the filter button as too small.
HEIGHTS = {1280: 900, 360: 5000}
# Russian words are the longest on a narrow screen, Chinese characters the densest on a wide one. `make properties`,
# which tests more of everything, checks both languages at both widths.
VARIANTS = [("en", 1280), ("en", 360), ("ru", 360), ("zh-hans", 1280)]
if EXAMPLES >= 1000:
    VARIANTS += [("ru", 1280), ("zh-hans", 360)]


# Layout does not depend on the database; the journeys run on both.
@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize(("language", "width"), VARIANTS)
@pytest.mark.usefixtures("site")
def test_no_public_page_has_axe_violations_or_is_wider_than_the_screen(page, language, width):
    page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
    prefix = "" if language == settings.LANGUAGE_CODE else f"/{language}"
    errors = []
    with page_catalogue.templates_rendered() as rendered:
        for url in page_catalogue.PUBLIC_PAGES:
            page.goto(f"{prefix}{url}")
            page.evaluate(UNFOLD)
            errors += [f"{prefix}{url}: {error}" for error in page_catalogue.page_errors(page, RULES)]
    assert errors == [], "\n".join(errors)
    not_rendered = {
        name
        for name in page_catalogue.page_templates() - rendered
        if not name.startswith(("admin/", "imports/"))
    }
    assert not_rendered == set()
