"""Every list asks a fixed number of queries, whatever it holds, and never more than twelve."""

import pytest
from django.urls import reverse

from tests import factories as make

MOST = 12

# The queries of each list on its first page, in order.
QUERIES = {
    # count, rows, cities, themes of the rows; countries, cities, themes, events, organisations on offer
    "initiatives": 9,
    # count, rows; countries, themes on offer
    "cities": 4,
    # count, rows
    "countries": 2,
    # count, rows; countries, cities, organisations, events, themes on offer
    "delegates": 7,
    # count, rows; countries, cities on offer
    "organisations": 4,
    # count, rows, themes of the rows; countries, cities, themes, events on offer
    "events": 7,
    # count, rows
    "themes": 2,
    # count, rows
    "reports": 2,
}


@pytest.fixture
def a_few_records(db):
    """Three records of each kind, tied together: not a page full, but nothing is empty."""
    for number in range(3):
        country, theme = make.make_country(("xa", "xb", "xc")[number]), make.make_theme(f"theme-{number}")
        city = make.make_city(f"city-{number}", country)
        event = make.make_event(f"event-{number}", themes=[theme], host_city=city)
        office = make.make_organisation(f"office-{number}", city=city, country=country)
        delegate = make.make_delegate(f"delegate-{number}", organisation=office, city=city, country=country)
        make.make_attendance(event, delegate)
        make.make_statement(f"statement-{number}", delegate=delegate, event=event, themes=[theme])
        make.make_initiative(
            f"initiative-{number}", lead=[city], themes=[theme], countries=[country], organisations=[office],
            event=event, sourced=True,
        )  # fmt: skip


@pytest.mark.parametrize(("collection", "expected"), QUERIES.items())
@pytest.mark.usefixtures("a_few_records")
def test_a_list_of_few_records_asks(collection, expected, asks):
    assert expected <= MOST
    asks(reverse(f"{collection}-list"), expected)


@pytest.mark.parametrize(("collection", "expected"), QUERIES.items())
@pytest.mark.usefixtures("loaded")
def test_a_list_of_all_that_is_known_asks_no_more(collection, expected, asks):
    asks(reverse(f"{collection}-list"), expected)


@pytest.mark.parametrize(
    ("address", "more"),
    [
        ("/initiatives/?country=kg&city=bishkek&theme=smart-city&status=agreed&year_from=2020&q=a", 0),
        # one more: the report that is named
        ("/initiatives/?report=xinhua-20250710&event=gmd-2025&organisation=sco&evidence=several", 1),
        # An error leaves out the count, the rows, and the rows' cities and themes.
        ("/initiatives/?country=nowhere", -4),
        ("/initiatives/?page=3", 0),
        # Nothing found leaves out the rows, and counts what the list has without the words.
        ("/initiatives/?q=nothing+of+the+kind", -2),
    ],
)
@pytest.mark.usefixtures("loaded")
def test_a_filtered_list_asks_hardly_more(address, more, asks):
    asks(address, QUERIES["initiatives"] + more)
