"""The heading of a list, and what its filters are called."""

import pytest
from django.utils import translation

from initiatives.columns import INITIATIVES
from sco_cities.i18n.punctuation import with_remark
from sco_cities.listings import headings
from sco_cities.listings.headings import Phrase
from sco_cities.listings.year_filters import YearFromFilter


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ([], ""),
        (["Osh"], "Osh"),
        (["Osh", "Kazan"], "Osh or Kazan"),
        (["Osh", "Kazan", "Minsk", "Xi'an"], "Osh, Kazan, Minsk or Xi'an"),
        (["Osh", "Kazan", "Minsk", "Xi'an", "Agra"], "Osh, Kazan or any of 3 others"),
    ],
)
def test_alternatives_are_joined_as_in_a_sentence(items, expected):
    assert headings.join_alternatives(items) == expected


WITH_OSH, AGREED, PROJECT = Phrase("with Osh"), Phrase("agreed", True), Phrase("project", True)


@pytest.mark.parametrize(
    ("narrowed", "expected"),
    [
        ([], "12 initiatives"),
        ([WITH_OSH], "12 initiatives with Osh"),
        ([AGREED], "12 initiatives, agreed"),
        ([AGREED, PROJECT, WITH_OSH], "12 initiatives, agreed, project, with Osh"),
        ([WITH_OSH, AGREED], "12 initiatives with Osh, agreed"),
    ],
)
def test_a_heading_reads_as_a_sentence(narrowed, expected):
    assert headings.heading("12 initiatives", narrowed) == expected


@pytest.fixture
def status(db):
    return INITIATIVES.filterset(
        queryset=INITIATIVES.for_page(), collection="initiatives", state=None
    ).filters["status"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("completed", "completed"),
        ("-completed", "not completed"),
        ("under_way", "under way"),
        ("certain", "certain"),
    ],
)
def test_a_value_is_called_what_readers_call_it(value, expected, status):
    assert headings.with_names(status, value) == expected


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
def test_what_is_left_out_is_said_after_what_is_asked_for(values, expected, status):
    assert headings.phrases("status", status, values) == [Phrase(text, True) for text in expected]


def test_words_that_were_typed_are_no_pattern():
    item = YearFromFilter(field_name="year_from")
    assert headings.phrases("year_from", item, ["%s%(x)s"]) == [Phrase("from %s%(x)s on")]


@pytest.mark.parametrize(
    ("language", "expected"),
    [("en", "Osh (Kyrgyzstan)"), ("ru", "Osh (Kyrgyzstan)"), ("zh-hans", "Osh（Kyrgyzstan）")],
)
def test_a_remark_stands_in_the_brackets_of_the_language(language, expected):
    with translation.override(language):
        assert with_remark("Osh", "Kyrgyzstan") == expected
