"""All parsers of dates and written numbers use the same names of months and scales."""

from decimal import Decimal

import pytest

from sco_cities.core.notation import first_number, month_number, read_written_date, scale_of

DATES = [
    ("May 2024", "2024-05"), ("may, 2024", "2024-05"), ("Sept. 2024", "2024-09"), ("2024 May", "2024-05"),
    ("май 2024", "2024-05"), ("Май 2024 г.", "2024-05"), ("в мае 2024", ""), ("мая 2024 года", "2024-05"),
    ("2024年5月", "2024-05"), ("2024 年 12 月", "2024-12"), ("2024年", "2024"), ("2024 г.", "2024"),
    ("1 May 2025", "2025-05-01"), ("May 1, 2025", "2025-05-01"), ("1 мая 2025 г.", "2025-05-01"),
    ("2025年5月1日", "2025-05-01"), ("May 24", ""), ("май.25", ""), ("1 May 25", ""), ("5/2025", ""),
    ("Mayor 2024", ""), ("spring 2024", ""), ("", ""), ("2024年5月1", ""), ("мар 2024", "2024-03"),
    ("2024年0月5日", ""), ("0 May 2024", ""), ("May 00, 2024", ""), ("14.03.2026", "2026-03-14"),
    ("Thursday, 9th Dec 2021", "2021-12-09"), ("Среда, 5 июня 2024 г.", "2024-06-05"), ("Holiday, 2021", ""),
    ("31/1/2026", "2026-01-31"), ("12.03.2026", ""), ("14.13.2026", ""), ("14.00.2026", ""), ("14.03.26", ""),
]  # fmt: skip


def test_a_written_date_is_read_if_it_can_mean_only_one():
    assert [(text, read_written_date(text)) for text, _date in DATES] == DATES


@pytest.mark.parametrize(
    ("number", "names"),
    [
        (1, "January Jan. январь января янв."),
        (5, "May май мае мая"),
        (9, "September Sept. Sep сентябрь сентября сент. сен"),
        (11, "November nov ноябре нояб. ноя"),
        (0, "Ja ма Mayor мая2 spring сентябрём"),
    ],
)
def test_a_month_is_known_by_its_name_its_case_and_its_beginning(number, names):
    assert {name: month_number(name) for name in names.split()} == dict.fromkeys(names.split(), number)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("16.6 million trips", "16600000"),
        ("21.39", "21.39"),
        ("16 600 000 поездок", "16600000"),
        ("1.5 trillion yuan", "1500000000000"),
        ("1.5万亿元", "1500000000000"),
        ("2千万", "20000000"),
        ("300 тысяч гостей", "300000"),
        ("350千瓦", "350"),
        ("350 m", "350"),
        ("no number", None),
    ],
)
def test_the_first_number_has_the_scale_of_any_language_and_no_unit(text, number):
    assert first_number(text) == (None if number is None else Decimal(number))


def test_a_scale_is_recognised_in_every_grammatical_case():
    words = {
        "тысячами": 10**3,
        "млн": 10**6,
        "lakh crores": 10**12,
        "千亿": 10**11,
        "m": 10**6,
        "trains": 1,
        "": 1,
    }
    assert {word: scale_of(word) for word in words} == words
