from decimal import Decimal

import pytest
from django.utils import translation

from sco_cities.i18n import numbers


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("20.000000", "20"),
        ("0", "0"),
        ("21.39", "21.39"),
        ("2700", "2,700"),
        ("999999", "999,999"),
        ("1000000", "1 million"),
        ("16600000.000000", "16.6 million"),
        ("5320000000", "5.32 billion"),
        ("6000000000", "6 billion"),
        ("1234567", "1,234,567"),
        ("-2500000", "-2.5 million"),
        ("999999999999999999", "999,999,999,999,999,999"),
    ],
)
def test_a_large_number_is_formatted_with_words(number, words):
    assert numbers.format_amount(Decimal(number)) == words


@pytest.mark.parametrize(
    ("language", "number", "words"),
    [
        ("ru", "21.39", "21,39"),
        ("ru", "220000", "220\xa0000"),
        ("ru", "16600000", "16,6\xa0млн"),
        ("ru", "5320000000", "5,32\xa0млрд"),
        ("zh-hans", "1390", "1,390"),
        ("zh-hans", "66000", "6.6万"),
        ("zh-hans", "5320000000", "53.2亿"),
        ("zh-hans", "600", "600"),
    ],
)
def test_a_number_is_formatted_in_the_readers_language(language, number, words):
    with translation.override(language):
        assert numbers.format_amount(Decimal(number)) == words


def test_a_full_number_has_thousands_separators():
    assert numbers.format_grouped(10_452_000) == "10,452,000"
