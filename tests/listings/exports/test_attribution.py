"""Every file exported by the site names the licence of the facts."""

import json
import re

import pytest

from sco_cities.listings.exports.attribution import FOOTNOTE_RULE
from sco_cities.search.searchable_lists import SEARCHABLE_LISTS
from tests import factories as make

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
LISTS = (
    "initiatives", "cities", "countries", "delegates", "organisations", "events", "themes", "reports", "statements",
)  # fmt: skip
FILES = [
    *(f"/{collection}.{extension}" for collection in LISTS for extension in ("csv", "xlsx", "atom")),
    *(f"/{collection}.geojson" for collection in ("initiatives", "cities", "events", "delegates", "organisations")),
    "/map.csv", "/map/cities.csv", "/map/countries.csv", "/map/events.csv", "/matrix.csv", "/charts/firmness.csv",
    "/charts/years.csv", "/ru/initiatives.csv",
]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("address", FILES)
def test_the_response_of_every_file_has_a_link_to_the_licence(client, address):
    make.make_initiative(lead=[make.make_city()])
    for request in (client.get, client.head):
        response = request(address)
        assert (response.status_code, response["Link"].partition(", ")[0]) == (
            200,
            f'<{LICENCE}>; rel="license"',
        )


def test_the_rule_of_footnotes_names_the_kinds_that_must_be_sourced_and_the_others():
    """Reports are excluded from both groups, because footnotes cite reports."""
    sourced, reference = FOOTNOTE_RULE.split(". ")
    for kind in SEARCHABLE_LISTS:
        place = sourced if kind.model.must_be_sourced else reference
        assert (kind.collection in place.lower()) == bool(kind.model.evidence_fields), kind.collection
    assert sourced.endswith("are supported by passages of reports")


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/llms.txt", "/api/openapi.json", "/mcp"])
def test_programs_read_which_records_have_footnotes(client, path):
    if path == "/mcp":
        parameters = {
            "protocolVersion": "2025-11-25",
            "capabilities": {},
            "clientInfo": {"name": "t", "version": "1"},
        }
        message = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": parameters}
        text = client.post(path, json.dumps(message), content_type="application/json").content.decode()
    else:
        text = client.get(path).content.decode()
    assert FOOTNOTE_RULE in text
    assert not re.search("every value (has|is|comes)", text.lower())


@pytest.mark.django_db
def test_a_csv_file_has_only_its_rows(export):
    make.make_initiative("lamps")
    assert export("/initiatives.csv?columns=slug") == (200, b"slug\r\nlamps\r\n")


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["", "/ru", "/zh-hans"])
@pytest.mark.parametrize(
    ("address", "text"),
    [
        ("/initiatives.atom", f'<link rel="license" type="text/html" href="{LICENCE}"/>'),
        ("/initiatives.atom", f" {LICENCE} Natural Earth"),
        ("/initiatives.geojson", f'{{"type":"FeatureCollection","license":"{LICENCE}","metadata":'),
        ("/initiatives/?view=brief", f" {LICENCE} Natural Earth"),
        ("/about/", f'<a href="{LICENCE}" rel="license">CC BY 4.0</a>'),
    ],
    ids=["a link of the feed", "rights of the feed", "a member of GeoJSON", "the brief", "About"],
)
def test_every_format_with_a_field_for_the_licence_names_the_licence(client, language, address, text):
    make.make_initiative("lamps")
    response = client.get(language + address)
    assert text in b"".join(response).decode()


@pytest.mark.django_db
def test_geojson_stays_valid_json(client):
    assert json.loads(b"".join(client.get("/initiatives.geojson")))["license"] == LICENCE


@pytest.mark.django_db
def test_an_error_has_no_licence(client):
    assert "Link" not in client.get("/initiatives.csv?status=sure")
