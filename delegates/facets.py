"""Facets of organisations, events, delegates and statements."""

from sco_cities.cities.facets import country_facet
from sco_cities.facet_index.dimensions import Dimension, YearDimension, part
from sco_cities.facet_index.facet_counts import YearFacet
from sco_cities.facet_index.facets import (
    AttributeFacet,
    CountFacet,
    IdentityFacet,
    RelatedFacet,
    UnionFacet,
    ValueCountFacet,
    ValueFacet,
)
from sco_cities.facet_index.registry import IndexedModel, register
from sco_cities.sources.facets import EvidenceDimension, evidence_facets, state_dimension
from sco_cities.sources.newest_report import NewestReportDimension
from sco_cities.sources.shared_passages import (
    PASSAGES,
    SharedPassageFacet,
    SharedPassageValueFacet,
    SupportDimension,
)
from sco_cities.themes.facets import pillar_facet

from .models import Attendance, Delegate, Event, Organisation, Statement

ORGANISATIONS = register(
    IndexedModel(
        "organisations",
        Organisation,
        dimensions=(
            state_dimension(Organisation),
            EvidenceDimension(Organisation),
            Dimension("kind", Organisation, "kind"),
            Dimension("city", Organisation, "city"),
            Dimension("country", Organisation, "country"),
        ),
        facets={
            "kind": ValueFacet("kind"),
            "city": ValueFacet("city"),
            "country": country_facet(ValueFacet("city"), ValueFacet("country")),
            "delegate_count": CountFacet("delegates", "organisation"),
            "initiative_count": CountFacet("initiatives", "organisation"),
            **evidence_facets(),
        },
        needs=("reports", "cities", "countries", "delegates", "initiatives"),
    )
)

EVENTS = register(
    IndexedModel(
        "events",
        Event,
        dimensions=(
            state_dimension(Event),
            EvidenceDimension(Event),
            Dimension("kind", Event, "kind"),
            Dimension("city", Event, "host_city"),
            Dimension("parent", Event, "parent"),
            Dimension("themes", Event.themes.through, "theme", key="event"),
            Dimension("delegates", Attendance, "delegate", key="event"),
            YearDimension("from_year", Event, "starts_first"),
            YearDimension("until_year", Event, "runs_until"),
        ),
        facets={
            "kind": ValueFacet("kind"),
            "city": ValueFacet("city"),
            "country": country_facet(ValueFacet("city")),
            # No filter uses this facet. Searches use it to find events by their participants.
            "delegate": ValueFacet("delegates"),
            "theme": ValueFacet("themes"),
            "pillar": pillar_facet(ValueFacet("themes")),
            # The value of an event selects the event itself and its parts.
            "event": UnionFacet(IdentityFacet(), ValueFacet("parent")),
            "years": YearFacet("from_year", "until_year"),
            "attendance_count": CountFacet("delegates", "attended"),
            "initiative_count": CountFacet("initiatives", "event"),
            **evidence_facets(),
        },
        needs=("reports", "cities", "countries", "themes", "delegates", "initiatives"),
        logged_parts=(part(Attendance, "event"),),
    )
)


def of_speaker(attribute: str) -> AttributeFacet:
    """Returns a facet for an attribute of the published speakers of statements."""
    return AttributeFacet(ValueFacet("delegate"), "delegates", attribute)


_SPEAKER_CITY = of_speaker("city_id")

STATEMENTS = register(
    IndexedModel(
        "statements",
        Statement,
        name_field="slug",
        dimensions=(
            state_dimension(Statement),
            EvidenceDimension(Statement),
            Dimension("delegate", Statement, "delegate"),
            Dimension("event", Statement, "event"),
            Dimension("themes", Statement.themes.through, "theme", key="statement"),
            SupportDimension(PASSAGES, Statement),
            SupportDimension("languages", Statement, "passage__report__language"),
        ),
        facets={
            "delegate": ValueFacet("delegate"),
            "city": _SPEAKER_CITY,
            "country": country_facet(_SPEAKER_CITY, of_speaker("country_id")),
            "organisation": of_speaker("organisation_id"),
            "event": ValueFacet("event"),
            "theme": ValueFacet("themes"),
            "pillar": pillar_facet(ValueFacet("themes")),
            # The collection is given by name, because this package must not import `initiatives`.
            "initiative": SharedPassageFacet("initiatives"),
            "initiative_status": SharedPassageValueFacet("initiatives", "status"),
            "language": ValueFacet("languages"),
            **evidence_facets(),
        },
        needs=(
            "reports", "cities", "countries", "themes", "organisations", "events", "delegates", "initiatives",
        ),
        keeps_records=False,
    )
)  # fmt: skip

_SPOKEN_ON = RelatedFacet("statements", own_facet="delegate", value_facet="theme")

DELEGATES = register(
    IndexedModel(
        "delegates",
        Delegate,
        dimensions=(
            state_dimension(Delegate),
            EvidenceDimension(Delegate),
            Dimension("city", Delegate, "city"),
            Dimension("country", Delegate, "country"),
            Dimension("organisation", Delegate, "organisation"),
            Dimension("attended", Attendance, "event", key="delegate"),
            NewestReportDimension("role_reported_on", Delegate, "role"),
            # No facet uses this dimension. Briefs use it to find the speakers of cited passages.
            Dimension("quoted_in", Delegate.passages.through, "passage", key="delegate"),
        ),
        facets={
            "city": ValueFacet("city"),
            "country": country_facet(ValueFacet("city"), ValueFacet("country")),
            "organisation": ValueFacet("organisation"),
            "attended": ValueFacet("attended"),
            # Delegates who attended an event, or made a statement there.
            "event": UnionFacet(
                ValueFacet("attended"), RelatedFacet("statements", own_facet="delegate", value_facet="event")
            ),
            "theme": _SPOKEN_ON,
            "pillar": pillar_facet(_SPOKEN_ON),
            "statement_count": CountFacet("statements", "delegate"),
            "attendance_count": ValueCountFacet(ValueFacet("attended"), "events"),
            **evidence_facets(),
        },
        needs=("reports", "cities", "countries", "themes", "organisations", "events", "statements"),
    )
)
