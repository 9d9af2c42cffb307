"""The descriptions of the data support conditional requests like the other files of the site."""

import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        ("croissant.json", "application/problem+json"),
        ("catalog.jsonld", "application/problem+json"),
        ("catalog.ttl", "text/html; charset=utf-8"),
    ],
)
def test_an_unmet_condition_causes_an_error_that_names_it(client, newest, name, content_type):
    response = client.get(f"/data/{name}", headers={"if-match": '"other"'})
    assert (response.status_code, response["Content-Type"]) == (412, content_type)
    assert b"A condition of the request was not met" in response.content


@pytest.mark.parametrize("name", ["croissant.json", "catalog.jsonld", "catalog.ttl"])
def test_a_client_with_the_current_description_gets_304(client, newest, name):
    address = f"/data/{name}"
    again = client.get(address, headers={"if-none-match": client.get(address)["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
