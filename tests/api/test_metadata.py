"""The metadata for the files of a list contains the query, the meaning of the columns and the citation."""

import csv
import io
import json

import pytest

from sco_cities.search.searchable_lists import COLLECTIONS
from tests import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.only_on("sqlite")]


@pytest.fixture
def read(client):
    return lambda path: json.loads(client.get(path).content)


def test_metadata_describes_the_query_as_text_and_gives_a_citation(read):
    make.make_initiative("lamps", lead=[make.make_city("alphaville", name_en="Alphaville")])
    metadata = read("/initiatives.metadata.json?country=xa&status=-completed&sort=slug")
    assert (metadata["title"], metadata["count"]) == ("1 initiative, not completed, with Country XA", 1)
    assert metadata["filters"] == [
        {
            "parameter": "status",
            "label": "Status",
            "values": [{"value": "-completed", "label": "not completed"}],
        },
        {"parameter": "country", "label": "Country", "values": [{"value": "xa", "label": "Country XA"}]},
    ]
    page = "http://testserver/initiatives/?country=xa&status=-completed&sort=slug"
    assert (metadata["page_url"], metadata["sort"]) == (page, "slug")
    assert metadata["cite_as"] == (
        f"“1 initiative, not completed, with Country XA”, SCO Cities, {metadata['retrieved_on']}. {page}"
    )
    assert metadata["licence"] == "CC BY 4.0"
    assert "<" not in " ".join(metadata["credits"])


def test_how_to_cite_it_has_the_punctuation_of_the_language(read):
    make.make_initiative("lamps")
    for language, cited in (
        ("ru", "«1 инициатива», Города ШОС, {}. http://testserver/ru/initiatives/"),
        ("zh-hans", "《1个合作事项》，上合城市，{}。http://testserver/zh-hans/initiatives/"),
    ):
        metadata = read(f"/{language}/initiatives.metadata.json")
        assert metadata["cite_as"] == cited.format(metadata["retrieved_on"])


def test_every_file_that_it_names_has_the_same_filters_and_columns(client, read):
    make.make_initiative("lamps", lead=[make.make_city()])
    metadata = read("/initiatives.metadata.json?country=xa&columns=slug,lead_cities&labels=1")
    assert list(metadata["files"]) == ["csv", "xlsx", "geojson", "jsonl", "zip", "atom", "feed.json"]
    for address in [*metadata["files"].values(), metadata["page_url"], metadata["api_url"]]:
        assert "country=xa" in address
        assert client.get(address.removeprefix("http://testserver")).status_code == 200, address
    (row,) = read(metadata["api_url"].removeprefix("http://testserver"))["results"]
    assert set(row) - {"url"} == {column["name"] for column in metadata["columns"]}


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_metadata_describes_every_column_of_the_csv_file(client, read, collection):
    content = b"".join(client.get(f"/{collection}.csv?labels=1"))
    header = next(csv.reader(io.StringIO(content.decode())))
    columns = read(f"/{collection}.metadata.json?labels=1")["columns"]
    assert [column["name"] for column in columns if not column["json_only"]] == header
    assert all(column["type"] and column["description"] for column in columns)


def test_every_file_links_to_its_metadata(client):
    make.make_initiative("lamps")
    metadata = "/ru/initiatives.metadata.json?status=agreed&columns=slug"
    for extension in ("csv", "xlsx", "jsonl"):
        response = client.get(f"/ru/initiatives.{extension}?status=agreed&columns=slug")
        assert response["Link"].endswith(f', <{metadata}>; rel="describedby"; type="application/json"')
    assert client.get(metadata).status_code == 200


def test_a_link_too_long_for_proxies_is_left_out(client):
    make.make_initiative("lamps")
    words = "&".join(f"q={letter * 180}" for letter in "abcdefghi")
    assert "describedby" not in client.get(f"/initiatives.csv?{words}")["Link"]


@pytest.mark.parametrize(
    ("path", "status", "anchor"),
    [
        ("/initiatives.metadata.json?status=certain", 400, "invalid-parameter"),
        ("/initiatives.metadata.json?per_page=50", 200, None),
        ("/initiatives.metadata.json?colour=red", 400, "invalid-parameter"),
        ("/lamps.metadata.json", 404, "status-404"),
    ],
)
def test_mistakes_are_problems(client, path, status, anchor):
    response = client.get(path)
    assert response.status_code == status
    assert json.loads(response.content).get("type") == (anchor and f"/api/docs/#{anchor}")


def test_metadata_names_the_loaded_data_package(client, loaded_package):
    version = json.loads(client.get("/themes.metadata.json").content)["data_package"]
    assert version.startswith("1.")
