"""OpenRefine's requests, in the order of a user who reconciles a column."""

import json

import pytest
from jsonschema import validate

from tests.reconciliation import schemas

pytestmark = [pytest.mark.only_on("sqlite"), pytest.mark.usefixtures("loaded_package")]


@pytest.fixture
def get(client):
    """Returns the JSON at a URL.

    The JSON must match a schema, and scripts on other sites must be able to read it.
    """

    def send(address: str, schema: dict) -> dict:
        response = client.get(address)
        assert (response.status_code, response["Access-Control-Allow-Origin"]) == (200, "*")
        document = json.loads(response.content)
        validate(document, schema)
        return document

    return send


@pytest.fixture
def manifest(get):
    return get("/reconcile", schemas.MANIFEST)


def test_the_manifest_offers_all_features_of_version_0_2(manifest):
    assert manifest["versions"] == ["0.1", "0.2"]
    assert {"view", "preview", "suggest", "extend", "defaultTypes", "batchSize"} <= manifest.keys()
    assert [each["id"] for each in manifest["defaultTypes"]] == [
        "cities", "countries", "organisations", "delegates", "events", "initiatives", "themes",
    ]  # fmt: skip


def test_ten_cells_of_a_column_determine_its_type(ask):
    cells = ["Душанбе", "Bishkek", "塔什干", "г. Ош", "Almaty", "Астана", "西安", "Tianjin", "Qingdao", "Ufa"]
    found = ask(*({"query": cell, "limit": 3} for cell in cells))
    assert all(len(each) <= 3 for each in found)
    assert {each[0]["type"][0]["id"] for each in found} == {"cities"}


def test_a_column_is_reconciled_with_the_help_of_another_column(ask):
    query = {"type": "cities", "type_strict": "should", "properties": [{"pid": "country", "v": "Кыргызстан"}]}
    osh, dushanbe = ask(query | {"query": "Ош"}, query | {"query": "Душанбе"})
    assert (osh[0]["id"], osh[0]["match"], osh[0]["score"]) == ("cities:osh", True, 100)
    assert not any(each["match"] for each in dushanbe)
    assert {"id": "country", "value": False} in dushanbe[0]["features"]


@pytest.mark.parametrize(
    ("name", "extra", "first"),
    [
        ("entity", "prefix=душ&type=cities&type_strict=should&spell=always&exact=false", "cities:dushanbe"),
        ("type", "prefix=cit&scoring=schema", "cities"),
        ("property", "prefix=geon&prefixed=true", "geonames_id"),
    ],
)
def test_typed_text_is_completed_and_its_flyout_is_shown(get, manifest, name, extra, first):
    """Unknown parameters added by clients are ignored."""
    service = manifest["suggest"][name]
    schema = schemas.SUGGESTED_ENTITIES if name == "entity" else schemas.SUGGESTED
    suggested = get(f"{service['service_url']}{service['service_path']}?{extra}", schema)["result"]
    assert suggested[0]["id"] == first
    flyout = service["flyout_service_url"] + service["flyout_service_path"].replace("${id}", first)
    assert suggested[0]["name"] in get(flyout, schemas.FLYOUT)["html"]


@pytest.mark.parametrize("language", ["", "/ru", "/zh-hans"])
def test_the_preview_of_a_candidate_may_be_framed_anywhere(client, get, language):
    address = get(f"{language}/reconcile", schemas.MANIFEST)["preview"]["url"].replace(
        "{{id}}", "cities:dushanbe"
    )
    response = client.get(address)
    assert (response.status_code, "X-Frame-Options" in response) == (200, False)
    assert "frame-ancestors *" in response["Content-Security-Policy"]


@pytest.mark.parametrize("identifier", ["cities:dushanbe", "cities%3Adushanbe"])
def test_the_link_of_a_match_redirects_to_its_page(client, manifest, identifier):
    """OpenRefine and the standard's test bench encode the identifier differently."""
    response = client.get(manifest["view"]["url"].replace("{{id}}", identifier))
    assert (response.status_code, response["Location"]) == (302, "/cities/dushanbe/")


def test_new_columns_are_filled_with_proposed_properties(client, get, manifest):
    service = manifest["extend"]["propose_properties"]
    address = f"{service['service_url']}{service['service_path']}?type=initiatives&limit=50"
    proposed = get(address, schemas.PROPOSED)["properties"]
    assert {"status", "countries", "lead_cities", "starts_on", "year", "disputed"} <= {
        each["id"] for each in proposed
    }
    names = {each["id"]: each["name"] for each in proposed}
    assert (names["lead_cities"], names["starts_on"]) == ("Leading cities", "Start")
    ids = ["initiatives:dushanbe-safe-city-1", "initiatives:nowhere"]
    extend = {"ids": ids, "properties": [{"id": each["id"]} for each in proposed]}
    document = json.loads(client.post("/reconcile", {"extend": json.dumps(extend)}).content)
    validate(document, schemas.EXTENSION)
    row = document["rows"][ids[0]]
    assert row["lead_cities"] == [{"id": "cities:dushanbe", "name": "Dushanbe"}]
    assert (row["starts_on"], row["year"], row["disputed"]) == (
        [{"str": "2013-05-20"}],
        [{"str": "2013"}],
        [{"str": "true"}],
    )
    assert set(map(len, document["rows"][ids[1]].values())) == {0}
    meta = {each["id"]: each for each in document["meta"]}
    assert meta["lead_cities"]["type"]["id"] == "cities"
