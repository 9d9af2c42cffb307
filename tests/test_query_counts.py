"""Every list runs a fixed number of queries, at most twelve, regardless of its content."""

import pytest
from django.urls import reverse

from tests import factories as make
from tests.shipped_package import number_of

MOST = 12

# The number of queries of the first page of each list in a transaction. The queries read the change log, for the page
# cache and for the facet index, and the rows with their related records. Facets, counts and pagination run no query.
QUERIES = {
    "initiatives": 4,
    "cities": 4,
    "countries": 3,
    "delegates": 3,
    "organisations": 3,
    "events": 5,
    # Two queries are for the charts of status changes and city roles, whose data is cached until initiatives change.
    "themes": 4,
    "reports": 5,
    # Two queries read the initiatives in the same passages. The first page needs two more queries for the passages that
    # support initiatives.
    "statements": 7,
}


@pytest.fixture
def a_few_records(transactional_db):
    """Three linked records of each kind, so that every list has rows but no list fills a page.

    The records are committed, because in a transaction a process checks for its own writes on every access.
    """
    for number in range(3):
        country, theme = make.make_country(("xa", "xb", "xc")[number]), make.make_theme(f"theme-{number}")
        city = make.make_city(f"city-{number}", country)
        event = make.make_event(f"event-{number}", themes=[theme], host_city=city)
        office = make.make_organisation(f"office-{number}", city=city, country=country)
        delegate = make.make_delegate(f"delegate-{number}", organisation=office, city=city, country=country)
        make.make_attendance(event, delegate)
        statement = make.make_statement(f"statement-{number}", delegate=delegate, event=event, themes=[theme])
        make.support_everything(statement)
        make.make_initiative(
            f"initiative-{number}", lead=[city], themes=[theme], countries=[country], organisations=[office],
            event=event, sourced=True,
        )  # fmt: skip


@pytest.mark.parametrize(("collection", "expected"), QUERIES.items())
@pytest.mark.usefixtures("a_few_records")
def test_the_query_count_of_a_list_with_few_records(collection, expected, check_query_count):
    # Two more queries begin and end the transaction of a page. If the page cache is off, the change log is read only
    # once.
    assert expected + 1 <= MOST
    check_query_count(reverse(f"{collection}-list"), expected + 1)


@pytest.mark.parametrize(("collection", "expected"), QUERIES.items())
@pytest.mark.usefixtures("loaded_package")
def test_a_list_of_all_records_needs_no_more_queries(collection, expected, check_query_count):
    check_query_count(reverse(f"{collection}-list"), expected)


@pytest.mark.parametrize(
    ("address", "more"),
    [
        # If there are fewer rows than themes, a query reads the themes.
        ("/initiatives/?country=kg&theme=smart-city&status=-agreed&year_from=2020", 1),
        # A page with an error reads only the names of countries, once per process, and no rows or cities.
        ("/initiatives/?country=nowhere", 3),
        ("/initiatives/?page=3", 0),
    ],
)
@pytest.mark.usefixtures("loaded_package")
def test_a_filtered_list_needs_few_additional_queries(address, more, check_query_count):
    check_query_count(address, QUERIES["initiatives"] + more)


# The number of queries of the brief of each list with 20 entries and with 200. A brief reads the change log twice, the
# time of the latest change, the rows, evidence, passages, figures, and the rulings if reports differ. It reads the city
# roles, and other many-to-many relations if there are more related records than rows. Sorting by a column, such as the
# order of reports, reads that order once. Delegates have four more queries for their statements with themes, figures
# and evidence. Statements also have the additional queries of their list.
BRIEFS = {
    "initiatives": (9, 9),
    "cities": (9, 8),
    "countries": (7, 7),
    "delegates": (12, 12),
    "organisations": (6, 6),
    "events": (8, 8),
    "themes": (7, 7),
    "reports": (5, 4),
    "statements": (10, 10),
}
# The many-to-many relations that are read only if there are more related records than rows.
RELATED = {"initiatives": ("countries", "organisations", "themes"), "events": ("themes",)}


@pytest.mark.parametrize(("collection", "expected"), BRIEFS.items())
@pytest.mark.usefixtures("loaded_package")
def test_the_number_of_queries_of_a_brief_barely_grows_with_its_records(
    collection, expected, check_query_count
):
    assert max(expected) <= MOST
    for size, queries in zip((20, 200), expected, strict=True):
        related = sum(number_of(table) > size for table in RELATED.get(collection, ()))
        check_query_count(f"{reverse(f'{collection}-list')}?view=brief&per_page={size}", queries + related)
