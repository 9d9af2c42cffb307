"""What themes are counted by, and how other kinds of record are by their themes."""

from sco_cities.facet_index.dimensions import Axis
from sco_cities.facet_index.facets import ByAttribute, ByValue, Facet, Tally
from sco_cities.facet_index.registry import Kind, declare
from sco_cities.sources.facets import EvidenceAxis, evidence_facets, state_axis

from .models import Theme


def pillar_facet(themes: Facet) -> Facet:
    """The pillars of the published themes that `themes` gives."""
    return ByAttribute(themes, "themes", "pillar", published_only=True)


THEMES = declare(
    Kind(
        "themes",
        Theme,
        axes=(state_axis(Theme), EvidenceAxis(Theme), Axis("pillar", Theme, "pillar")),
        facets={
            "pillar": ByValue("pillar"),
            # What is tied to a theme stands above this room and is looked up by its name.
            "initiative_count": Tally("initiatives", "theme"),
            "statement_count": Tally("statements", "theme"),
            "event_count": Tally("events", "theme"),
            **evidence_facets(),
        },
        needs=("reports", "initiatives", "statements", "events"),
    )
)
