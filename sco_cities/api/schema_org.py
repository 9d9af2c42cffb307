"""Maps records to schema.org types and properties."""

from collections.abc import Callable
from typing import Any

from delegates.models import Delegate, Event, Organisation, OrganisationKind, Statement
from initiatives.models import Initiative
from sco_cities.cities.models import City, Country
from sco_cities.core.localized_names import texts_by_language
from sco_cities.core.translations import translated_fields
from sco_cities.i18n.languages import html_language
from sco_cities.sources.base_models import Record, own_rows
from sco_cities.sources.models import Report
from sco_cities.sources.report_titles import is_description
from sco_cities.sources.web_address import link_address
from sco_cities.themes.models import Theme

Node = dict[str, Any]
# Returns the identifier of a record.
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
# Maps the stem of a text field to a schema.org property.
_TEXTS = {
    "name": "name",
    "title": "name",
    "summary": "description",
    "description": "description",
    "role": "jobTitle",
}


def schema_org_node(record: Record, identify: Identify) -> Node:
    """The schema.org node of a record, with its type, its texts in every language, and other properties."""
    node: Node = {}
    for stem in translated_fields(type(record)):
        if (name := _TEXTS.get(stem)) and (texts := language_texts(record, stem)):
            node[name] = texts
    node |= _NODES[type(record)](record, identify)
    if aliases := getattr(record, "alias_list", []):
        node["alternateName"] = aliases
    return {name: value for name, value in node.items() if value not in (None, "", [])}


def language_texts(record, stem: str) -> list[Node]:
    """The text of a field as JSON-LD values, one for each available language."""
    return [
        {"@value": text, "@language": html_language(language)}
        for language, text in texts_by_language(record, stem).items()
        if text
    ]


def report_node(report: Report) -> Node:
    """The schema.org node of a report, which passages refer to."""
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


def _country(country: Country, identify: Identify) -> Node:
    return {"@type": "Country", "identifier": country.code}


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


def _theme(theme: Theme, identify: Identify) -> Node:
    return {"@type": "DefinedTerm", "termCode": theme.slug, "pillar": theme.pillar}


def _statement(statement: Statement, identify: Identify) -> Node:
    return {
        "@type": "CreativeWork",
        "author": _reference(statement.delegate, identify),
        "recordedAt": _reference(statement.event, identify),
        "about": _references(statement.themes.all(), identify),
    }


_NODES: dict[type[Record], Callable[[Any, Identify], Node]] = {
    City: _city,
    Country: _country,
    Delegate: _delegate,
    Event: _event,
    Initiative: _initiative,
    Organisation: _organisation,
    Report: lambda report, identify: report_node(report),
    Statement: _statement,
    Theme: _theme,
}


def _reference(record: Record | None, identify: Identify) -> Node | None:
    return {"@id": identify(record)} if record is not None and record.is_published else None


def _references(records, identify: Identify) -> list[Node]:
    found = (_reference(record, identify) for record in records)
    return sorted((each for each in found if each), key=lambda each: each["@id"])
