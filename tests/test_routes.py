"""The generated page of routes is that of the resolver, so that the name of each route can be found by its text."""

from tests.route_table import PAGE, page


def test_the_page_of_routes_is_the_resolver():
    assert PAGE.read_text(encoding="utf-8") == page(), "run `python -m tests.route_table`"
