"""The TimeMap of a record (RFC 7089) lists the dates with a stored public state of the record."""

import re

import pytest
from bs4 import BeautifulSoup

from sco_cities.cities.models import City
from sco_cities.curation.merge.apply import merge
from tests import factories as make
from tests.history.snapshots import edit, on_day, stored_on

pytestmark = pytest.mark.django_db

PAGE = "http://testserver/cities/lampton/"
_MEMENTO = re.compile(r'<([^>]+)>; rel="([^"]*memento)"; datetime="([^"]+)"')


@pytest.fixture
def city():
    """A city that was published on 1 January 2026, edited, withdrawn for a day, and renamed."""
    city = make.make_city("lampton")
    stored_on("01-01", city)
    on_day("02-01", edit(city, population=5))
    on_day("02-01", edit(city, population=6))
    on_day("02-03", edit(city, state="withdrawn"))
    on_day("02-04", edit(city, state="draft", population=7))
    on_day("02-05", edit(city, state="published"))
    edit(city, population=8)
    return city


def mementos(client, path: str = "/cities/lampton.timemap") -> list[tuple[str, str, str]]:
    response = client.get(path)
    assert (response.status_code, response["Content-Type"]) == (200, "application/link-format")
    return _MEMENTO.findall(response.text)


def test_the_timemap_names_each_past_date_with_a_new_state(client, city):
    assert mementos(client) == [
        (f"{PAGE}?as_of=2026-01-01", "first memento", "Thu, 01 Jan 2026 23:59:59 GMT"),
        (f"{PAGE}?as_of=2026-02-01", "memento", "Sun, 01 Feb 2026 23:59:59 GMT"),
        (f"{PAGE}?as_of=2026-02-05", "last memento", "Thu, 05 Feb 2026 23:59:59 GMT"),
    ]
    for url, _relation, moment in mementos(client):
        response = client.get(url.removeprefix("http://testserver"))
        assert (response.status_code, response["Memento-Datetime"]) == (200, moment)


def test_the_timemap_names_the_page_and_itself(client, city):
    lines = client.get("/ru/cities/lampton.timemap").text.split(",\n")
    assert lines[:2] == [
        '<http://testserver/ru/cities/lampton/>; rel="original"',
        '<http://testserver/ru/cities/lampton.timemap>; rel="self"; type="application/link-format"',
    ]


@pytest.mark.parametrize("path", ["/cities/lampton/", "/cities/lampton/?as_of=2026-02-01"])
def test_the_page_and_its_past_states_link_to_the_timemap(client, city, path):
    response = client.get(path)
    link = '<http://testserver/cities/lampton.timemap>; rel="timemap"; type="application/link-format"'
    assert response["Link"].count(link) == 1
    link = BeautifulSoup(response.text, "html.parser").select_one('link[rel="timemap"]')
    assert (link and link["href"]) == ("/cities/lampton.timemap" if "?" in path else None)


def test_a_record_published_today_has_no_past_dates(client):
    make.make_city("lampton")
    assert mementos(client) == []


def test_a_withdrawn_record_keeps_its_past_dates(client, city):
    edit(city, state="withdrawn")
    assert len(mementos(client)) == 3


def test_the_former_slug_of_a_record_gives_its_current_page(client, city):
    edit(city, slug="lamptown")
    assert mementos(client)[0][0] == "http://testserver/cities/lamptown/?as_of=2026-01-01"


def test_the_slug_of_a_merged_record_gives_the_dates_of_the_remaining_record(client, city):
    merge(City, city.pk, make.make_city("duplicate").pk)
    assert mementos(client, "/cities/duplicate.timemap") == mementos(client)


def test_a_hidden_record_keeps_its_dates_under_its_public_slug(client, city):
    edit(city, state="draft")
    edit(city, slug="lamptown")
    page = client.get("/cities/lampton/?as_of=2026-02-01")
    assert '<http://testserver/cities/lampton.timemap>; rel="timemap"' in page["Link"]
    assert mementos(client)[0][0] == f"{PAGE}?as_of=2026-01-01"
    assert "lamptown" not in client.get("/cities/lampton.timemap").text


@pytest.mark.parametrize("values", [{"state": "draft"}, {"state": "in_review"}, {"state": "withdrawn"}])
def test_a_record_that_was_never_published_has_no_timemap(client, values):
    make.make_city("lampton", **values)
    assert client.get("/cities/lampton.timemap").status_code == 404
    assert client.get("/cities/nowhere.timemap").status_code == 404


def test_programs_on_other_sites_may_read_the_timemap(client, city):
    assert client.get("/cities/lampton.timemap")["Access-Control-Allow-Origin"] == "*"
