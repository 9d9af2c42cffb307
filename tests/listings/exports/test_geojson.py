"""GeoJSON of lists with places."""

import json

import pytest

from sco_cities.listings.exports import streaming_response
from tests import factories as make

pytestmark = pytest.mark.django_db
WITH_PLACES = ("initiatives", "cities", "events", "delegates", "organisations")


@pytest.fixture
def features(export):
    def of(path):
        status, file = export(path)
        assert status == 200
        return json.loads(file)

    return of


def test_an_initiative_is_where_its_cities_are_longitude_first(features):
    alpha = make.make_city("alpha", latitude="1.5", longitude="100.25")
    beta = make.make_city("beta", latitude="-2", longitude="-70")
    make.make_initiative("lamps", lead=[alpha], partner=[beta], starts_on="2024-05")
    columns = "slug,title_ru,starts_on,lead_cities,event,disputed"
    found = features(f"/initiatives.geojson?labels=1&columns={columns}")
    assert found["type"] == "FeatureCollection"
    assert found["features"] == [
        {
            "type": "Feature",
            "id": "lamps",
            "geometry": {"type": "MultiPoint", "coordinates": [[100.25, 1.5], [-70.0, -2.0]]},
            "properties": {
                "slug": "lamps", "title_ru": None, "starts_on": "2024-05", "lead_cities": ["alpha"],
                "lead_cities_names": ["Alpha"], "event": None, "event_names": None, "disputed": False,
                "address": "http://testserver/initiatives/lamps/",
            },
        }
    ]  # fmt: skip


def test_what_has_no_known_place_is_there_without_one(features):
    make.make_initiative("hidden", lead=[make.make_city("secret", state="draft")])
    make.make_initiative("nowhere")
    found = features("/initiatives.geojson?columns=slug")["features"]
    assert [(feature["id"], feature["geometry"]) for feature in found] == [
        ("hidden", None),
        ("nowhere", None),
    ]


@pytest.mark.parametrize("collection", ["cities", "events", "delegates", "organisations"])
def test_other_records_are_at_their_city(collection, features):
    city = make.make_city("alpha", latitude="1.5", longitude="100.25")
    make.make_event("forum", host_city=city)
    make.make_delegate("ada", city=city)
    make.make_organisation("office", city=city)
    (feature,) = features(f"/{collection}.geojson")["features"]
    assert feature["geometry"] == {"type": "Point", "coordinates": [100.25, 1.5]}


def test_the_file_says_what_it_lists_and_whose_data_that_is(features):
    make.make_initiative("lamps", countries=[make.make_country("xa", name_en="Exland")])
    said = features("/initiatives.geojson?country=xa&columns=slug")["metadata"]
    assert said["list"] == "1 initiative with Exland"
    assert said["address"] == "http://testserver/initiatives/?country=xa"
    assert said["count"] == 1
    assert "CC BY 4.0" in said["credits"][0]


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize("collection", WITH_PLACES)
def test_there_is_a_feature_for_each_row_of_the_csv_in_its_order(collection, features, csv_rows):
    header, *rows = csv_rows(f"/{collection}.csv")
    found = features(f"/{collection}.geojson")["features"]
    assert [feature["id"] for feature in found] == [row[0] for row in rows]
    assert list(found[0]["properties"]) == [*header, "address"]


@pytest.mark.parametrize("collection", ["countries", "themes", "reports"])
def test_a_list_without_places_has_no_such_form(collection, client):
    assert client.get(f"/{collection}.geojson").status_code == 404


def test_an_empty_list_has_no_features(features):
    assert features("/initiatives.geojson")["features"] == []


def test_blocks_join_to_one_list(features, monkeypatch):
    monkeypatch.setattr(streaming_response, "FIRST", 2)
    for number in range(5):
        make.make_initiative(f"i-{number}")
    found = features("/initiatives.geojson?columns=slug&sort=-slug")["features"]
    assert [feature["id"] for feature in found] == ["i-4", "i-3", "i-2", "i-1", "i-0"]


def test_what_cannot_be_answered_gets_400(export):
    assert export("/initiatives.geojson?bom=1") == (400, b"bom: There is no such parameter.\n")


def test_the_head_says_what_the_file_is(client):
    response = client.head("/cities.geojson")
    assert (response.status_code, b"".join(response)) == (200, b"")
    assert response["Content-Type"] == "application/geo+json"
    assert response["Content-Disposition"] == 'attachment; filename="cities.geojson"'
