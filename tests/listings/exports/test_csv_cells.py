"""Cells of a CSV file."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sco_cities.listings.exports.csv_cells import cells, escape_formula, unescape_formula


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("=1+1", "'=1+1"),
        ("+7 495", "'+7 495"),
        ("-5", "'-5"),
        ("@home", "'@home"),
        ("\tindented", "'\tindented"),
        ("\rreturned", "'\rreturned"),
        ("'=quoted", "''=quoted"),
        ("'plain quote", "'plain quote"),
        ("a=b", "a=b"),
        ("", ""),
    ],
)
def test_a_text_that_looks_like_a_formula_gets_an_apostrophe(text, expected):
    assert escape_formula(text) == expected


@given(st.text(alphabet="'=+-@\t\rab ", max_size=6) | st.text(max_size=20))
def test_every_text_is_restored_unchanged(text):
    assert unescape_formula(escape_formula(text)) == text
    assert not escape_formula(text).startswith(("=", "+", "-", "@", "\t", "\r"))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, ""),
        ("", ""),
        (True, "true"),
        (False, "false"),
        (0, "0"),
        (-5, "-5"),
        (16_600_000, "16600000"),
        (Decimal("-33.90000"), "-33.9"),
        (Decimal("6000000000.000000"), "6000000000"),
        (date(2025, 7, 8), "2025-07-08"),
        (datetime(2025, 7, 8, 9, 30, 1, 500, tzinfo=UTC), "2025-07-08T09:30:01Z"),
        (datetime(2025, 7, 8, 9, 30, tzinfo=timezone(timedelta(hours=8))), "2025-07-08T01:30:00Z"),
        ([], ""),
        (["almaty", "osh"], "almaty; osh"),
        (["=almaty", "osh"], "'=almaty; osh"),
        (["=almaty"], "'=almaty"),
        ("-5", "'-5"),
        (Decimal(0), "0"),
        ("Душанбе", "Душанбе"),
    ],
)
def test_a_value_has_one_notation(value, expected):
    assert cells([value]) == [expected]
