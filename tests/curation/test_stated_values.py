"""The search for a date, a number or a name in the text of a passage, in three languages."""

from decimal import Decimal

import pytest

from sco_cities.curation.evidence.value_match import states_date, states_name, states_number

PUBLISHED = "2025-03-12"


@pytest.mark.parametrize(
    ("text", "value", "expected"),
    [
        ("The line opened in June 2024.", "2024-06", True),
        ("The line opened on 8 June 2024.", "2024-06-08", True),
        ("The line opened on 8 June 2024.", "2024", True),
        ("Линия открылась в июне 2024 года.", "2024-06", True),
        ("Линия открыта 8 мая 2024 года.", "2024-05-08", True),
        ("К маю 2024 года.", "2024-05", True),
        ("2024年6月8日开通。", "2024-06-08", True),
        ("Opened 2024-06-08.", "2024-06", True),
        ("Открыта 08.06.2024.", "2024-06-08", True),
        # A date without a year matches the year of the report and adjacent years.
        ("A hotline is planned by June.", "2025-06", True),
        ("The line opened in December.", "2024-12", True),
        ("A hotline is planned by June.", "2027-06", False),
        ("A hotline is planned.", "2025-06", False),
        ("The line opened in July 2024.", "2024-06", False),
        ("The line opened on 9 June 2024.", "2024-06-08", False),
        ("The line opened in 2023.", "2024", False),
        ("The line opened in 2024.", "2024-06", False),
        ("It may open in 2024.", "2024-05", False),
        ("2024年12月开通。", "2024-02", False),
        # A person must check "today", "on Tuesday" and "this year".
        ("The memorandum was signed.", "2025-03-12", None),
        ("The memorandum was signed on Friday.", "2025-03-07", None),
        ("The memorandum was signed on Friday.", "2025-03-01", False),
        ("The memorandum was signed this month.", "2025-03", None),
        ("The line will open this year.", "2025", None),
        # Intervals and vague dates are not compared.
        ("The programme was signed.", "2024/2026", None),
        ("The programme was signed.", "2019~", None),
        ("The programme was signed.", "", None),
    ],
)
def test_a_date_is_stated_in_words_or_digits(text, value, expected):
    assert states_date([text], value, PUBLISHED) is expected


def test_a_date_without_a_year_is_not_judged_by_a_report_without_a_date():
    assert states_date(["By June."], "2027-06", "") is True
    assert states_date(["Soon."], "2027-06", "") is False


@pytest.mark.parametrize(
    ("text", "value", "expected"),
    [
        ("over 40,000 visitors", "40000", True),
        ("более 40 000 гостей", "40000", True),
        ("более 40 тыс. гостей", "40000", True),
        ("2,5 млн поездок", "2500000", True),
        ("2.5 million trips", "2500000", True),
        ("trips: 2.5", "2.5", True),
        ("20余万人次", "200000", True),
        ("1.5万亿元", "1500000000000", True),
        ("16,600,000.50 yuan", "16600000.5", True),
        ("40,000 and 30,000 visitors", "30000", True),
        ("over 40,000 visitors", "30000", False),
        ("over 400,000 visitors", "40000", False),
        ("2.5 million trips", "2.5", True),
        ("in 2024", "2025", False),
        ("no number", "12", False),
        # A person must check numbers written as words.
        ("thirty thousand visitors", "30000", None),
        ("half a million visitors", "500000", None),
        ("тысячи гостей", "30000", None),
        ("三万人次", "30000", None),
        ("five trains a week", "5", None),
        ("три поезда", "3", None),
        ("两座城市", "2", None),
        # A scale after digits is part of the number. Words for small numbers do not contradict large numbers.
        ("40 thousand visitors", "30000", False),
        ("three languages", "30000", False),
        ("“一带一路”", "1", False),
    ],
)
def test_a_number_is_stated_in_the_notation_of_any_language(text, value, expected):
    assert states_number([text], Decimal(value)) is expected


NAMES = {
    "samarkand": ["Samarkand", "Самарканд", "撒马尔罕"],
    "xian": ["Xi'an", "Сиань", "西安市"],
    "osh": ["Osh", "Ош", "奥什"],
    "nur-sultan": ["Astana", "Астана", "Nur-Sultan", "阿斯塔纳"],
    "nizhny": ["Nizhny Novgorod", "Нижний Новгород", "下诺夫哥罗德"],
}


@pytest.mark.parametrize(
    ("text", "city", "expected"),
    [
        ("Samarkand's mayor spoke.", "samarkand", True),
        ("Мэр Самарканда выступил.", "samarkand", True),
        ("В самаркандском аэропорту.", "samarkand", True),
        ("撒马尔罕市长发言。", "samarkand", True),
        ("The xi'an side agreed.", "xian", True),
        ("С Сианем подписан меморандум.", "xian", True),
        ("西安代表团", "xian", True),
        ("Мэр Оша.", "osh", True),
        ("В Астане открыта линия.", "nur-sultan", True),
        ("In Nur-Sultan, now Astana.", "nur-sultan", True),
        ("В Нижнем Новгороде.", "nizhny", True),
        ("The two cities agreed.", "samarkand", False),
        ("A policy of ocean shipping.", "osh", False),
        ("Veliky Novgorod agreed.", "nizhny", False),
        ("西宁代表团", "xian", False),
        ("", "xian", False),
    ],
)
def test_a_name_is_stated_in_any_language_and_case(text, city, expected):
    assert states_name([text], NAMES[city]) is expected
