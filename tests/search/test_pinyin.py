"""Chinese that is typed as it is read."""

import pytest

from sco_cities.search import pinyin


@pytest.mark.parametrize(
    ("word", "cuts"),
    [
        ("tianjin", [("tian", "jin"), ("tian", "ji", "n"), ("ti", "an", "jin"), ("ti", "an", "ji", "n")]),
        ("hezuozuzhi", [("he", "zuo", "zu", "zhi"), ("he", "zu", "o", "zu", "zhi")]),
        # Still being typed.
        ("chengsh", [("cheng", "sh")]),
        ("lanterns", []),
        ("x1", []),
        ("", [()]),
    ],
)
def test_a_word_is_cut_into_syllables_in_every_way_long_ones_first(word, cuts):
    assert pinyin.cuts(word) == cuts


def test_of_very_many_ways_the_first_ones_will_do():
    assert len(pinyin.cuts("xian" * 10)) == 8
