"""Every format of a list contains the same records in the same order, with any filters."""

import io
import json
import re
import zipfile
from functools import cache
from random import Random
from urllib.parse import urlsplit

import pytest
from django.http import QueryDict
from django.test import RequestFactory
from django.urls import ResolverMatch, resolve

from sco_cities.facet_index.refresh import facet_index
from sco_cities.listings.exports.geojson_file import GEOJSON
from sco_cities.listings.list_query import ListQuery
from sco_cities.search.searchable_lists import SEARCHABLE_LISTS, SearchableList
from tests.extent import sample
from tests.random_filters import Parameters, query_string, random_filters, random_sort

pytestmark = [pytest.mark.usefixtures("loaded_package"), pytest.mark.only_on("sqlite")]

NUMBER = sample(300)
# Lists with more filters are chosen more often.
LISTS = [kind for kind in SEARCHABLE_LISTS for _filter in kind.listing.filterset.base_filters]
CELL = re.compile(rb"<t[^>]*>([^<]*)</t>")


def content_of(address: str) -> bytes:
    """Returns the content of the response of the view.

    Middleware is excluded, because it would take most of the time.
    """
    view, args, kwargs = _view(urlsplit(address).path)
    response = view(RequestFactory().get(address), *args, **kwargs)
    content = b"".join(response)
    assert response.status_code == 200, (address, content)
    return content


@cache
def _view(path: str) -> ResolverMatch:
    return resolve(path)


def listed_slugs(kind: SearchableList, parameters: Parameters) -> list[tuple[int, str]]:
    """The keys and slugs of the records on the page of a list."""
    with facet_index(kind.collection) as state:
        list_query = ListQuery(kind.listing, state, QueryDict(query_string(parameters)))
        assert not list_query.errors, list_query.errors
        keys = [key for batch in list_query.result_set.key_batches() for key in batch]
    slugs = dict(kind.model.objects.filter(pk__in=keys).values_list("pk", "slug"))
    return [(key, slugs[key]) for key in keys]


def crawled_slugs(address: str) -> list[str]:
    """The slugs on all pages of the API, read by following the links to the next page."""
    slugs = []
    while address:
        page = json.loads(content_of(address))
        slugs += [record["slug"] for record in page["results"]]
        address = page["next"] and "{0.path}?{0.query}".format(urlsplit(page["next"]))
    assert page["count"] == len(slugs)
    return slugs


def _cells(workbook: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(workbook)) as book:
        return [cell.decode() for cell in CELL.findall(book.read("xl/worksheets/sheet1.xml"))]


# Functions that read the slugs in a file with one column. For countries, the column contains upper-case codes.
READERS = {
    "csv": lambda file: file.decode().lower().splitlines()[1:],
    "xlsx": lambda file: [cell.lower() for cell in _cells(file)[1:]],
    "jsonl": lambda file: [json.loads(line)["slug"] for line in file.splitlines()],
    "geojson": lambda file: [feature["id"] for feature in json.loads(file)["features"]],
}


def test_every_format_has_the_records_of_the_page_in_its_order():
    random, found = Random(20250901), 0
    for _number in range(NUMBER):
        kind = random.choice(LISTS)
        collection, columns = kind.collection, ("columns", kind.listing.columns[0].name)
        filters = random_filters(random, kind.listing)
        sort = ("sort", random_sort(random, kind.listing))
        listed = listed_slugs(kind, [*filters, sort])
        slugs = [slug for _key, slug in listed]
        found += bool(slugs)
        query = query_string([*filters, sort, columns])
        for extension, read in READERS.items():
            if extension != "geojson" or GEOJSON.supports(kind.listing):
                assert read(content_of(f"/{collection}.{extension}?{query}")) == slugs, (extension, query)
        # The API is read in two or three pages.
        size = len(slugs) // 2 or 1
        assert crawled_slugs(f"/api/{collection}/?{query}&per_page={size}") == slugs, query
        # With cursors, records are in the order of their keys.
        query = query_string([*filters, columns, ("per_page", str(size))])
        assert crawled_slugs(f"/api/{collection}/?{query}") == [slug for _key, slug in sorted(listed)], query
    assert found > NUMBER / 2
