"""The name of an exported file contains the filter values, in ASCII and with a limited length."""

import pytest
from django.utils.http import content_disposition_header

from sco_cities.listings.exports.streaming_response import MAX_LENGTH
from tests import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.only_on("sqlite")]


@pytest.fixture(autouse=True)
def places():
    country = make.make_country("xk", name_en="Kazakhstan", name_ru="Казахстан")
    make.make_city("xian", country, name_en="Xi'an")
    make.make_city("osh", make.make_country("xa", name_en="Alphaland"))
    make.make_theme("youth")


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/initiatives.csv", "initiatives.csv"),
        ("/initiatives.csv?status=agreed&country=xk&sort=-title_en", "initiatives-kazakhstan-agreed.csv"),
        ("/ru/initiatives.xlsx?country=XK&status=agreed", "initiatives-kazakhstan-agreed.xlsx"),
        ("/initiatives.geojson?status=-under_way&city=xian", "initiatives-xian-not-under-way.geojson"),
        (
            "/initiatives.csv?lead=xian&year_from=2020&year_to=2024",
            "initiatives-lead-xian-from-2020-to-2024.csv",
        ),
        ("/initiatives.csv?city=xian,osh&status=agreed", "initiatives-xian-osh-agreed.csv"),
        ("/initiatives.csv?city=-xian,osh", "initiatives-not-xian-osh.csv"),
        ("/initiatives.csv?with_country=xk,xa", "initiatives-with-country-kazakhstan-alphaland.csv"),
        ("/initiatives.csv?q=-%D0%BC%D0%B5%D1%82%D1%80%D0%BE%22%3B%0A", "initiatives-metro.csv"),
        ("/cities.csv?country=-xk", "cities-not-kazakhstan.csv"),
        ("/matrix.csv?theme=youth", "matrix-city-youth.csv"),
        ("/map.csv?country=xk", "map-kazakhstan.csv"),
        ("/charts/pillars.csv?country=xk", "pillars-kazakhstan.csv"),
    ],
)
def test_a_file_is_named_by_its_filters(path, name, client):
    response = client.get(path)
    assert response["Content-Disposition"] == f'attachment; filename="{name}"'
    assert response["Content-Disposition"] == content_disposition_header(True, name)


def test_a_file_name_contains_complete_words_of_as_many_filters_as_fit(client):
    for number in range(12):
        make.make_city(f"quite-a-long-city-name-{number}")
    query = "&".join(f"city=quite-a-long-city-name-{number}" for number in range(12))
    name = client.get(f"/initiatives.csv?{query}&status=agreed")["Content-Disposition"].split('"')[1]
    assert name == "initiatives-quite-a-long-city-name-0-quite-a-long-city-name-1-agreed.csv"
    long = client.get(f"/initiatives.csv?q={'word' * 40}")["Content-Disposition"].split('"')[1]
    assert len(long) <= MAX_LENGTH


def test_a_wrong_order_is_answered_with_the_names_that_programs_use(client):
    response = client.get("/initiatives.csv?sort=luck")
    assert response.status_code == 400
    assert "Choose: slug, title_en, title_ru, " in response.content.decode()
