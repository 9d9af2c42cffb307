"""Dates are read as EDTF with the year of the text or of the report, and numbers that are not dates are ignored."""

import datetime

import pytest

from sco_cities.intake.reading.dates import date_marks
from sco_cities.intake.reading.reader import read
from sco_cities.intake.reading.report_text import ReportText

from .small_dictionary import small_dictionary

pytestmark = pytest.mark.only_on("sqlite")
DICTIONARY = small_dictionary()


@pytest.mark.parametrize(
    "text, expected",
    [
        ("on 14 May 2024", ["2024-05-14"]),
        ("on May 14", ["2025-05-14"]),
        ("in December 30", ["2024-12-30"]),
        ("on Monday", ["2025-01-06"]),
        ("in May 2024", ["2024-05"]),
        ("14 мая 2024 г.", ["2024-05-14"]),
        ("во вторник, 7 января", ["2025-01-07"]),
        ("14.05.2024", ["2024-05-14"]),
        ("май 2024 года, в мае 2023 года", ["2024-05", "2023-05"]),
        ("2024年5月14日", ["2024-05-14"]),
        ("天津市7日宣布", ["2025-01-07"]),
        ("昨天", ["2025-01-07"]),
        ("on 31 June", []),
        ("February 30, 2024", []),
    ],
)
def test_a_date_takes_its_year_from_the_text_or_the_report(text, expected):
    published = datetime.date(2025, 1, 8)
    assert [
        mark.value for mark in read(text, DICTIONARY, published).dates if mark.value != "2025-01-31"
    ] == expected


@pytest.mark.parametrize(
    "text, expected",
    [
        ("held on September 15-16, 2022.", ["2022-09-15"]),
        ("September 15–16", ["2025-09-15"]),
        ("10-12 June 2025", ["2025-06-10"]),
        ("from 10 to 12 June 2024", ["2024-06-10"]),
        ("flew on a Su-57-12 June 2024", ["2024-06-12"]),
        ("from August 28 to September 2, 2019", ["2019-08-28", "2019-09-02"]),
        ("28 August – 2 September 2019", ["2019-08-28", "2019-09-02"]),
        ("from December 28 to January 2, 2020", ["2019-12-28", "2020-01-02"]),
        ("on August 28, and on September 2, 2019", ["2019-09-02", "2025-08-28"]),
        ("from August 28 to September 2019", ["2019-08-28", "2019-09"]),
        ("from February 29 to March 2, 2019", ["2019-03-02"]),
        ("15–16 сентября 2022 года", ["2022-09-15"]),
        ("с 15 по 16 сентября 2022 года", ["2022-09-15"]),
        ("с 28 августа по 2 сентября 2019 года", ["2019-08-28", "2019-09-02"]),
        ("с 28 декабря до 2 января 2020 года", ["2019-12-28", "2020-01-02"]),
        ("2023年6月29日至7月1日", ["2023-06-29", "2023-07-01"]),
        ("2023年12月29日至1月2日", ["2023-12-29", "2024-01-02"]),
        ("2023年6月14日—16日", ["2023-06-14"]),
        ("2023年6月14至16日", ["2023-06-14"]),
        ("2023年6月29日，7月1日", ["2023-06-29", "2025-07-01"]),
        ("12-14.05.2024", ["2024-05-12"]),
        ("12 – 14.05.2024", ["2024-05-12"]),
        ("15-14.05.2024", ["2024-05-14"]),
        ("August 28, 2019 to September 2", ["2019-08-28", "2019-09-02"]),
        ("from December 28, 2019, until January 2", ["2019-12-28", "2020-01-02"]),
        ("с 28 августа 2019 года по 2 сентября", ["2019-08-28", "2019-09-02"]),
    ],
)
def test_a_range_of_days_begins_with_its_first_day_and_keeps_its_year(text, expected):
    dates = read(text, DICTIONARY, datetime.date(2025, 5, 14)).dates
    assert sorted(mark.value for mark in dates) == expected


def test_a_range_needs_no_date_of_the_report_for_the_year_that_it_names():
    dates = read("from August 28 to September 2, 2019", DICTIONARY).dates
    assert [mark.value for mark in dates] == ["2019-08-28", "2019-09-02"]


