"""Compares the linked numbers on a page with the lists that they link to and with the oracle."""

import re
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag
from django.http import QueryDict
from django.urls import resolve

from sco_cities.facet_index.refresh import facet_index
from sco_cities.listings.checks import declared_listings
from sco_cities.listings.list_query import ListQuery
from tests.oracle_query import matching_keys
from tests.sql_oracle import Oracle

LISTINGS = {listing.collection: listing for listing in declared_listings()}


def linked_numbers(page: BeautifulSoup) -> list[tuple[str, int]]:
    """Yields the list URL and the number of each link in the article whose text contains exactly one number."""
    found = [(link["href"], _numbers(link)) for link in page.select("article a[href]")]
    return [
        (address, numbers[0])
        for address, numbers in found
        if len(numbers) == 1 and "?" in address and resolve(urlsplit(address).path).url_name.endswith("-list")
    ]


def _numbers(link: Tag) -> list[int]:
    return [int(text.replace(",", "")) for text in re.findall(r"\d[\d,]*", link.get_text(" "))]


def wrong_numbers(page: BeautifulSoup, oracle: Oracle) -> list[str]:
    """Returns the links whose number differs from the number of records in their list or in the oracle."""
    wrong = []
    for address, number in dict.fromkeys(linked_numbers(page)):
        parts = urlsplit(address)
        collection = resolve(parts.path).url_name.removesuffix("-list")
        with facet_index(collection) as state:
            list_query = ListQuery(LISTINGS[collection], state, QueryDict(parts.query))
            counts = list_query.result_set.count(), len(matching_keys(oracle, collection, parts.query))
        if list_query.errors or counts != (number, number):
            wrong.append(
                f"{address}: {number} on the page, {counts} in the list and in SQL, {list_query.errors}"
            )
    return wrong
