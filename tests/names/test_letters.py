"""Names are converted to lower case and to one spelling of variants, and their scripts are recognised."""

import pytest

from sco_cities.names.letters import folded, is_cyrillic, is_han, plain, simplified
from sco_cities.names.romanization import by_language


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Орёл’s", "орел's"), ("Toshkentʻ", "toshkent'"), ("İzmir", "İzmir"), ("西安 Xi’an", "西安 xi'an"), ("", ""),
    ],
)  # fmt: skip
def test_a_folded_text_keeps_its_length(text, expected):
    assert folded(text) == expected
    assert len(folded(text)) == len(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Орёл", "ОРЕЛ"), ("Xi’an", "xi'an"), ("Ust–Kamenogorsk", "ust-kamenogorsk"), (" New  Delhi\n", "new delhi"),
        ("Ｔｏｍｓｋ", "Tomsk"),
    ],
)  # fmt: skip
def test_names_that_differ_in_case_spacing_and_signs_are_plainly_equal(one, other):
    assert plain(one) == plain(other)


def test_names_with_other_letters_are_not_plainly_equal():
    assert len({plain(name) for name in ("Osh", "Ош", "Ösh", "奥什")}) == 4


@pytest.mark.parametrize(
    ("text", "is_russian", "is_chinese"),
    [
        ("Ош", True, False),
        ("Osh", False, False),
        ("奥什", False, True),
        ("в 奥什", True, False),
        ("", False, False),
    ],
)
def test_the_script_of_a_word_is_known(text, is_russian, is_chinese):
    assert (is_cyrillic(text), is_han(text)) == (is_russian, is_chinese)


def test_traditional_characters_become_simplified_ones():
    assert simplified("上海閔行區") == "上海闵行区"


BY_LANGUAGE = [
    ("Lamps", False, {"en": "Lamps"}), ("Душанбе", False, {"en": "Dushanbe", "ru": "Душанбе"}),
    ("杜尚别", False, {"en": "Dushangbie", "zh": "杜尚别"}), ("李小明", True, {"en": "Li Xiaoming", "zh": "李小明"}),
    # A text with Latin letters is treated as English and stays unchanged.
    ("Qingdao 青岛 lamps", False, {"en": "Qingdao 青岛 lamps"}),
    ("Программа «Smart City» города", False, {"en": "Программа «Smart City» города"}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "is_person", "texts"), BY_LANGUAGE)
def test_the_script_of_a_text_determines_its_language_and_transliteration(text, is_person, texts):
    assert by_language(text, is_person=is_person) == texts
