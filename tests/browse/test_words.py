import pytest

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
