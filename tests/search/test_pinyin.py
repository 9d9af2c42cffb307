"""Chinese that is typed as it is read."""

import pytest

from sco_cities.search import pinyin


@pytest.mark.parametrize(
    ("word", "cuts"),
    [
        ("tianjin", [("tian", "jin"), ("tian", "ji", "n"), ("ti", "an", "jin"), ("ti", "an", "ji", "n")]),
        ("hezuozuzhi", [("he", "zuo", "zu", "zhi")]),
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
    assert len(pinyin.cuts("xian" * 10)) == 32


def test_what_is_known_of_syllables_can_be_found_out_again():
    # As by two threads that both begin.
    before = pinyin.cuts("hezuo")
    for known in (pinyin._syllables, pinyin._beginnings, pinyin._longest):
        known.cache_clear()
    assert pinyin.cuts("hezuo") == before != []
