"""A client that sends the same requests as OpenRefine."""

import json

import pytest
from jsonschema import validate

from tests.reconciliation import schemas


@pytest.fixture
def ask(client):
    """Sends a batch of queries by POST. Returns the candidates of each query."""

    def send(*queries, path="/reconcile") -> list[list[dict]]:
        batch = {f"q{number}": query for number, query in enumerate(queries)}
        response = client.post(path, {"queries": json.dumps(batch)})
        assert response.status_code == 200, response.content
        document = json.loads(response.content)
        validate(document, schemas.RESULTS)
        assert list(document) == list(batch)
        return [answer["result"] for answer in document.values()]

    return send


@pytest.fixture
def matched(ask):
    """The matched identifier of each name, or "" if there is no match."""

    def send(*queries) -> list[str]:
        return [next((each["id"] for each in found if each["match"]), "") for found in ask(*queries)]

    return send
