"""The histogram gives recent years separate bars, and shows numbers if there are only a few years."""

import re

import pytest

from sco_cities.listings.year_filters import Bar, window
from tests import factories as make


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (2020, 2026, (2020, 2026)),
        (1987, 2026, (1987, 2026)),
        (1967, 2026, (1987, 2026)),
        (800, 2026, (1987, 2026)),
        # Plans for a distant year do not displace recent years.
        (1967, 2100, (1992, 2031)),
        (2020, 2100, (2020, 2059)),
        (2090, 2200, (2090, 2129)),
    ],
)
def test_of_many_years_the_latest_forty_have_a_bar_each(first, last, expected):
    assert window(first, last, now=2026) == expected


@pytest.mark.parametrize(
    ("bar", "label"),
    [
        (Bar(2024, 2024, 1), "2024"),
        (Bar(None, 1986, 1), "up to 1986"),
        (Bar(2032, None, 1), "from 2032"),
    ],
)
def test_a_bar_is_labelled_with_its_years(bar, label):
    assert bar.label == label


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "labels"), [("status=agreed", ["2020: 1", "2021: 2", "2022: 1"]), ("", ["2020", "2026"])]
)
def test_a_histogram_of_few_years_shows_their_numbers(client, query, labels):
    for slug, start, end in (("one", "2020", "2021"), ("two", "2021", "2022")):
        make.make_initiative(slug, status="agreed", starts_on=start, ends_on=end)
    make.make_initiative("four", status="stalled", starts_on="2026")
    page = client.get(f"/initiatives/?{query}").content.decode()
    axis = page.partition('class="axis-labels"')[2].partition("</p>")[0]
    assert re.findall("<span>(.*?)</span>", axis) == labels
