"""The heading of a list, and what its filters are called."""

import pytest

from initiatives.columns import INITIATIVES
from sco_cities.browse import words


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
    assert words.joined(items) == expected


@pytest.mark.parametrize(
    ("phrases", "expected"),
    [
        ([], "12 initiatives"),
        (["with Osh"], "12 initiatives with Osh"),
        ([", agreed"], "12 initiatives, agreed"),
        ([", agreed", ", project", "with Osh"], "12 initiatives, agreed, project, with Osh"),
        (["with Osh", ", agreed"], "12 initiatives with Osh, agreed"),
    ],
)
def test_a_heading_reads_as_a_sentence(phrases, expected):
    assert words.heading("12 initiatives", phrases) == expected


@pytest.fixture
def status():
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
    assert words.named(status, value) == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["agreed"], [", agreed"]),
        (["agreed", "proposed"], [", agreed or proposed"]),
        (["-completed"], [", not completed"]),
        (["-completed", "-stalled"], [", not completed or stalled"]),
        (["agreed", "-completed"], [", agreed", ", not completed"]),
    ],
)
def test_what_is_left_out_is_said_after_what_is_asked_for(values, expected, status):
    assert words.phrases("status", status, values) == expected
