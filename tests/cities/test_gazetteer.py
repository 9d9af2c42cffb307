"""The gazetteer finds cities by name in any script and fills in the form of a new city."""

import pytest
from django.urls import reverse

from sco_cities.cities import admin
from sco_cities.cities.models import City
from tests import factories as make
from tests.curation.admin_client import SIDEBAR_QUERIES, curator_client, form_data, soup, staff_client

LOOKUP = "/admin/cities/city/gazetteer/"


@pytest.mark.parametrize(
    "phrase", ["Душанбе", "杜尚别", "dushanbe", "Dushan", "DUSHANBE", " Душ ", "dushangbie"]
)
def test_a_place_is_found_by_a_name_in_any_script(phrase):
    assert "Dushanbe" in [place["name_en"] for place in admin.search(phrase)]


@pytest.mark.parametrize("phrase", ["", " ", "…", "xyzzyx", "\0", "'", "Dushanbe Xyzzyx"])
def test_an_unknown_name_finds_nothing(phrase):
    assert admin.search(phrase) == []


def test_every_place_has_the_required_values_of_a_city():
    places = [place for place, _tokens in admin._places()]
    assert len(places) == 1819
    required = ("name_en", "latitude", "longitude", "country")
    assert all(place[name] for place in places for name in required)


def test_a_city_is_added_from_the_gazetteer(db):
    country = make.make_country("tj", name_en="Tajikistan")
    client = curator_client()
    page = soup(client.get(LOOKUP, {"q": "Душанбе"}))
    links = {link.text: link["href"] for link in page.select("#content a")}
    form = client.get(links["Add Dushanbe"])
    sent = form_data(form)
    assert (sent["name_ru"], sent["country"], sent["population"], sent["slug"]) == (
        "Душанбе",
        str(country.pk),
        "",
        "dushanbe",
    )
    assert client.post(reverse("admin:cities_city_add"), sent).status_code == 302
    city = City.objects.get()
    assert (city.name_zh, city.wikidata_id) == ("杜尚别", "Q9365")
    page = soup(client.get(LOOKUP, {"q": "dushanbe"}))
    assert "already exists" in page.select_one("#content table").text


def test_population_is_prefilled_only_on_request(db):
    page = soup(curator_client().get(LOOKUP, {"q": "dushanbe"}))
    (link,) = [each for each in page.select("#content a") if each.text == "Add with population"]
    assert "population=" in link["href"]


def test_a_missing_country_is_not_prefilled(db):
    page = soup(curator_client().get(LOOKUP, {"q": "dushanbe"}))
    assert not any("country=" in link["href"] for link in page.select("#content a"))


def test_users_without_the_add_permission_get_403(db):
    assert staff_client().get(LOOKUP).status_code == 403


def test_the_number_of_queries_does_not_depend_on_the_number_of_places(db, django_assert_num_queries):
    client = curator_client()
    client.get(LOOKUP)
    # The queries are for session, user and permissions (2), and for countries, cities by number and cities by item (3).
    for phrase in ("dushanbe", "a"):
        with django_assert_num_queries(7 + SIDEBAR_QUERIES):
            client.get(LOOKUP, {"q": phrase})
