"""JSON Lines of lists: one record a line, as the API gives it."""

import json
import random

import pytest

from initiatives.columns import INITIATIVES
from sco_cities.facet_index.refresh import facet_index
from tests import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.only_on("sqlite")]


@pytest.fixture
def lines_of(client):
    def read(path: str) -> list[dict]:
        response = client.get(path)
        assert (response.status_code, response["Content-Type"]) == (200, "application/jsonl; charset=utf-8")
        return [json.loads(line) for line in b"".join(response).splitlines()]

    return read


def test_each_line_is_a_record_as_the_api_gives_it(client, lines_of):
    lead = make.make_city("alphaville")
    for number in (1, 2):
        make.make_initiative(f"lamps-{number}", lead=[lead], starts_on="2024-02", sourced=True)
    query = "sort=slug&labels=1"
    assert (
        lines_of(f"/initiatives.jsonl?{query}") == client.get(f"/api/initiatives/?{query}").json()["results"]
    )


def test_an_empty_list_is_an_empty_file(client):
    response = client.get("/initiatives.jsonl")
    assert (response.status_code, b"".join(response)) == (200, b"")


def test_a_mistake_is_an_error_and_no_file(client):
    response = client.get("/initiatives.jsonl?colour=red")
    assert (response.status_code, response.content) == (
        400,
        b"colour: Unknown parameter. Correct or remove it.\n",
    )


@pytest.mark.usefixtures("loaded_package")
def test_every_format_has_the_same_records_in_the_same_order(client, lines_of):
    """Random filters; the workbook has its own test of the same kind."""
    choose = random.Random(20250901)
    with facet_index("initiatives", "cities", "countries", "themes") as state:
        values = {
            name: [record.slug for record in state.index(collection).records.values() if record.is_published]
            for name, collection in (("city", "cities"), ("country", "countries"), ("theme", "themes"))
        }
    values["status"] = ["agreed", "operating", "-completed", "under_way"]
    values["year_from"] = ["2015", "2020", "2024"]
    sorts = list(INITIATIVES.sorts)
    for _number in range(40):
        filters = choose.sample(sorted(values), choose.randint(0, 3))
        query = "&".join(f"{name}={choose.choice(values[name])}" for name in filters)
        query += f"&sort={choose.choice(['', '-'])}{choose.choice(sorts)}&columns=slug"
        lines = [record["slug"] for record in lines_of(f"/initiatives.jsonl?{query}")]
        csv = b"".join(client.get(f"/initiatives.csv?{query}")).decode().splitlines()[1:]
        page = client.get(f"/api/initiatives/?{query}&per_page=1000").json()
        features = json.loads(b"".join(client.get(f"/initiatives.geojson?{query}")))["features"]
        assert lines == csv == [each["slug"] for each in page["results"]] == [each["id"] for each in features]
        assert page["count"] == len(lines)
