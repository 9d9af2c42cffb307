"""The heading of a list, and the labels of filter values."""

import pytest
from django.utils import translation

from initiatives.columns import INITIATIVES
from sco_cities.i18n.punctuation import with_remark
from sco_cities.listings import list_query
from sco_cities.listings.list_query import Phrase
from sco_cities.listings.year_filters import YearFromFilter


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ([], ""),
        (["Osh"], "Osh"),
        (["Osh", "Kazan"], "Osh or Kazan"),
        (["Osh", "Kazan", "Minsk", "Xi'an"], "Osh, Kazan, Minsk or Xi'an"),
        (["Osh", "Kazan", "Minsk", "Xi'an", "Agra"], "Osh, Kazan or any of 3 more"),
    ],
)
def test_alternatives_are_joined_with_commas_and_or(items, expected):
    assert list_query.join_alternatives(items) == expected


WITH_OSH, AGREED, PROJECT = Phrase("with Osh"), Phrase("agreed", True), Phrase("project", True)


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ([], "12 initiatives"),
        ([WITH_OSH], "12 initiatives with Osh"),
        ([AGREED], "12 initiatives, agreed"),
        ([AGREED, PROJECT, WITH_OSH], "12 initiatives, agreed, project, with Osh"),
        ([WITH_OSH, AGREED], "12 initiatives with Osh, agreed"),
    ],
)
def test_a_heading_reads_as_a_sentence(filters, expected):
    assert list_query.heading("12 initiatives", filters) == expected


@pytest.fixture
def status():
    return INITIATIVES.filterset.base_filters["status"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("completed", "completed"),
        ("-completed", "not completed"),
        ("under_way", "under way"),
        ("certain", "certain"),
    ],
)
def test_a_value_has_the_label_of_its_option(value, expected, status):
    assert list_query.value_label(status, value) == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["agreed"], ["agreed"]),
        (["agreed", "proposed"], ["agreed or proposed"]),
        (["-completed"], ["not completed"]),
        (["-completed", "-stalled"], ["not completed or stalled"]),
        (["agreed", "-completed"], ["agreed", "not completed"]),
    ],
)
def test_excluded_values_follow_included_values(values, expected, status):
    assert list_query.phrases("status", status, values) == [Phrase(text, True) for text in expected]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["agreed"], ["статус «согласовано»"]),
        (["agreed", "operating"], ["статус «согласовано» или «действует»"]),
        (["interest", "agreed", "operating"], ["статус «интерес», «согласовано» или «действует»"]),
        (["agreed", "-completed"], ["статус «согласовано»", "исключено\xa0— статус «завершено»"]),
        (["-completed", "-stalled"], ["исключено\xa0— статус «завершено» или «остановлено»"]),
    ],
)
def test_in_a_language_that_quotes_values_each_of_several_values_is_quoted(values, expected, status):
    with translation.override("ru"):
        assert [phrase.text for phrase in list_query.phrases("status", status, values)] == expected


def test_a_placeholder_in_typed_text_is_not_replaced():
    item = YearFromFilter(field_name="year_from")
    assert list_query.phrases("year_from", item, ["%s%(x)s"]) == [Phrase("from %s%(x)s")]


@pytest.mark.parametrize(
    ("language", "expected"),
    [("en", "Osh (Kyrgyzstan)"), ("ru", "Osh (Kyrgyzstan)"), ("zh-hans", "Osh（Kyrgyzstan）")],
)
def test_a_remark_has_the_brackets_of_the_language(language, expected):
    with translation.override(language):
        assert with_remark("Osh", "Kyrgyzstan") == expected