@pytest.mark.parametrize(
    "text, expected",
    [
        ("Flights run every Monday and Friday.", []),
        ("Each Monday, Wednesday, and Friday a bus leaves.", []),
        ("It is open every Monday to Friday.", []),
        ("It opened on Monday; on every other Friday a bus leaves.", ["2025-05-12"]),
        ("В среде разработчиков", []),
        ("Рейсы в каждую среду и по пятницам", []),
        ("В среду и в пятницу", ["2025-05-14", "2025-05-09"]),
        ("в воскресенье", ["2025-05-11"]),
        ("航班每周三班", []),
        ("每周一班，两周一次", []),
        ("每周五起飞", []),
        ("一周三班，3周一次，两个星期一次，隔周五", []),
        ("下周三，下下周一", []),
        ("this Friday", []),
        ("this past Monday", ["2025-05-12"]),
        ("next Friday, last Monday", []),
        ("on Friday next week; last week on Friday", []),
        ("в среду на следующей неделе", []),
        ("на прошлой неделе в пятницу", []),
        ("It is open Monday to Friday, Saturday–Sunday and monday through friday.", []),
        ("周一至周五开放，上周一到周五", []),
        ("2025.5.14周三", ["2025-05-14"]),
        ("周三、周五", ["2025-05-14", "2025-05-09"]),
    ],
)
def test_weekdays_are_dates_but_frequencies_and_other_weeks_are_none(text, expected):
    assert [mark.value for mark in date_marks(ReportText(text), datetime.date(2025, 5, 14))] == expected


@pytest.mark.parametrize("text", ["on 4 May", "4 мая", "5月4日"])
def test_without_the_date_of_the_report_no_year_is_made_up(text):
    assert [mark.value for mark in read(text, DICTIONARY).dates] == ["XXXX-05-04"]


@pytest.mark.parametrize("text", ["on Tuesday", "yesterday", "вчера", "天津市4日宣布", "2日"])
def test_without_the_date_of_the_report_a_weekday_is_no_date(text):
    assert read(text, DICTIONARY).dates == []


@pytest.mark.parametrize(
    "text, expected",
    [
        ("14 May last year", ["2024-05-14"]),
        ("last year, on May 14,", ["2024-05-14"]),
        ("14 May next year", ["2026-05-14"]),
        ("from 28 August to 2 September last year", ["2024-08-28", "2024-09-02"]),
        ("14 May of the same year; 15 May a year earlier", ["XXXX-05-14", "XXXX-05-15"]),
        ("On 14 May last year's winner came.", ["2025-05-14"]),
        ("On 14 May, last year was over.", ["2025-05-14"]),
        ("с 10 по 12 июня прошлого года", ["2024-06-10"]),
        ("в прошлом году, 14 мая,", ["2024-05-14"]),
        ("25 декабря этого года", ["2025-12-25"]),
        ("5 июня того же года", ["XXXX-06-05"]),
        ("去年5月14日", ["2024-05-14"]),
        ("前年10月8日", ["2023-10-08"]),
        ("去年12月29日至1月2日", ["2024-12-29", "2025-01-02"]),
        ("同年5月14日", ["XXXX-05-14"]),
    ],
)
def test_a_year_in_words_beside_a_day_is_its_year(text, expected):
    reading = read(text, DICTIONARY, datetime.date(2025, 5, 14))
    assert [(mark.value, mark.certainty) for mark in reading.dates] == [(each, "likely") for each in expected]
    assert reading.figures == []


@pytest.mark.parametrize("text", ["14 May last year", "14 мая прошлого года", "去年5月14日"])
def test_a_year_in_words_is_open_without_the_date_of_the_report(text):
    assert [mark.value for mark in read(text, DICTIONARY).dates] == ["XXXX-05-14"]


@pytest.mark.parametrize(
    "text, expected",
    [
        ("为期5日的论坛，免签停留30日，30日免签，活动持续 10 日，不超过15日，第3日，10日内完成", []),
        ("论坛5日开幕，14日内蒙古代表团抵达", ["2025-05-05", "2025-05-14"]),
    ],
)
def test_durations_are_no_dates(text, expected):
    assert [mark.value for mark in read(text, DICTIONARY, datetime.date(2025, 5, 14)).dates] == expected
