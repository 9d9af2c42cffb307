"""Each initiative count on another record's page equals the number of records in the list that it links to."""

import re
from urllib.parse import urlsplit

import pytest
from django.test.html import Element

from tests.html import Page, read_page
from tests.listings.test_filters import LISTINGS
from tests.oracle_query import matching_keys
from tests.sql_oracle import Oracle

pytestmark = pytest.mark.usefixtures("loaded_package")

BY_COLLECTION = {listing.collection: listing for listing in LISTINGS}
# The minimum number of counts that link to a list. Pages may contain more.
PAGES = {
    "/cities/tianjin/": 30, "/cities/dushanbe/": 35, "/cities/baku/": 6, "/countries/kz/": 30, "/countries/by/": 20,
    "/themes/smart-city/": 25, "/themes/public-health/": 20, "/events/gmd-2025/": 6, "/organisations/sco/": 6,
    "/reports/xinhua-20250710/": 3,
    "/": 150, "/?table=countries&sort=share": 130, "/?table=cities&rows=all": 250, "/themes/": 100,
}  # fmt: skip


def list_numbers(page: Page) -> list[tuple[str, int]]:
    """Returns the URLs of links to filtered lists, each with the last number in the link's text.

    Omits links without a number, and links that select the number of rows.
    """
    result, remaining = [], [page.element("content")]
    while remaining:
        element = remaining.pop()
        remaining += [child for child in element.children if isinstance(child, Element)]
        address = urlsplit(dict(element.attributes).get("href") or "")
        digits = re.findall(r"\d[\d,]*", re.split(r"[.;] ", _text(element))[0])
        if (
            address.query
            and "per_page=" not in address.query
            and address.path.strip("/") in BY_COLLECTION
            and digits
        ):
            result.append((f"{address.path}?{address.query}", int(digits[-1].replace(",", ""))))
    return result


def _text(element: Element) -> str:
    return " ".join(_text(child) if isinstance(child, Element) else child for child in element.children)


@pytest.mark.parametrize(("address", "least"), PAGES.items())
def test_every_number_is_that_of_its_list_by_the_oracle(client, address, least):
    numbers = list_numbers(read_page(client, address))
    assert len(numbers) >= least
    oracle = Oracle()
    for list_address, number in numbers:
        path, query = list_address.split("?")
        expected = matching_keys(oracle, path.strip("/"), query)
        assert (list_address, len(expected)) == (list_address, number)
