"""Initiative statistics on pages of other records: each number equals the count of the list it links to."""

import re
from urllib.parse import urlsplit

import pytest
from django.http import QueryDict
from django.test.html import Element

from sco_cities.listings.list_query import ListQuery
from tests.html import Page, read_page
from tests.listings.test_filters import LISTINGS

pytestmark = pytest.mark.usefixtures("loaded_package")

BY_COLLECTION = {listing.collection: listing for listing in LISTINGS}
# The least number of counts with a link to a list; pages may get more.
PAGES = {
    "/cities/tianjin/": 60, "/cities/dushanbe/": 50, "/cities/baku/": 10, "/countries/kz/": 30, "/countries/by/": 20,
    "/themes/smart-city/": 40, "/themes/public-health/": 35, "/events/gmd-2025/": 8, "/organisations/sco/": 10,
    "/reports/xinhua-20250710/": 3,
}  # fmt: skip


def list_numbers(page: Page) -> list[tuple[str, int]]:
    """The links to filtered lists whose text has a number, with the last number in it."""
    result, remaining = [], [page.element("content")]
    while remaining:
        element = remaining.pop()
        remaining += [child for child in element.children if isinstance(child, Element)]
        address = urlsplit(dict(element.attributes).get("href") or "")
        digits = re.findall(r"\d[\d,]*", re.split(r"[.;] ", _text(element))[0])
        if address.query and address.path.strip("/") in BY_COLLECTION and digits:
            result.append((f"{address.path}?{address.query}", int(digits[-1].replace(",", ""))))
    return result


def _text(element: Element) -> str:
    return " ".join(_text(child) if isinstance(child, Element) else child for child in element.children)


@pytest.mark.parametrize(("address", "least"), PAGES.items())
def test_every_number_matches_plain_queries_for_its_list(client, address, least):
    numbers = list_numbers(read_page(client, address))
    assert len(numbers) >= least
    for list_address, number in numbers:
        path, query = list_address.split("?")
        selection = ListQuery(BY_COLLECTION[path.strip("/")], None, QueryDict(query))
        assert selection.errors == {}, list_address
        assert (list_address, selection.result_set.count()) == (list_address, number)
