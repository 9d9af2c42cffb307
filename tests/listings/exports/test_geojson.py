"""GeoJSON files of lists with coordinates."""

import json

import pytest

from sco_cities.listings.exports import streaming_response
from tests import factories as make

pytestmark = pytest.mark.django_db
WITH_POINTS = ("initiatives", "cities", "events", "delegates", "organisations", "statements")


@pytest.fixture
def features(export):
    def read_features(path):
        status, file = export(path)
        assert status == 200
        return json.loads(file)

    return read_features


def test_an_initiative_has_the_coordinates_of_its_cities_longitude_first(features):
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
                "url": "http://testserver/initiatives/lamps/",
            },
        }
    ]  # fmt: skip


def test_a_record_without_coordinates_has_no_geometry(features):
    make.make_initiative("hidden", lead=[make.make_city("secret", state="draft")])
    make.make_initiative("nowhere")
    written = features("/initiatives.geojson?columns=slug")["features"]
    assert [(feature["id"], feature["geometry"]) for feature in written] == [
        ("hidden", None),
        ("nowhere", None),
    ]


@pytest.mark.parametrize("collection", ["cities", "events", "delegates", "organisations", "statements"])
def test_other_records_have_the_coordinates_of_their_city(collection, features):
    city = make.make_city("alpha", latitude="1.5", longitude="100.25")
    make.make_event("forum", host_city=city)
    make.make_statement("said", delegate=make.make_delegate("ada", city=city))
    make.make_organisation("office", city=city)
    (feature,) = features(f"/{collection}.geojson")["features"]
    assert feature["geometry"] == {"type": "Point", "coordinates": [100.25, 1.5]}


def test_the_file_describes_the_list_and_credits_its_data(features):
    make.make_initiative("lamps", countries=[make.make_country("xa", name_en="Exland")])
    metadata = features("/initiatives.geojson?country=xa&columns=slug")["metadata"]
    assert metadata["list"] == "1 initiative with Exland"
    assert metadata["url"] == "http://testserver/initiatives/?country=xa"
    assert metadata["count"] == 1
    assert "CC BY 4.0" in metadata["credits"][0]


@pytest.mark.usefixtures("loaded_package")
@pytest.mark.parametrize("collection", WITH_POINTS)
def test_there_is_a_feature_for_each_row_of_the_csv_in_its_order(collection, features, csv_rows):
    header, *rows = csv_rows(f"/{collection}.csv")
    written = features(f"/{collection}.geojson")["features"]
    assert [feature["id"] for feature in written] == [row[0] for row in rows]
    assert list(written[0]["properties"]) == [*header, "url"]


@pytest.mark.parametrize("collection", ["countries", "themes", "reports"])
def test_a_list_without_coordinates_has_no_geojson(collection, client):
    assert client.get(f"/{collection}.geojson").status_code == 404


def test_an_empty_list_has_no_features(features):
    assert features("/initiatives.geojson")["features"] == []


def test_batches_join_to_one_list(features, monkeypatch):
    monkeypatch.setattr(streaming_response, "FIRST_BATCH_SIZE", 2)
    for number in range(5):
        make.make_initiative(f"i-{number}")
    written = features("/initiatives.geojson?columns=slug&sort=-slug")["features"]
    assert [feature["id"] for feature in written] == ["i-4", "i-3", "i-2", "i-1", "i-0"]


def test_an_invalid_query_gets_400(export):
    assert export("/initiatives.geojson?bom=1") == (400, b"bom: Unknown parameter. Correct or remove it.\n")


def test_a_head_request_gets_the_headers(client):
    response = client.head("/cities.geojson")
    assert (response.status_code, b"".join(response)) == (200, b"")
    assert response["Content-Type"] == "application/geo+json"
    assert response["Content-Disposition"] == 'attachment; filename="cities.geojson"'
