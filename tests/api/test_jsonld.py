"""rdflib reads the linked data without network access and finds the source of each value."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rdflib import Graph, URIRef
from rdflib.namespace import RDF, SDO

from sco_cities.search.searchable_lists import COLLECTIONS, LISTS_BY_COLLECTION
from sco_cities.sources.models import Evidence, Stance
from tests import factories as make

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.only_on("sqlite"),
    # rdflib's own parser uses a class that rdflib deprecates.
    pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning"),
]
SITE = "http://testserver"
# The main query of the design finds the passages and reports behind each value.
WHO_SAYS_SO = """
PREFIX sco: <http://testserver/data/context.jsonld#>
PREFIX schema: <https://schema.org/>
PREFIX prov: <http://www.w3.org/ns/prov#>
SELECT ?record ?property ?stance ?reported ?passage ?report WHERE {
  ?claim a sco:ValueStatement ; schema:about ?record ; sco:property ?property ;
    sco:stance ?stance ; prov:wasDerivedFrom ?passage .
  ?passage schema:isPartOf ?report .
  OPTIONAL { ?claim sco:reportedValue ?reported FILTER (lang(?reported) = "en") }
}
"""


@pytest.fixture
def graph(client):
    """Reads documents into one graph. Their context is read from the site, never from the network."""
    context = json.loads(client.get("/data/context.jsonld").content)["@context"]

    def read(*paths: str) -> Graph:
        graph = Graph()
        for path in paths:
            document = json.loads(client.get(path).content)
            assert document["@context"] == f"{SITE}/data/context.jsonld"
            graph.parse(data=json.dumps(document | {"@context": context}), format="json-ld")
        return graph

    return read


def stored_rows(evidence) -> set[tuple]:
    """The rows that the database returns for the same query."""
    return {
        (
            f"{SITE}/{item.record.collection}/{item.record.slug}/",
            item.field_key,
            item.stance,
            item.reported_value or None,
            f"{SITE}{item.passage.get_absolute_url()}",
            f"{SITE}{item.passage.report.get_absolute_url()}",
        )
        for item in evidence.from_published_reports().select_related("passage__report", "figure")
    }


def answers(graph: Graph) -> set[tuple]:
    return {tuple(value and str(value) for value in row) for row in graph.query(WHO_SAYS_SO)}


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_the_graph_gives_the_same_sources_as_the_evidence(graph, loaded_package, collection):
    model = LISTS_BY_COLLECTION[collection].model
    # The records with the most different stances of evidence.
    records = list(model.objects.published().order_by("-evidence__stance", "slug").distinct()[:4])
    rows = set().union(*(stored_rows(record.evidence.all()) for record in records))
    found = answers(graph(*(f"/ru/{collection}/{record.slug}.jsonld" for record in records)))
    assert found == rows
    if collection in ("initiatives", "delegates", "events", "statements"):
        assert len(rows) > 4


def test_unpublished_reports_are_not_sources(graph):
    lamps = make.make_initiative("lamps")
    make.make_evidence(lamps, "status", make.make_report("secret", state="draft").passages.get())
    make.make_evidence(lamps, "status", make.make_report("gazette").passages.get())
    assert len(Evidence.objects.all()) == 2
    ((_record, name, stance, reported, passage, report),) = answers(graph("/initiatives/lamps.jsonld"))
    assert (name, stance, reported) == ("status", Stance.SUPPORTS, None)
    assert (passage, report) == (f"{SITE}/reports/gazette/#p1", f"{SITE}/reports/gazette/")


@pytest.mark.parametrize(
    ("collection", "type_name"),
    [
        ("initiatives", "Project"),
        ("cities", "City"),
        ("countries", "Country"),
        ("delegates", "Person"),
        ("organisations", "Organization"),
        ("events", "Event"),
        ("themes", "DefinedTerm"),
        ("reports", "CreativeWork"),
        ("statements", "CreativeWork"),
    ],
)
def test_a_record_has_a_type_and_a_name_of_schema_org(graph, loaded_package, collection, type_name):
    record = LISTS_BY_COLLECTION[collection].model.objects.published().order_by("slug").first()
    found = graph(f"/zh-hans/{collection}/{record.slug}.jsonld")
    subject = URIRef(f"{SITE}/{collection}/{record.slug}/")
    assert (subject, RDF.type, SDO[type_name]) in found
    assert list(found.objects(subject, SDO.description if collection == "statements" else SDO.name))


def test_claims_are_understood_by_those_who_read_schema_org_only(graph):
    lamps = make.make_initiative("lamps", lead=[make.make_city("alphaville")], status="agreed")
    make.make_evidence(lamps, "cities", make.make_report("gazette").passages.get())
    found = graph("/initiatives/lamps.jsonld")
    (claim,) = found.subjects(RDF.type, SDO.Claim)
    (work,) = found.objects(claim, SDO.appearance)
    assert (work, RDF.type, SDO.CreativeWork) in found
    report = URIRef(f"{SITE}/reports/gazette/")
    assert (work, SDO.isPartOf, report) in found
    assert str(found.value(report, SDO.url)) == "https://gazette.example/gazette"
    assert found.value(claim, URIRef(f"{SITE}/data/context.jsonld#value")) == URIRef(
        f"{SITE}/cities/alphaville/"
    )


def test_a_city_is_the_same_as_in_geonames_and_wikidata_and_lies_in_its_country(graph):
    make.make_city("alphaville", geonames_id=1, wikidata_id="Q1")
    found = graph("/cities/alphaville.jsonld")
    city = URIRef(f"{SITE}/cities/alphaville/")
    assert set(found.objects(city, SDO.sameAs)) == {
        URIRef("https://www.geonames.org/1/"),
        URIRef("https://www.wikidata.org/wiki/Q1"),
    }
    assert found.value(city, SDO.containedInPlace) == URIRef(f"{SITE}/countries/xa/")


def test_unpublished_records_are_not_referred_to(client):
    make.make_initiative("lamps", themes=[make.make_theme("secret", state="draft")])
    delegate = make.make_delegate("ada", organisation=make.make_organisation("secret-office", state="draft"))
    make.make_evidence(delegate, "organisation", make.make_report("gazette").passages.get())
    for path in ("/initiatives/lamps", "/delegates/ada"):
        for ending in (".json", ".jsonld", ".md"):
            assert b"ecret" not in client.get(f"{path}{ending}").content


def test_more_passages_for_a_relation_need_no_more_queries(client):
    ball = make.make_event("ball")
    make.make_attendance(ball, make.make_delegate())
    client.get("/events/")
    numbers = []
    for report in ("gazette", "herald", "courier"):
        make.make_evidence(ball, "attendances", make.make_report(report).passages.get())
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/events/ball.jsonld").status_code == 200
        numbers.append(len(queries))
    assert numbers[1] == numbers[2]
