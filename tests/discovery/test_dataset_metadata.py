"""Every description of the data has the publisher, the contact, the DOI, and the dates and countries of the data."""

import json

import pytest
from bs4 import BeautifulSoup
from rdflib import DCTERMS, RDF, SKOS, XSD, Graph, Literal, Namespace, URIRef

from tests import factories as make
from tests.discovery.conftest import EARLIER
from tests.discovery.test_dcat import violations

pytestmark = [pytest.mark.django_db, pytest.mark.only_on("sqlite")]

DCAT = Namespace("http://www.w3.org/ns/dcat#")
FOAF = Namespace("http://xmlns.com/foaf/0.1/")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
SITE = "http://testserver"
DOI = "https://doi.org/10.5281/zenodo.1234567"
KAZAKHSTAN = "http://publications.europa.eu/resource/authority/country/KAZ"


@pytest.fixture
def described(settings):
    settings.DOI = "10.5281/zenodo.1234567"
    settings.PUBLISHER_NAME, settings.PUBLISHER_CONTACT = "City Office", "https://example.org/us"
    make.make_country("kz")
    make.make_country("xq")  # a code that data portals do not support
    make.make_report("first", published_on="2023-02-03")
    make.make_report("last", published_on="2026-11-05")


def catalogue(client) -> Graph:
    return Graph().parse(data=client.get("/data/catalog.ttl").content, format="turtle")


def dataset(client, path: str = "/data/") -> dict:
    page = BeautifulSoup(client.get(path).content, "html.parser")
    return json.loads(page.select_one('script[type="application/ld+json"]').string)


def test_the_catalogue_has_the_contact_the_period_and_the_countries(client, described, newest):
    graph = catalogue(client)
    assert violations(graph) == ""
    publisher, contact = URIRef(f"{SITE}/#publisher"), URIRef(f"{SITE}/#contact")
    assert graph.value(publisher, FOAF.name) == Literal("City Office")
    assert graph.value(contact, VCARD.fn) == Literal("City Office")
    assert graph.value(contact, VCARD.hasURL) == URIRef("https://example.org/us")
    for name in ("#present-data", f"{newest.date}/", f"{EARLIER}/"):
        node = URIRef(f"{SITE}/data/{name}")
        assert graph.value(node, DCAT.contactPoint) == contact
        assert list(graph.objects(node, DCTERMS.spatial)) == [URIRef(KAZAKHSTAN)]
        period = graph.value(node, DCTERMS.temporal)
        assert graph.value(period, DCAT.startDate) == Literal("2023-02-03", datatype=XSD.date)
        assert graph.value(period, DCAT.endDate) == Literal("2026-11-05", datatype=XSD.date)
        assert graph.value(node, DCTERMS.conformsTo) == URIRef("https://www.loc.gov/standards/datetime/")
    assert graph.value(URIRef(KAZAKHSTAN), SKOS.prefLabel) == Literal("Kazakhstan", lang="en")
    assert graph.value(URIRef(f"{SITE}/data/#releases"), DCTERMS.identifier) == Literal(DOI)


def test_each_distribution_and_standard_is_described(client, described, newest):
    graph = catalogue(client)
    distributions = set(graph.subjects(RDF.type, DCAT.Distribution))
    assert distributions
    for node in distributions:
        languages = {text.language for text in graph.objects(node, DCTERMS.description)}
        assert languages == {"en", "ru", "zh-Hans"}, node
    standards = set(graph.objects(None, DCTERMS.conformsTo))
    assert len(standards) == 3
    assert all(graph.value(each, DCTERMS.title) for each in standards)


def test_a_catalogue_leaves_out_a_missing_contact_doi_and_dates(client, no_release):
    graph = catalogue(client)
    assert not list(graph.subject_objects(DCAT.contactPoint))
    assert not list(graph.subject_objects(DCTERMS.temporal))
    assert b"doi.org" not in client.get("/data/catalog.ttl").content


@pytest.mark.parametrize("has_release", [True, False])
def test_search_engines_get_identifier_coverage_and_catalogue(client, described, request, has_release):
    release = request.getfixturevalue("newest" if has_release else "no_release")
    found = dataset(client)
    page = f"{SITE}/data/{release.date}/" if has_release else f"{SITE}/data/"
    assert found["identifier"] == [DOI, page]
    assert found["temporalCoverage"] == "2023-02-03/2026-11-05"
    assert found["spatialCoverage"] == [{"@type": "Country", "name": "Kazakhstan", "identifier": "KZ"}]
    assert found["includedInDataCatalog"]["url"] == f"{SITE}/data/"
    assert found["publisher"] == {
        "@type": "Organization", "name": "City Office", "url": "https://example.org/us",
    }  # fmt: skip


def test_croissant_has_the_same_metadata_and_the_citation(client, described, newest):
    found = json.loads(client.get("/data/croissant.json").content)
    same = ("identifier", "temporalCoverage", "spatialCoverage", "publisher", "datePublished", "license")
    assert {name: found[name] for name in same} == {name: dataset(client)[name] for name in same}
    assert DOI in found["citeAs"]


@pytest.mark.parametrize("prefix", ["", "/ru", "/zh-hans"])
def test_the_page_of_the_data_shows_the_doi(client, described, newest, prefix):
    page = BeautifulSoup(client.get(f"{prefix}/data/").content, "html.parser")
    assert page.select_one(f'main a[href="{DOI}"]').text == DOI
    assert DOI in page.select_one("#cite").parent.text
