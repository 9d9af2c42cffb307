"""CSV cells are quoted and escaped so that spreadsheets and imports read the original values."""

import re
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sco_cities.listings.exports.csv_file import cells, lines
from sco_cities.listings.exports.formula_escape import contains_formula, escape_formula, unescape_formula


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
        ("＝1+1", "'＝1+1"),
        ("＋7", "'＋7"),
        ("－5", "'－5"),
        ("＠home", "'＠home"),
        # Spreadsheet programs with the semicolon as separator treat these texts as the beginning of a cell.
        ("text;=HYPERLINK(1)", "text;'=HYPERLINK(1)"),
        ("text;＝1;-1;+1;@1", "text;'＝1;'-1;'+1;'@1"),
        ("text\t=1", "text\t'=1"),
        ("text\n=1\r\n=1\r=1", "text\n'=1\r\n'=1\r'=1"),
        ('"=1', "'\"=1"),
        ('text;"=1', "text;'\"=1"),
        ("text;'=1", "text;''=1"),
        ("=1;=1", "'=1;'=1"),
        # Ordinary texts and lists of slugs stay unchanged.
        ("lamps; roads; -20 degrees; a=b", "lamps; roads; -20 degrees; a=b"),
        ("5;7;'quoted'", "5;7;'quoted'"),
        ("two\nlines", "two\nlines"),
    ],
)
def test_a_text_that_looks_like_a_formula_gets_an_apostrophe(text, expected):
    assert escape_formula(text) == expected
    assert contains_formula(["lamps", text]) == (text != expected)


# Stored texts do not contain NUL.
TEXT = st.characters(exclude_characters="\0", exclude_categories=["Cs"])


@given(st.text(alphabet="'\"=+-@＝\t\r\n;ab ", max_size=8) | st.text(TEXT, max_size=20))
def test_every_text_is_restored_unchanged(text):
    escaped = escape_formula(text)
    assert unescape_formula(escaped) == text
    assert contains_formula([text]) == (escaped != text)
    assert not escaped.startswith(("\t", "\r"))
    for cell in re.split("[;\t\r\n]", escaped):
        assert not cell.strip('"').startswith(tuple("=+-@＝＋－＠"))


# Splits a line like a spreadsheet program whose separator is the semicolon. Quotation marks within a cell are ordinary
# characters.
def cells_of_a_semicolon_locale(line: str) -> list[str]:
    return re.split("[;\r\n]", line)


@given(st.lists(st.text(alphabet=",;\"'=-\r\na ", max_size=6), min_size=2, max_size=4))
def test_no_cell_is_a_formula_where_the_separator_is_a_semicolon(texts):
    line = lines([cells([text]) for text in texts])
    for cell in cells_of_a_semicolon_locale(line):
        assert not cell.strip('"').startswith(("=", "-"))


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
