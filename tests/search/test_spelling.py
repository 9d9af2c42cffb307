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
def test_a_name_with_one_wrong_letter_is_corrected(typed, meant):
    assert Spelling(NAMES).correct(typed) == meant


def test_the_number_of_edits_does_not_grow_with_the_number_of_names():
    def edit_count(spelling):
        edits = list(spelling._edits("bakvul"))
        spelling._edits = lambda form: iter(edits)
        assert spelling.correct("bakvul") == "bakvil"
        return len(edits)

    many = [f"{first}a{third}vil" for first in ascii_lowercase for third in ascii_lowercase]
    assert edit_count(Spelling(many)) == edit_count(Spelling(["bakvil", ascii_lowercase]))


def test_a_word_longer_than_any_name_is_not_edited():
    # This single character is transliterated as eighteen letters.
    spelling, edited_forms = Spelling(NAMES), []
    spelling._edits = lambda form: edited_forms.append(form) or iter(())
    assert spelling.correct("ﷺ" * 200) == ""
    assert edited_forms == []
