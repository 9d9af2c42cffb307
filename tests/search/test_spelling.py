import time

import pytest

from sco_cities.search.spelling import Spelling

NAMES = ["Alphaville", "Альфавиль", "阿尔法城", "New Gamma", "Osho", "Betavil"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Alphavile", "Alphaville"),
        ("Alphavville", "Alphaville"),
        ("Alphaviile", "Alphaville"),
        ("Aplhaville", "Alphaville"),
        ("lphaville", "Alphaville"),
        ("ALPHAVILKE", "Alphaville"),
        ("Альфовиль", "Альфавиль"),
        ("Альвафиль", ""),
        ("Алфьавиль", "Альфавиль"),
        ("阿耳法城", "阿尔法城"),
        ("阿尔法城", ""),
        ("lamps of New Gamme!", "lamps of New Gamma!"),
        ("gama", "Gamma"),
        ("Alphaville", ""),
        ("Alpha", ""),
        ("Oshp", ""),
        ("lanterns", ""),
        ("", ""),
        ("😀", ""),
        ("x" * 200, ""),
    ],
)
def test_a_name_with_one_wrong_letter_is_put_right(typed, meant):
    assert Spelling(NAMES).mended(typed) == meant


def test_five_thousand_names_are_gone_through_in_ten_milliseconds():
    spelling = Spelling(
        f"{first}{second}{third}vil"
        for first in "bcdfghjklmnpqrstvwxz"
        for second in "aeiouybcdf"
        for third in "klmnprstvzaeiouybcdfghjqw"
    )
    took = []
    for _attempt in range(5):
        start = time.perf_counter()
        assert spelling.mended("bakvul") == "bakvil"
        took.append(time.perf_counter() - start)
    assert min(took) < 0.01


def test_a_word_longer_than_any_name_is_not_edited():
    # One character that stands for eighteen letters.
    known, edited = Spelling(NAMES), []
    known._edits = lambda form: edited.append(form) or iter(())
    assert known.mended("ﷺ" * 200) == ""
    assert edited == []
