"""The lists of the admin on the screen of a notebook."""

import pytest

from delegates.models import Delegate, Event, Organisation, Statement
from initiatives.models import Initiative
from sco_cities.cities.models import City, Country
from sco_cities.sources.models import Passage, Report
from sco_cities.themes.models import Theme
from tests.curation.admin_client import address

ALL = (City, Country, Delegate, Event, Initiative, Organisation, Passage, Report, Statement, Theme)


@pytest.mark.parametrize("width", [1280, 1440])
@pytest.mark.parametrize("language", ["en", "ru", "zh-hans"])
def test_lists_fit_beside_sidebar_and_filters(curators_page, width, language):
    page = curators_page
    page.context.add_cookies(
        [{"name": "django_language", "value": language, "domain": "localhost", "path": "/admin/"}]
    )
    page.set_viewport_size({"width": width, "height": 900})
    for model in ALL:
        page.goto(address(model))
        assert page.locator("html").get_attribute("lang").lower() == language
        shown, there = page.locator("#changelist .results").evaluate(
            "list => [list.clientWidth, list.scrollWidth]"
        )
        assert there <= shown, model
