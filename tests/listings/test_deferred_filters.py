"""Long closed filter panels load their options when they are opened."""

import re
from html import unescape

import pytest

from sco_cities.listings.filter_options import MAX_UNSCROLLED
from tests import factories as make

pytestmark = pytest.mark.django_db


def deferred_filters(page: str) -> list[str]:
    """Returns the filters that load their options when opened."""
    return re.findall(r'<details class="options" id="filter-(\w+)" data-hx-get=', page)


@pytest.fixture
def many_cities():
    """Creates enough cities, in a few countries, for a long list of options."""
    cities = [make.make_city(f"city-{number:02}", "xa") for number in range(MAX_UNSCROLLED + 1)]
    for slug in ("one", "two"):
        make.make_initiative(slug, lead=cities[:1], status="agreed")


PARTIAL_HEADERS = {"HX-Request": "true", "HX-Target": "results"}


@pytest.mark.usefixtures("many_cities")
@pytest.mark.parametrize(
    ("query", "headers", "expected"),
    [
        ("", {"Open-Filters": "status"}, []),
        ("", PARTIAL_HEADERS, []),
        ("", PARTIAL_HEADERS | {"Open-Filters": ""}, ["city"]),
        ("", PARTIAL_HEADERS | {"Open-Filters": "status,city"}, []),
        ("?country=xa", PARTIAL_HEADERS | {"Open-Filters": "status,nonsense"}, ["city"]),
        ("?city=city-00", PARTIAL_HEADERS | {"Open-Filters": ""}, []),
        # If the query has an error, options are not counted and no filter is deferred.
        ("?status=nonsense", PARTIAL_HEADERS | {"Open-Filters": ""}, []),
    ],
)
def test_long_closed_filters_are_deferred(query, headers, expected, client):
    response = client.get(f"/initiatives/{query}", headers=headers)
    page = response.content.decode()
    assert deferred_filters(page) == expected
    assert [name for name in ("country", "city") if f'id="list-{name}"' not in page] == expected
    assert 'id="list-status"' in page
    assert "Open-Filters" in response["Vary"].split(", ")


@pytest.mark.usefixtures("many_cities")
def test_an_opened_filter_gets_its_counts_together_with_the_rows_of_the_same_page(client):
    address = "/initiatives/?status=agreed&per_page=20&view=cards&page=1"
    partial = client.get(
        f"{address}&nonsense=1", headers=PARTIAL_HEADERS | {"Open-Filters": "status"}
    ).content.decode()
    options_url = unescape(re.search(r'id="filter-city" data-hx-get="([^"]*)"', partial)[1])
    assert options_url == address
    results = client.get(
        options_url, headers=PARTIAL_HEADERS | {"Open-Filters": "status,city"}
    ).content.decode()
    assert (
        deferred_filters(results) == []
        and '<h1 tabindex="-1" data-announce="2 initiatives, agreed">' in results
    )
    assert re.search(r'name="city" value="city-00"><span>[^<]*</span><span class="n">2</span>', results)
