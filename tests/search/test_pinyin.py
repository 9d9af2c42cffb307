"""Pinyin words are split into syllables."""

import pytest

from sco_cities.search import fulltext_query


@pytest.mark.parametrize(
    ("word", "cuts"),
    [
        ("tianjin", [("tian", "jin"), ("tian", "ji", "n"), ("ti", "an", "jin"), ("ti", "an", "ji", "n")]),
        ("hezuozuzhi", [("he", "zuo", "zu", "zhi")]),
        # The last syllable is incomplete.
        ("chengsh", [("cheng", "sh")]),
        ("lanterns", []),
        ("x1", []),
        ("", [()]),
    ],
)
def test_a_word_has_all_segmentations_with_long_syllables_first(word, cuts):
    assert fulltext_query.segmentations(word) == cuts


def test_the_number_of_segmentations_is_limited():
    assert len(fulltext_query.segmentations("xian" * 10)) == 32


def test_cleared_caches_are_filled_again():
    # Two threads may start at the same time.
    before = fulltext_query.segmentations("hezuo")
    for cached in (
        fulltext_query._syllables,
        fulltext_query._syllable_prefixes,
        fulltext_query._longest_syllable,
    ):
        cached.cache_clear()
    assert fulltext_query.segmentations("hezuo") == before != []
