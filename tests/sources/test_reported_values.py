from datetime import date

import pytest
from django.utils import translation

from initiatives.models import Initiative
from sco_cities.sources.reported_values import reported_value, reported_value_of
from tests import factories as make

STATUS = Initiative._meta.get_field("status")
CITIES = Initiative._meta.get_field("cities")


@pytest.mark.parametrize(
    ("reported", "as_of", "day", "text"),
    [
        ("523 km", "", None, "523 km"),
        ("exact 19 trains", "", None, "19 trains"),
        ("inexact 19 trains", "", None, "inexact 19 trains"),
        ("as of 2018-10-05: signed", "5 October 2018", date(2018, 10, 5), "signed"),
        ("as of 2025-11: a memo: signed", "November 2025", date(2025, 11, 1), "a memo: signed"),
        (
            "as of 2018: 1,900, of which 711 out of order",
            "2018",
            date(2018, 1, 1),
            "1,900, of which 711 out of order",
        ),
        ("as of April 2019: a wish", "April 2019", date(2019, 4, 1), "a wish"),
        ("as of early 2018: a wish", "early 2018", date(2018, 1, 1), "a wish"),
        ("as of the undated list: a wish", "the undated list", None, "a wish"),
        ("as of then", "", None, "as of then"),
        ("2024-02-02", "", None, "2 February 2024"),
        ("2024/2029", "", None, "2024 to 2029"),
        ("2025-10-26, subject to approval", "", None, "26 October 2025, subject to approval"),
        ("named in 2025-13 or 2025-00", "", None, "named in 2025-13 or 2025-00"),
        ("file 12025-01-01", "", None, "file 12025-01-01"),
        ("30000", "", None, "30,000"),
        ("over 30000 visitors", "", None, "over 30,000 visitors"),
        ("as of 2018: 1234567 trips", "2018", date(2018, 1, 1), "1,234,567 trips"),
        ("about 1234.5 or 12,345 km in 2018", "", None, "about 1234.5 or 12,345 km in 2018"),
    ],
)
def test_a_reported_value_is_split_into_date_and_text(reported, as_of, day, text):
    value = reported_value(reported)
    assert (value.as_of, value.day, value.text, value.choice) == (as_of, day, text, "")


@pytest.mark.parametrize(
    ("reported", "date_in_edtf"),
    [
        ("as of 2018-10-05: signed", "2018-10-05"),
        ("as of 2018~: signed", "2018~"),
        ("as of 2018/2019: signed", "2018/2019"),
        ("as of April 2019: a wish", "2019-04"),
        ("as of early 2018: a wish", "2018"),
        ("as of 2018: 30000", "2018"),
        ("as of 2018: 2024-02", "2018"),
        ("as of the undated list: a wish", ""),
        ("signed in 2018", ""),
    ],
)
def test_the_date_of_a_reported_value_is_kept_in_edtf(reported, date_in_edtf):
    for language in ("en", "zh-hans"):
        with translation.override(language):
            assert reported_value(reported).as_of_edtf == date_in_edtf


@pytest.mark.parametrize(
    ("reported", "choice", "label", "text"),
    [
        ("under_way", "under_way", "under way", ""),
        ("under_way (to open within weeks)", "under_way", "under way", "to open within weeks"),
        ("as of 2018: agreement signed (agreed)", "agreed", "agreed", "agreement signed"),
        ("as of 2017-06-15: interest (talks)", "interest", "interest", "talks"),
        ("agreed by both, in part", "", "", "agreed by both, in part"),
        ("not yet in service", "", "", "not yet in service"),
    ],
)
def test_a_value_that_names_a_choice_has_its_label(reported, choice, label, text):
    value = reported_value(reported, STATUS)
    assert (value.choice, value.label, value.text) == (choice, label, text)


def test_values_of_fields_without_choices_stay_as_reported():
    assert reported_value("agreed (agreed)", CITIES).text == "agreed (agreed)"


def test_a_date_is_in_the_language_of_the_page_and_a_text_stays_english():
    with translation.override("ru"):
        assert (reported_value("2024-02-02").text, reported_value("2024-02-02").text.lang) == (
            "2\xa0февраля 2024\xa0г.",
            "",
        )
        value = reported_value("as of 2018-10-05: set for 2018-11")
    assert (value.as_of, value.text, value.text.lang) == (
        "5\xa0октября 2018\xa0г.",
        "set for November 2018",
        "en",
    )


@pytest.mark.parametrize(
    ("english", "translated", "language", "expected"),
    [
        ("523 km", "523 км", "ru", ("", "", "523 км")),
        ("exact 19 trains", "ровно 19 поездов", "ru", ("", "", "19 поездов")),
        ("exact 19 trains", "19列列车（确数）", "zh-hans", ("", "", "19列列车")),
        ("as of 2018-10: 1,950", "на 2018-10: 1 950", "ru", ("октябрь 2018\xa0г.", "", "1 950")),
        ("as of 2018-10: 1,950", "截至2018年10月：1950", "zh-hans", ("2018年10月", "", "1950")),
        (
            "as of April 2019: a wish",
            "на апрель 2019 г.: пожелание",
            "ru",
            ("апрель 2019 г.", "", "пожелание"),
        ),
        ("under_way", "реализуется", "ru", ("", "under_way", "")),
        (
            "as of 2018: agreed (an order)",
            "на 2018: согласовано (указ)",
            "ru",
            ("2018\xa0г.", "agreed", "указ"),
        ),
        (
            "as of 2018: agreed (an order)",
            "截至2018：已商定（命令）",
            "zh-hans",
            ("2018年", "agreed", "命令"),
        ),
        ("signed (agreed)", "подписано (согласовано)", "ru", ("", "agreed", "подписано")),
        (
            "as of the undated list: signed (agreed)",
            "по списку без даты: подписано (согласовано)",
            "ru",
            ("", "", "по списку без даты: подписано (согласовано)"),
        ),
        ("signed (agreed)", "подписано", "ru", ("", "", "подписано")),
        ("2024-02-02", "", "ru", ("", "", "2\xa0февраля 2024\xa0г.")),
    ],
)
def test_a_translated_value_is_shown_instead_of_the_english_one(db, english, translated, language, expected):
    with translation.override(language):
        column = f"reported_value_{language[:2]}"
        lamps = make.make_initiative()
        item = make.make_evidence(
            lamps, "status", stance="differs", reported_value=english, **{column: translated}
        )
        value = reported_value_of(item, lamps)
    assert (value.as_of, value.choice, value.text) == expected
    assert value.text.lang in ("", language)
