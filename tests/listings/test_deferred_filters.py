"""Long filters that are closed in the browser wait for their options until they are opened."""

import re
from html import unescape

import pytest

from sco_cities.listings.filter_options import SHORT
from tests import factories as make

pytestmark = pytest.mark.django_db


def waiting(page: str) -> list[str]:
    """The filters that ask for their options when they are opened."""
    return re.findall(r'<details class="options" id="filter-(\w+)" data-hx-get=', page)


@pytest.fixture
def many_cities():
    """So many that their list is a long one, as that of their country is not."""
    cities = [make.make_city(f"city-{number:02}", "xa") for number in range(SHORT + 1)]
    for slug in ("one", "two"):
        make.make_initiative(slug, lead=cities[:1], status="agreed")


PART = {"HX-Request": "true", "HX-Target": "results"}


@pytest.mark.usefixtures("many_cities")
@pytest.mark.parametrize(
    ("query", "headers", "expected"),
    [
        ("", {"Open-Filters": "status"}, []),
        ("", PART, []),
        ("", PART | {"Open-Filters": ""}, ["city"]),
        ("", PART | {"Open-Filters": "status,city"}, []),
        ("?country=xa", PART | {"Open-Filters": "status,nonsense"}, ["city"]),
        ("?city=city-00", PART | {"Open-Filters": ""}, []),
        # Nothing is counted while something is wrong.
        ("?status=nonsense", PART | {"Open-Filters": ""}, []),
    ],
)
def test_long_filters_that_are_closed_in_the_browser_wait_for_their_options(query, headers, expected, client):
    response = client.get(f"/initiatives/{query}", headers=headers)
    page = response.content.decode()
    assert waiting(page) == expected
    assert [name for name in ("country", "city") if f'id="list-{name}"' not in page] == expected
    assert 'id="list-status"' in page
    assert "Open-Filters" in response["Vary"].split(", ")


@pytest.mark.usefixtures("many_cities")
def test_who_opens_a_filter_gets_its_numbers_with_the_rows_of_the_same_page(client):
    address = "/initiatives/?status=agreed&per_page=20&view=cards&page=1"
    part = client.get(f"{address}&nonsense=1", headers=PART | {"Open-Filters": "status"}).content.decode()
    asked = unescape(re.search(r'id="filter-city" data-hx-get="([^"]*)"', part)[1])
    assert asked == address
    results = client.get(asked, headers=PART | {"Open-Filters": "status,city"}).content.decode()
    assert waiting(results) == [] and '<h1 tabindex="-1">2 initiatives, agreed' in results
    assert re.search(r'name="city" value="city-00"><span>[^<]*</span><span class="n">2</span>', results)
