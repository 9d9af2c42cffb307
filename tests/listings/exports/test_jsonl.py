"""JSON Lines files of lists have one record per line, in the format of the API."""

import json

import pytest

from tests import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.only_on("sqlite")]


@pytest.fixture
def lines_of(client):
    def read(path: str) -> list[dict]:
        response = client.get(path)
        assert (response.status_code, response["Content-Type"]) == (200, "application/jsonl; charset=utf-8")
        return [json.loads(line) for line in b"".join(response).splitlines()]

    return read


def test_each_line_is_a_record_in_the_format_of_the_api(client, lines_of):
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


def test_an_invalid_value_gives_an_error_instead_of_a_file(client):
    response = client.get("/initiatives.jsonl?colour=red")
    assert (response.status_code, response.content) == (
        400,
        b"colour: Unknown parameter. Correct or remove it.\n",
    )
