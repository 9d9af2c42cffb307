"""The Croissant description of a release is valid, and tools can load it without a network."""

import json

import pytest

from sco_cities.releases.public_tables import PUBLIC_TABLES

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.only_on("sqlite"),
    # rdflib's JSON-LD reader, which mlcroissant uses, raises this warning.
    pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning"),
]


def test_the_document_names_the_tables_and_the_hashes_of_the_files(client, newest):
    document = json.loads(client.get("/data/croissant.json").content)
    assert {each["name"] for each in document["recordSet"]} == set(PUBLIC_TABLES)
    hashes = {each["sha256"] for each in document["distribution"] if "sha256" in each}
    assert hashes
    assert hashes <= {file["sha256"] for file in newest.manifest["files"]}


def test_the_description_is_valid_and_every_table_can_be_loaded(client, newest):
    # mlcroissant is not in the requirements, because its dependency jsonpath-rw has no wheel.
    mlcroissant = pytest.importorskip("mlcroissant", reason="mlcroissant is not installed")
    document = json.loads(client.get("/data/croissant.json").content)
    dataset = mlcroissant.Dataset(document, mapping={file.name: file.path for file in newest.files})
    assert dataset.metadata.ctx.issues.report() == ""
    assert {each.name for each in dataset.metadata.record_sets} == set(PUBLIC_TABLES)
    counts = {name: sum(1 for _row in dataset.records(name)) for name in PUBLIC_TABLES}
    assert counts == newest.manifest["rows"]
    initiatives = list(dataset.records("initiatives"))
    assert {row["initiatives/slug"] for row in initiatives} == {b"lamps", b"trams"}


def test_the_document_is_missing_without_a_release(client, no_release):
    assert client.get("/data/croissant.json").status_code == 404
