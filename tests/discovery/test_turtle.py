"""Turtle files contain the same statements as the nodes, for every text of a value."""

import hypothesis
import pytest
from hypothesis import strategies
from rdflib import RDFS, Graph, Literal, URIRef

from sco_cities.discovery.data_views import turtle

pytestmark = pytest.mark.only_on("sqlite")
PREFIXES = {"rdfs": str(RDFS)}
TEXTS = strategies.text(
    strategies.characters(exclude_categories=["Cs", "Cc"]) | strategies.sampled_from('"\\\n\r\t')
)


@hypothesis.given(TEXTS, TEXTS)
def test_texts_are_returned_unchanged(plain, localized):
    nodes = [
        {
            "@id": "https://a.example/",
            "rdfs:label": [plain, {"@value": localized, "@language": "ru"}],
            "rdfs:seeAlso": [],
        }
    ]
    graph = Graph().parse(data=turtle(PREFIXES, nodes), format="turtle")
    found = set(graph.objects(URIRef("https://a.example/"), RDFS.label))
    assert found == {Literal(plain), Literal(localized, lang="ru")}


def test_an_address_cannot_end_its_brackets():
    text = turtle(PREFIXES, [{"@id": "https://a.example/> <b", "rdfs:label": 1}])
    (subject,) = Graph().parse(data=text, format="turtle").subjects()
    assert str(subject) == "https://a.example/%3E%20%3Cb"
