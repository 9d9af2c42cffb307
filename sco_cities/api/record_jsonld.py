"""A record as linked data (JSON-LD) with schema.org terms and the source of each value.

As in Wikidata, each piece of evidence is a statement node with the record, property, stance and reported value. The
statement is derived (PROV) from a passage, which is part of a report. For consumers that read only schema.org, the node
is also a `Claim` that appears in the passage.
"""

from collections.abc import Callable, Iterator
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import override

from delegates.models import Delegate, Event, Organisation, OrganisationKind, Statement
from initiatives.models import Initiative
from sco_cities.cities.models import City, Country
from sco_cities.core.localized_names import texts_by_language
from sco_cities.core.translations import translated_fields
from sco_cities.history.shown_record import ShownRecord
from sco_cities.i18n.languages import html_language
from sco_cities.listings.exports.attribution import LICENCE_URL
from sco_cities.sources.base_models import FIGURE, WHOLE, Record, own_rows
from sco_cities.sources.models import Evidence, Passage, Report, Stance
from sco_cities.sources.report_texts import is_description
from sco_cities.sources.web_address import link_address
from sco_cities.themes.models import Theme

from .record_document import field_value, figure_document, number, same_as

Node = dict[str, Any]
# A function that returns the identifier of a record.
Identify = Callable[[Record], str]
_ORGANISATION_TYPES = {
    OrganisationKind.CITY_GOVERNMENT: "GovernmentOrganization",
    OrganisationKind.NATIONAL_GOVERNMENT: "GovernmentOrganization",
    OrganisationKind.RESEARCH: "ResearchOrganization",
    OrganisationKind.MEDIA: "NewsMediaOrganization",
    OrganisationKind.COMPANY: "Corporation",
    OrganisationKind.NGO: "NGO",
    OrganisationKind.EDUCATION: "EducationalOrganization",
}
# Maps the stems of text fields to schema.org properties.
_TEXTS = {
    "name": "name",
    "title": "name",
    "summary": "description",
    "description": "description",
    "role": "jobTitle",
}


def schema_org_node(record: Record, identify: Identify) -> Node:
    """Returns the schema.org node of a record, with its type, its texts in every language, and other properties."""
    node: Node = {}
    for stem in translated_fields(type(record)):
        if (name := _TEXTS.get(stem)) and (texts := language_texts(record, stem)):
            node[name] = texts
    node |= _NODES[type(record)](record, identify)
    if aliases := getattr(record, "alias_list", []):
        node["alternateName"] = aliases
    return {name: value for name, value in node.items() if value not in (None, "", [])}


def language_texts(record, stem: str) -> list[Node]:
    """Returns the text of a field as JSON-LD values, one for each available language."""
    return [
        {"@value": text, "@language": html_language(language)}
        for language, text in texts_by_language(record, stem).items()
        if text
    ]


def report_node(report: Report) -> Node:
    """Returns the schema.org node of a report, for references from passages."""
    return {
        "@type": "CreativeWork",
        "name": language_texts(report, "title")
        if is_description(report.title)
        else {"@value": report.title, "@language": report.language},
        "publisher": {"@type": "Organization", "name": report.publisher},
        "datePublished": report.published_on,
        "inLanguage": report.language,
        "url": link_address(report.address),
    }


def _city(city: City, identify: Identify) -> Node:
    point = {"@type": "GeoCoordinates", "latitude": float(city.latitude), "longitude": float(city.longitude)}
    return {"@type": "City", "containedInPlace": _reference(city.country, identify), "geo": point}


def _delegate(delegate: Delegate, identify: Identify) -> Node:
    return {
        "@type": "Person",
        "affiliation": _reference(delegate.organisation, identify),
        "workLocation": _reference(delegate.city, identify) or _reference(delegate.country, identify),
    }


def _organisation(organisation: Organisation, identify: Identify) -> Node:
    special = _ORGANISATION_TYPES.get(organisation.kind)
    return {
        "@type": ["Organization", special] if special else "Organization",
        "location": _references([organisation.city, organisation.country], identify),
    }


def _event(event: Event, identify: Identify) -> Node:
    return {
        "@type": "Event",
        "startDate": event.starts_on,
        "endDate": event.ends_on,
        "location": _reference(event.host_city, identify),
        "superEvent": _reference(event.parent, identify),
        "about": _references(event.themes.all(), identify),
        "attendee": _references(
            [row.delegate for row in own_rows(event, "attendances", "delegate")], identify
        ),
    }


def _initiative(initiative: Initiative, identify: Identify) -> Node:
    places = [row.city for row in initiative.city_roles.all()] + list(initiative.countries.all())
    return {
        "@type": "Project",
        "location": _references(places, identify),
        "member": _references(initiative.organisations.all(), identify),
        "about": _references(initiative.themes.all(), identify),
        "subjectOf": _reference(initiative.event, identify),
        "status": initiative.status,
        "kind": initiative.kind,
        "startsOn": initiative.starts_on,
        "endsOn": initiative.ends_on,
    }


def _statement(statement: Statement, identify: Identify) -> Node:
    return {
        "@type": "CreativeWork",
        "author": _reference(statement.delegate, identify),
        "recordedAt": _reference(statement.event, identify),
        "about": _references(statement.themes.all(), identify),
    }


_NODES: dict[type[Record], Callable[[Any, Identify], Node]] = {
    City: _city,
    Country: lambda country, identify: {"@type": "Country", "identifier": country.code},
    Delegate: _delegate,
    Event: _event,
    Initiative: _initiative,
    Organisation: _organisation,
    Report: lambda report, identify: report_node(report),
    Statement: _statement,
    Theme: lambda theme, identify: {
        "@type": "DefinedTerm",
        "termCode": theme.slug,
        "pillar": theme.pillar,
    },
}


def _reference(record: Record | None, identify: Identify) -> Node | None:
    return {"@id": identify(record)} if record is not None and record.is_published else None


def _references(records, identify: Identify) -> list[Node]:
    found = (_reference(record, identify) for record in records)
    return sorted((each for each in found if each), key=lambda each: each["@id"])


def jsonld_context(vocabulary: str) -> dict[str, Any]:
    """Returns the JSON-LD context. `vocabulary` is the context's absolute URL and the prefix of the site's terms."""

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
    """Returns the JSON-LD document of a published record. Identifiers are the same in every language."""
    with override("en"):
        return _Graph(shown, request).document()


class _Graph:
    """Builds the nodes of a record, its evidence, and the cited passages and reports."""

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
        """Returns the identifier of a record, which is its permanent URL without a language prefix."""
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
                {"@type": "Figure", "name": figure.key} | _figure_values(figure)
                for figure in self.footnotes.figures
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
        """Returns the record's value for a piece of evidence. Related records become references."""
        if item.field == WHOLE:
            return None
        if item.field == FIGURE:
            return number(item.figure.value)
        if item.field not in self._values:
            value = field_value(self.record, item.field)
            if isinstance(value, list):
                value = [{"@id": self.identify(each)} for each in value]
            self._values[item.field] = {"@id": self.identify(value)} if isinstance(value, Record) else value
        return self._values[item.field]

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
