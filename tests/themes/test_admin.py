"""Themes in the admin."""

import pytest

from sco_cities.themes.models import Theme
from tests import factories as make
from tests.curation.admin_client import admin_url, soup


def test_themes_are_filtered_by_pillar(curator):
    make.make_theme("lamps", "governance")
    make.make_theme("fire-safety", "security")
    page = soup(curator.get(admin_url(Theme), {"pillar__exact": "security"}))
    assert [slug.text for slug in page.select("#result_list .slug")] == ["fire-safety"]


@pytest.mark.parametrize("term", ["brightness", "СВЕТ", "all about lamps"])
def test_a_theme_is_found_by_its_keywords_and_description(term, curator):
    make.make_theme("lamps", keywords="brightness; свет")
    make.make_theme("fire-safety")
    page = soup(curator.get(admin_url(Theme), {"q": term}))
    assert [slug.text for slug in page.select("#result_list .slug")] == ["lamps"]
