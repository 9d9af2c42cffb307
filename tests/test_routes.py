"""The generated page of routes agrees with the resolver, and a text search in the page finds the name of each route."""

from tests.route_table import PAGE, page


def test_the_page_of_routes_is_the_resolver():
    assert PAGE.read_text(encoding="utf-8") == page(), "run `python -m tests.route_table`"
