"""The data catalogue conforms to DCAT-AP, is equal in both notations, and keeps its identifiers."""

import hashlib
from pathlib import Path

import pyshacl
import pytest
from rdflib import DCTERMS, RDF, XSD, Graph, Literal, Namespace, URIRef
from rdflib.compare import isomorphic

from sco_cities.search.searchable_lists import COLLECTIONS
from tests.discovery.conftest import EARLIER

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.only_on("sqlite"),
    # rdflib's JSON-LD reader raises this warning.
    pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning"),
]

SHAPES = Path(__file__).with_name("dcat_ap_shapes.ttl")
# rdflib supports DCAT 2 only.
DCAT = Namespace("http://www.w3.org/ns/dcat#")
SPDX = Namespace("http://spdx.org/rdf/terms#")
SITE = "http://testserver"
PAGE = f"{SITE}/data/"


def parsed(client, name: str) -> Graph:
    response = client.get(f"/data/{name}")
    assert response.status_code == 200
    notation = {"text/turtle": "turtle", "application/ld+json": "json-ld"}
    return Graph().parse(data=response.content, format=notation[response["Content-Type"].partition(";")[0]])


def violations(graph: Graph) -> str:
    conforms, _results, text = pyshacl.validate(graph, shacl_graph=Graph().parse(SHAPES))
    return "" if conforms else text


def test_a_catalogue_with_releases_conforms_to_the_profile(client, newest):
    assert violations(parsed(client, "catalog.ttl")) == ""


def test_a_catalogue_without_releases_and_records_conforms_to_the_profile(client, no_release):
    graph = parsed(client, "catalog.ttl")
    assert violations(graph) == ""
    assert set(graph.subjects(RDF.type, DCAT.Dataset)) == {URIRef(f"{PAGE}#present-data")}
    assert set(graph.subjects(RDF.type, DCAT.DatasetSeries)) == set()


def test_both_notations_contain_the_same_statements(client, newest):
    assert isomorphic(parsed(client, "catalog.ttl"), parsed(client, "catalog.jsonld"))


@pytest.mark.parametrize(
    "missing",
    [
        (URIRef(f"{PAGE}#catalogue"), DCTERMS.title),
        (URIRef(f"{PAGE}#catalogue"), DCTERMS.publisher),
        (URIRef(f"{SITE}/api/#service"), DCAT.endpointURL),
        (URIRef("https://creativecommons.org/licenses/by/4.0/"), RDF.type),
        (URIRef(f"{PAGE}{EARLIER}/columns.csv#distribution"), DCAT.accessURL),
        (URIRef(f"{PAGE}#releases"), DCTERMS.description),
    ],
)
def test_the_check_reports_each_missing_property(client, newest, missing):
    graph = parsed(client, "catalog.ttl")
    assert (*missing, None) in graph
    graph.remove((*missing, None))
    assert violations(graph)


def test_each_file_of_a_release_has_its_size_and_hash(client, newest):
    graph = parsed(client, "catalog.ttl")
    dataset = URIRef(f"{PAGE}{newest.date}/")
    found = {
        str(graph.value(node, DCAT.downloadURL)): node for node in graph.objects(dataset, DCAT.distribution)
    }
    assert set(found) == {f"{dataset}{file.name}" for file in newest.files}
    for file in newest.files:
        node = found[f"{dataset}{file.name}"]
        content = file.path.read_bytes()
        checksum = graph.value(node, SPDX.checksum)
        digest = graph.value(checksum, SPDX.checksumValue)
        assert (digest.datatype, digest.value) == (XSD.hexBinary, hashlib.sha256(content).digest())
        assert graph.value(node, DCAT.byteSize) == Literal(len(content), datatype=XSD.nonNegativeInteger)


def test_releases_are_a_series_and_each_release_names_the_previous_release(client, newest):
    graph = parsed(client, "catalog.jsonld")
    new, old, series = (
        URIRef(f"{PAGE}{newest.date}/"),
        URIRef(f"{PAGE}{EARLIER}/"),
        URIRef(f"{PAGE}#releases"),
    )
    assert set(graph.subjects(DCAT.inSeries, series)) == {new, old}
    assert (graph.value(series, DCAT.first), graph.value(series, DCAT.last)) == (old, new)
    assert (graph.value(new, DCAT.prev), graph.value(old, DCAT.prev)) == (old, None)


def test_the_present_data_have_a_file_for_each_list_and_are_served_by_the_api(client, newest):
    graph = parsed(client, "catalog.ttl")
    data = URIRef(f"{PAGE}#present-data")
    files = {str(graph.value(node, DCAT.downloadURL)) for node in graph.objects(data, DCAT.distribution)}
    assert files == {f"{SITE}/{collection}.csv" for collection in COLLECTIONS}
    service = graph.value(None, DCAT.servesDataset, data)
    assert graph.value(service, DCAT.endpointDescription) == URIRef(f"{SITE}/api/openapi.json")


def test_texts_are_in_three_languages_wherever_the_reader_is(client, newest):
    titles = parsed(client, "catalog.ttl").objects(URIRef(f"{PAGE}{newest.date}/"), DCTERMS.title)
    found = {title.language: str(title) for title in titles}
    assert set(found) == {"en", "ru", "zh-Hans"}
    assert found["en"] == f"SCO Cities: release of {newest.date}"
    assert len(set(found.values())) == 3


def test_identifiers_have_the_host_of_the_site_and_not_that_of_a_request(client, newest, settings):
    settings.SITE_URL = "https://sco-cities.example"
    graph = parsed(client, "catalog.ttl")
    assert not [node for node in graph.all_nodes() if "testserver" in str(node)]
    assert (URIRef(f"https://sco-cities.example/data/{EARLIER}/"), RDF.type, DCAT.Dataset) in graph


def test_a_new_release_is_listed_immediately_and_an_unchanged_catalogue_is_not_sent_again(client, newest):
    response = client.get("/data/catalog.ttl")
    again = client.get("/data/catalog.ttl", headers={"If-None-Match": response["ETag"]})
    assert again.status_code == 304
    newest.path.rename(newest.path.with_name("2026-02-28"))
    again = client.get("/data/catalog.ttl", headers={"If-None-Match": response["ETag"]})
    assert b"/data/2026-02-28/" in again.content
    assert response["Access-Control-Allow-Origin"] == "*"
