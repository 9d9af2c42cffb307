"""Changelists in a browser with the width of a notebook screen."""

from itertools import product

import pytest

from delegates.models import Delegate, Event, Organisation, Statement
from initiatives.models import Initiative
from sco_cities.cities.models import City, Country
from sco_cities.sources.models import Passage, Report
from sco_cities.themes.models import Theme
from tests.curation.admin_client import admin_url
from tests.extent import share

MODELS = (City, Country, Delegate, Event, Initiative, Organisation, Passage, Report, Statement, Theme)


VARIANTS = list(product([1280, 1440], ["en", "ru", "zh-hans"]))


@pytest.mark.parametrize("width, language", VARIANTS)
def test_lists_fit_between_sidebar_and_filters(curators_page, width, language):
    page = curators_page
    page.context.add_cookies(
        [{"name": "django_language", "value": language, "domain": "localhost", "path": "/admin/"}]
    )
    page.set_viewport_size({"width": width, "height": 900})
    for model in share(MODELS, VARIANTS.index((width, language)), len(VARIANTS)):
        page.goto(admin_url(model))
        assert page.locator("html").get_attribute("lang").lower() == language
        visible, total = page.locator("#changelist .results").evaluate(
            "list => [list.clientWidth, list.scrollWidth]"
        )
        assert total <= visible, model


@pytest.mark.thorough
def test_a_closed_sidebar_covers_nothing_at_any_width(curators_page):
    page = curators_page
    page.goto(admin_url(Initiative))
    page.locator("#toggle-nav-sidebar").click()
    for width in (1024, 1280, 1366, 1536, 1600, 1920):
        page.set_viewport_size({"width": width, "height": 900})
        button = page.locator("#toggle-nav-sidebar").bounding_box()
        content, heading = (page.locator(each).bounding_box() for each in (".main > .content", "h1"))
        assert content["x"] >= button["x"] + button["width"], width
        assert heading["x"] >= content["x"], width
        assert page.locator(".action-select").first.bounding_box()["x"] >= content["x"], width
        assert content["x"] + content["width"] <= width
    page.locator("#toggle-nav-sidebar").click()
    assert page.locator("#nav-sidebar").is_visible()
