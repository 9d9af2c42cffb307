"""With random filters, every format contains the records that are computed from the files of the package."""

import re
from html import unescape
from itertools import count
from random import Random
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup

from sco_cities.listings.exports.geojson_file import GEOJSON
from sco_cities.listings.record_filters import AllOfFilter
from sco_cities.search.searchable_lists import LISTS_BY_COLLECTION, SEARCHABLE_LISTS
from tests.api.test_formats import READERS, content_of, crawled_slugs
from tests.extent import sample
from tests.package_oracle import PackageOracle
from tests.random_filters import Parameters, query_string, random_filters

pytestmark = [pytest.mark.usefixtures("loaded_package"), pytest.mark.only_on("sqlite")]

NUMBER = sample(20)
# Lists with more filters are chosen more often.
COLLECTIONS = [
    kind.collection for kind in SEARCHABLE_LISTS for _filter in kind.listing.filterset.base_filters
]
PREVIOUS = re.compile(r'rel="prev-archive"[^>]* href="([^"]+)"')
ENTRY_LINK = re.compile(r'rel="alternate"[^>]* href="([^"]+)"')


def _slug(address: str) -> str:
    """The slug in the URL of a record. A statement is part of the page of its speaker or event."""
    return re.split("[/#]", address.rstrip("/"))[-1]


def page_slugs(client, collection: str, query: str) -> list[str]:
    """The slugs on all pages of a list."""
    slugs: list[str] = []
    for number in count(1):
        response = client.get(f"/{collection}/?{query}&view=table&per_page=200&page={number}")
        page = BeautifulSoup(response.content, "html.parser")
        slugs += [_slug(row["href"]) for row in page.select("table.list tbody th a.title")]
        if not page.select(".pagination a[rel=next]"):
            return slugs


def feed_slugs(collection: str, query: str) -> set[str]:
    """The slugs of the records in a feed and its archives, in which every record of the loaded package is new."""
    slugs: set[str] = set()
    address: str | None = f"/{collection}.atom?{query}"
    while address:
        feed, *entries = content_of(address).decode().split("<entry>")
        slugs |= {_slug(unescape(ENTRY_LINK.search(entry)[1])) for entry in entries}
        previous = PREVIOUS.search(feed)
        address = previous and "{0.path}?{0.query}".format(urlsplit(unescape(previous[1])))
    return slugs


def overlapping_values(random: Random, oracle: PackageOracle, collection: str) -> Parameters:
    """Parameters that include some values of a filter and exclude another value that the same records have."""
    filters = LISTS_BY_COLLECTION[collection].listing.filterset.base_filters
    names = [name for name in oracle.values[collection] if name in filters]
    choices = [
        (name, sorted(values))
        for name in sorted(names)
        for slug in sorted(oracle.rows[collection])
        if len(values := oracle.values[collection][name](slug)) > 1
    ]
    if not choices:
        return []
    name, values = random.choice(choices)
    excluded, *included = random.sample(values, len(values))
    included += random.choice([others for other, others in choices if other == name])[:1]
    included = [value for value in dict.fromkeys(included) if value != excluded][: random.choice((1, 2, 3))]
    pairs = [(name, value) for value in included]
    if isinstance(filters[name], AllOfFilter) and random.random() < 0.5:
        pairs = [(name, ",".join(included))] if random.random() < 0.5 else [*pairs, (f"{name}_match", "all")]
        pairs = [pair for pair in pairs if pair[0] in (name, filters[name].match_parameter)]
    return [*pairs, (name, f"-{excluded}")]


def test_every_format_has_what_is_included_less_what_is_excluded(client):
    oracle, random, found = PackageOracle(), Random(20261130), 0
    for _number in range(NUMBER):
        collection = random.choice(COLLECTIONS)
        listing = LISTS_BY_COLLECTION[collection].listing
        pairs = random_filters(random, listing, omitted=("q",), share_excluded=0.5)
        if random.random() < 0.7:
            pairs = overlapping_values(random, oracle, collection) or pairs
        query = query_string(pairs)
        expected = sorted(oracle.slugs(collection, query))
        found += bool(expected)
        assert sorted(page_slugs(client, collection, query)) == expected, query
        query_of_slugs = f"{query}&columns={listing.columns[0].name}"
        for extension, read in READERS.items():
            if extension != "geojson" or GEOJSON.supports(listing):
                assert sorted(read(content_of(f"/{collection}.{extension}?{query_of_slugs}"))) == expected, (
                    query
                )
        assert sorted(crawled_slugs(f"/api/{collection}/?{query_of_slugs}&per_page=100")) == expected, query
        assert sorted(feed_slugs(collection, query)) == expected, query
    assert found > NUMBER / 2
