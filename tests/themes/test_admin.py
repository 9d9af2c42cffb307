"""Themes at the curator's desk."""

import pytest

from sco_cities.themes.models import Theme
from tests import factories as make
from tests.curation.admin_client import address, curator_client, soup


@pytest.fixture
def curator(db):
    return curator_client()


def test_themes_are_narrowed_by_pillar(curator):
    make.make_theme("lamps", "governance")
    make.make_theme("fire-safety", "security")
    page = soup(curator.get(address(Theme), {"pillar__exact": "security"}))
    assert [slug.text for slug in page.select("#result_list .slug")] == ["fire-safety"]


@pytest.mark.parametrize("term", ["brightness", "СВЕТ", "all about lamps"])
def test_a_theme_is_found_by_its_keywords_and_description(term, curator):
    make.make_theme("lamps", keywords="brightness; свет")
    make.make_theme("fire-safety")
    page = soup(curator.get(address(Theme), {"q": term}))
    assert [slug.text for slug in page.select("#result_list .slug")] == ["lamps"]
