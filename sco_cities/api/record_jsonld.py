"""A record as linked data (JSON-LD) in schema.org terms, with the source of each value.

Each piece of evidence is a statement node, as in Wikidata, with the record, the property, the stance and the reported
value. It is derived (PROV) from a passage, which is part of a report. For consumers that only read schema.org, the node
is also a `Claim` that appears in the passage.
"""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import override

from sco_cities.history.shown_record import ShownRecord
from sco_cities.listings.exports.attribution import LICENCE_URL
from sco_cities.sources.base_models import FIGURE, WHOLE, Record, own_rows
from sco_cities.sources.models import Evidence, Passage, Report, Stance
from sco_cities.sources.web_address import link_address

from .record_document import field_value, figure_document, number, same_as
from .schema_org import Node, language_texts, report_node, schema_org_node


def jsonld_context(vocabulary: str) -> dict[str, Any]:
    """The JSON-LD context. `vocabulary` is its absolute URL, which is also the prefix of the site's terms."""

    def reference(name: str) -> Node:
        return {"@id": name, "@type": "@id"}

    own = ("ValueStatement", "Passage", "Figure", "property", "stance", "value", "reportedValue", "status", "kind",
           "pillar", "startsOn", "endsOn", "unit", "qualifier", "period", "figure", "statement")  # fmt: skip
    links = (
        "sameAs",
        "url",
        "mainEntityOfPage",
        "license",
        "appearance",
        "isPartOf",
        "archivedAt",
        "itemReviewed",
    )
    context = {
        "@version": 1.1,
        "@vocab": "https://schema.org/",
        "prov": "http://www.w3.org/ns/prov#",
        "sco": f"{vocabulary}#",
        "wasDerivedFrom": reference("prov:wasDerivedFrom"),
    }
    context |= {name: f"sco:{name}" for name in own}
    context |= {name: reference(f"https://schema.org/{name}") for name in links}
    return {"@context": context}


def record_jsonld(shown: ShownRecord, request: HttpRequest) -> dict[str, Any]:
    """The JSON-LD document of a published record. Identifiers are the same in every language."""
    with override("en"):
        return _Graph(shown, request).document()


class _Graph:
    """Builds the nodes of the record, the evidence for its values, and the cited passages and reports."""

    def __init__(self, shown: ShownRecord, request: HttpRequest):
        self.shown, self.request = shown, request
        self.record, self.footnotes = shown.record, shown.footnotes
        self._values: dict[str, Any] = {}

    def document(self) -> dict[str, Any]:
        passages = [note.passage for note in self.footnotes.notes]
        graph = [self._record()]
        if isinstance(self.record, Report):
            passages = sorted(own_rows(self.record, "passages", "report"), key=lambda passage: passage.number)
        else:
            reports = {passage.report.pk: passage.report for passage in passages}.values()
            graph += self._statements()
            graph += [{"@id": self.identify(report)} | _filled(report_node(report)) for report in reports]
        graph += map(self._passage, passages)
        return {"@context": self._absolute(reverse("jsonld-context")), "@graph": graph}

    def identify(self, record: Record) -> str:
        """The identifier of a record, which is its permanent URL without a language."""
        return self._absolute(reverse(f"{record.collection}-record", args=[record.slug]))

    def _absolute(self, path: str) -> str:
        return self.request.build_absolute_uri(path)

    def _record(self) -> Node:
        record, history = self.record, self.shown.history
        node = {"@id": self.identify(record)} | schema_org_node(record, self.identify)
        node |= {
            "mainEntityOfPage": self._absolute(self.shown.path),
            "sameAs": same_as(record),
            "license": LICENCE_URL,
            "sdDatePublished": history.published_at and history.published_at.date().isoformat(),
            "figure": [
                {"@type": "Figure", "name": entry.key} | _figure_values(entry.figure)
                for entry in self.footnotes.figures
            ],
        }
        return _filled(node)

    def _statements(self) -> Iterator[Node]:
        for note in self.footnotes.notes:
            for item in note.evidence:
                yield _filled(self._statement(item))

    def _statement(self, item: Evidence) -> Node:
        passage = self._passage_id(item.passage)
        return {
            "@type": ["ValueStatement", "Claim"],
            "about": {"@id": self.identify(self.record)},
            "property": item.field_key,
            "stance": item.stance,
            "value": self._value(item) if item.stance == Stance.SUPPORTS else None,
            "reportedValue": language_texts(item, "reported_value"),
            "wasDerivedFrom": passage,
            "appearance": passage,
        }

    def _value(self, item: Evidence) -> Any:
        """The record's value that the passage supports. Related records are given as references."""
        if item.field == WHOLE:
            return None
        if item.field == FIGURE:
            return number(item.figure.value)
        if item.field not in self._values:
            self._values[item.field] = self._field_value(item.field)
        return self._values[item.field]

    def _field_value(self, name: str) -> Any:
        value = field_value(self.record, name)
        if isinstance(value, list):
            return [{"@id": self.identify(each)} for each in value]
        return {"@id": self.identify(value)} if isinstance(value, Record) else value

    def _passage_id(self, passage: Passage) -> str:
        return self._absolute(passage.get_absolute_url())

    def _passage(self, passage: Passage) -> Node:
        return _filled(
            {
                "@id": self._passage_id(passage),
                "@type": ["Passage", "CreativeWork"],
                "position": passage.number,
                "abstract": language_texts(passage, "summary"),
                "text": {"@value": passage.quotation, "@language": passage.report.language}
                if passage.quotation
                else None,
                "isPartOf": self.identify(passage.report),
                "archivedAt": link_address(passage.archive_address),
            }
        )


def _figure_values(figure) -> Node:
    document = figure_document(figure)
    return {
        name: document[name]
        for name in ("value", "qualifier", "period", "unit")
        if document[name] is not None
    }


def _filled(node: Node) -> Node:
    return {name: value for name, value in node.items() if value not in (None, "", [])}
