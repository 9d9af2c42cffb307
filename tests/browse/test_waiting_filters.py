"""Long filters that are closed in the browser wait for their options until they are opened."""

import re
from html import unescape

import pytest

from sco_cities.browse.offered import SHORT
from sco_cities.cities.models import City
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
    assert {"HX-Trigger", "Open-Filters"} <= set(response["Vary"].split(", "))


@pytest.mark.usefixtures("many_cities")
def test_a_filter_that_is_opened_gets_what_it_would_have_had(client):
    address = "/initiatives/?status=agreed&per_page=20&page=1"
    part = client.get(address, headers=PART | {"Open-Filters": "status"}).content.decode()
    asked = unescape(re.search(r'id="filter-city" data-hx-get="([^"]*)"', part)[1])
    assert asked == "/initiatives/?status=agreed&per_page=20"
    inside = (
        client.get(asked, headers={"HX-Request": "true", "HX-Trigger": "filter-city"})
        .content.decode()
        .strip()
    )
    assert inside.startswith("<fieldset>") and inside.endswith("</fieldset>")
    assert 'value="city-00"' in inside and inside in client.get(asked).content.decode()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("many_cities")
@pytest.mark.parametrize("asking", [{"HX-Trigger": "filter-city"}, {"HX-Target": "list-city"}])
def test_who_opens_a_filter_after_a_change_gets_the_rows_of_after_it_too(asking, client):
    part = client.get("/initiatives/", headers=PART).content.decode()
    asking = {"HX-Request": "true", "Data-Version": re.search('data-version="([^"]+)"', part)[1]} | asking
    same = client.get("/initiatives/", headers=asking)
    assert "HX-Retarget" not in same and "<h1" not in same.content.decode()
    make.make_initiative("three", lead=[City.objects.get(slug="city-00")])
    later = client.get("/initiatives/", headers=asking)
    assert (later["HX-Retarget"], later["HX-Reswap"]) == ("#results", "innerHTML settle:0ms")
    assert '<h1 tabindex="-1">3 initiatives' in later.content.decode()
