"""What organisations, events, delegates and statements are counted by."""

from sco_cities.cities.facets import country_facet
from sco_cities.facet_index.dimensions import Axis, YearAxis, part
from sco_cities.facet_index.facets import ByValue, Itself, Merged, Tally, Through, ValueCount
from sco_cities.facet_index.registry import Kind, declare
from sco_cities.facet_index.year_facet import Years
from sco_cities.sources.facets import EvidenceAxis, evidence_facets, state_axis
from sco_cities.themes.facets import pillar_facet

from .models import Attendance, Delegate, Event, Organisation, Statement

ORGANISATIONS = declare(
    Kind(
        "organisations",
        Organisation,
        axes=(
            state_axis(Organisation),
            EvidenceAxis(Organisation),
            Axis("kind", Organisation, "kind"),
            Axis("city", Organisation, "city"),
            Axis("country", Organisation, "country"),
        ),
        facets={
            "kind": ByValue("kind"),
            "city": ByValue("city"),
            "country": country_facet(ByValue("city"), ByValue("country")),
            "delegate_count": Tally("delegates", "organisation"),
            "initiative_count": Tally("initiatives", "organisation"),
            **evidence_facets(),
        },
        needs=("reports", "cities", "countries", "delegates", "initiatives"),
    )
)

EVENTS = declare(
    Kind(
        "events",
        Event,
        axes=(
            state_axis(Event),
            EvidenceAxis(Event),
            Axis("kind", Event, "kind"),
            Axis("city", Event, "host_city"),
            Axis("parent", Event, "parent"),
            Axis("themes", Event.themes.through, "theme", key="event"),
            YearAxis("from_year", Event, "starts_first"),
            YearAxis("until_year", Event, "runs_until"),
        ),
        facets={
            "kind": ByValue("kind"),
            "city": ByValue("city"),
            "country": country_facet(ByValue("city")),
            "theme": ByValue("themes"),
            "pillar": pillar_facet(ByValue("themes")),
            # An event together with its parts.
            "event": Merged(Itself(), ByValue("parent")),
            "years": Years("from_year", "until_year"),
            "attendance_count": Tally("delegates", "attended"),
            "initiative_count": Tally("initiatives", "event"),
            **evidence_facets(),
        },
        needs=("reports", "cities", "countries", "themes", "delegates", "initiatives"),
        logged=(part(Attendance, "event"),),
    )
)

STATEMENTS = declare(
    Kind(
        "statements",
        Statement,
        name="slug",
        axes=(
            state_axis(Statement),
            Axis("delegate", Statement, "delegate"),
            Axis("event", Statement, "event"),
            Axis("themes", Statement.themes.through, "theme", key="statement"),
        ),
        facets={
            "delegate": ByValue("delegate"),
            "event": ByValue("event"),
            "theme": ByValue("themes"),
        },
        is_kept=False,
    )
)

_SPOKEN_ON = Through("statements", own="delegate", other="theme")

DELEGATES = declare(
    Kind(
        "delegates",
        Delegate,
        axes=(
            state_axis(Delegate),
            EvidenceAxis(Delegate),
            Axis("city", Delegate, "city"),
            Axis("country", Delegate, "country"),
            Axis("organisation", Delegate, "organisation"),
            Axis("attended", Attendance, "event", key="delegate"),
        ),
        facets={
            "city": ByValue("city"),
            "country": country_facet(ByValue("city"), ByValue("country")),
            "organisation": ByValue("organisation"),
            "attended": ByValue("attended"),
            # Who attended an event or said something there, and on what somebody spoke.
            "event": Merged(ByValue("attended"), Through("statements", own="delegate", other="event")),
            "theme": _SPOKEN_ON,
            "pillar": pillar_facet(_SPOKEN_ON),
            "statement_count": Tally("statements", "delegate"),
            "attendance_count": ValueCount(ByValue("attended"), "events"),
            **evidence_facets(),
        },
        needs=("reports", "cities", "countries", "themes", "organisations", "events", "statements"),
    )
)
