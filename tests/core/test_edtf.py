from datetime import date

import pytest
from django.utils import translation

from sco_cities.core import edtf


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("", None, None),
        ("2025-07-08", date(2025, 7, 8), date(2025, 7, 8)),
        ("2025-05", date(2025, 5, 1), date(2025, 5, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2023-12", date(2023, 12, 1), date(2023, 12, 31)),
        ("2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("2024?", date(2024, 1, 1), date(2024, 12, 31)),
        ("2024-06~", date(2024, 6, 1), date(2024, 6, 30)),
        ("2024/2029", date(2024, 1, 1), date(2029, 12, 31)),
        ("2024-05/2024-06-03", date(2024, 5, 1), date(2024, 6, 3)),
        ("2024/..", date(2024, 1, 1), None),
        ("../2020", None, date(2020, 12, 31)),
        ("/2020", None, date(2020, 12, 31)),
        ("202X", date(2020, 1, 1), date(2029, 12, 31)),
        ("2024-21", date(2024, 3, 1), date(2024, 5, 31)),
        ("0001", date(1, 1, 1), date(1, 12, 31)),
        ("9999-12", date(9999, 12, 1), date(9999, 12, 31)),
    ],
)
def test_the_first_and_last_day_that_a_date_may_mean(text, first, last):
    assert edtf.first_and_last_day(text) == (first, last)


@pytest.mark.parametrize(
    "text",
    [
        "2025-13", "2024-00", "2024-05-00", "2024-00-12",
        "2025-02-30", "25", "2025-7-8", "08.07.2025", "July 2025", "2025-07-08T10:00", "0000", "../..",
        "/", "2025/2024", "2024/2025/2026", "２０２５", "2025 ", "x" * 5000, "2025\x00", "y-99999999999",
    ],
)  # fmt: skip
def test_an_invalid_date_is_rejected_with_a_message_that_shows_the_right_format(text):
    with pytest.raises(ValueError, match=r"is not a valid date\. A date as YYYY, YYYY-MM or YYYY-MM-DD"):
        edtf.first_and_last_day(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2025-07-08", "8 July 2025"),
        ("2025-05", "May 2025"),
        ("2024", "2024"),
        ("2024/2029", "2024 to 2029"),
        ("2025-07-06/2025-07-09", "6 to 9 July 2025"),
        ("2025-08-31/2025-09-01", "31 August to 1 September 2025"),
        ("2025-05/2025-06", "May to June 2025"),
        ("2025-05/2025-06-03", "May 2025 to 3 June 2025"),
        ("2024-12-31/2025-01-02", "31 December 2024 to 2 January 2025"),
        ("2025-07-06?/2025-07-09", "6 July 2025 (?) to 9 July 2025"),
        ("2025-07-06/2025-07-06", "6 July 2025 to 6 July 2025"),
        ("2025-21/2025-23", "2025-21 to 2025-23"),
        ("2024/..", "since 2024"),
        ("2024~/..", "since about 2024"),
        ("../2024%", "until about 2024 (?)"),
        ("../2020-05", "until May 2020"),
        ("2024~", "about 2024"),
        ("2024?", "2024 (?)"),
        ("202X", "202X"),
        ("2024-21", "2024-21"),
        ("", ""),
    ],
)
def test_a_date_is_formatted_with_its_own_precision(text, words):
    assert edtf.format_date(text) == words


@pytest.mark.parametrize(
    ("text", "russian", "chinese"),
    [
        ("2025-07-08", "8\xa0июля 2025\xa0г.", "2025年7月8日"),
        ("2025-05", "май 2025\xa0г.", "2025年5月"),
        ("2025", "2025\xa0г.", "2025年"),
        ("2024/2029", "2024–2029\xa0гг.", "2024—2029年"),
        ("2025-05/2026-06", "май 2025\xa0г.\xa0– июнь 2026\xa0г.", "2025年5月至2026年6月"),
        ("2024/2025-05", "2024\xa0г.\xa0– май 2025\xa0г.", "2024年至2025年5月"),
        ("2025-07-06/2025-07-09", "6–9\xa0июля 2025\xa0г.", "2025年7月6日至9日"),
        (
            "2025-08-31/2025-09-01",
            "31\xa0августа\xa0– 1\xa0сентября 2025\xa0г.",
            "2025年8月31日至9月1日",
        ),
        ("2025-05/2025-06", "май\xa0– июнь 2025\xa0г.", "2025年5月至6月"),
        ("../2025-05", "до мая 2025\xa0г.", "至2025年5月为止"),
        ("2025-05/..", "с мая 2025\xa0г.", "自2025年5月起"),
        ("2025-05~/..", "примерно с мая 2025\xa0г.", "约自2025年5月起"),
        ("../2025~", "примерно до 2025\xa0г.", "约至2025年为止"),
        ("2025-05~", "около мая 2025\xa0г.", "约2025年5月"),
        ("2025?", "2025\xa0г. (?)", "2025年 (?)"),
    ],
)
def test_a_date_is_formatted_in_the_readers_language(text, russian, chinese):
    for language, words in {"ru": russian, "zh-hans": chinese}.items():
        with translation.override(language):
            assert edtf.format_date(text) == words


@pytest.mark.parametrize(
    ("text", "english", "russian", "chinese"),
    [
        ("2025-07-08", "8 Jul 2025", "8\xa0июл. 2025", "2025-07-08"),
        ("2025-07-06/2025-07-09", "6 to 9 Jul 2025", "6–9\xa0июл. 2025", "2025-07-06至09"),
        (
            "2025-08-31/2025-09-01",
            "31 Aug to 1 Sep 2025",
            "31\xa0авг.\xa0– 1\xa0сент. 2025",
            "2025-08-31至09-01",
        ),
        ("2025-05/2025-06", "May to Jun 2025", "май\xa0– июнь 2025", "2025-05至06"),
        ("2024/2029", "2024 to 2029", "2024–2029\xa0гг.", "2024—2029年"),
        ("2024", "2024", "2024", "2024"),
        ("2024?", "2024 (?)", "2024\xa0г. (?)", "2024年 (?)"),
    ],
)
def test_a_date_in_a_list_row_is_short(text, english, russian, chinese):
    for language, words in {"en": english, "ru": russian, "zh-hans": chinese}.items():
        with translation.override(language):
            assert edtf.format_short_date(text) == words
