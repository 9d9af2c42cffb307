"""From when to when, as the tables of lists say it."""

import pytest

from sco_cities.core.templatetags.dates import span


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
def test_a_span_tells_no_more_than_is_known(starts_on, ends_on, words):
    assert span(starts_on, ends_on) == words
