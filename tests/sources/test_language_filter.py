"""The language options in the report list."""

import pytest
from django.http import QueryDict
from django.utils import translation

from sco_cities.core.language_codes import LANGUAGE_NAMES
from sco_cities.facet_index.refresh import facet_index
from sco_cities.listings.list_page import ListPage
from sco_cities.sources.columns import REPORTS
from tests import factories as make

pytestmark = pytest.mark.django_db


def labels():
    with facet_index("reports") as state:
        return [
            option.label
            for option in ListPage(REPORTS, state, QueryDict()).filter_panel("language").visible_options
        ]


@pytest.mark.parametrize(
    ("language", "first", "last"),
    [
        ("en", ["Russian", "Chinese", "English", "Arabic", "Armenian"], "Uzbek"),
        ("ru", ["русский", "английский", "китайский", "арабский", "армянский"], "японский"),
        ("zh-hans", ["俄语", "英语", "中文", "阿拉伯语", "白俄罗斯语"], "印地语"),
    ],
)
def test_frequent_languages_come_first_and_others_by_name(language, first, last):
    for slug, code in {"a": "ru", "b": "ru", "c": "zh", "d": "en"}.items():
        make.make_report(slug, language=code)
    with translation.override(language):
        options = labels()
        assert (options[:5], options[-1], len(options)) == (first, last, len(LANGUAGE_NAMES))
