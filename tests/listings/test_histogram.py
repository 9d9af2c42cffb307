"""Which years have bars of their own, and which stand together."""

import pytest

from sco_cities.listings.histogram import Bar, window


@pytest.mark.parametrize(
    ("first", "last", "shown"),
    [
        (2020, 2026, (2020, 2026)),
        (1987, 2026, (1987, 2026)),
        (1967, 2026, (1987, 2026)),
        (800, 2026, (1987, 2026)),
        # What is planned for far later does not push out what there is now.
        (1967, 2100, (1992, 2031)),
        (2020, 2100, (2020, 2059)),
        (2090, 2200, (2090, 2129)),
    ],
)
def test_of_many_years_the_latest_forty_up_to_soon_have_bars(first, last, shown):
    assert window(first, last, now=2026) == shown


@pytest.mark.parametrize(
    ("bar", "label"),
    [
        (Bar(2024, 2024, 1), "2024"),
        (Bar(None, 1986, 1), "until 1986"),
        (Bar(2032, None, 1), "from 2032 on"),
    ],
)
def test_a_bar_says_which_years_it_stands_for(bar, label):
    assert bar.label == label
