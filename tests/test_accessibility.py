"""Every shape of page that readers get, before axe: in each language, on a wide screen and a phone, light and dark.

The admin's pages are in tests/curation/test_accessibility.py.
"""

import pytest
from django.conf import settings

from tests import page_catalogue
from tests.axe import WCAG
from tests.conftest import EXAMPLES

RULES = (*WCAG, "best-practice")
# What a reader unfolds: the filters on a phone, the tables of charts and maps, the changes of a record. Not the menu,
# which lies over the page.
UNFOLD = "document.querySelectorAll('details:not(.menu)').forEach(each => each.open = true)"
# On a phone nothing scrolls: axe calls too small what lies half under the button of the filters.
HEIGHTS = {1280: 900, 360: 5000}
# Words are longest in Russian, where the screen is narrow, and characters densest in Chinese. `make properties`, which
# tries more of everything, opens the pages at both widths in both.
SHOWN = [("en", 1280), ("en", 360), ("ru", 360), ("zh-hans", 1280)]
if EXAMPLES >= 1000:
    SHOWN += [("ru", 1280), ("zh-hans", 360)]


# What a page looks like does not depend on the engine; the journeys run on both.
@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize(("language", "width"), SHOWN)
@pytest.mark.usefixtures("site")
def test_no_page_has_anything_that_axe_finds_or_is_wider_than_the_screen(page, language, width):
    page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
    prefix = "" if language == settings.LANGUAGE_CODE else f"/{language}"
    wrong = []
    with page_catalogue.templates_rendered() as rendered:
        for place in page_catalogue.OF_READERS:
            page.goto(f"{prefix}{place}")
            page.evaluate(UNFOLD)
            wrong += [f"{prefix}{place}: {found}" for found in page_catalogue.wrong_with(page, RULES)]
    assert wrong == [], "\n".join(wrong)
    unseen = {
        name
        for name in page_catalogue.page_templates() - rendered
        if not name.startswith(("admin/", "packages/"))
    }
    assert unseen == set()
