"""Every list asks a fixed number of queries, whatever it holds, and never more than twelve."""

import pytest
from django.urls import reverse

from tests import factories as make

MOST = 12

# The queries of each list on its first page, in a transaction: the log of changes, for the remembered page and for the
# index, and the rows with what is read beside them. Facets, counts and pages ask nothing.
QUERIES = {
    "initiatives": 4,
    "cities": 4,
    "countries": 3,
    "delegates": 3,
    "organisations": 3,
    "events": 5,
    "themes": 3,
    "reports": 4,
}


@pytest.fixture
def a_few_records(transactional_db):
    """Three records of each kind, tied together: not a page full, but nothing is empty.

    Committed, since in a transaction of its own a process follows its own writes at every look.
    """
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
    # Two more begin and end the moment that a page shows; of a page that is not kept the log is asked but once.
    assert expected + 1 <= MOST
    asks(reverse(f"{collection}-list"), expected + 1)


@pytest.mark.parametrize(("collection", "expected"), QUERIES.items())
@pytest.mark.usefixtures("loaded")
def test_a_list_of_all_that_is_known_asks_no_more(collection, expected, asks):
    asks(reverse(f"{collection}-list"), expected)


@pytest.mark.parametrize(
    ("address", "more"),
    [
        # Of fewer rows than there are themes, the themes are read by a query.
        ("/initiatives/?country=kg&theme=smart-city&status=-agreed&year_from=2020", 1),
        # An error leaves out the rows and their cities; so does nothing found.
        ("/initiatives/?country=nowhere", -2),
        ("/initiatives/?page=3", 0),
    ],
)
@pytest.mark.usefixtures("loaded")
def test_a_filtered_list_asks_hardly_more(address, more, asks):
    asks(address, QUERIES["initiatives"] + more)


# The queries of each list's brief with 20 entries and with 200: the two looks at the log, when the newest record
# changed, the rows, evidence, passages, figures, and the rulings where reports disagree; and what the rows name of many
# others: the roles of cities always, the rest only where there are more of them than rows. An order by a column is read
# once, as that of reports.
BRIEFS = {
    "initiatives": (12, 9),
    "cities": (8, 8),
    "countries": (7, 7),
    "delegates": (8, 8),
    "organisations": (6, 6),
    "events": (9, 8),
    "themes": (7, 7),
    "reports": (5, 4),
}


@pytest.mark.parametrize(("collection", "expected"), BRIEFS.items())
@pytest.mark.usefixtures("loaded")
def test_a_brief_asks_hardly_more_however_many_records_it_has(collection, expected, asks):
    assert max(expected) <= MOST
    for size, queries in zip((20, 200), expected, strict=True):
        asks(f"{reverse(f'{collection}-list')}?view=brief&per_page={size}", queries)
