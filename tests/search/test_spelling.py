from string import ascii_lowercase

import pytest

from sco_cities.search.spelling import Spelling

NAMES = ["Alphaville", "Альфавиль", "阿尔法城", "New Gamma", "Osho", "Betavil", "Омега", "Omega"]


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
        ("Aльфавиль", "Альфавиль"),
        ("Omegs", "Omega"),
        ("Омегб", "Омега"),
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


def test_what_is_tried_for_a_word_does_not_grow_with_the_number_of_names():
    def tried(spelling):
        edited = list(spelling._edits("bakvul"))
        spelling._edits = lambda form: iter(edited)
        assert spelling.mended("bakvul") == "bakvil"
        return len(edited)

    many = [f"{first}a{third}vil" for first in ascii_lowercase for third in ascii_lowercase]
    assert tried(Spelling(many)) == tried(Spelling(["bakvil", ascii_lowercase]))


def test_a_word_longer_than_any_name_is_not_edited():
    # One character that stands for eighteen letters.
    known, edited = Spelling(NAMES), []
    known._edits = lambda form: edited.append(form) or iter(())
    assert known.mended("ﷺ" * 200) == ""
    assert edited == []
