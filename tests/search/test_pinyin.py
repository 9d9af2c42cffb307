"""Segmentation of pinyin."""

import pytest

from sco_cities.search import query_parser


@pytest.mark.parametrize(
    ("word", "cuts"),
    [
        ("tianjin", [("tian", "jin"), ("tian", "ji", "n"), ("ti", "an", "jin"), ("ti", "an", "ji", "n")]),
        ("hezuozuzhi", [("he", "zuo", "zu", "zhi")]),
        # An incomplete last syllable.
        ("chengsh", [("cheng", "sh")]),
        ("lanterns", []),
        ("x1", []),
        ("", [()]),
    ],
)
def test_a_word_has_all_segmentations_with_long_syllables_first(word, cuts):
    assert query_parser.segmentations(word) == cuts


def test_the_number_of_segmentations_is_limited():
    assert len(query_parser.segmentations("xian" * 10)) == 32


def test_cleared_caches_are_filled_again():
    # As with two threads that start at the same time.
    before = query_parser.segmentations("hezuo")
    for cached in (query_parser._syllables, query_parser._syllable_prefixes, query_parser._longest_syllable):
        cached.cache_clear()
    assert query_parser.segmentations("hezuo") == before != []
