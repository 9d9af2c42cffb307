"""What pages of other records say of their initiatives: each number is that of the list it leads to."""

import re
from urllib.parse import urlsplit

import pytest
from django.http import QueryDict
from django.test.html import Element

from sco_cities.listings.list_query import ListQuery
from tests.html import Page, read_page
from tests.listings.test_filters import LISTINGS

pytestmark = pytest.mark.usefixtures("loaded")

BY_COLLECTION = {listing.collection: listing for listing in LISTINGS}
# With how many numbers that lead to a list, at least: what a page says may grow.
PAGES = {
    "/cities/tianjin/": 60, "/cities/dushanbe/": 50, "/cities/baku/": 10, "/countries/kz/": 30, "/countries/by/": 20,
    "/themes/smart-city/": 40, "/themes/public-health/": 35, "/events/gmd-2025/": 8, "/organisations/sco/": 10,
    "/reports/xinhua-20250710/": 3,
}  # fmt: skip


def numbers(page: Page) -> list[tuple[str, int]]:
    """The links to filtered lists whose words hold a number, with the last number in them."""
    found, waiting = [], [page.element("content")]
    while waiting:
        element = waiting.pop()
        inner = [child for child in element.children if isinstance(child, Element)]
        waiting += inner
        address = urlsplit(dict(element.attributes).get("href") or "")
        told = re.findall(r"\d[\d,]*", re.split(r"[.;] ", _words(element))[0])
        if address.query and address.path.strip("/") in BY_COLLECTION and told:
            found.append((f"{address.path}?{address.query}", int(told[-1].replace(",", ""))))
    return found


def _words(element: Element) -> str:
    return " ".join(_words(child) if isinstance(child, Element) else child for child in element.children)


@pytest.mark.parametrize(("address", "least"), PAGES.items())
def test_every_number_is_what_plain_queries_find_for_the_list_it_leads_to(client, address, least):
    told = numbers(read_page(client, address))
    assert len(told) >= least
    for list_address, number in told:
        path, query = list_address.split("?")
        found = ListQuery(BY_COLLECTION[path.strip("/")], None, QueryDict(query))
        assert found.errors == {}, list_address
        assert (list_address, found.found.count()) == (list_address, number)
