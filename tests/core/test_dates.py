"""The format of date ranges in lists."""

import pytest

from sco_cities.core.templatetags.dates import date_range


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "words"),
    [
        ("", "", ""),
        ("2024", "", "2024"),
        ("2025-05", "", "May 2025"),
        ("2024", "2029", "2024 to 2029"),
        ("", "2029", "until 2029"),
        ("2024", "2024", "2024"),
        ("2024/2026", "", "2024 to 2026"),
        ("2024/2026", "2029", "2024 to 2026"),
    ],
)
def test_a_date_range_contains_only_known_dates(starts_on, ends_on, words):
    assert date_range(starts_on, ends_on) == words
