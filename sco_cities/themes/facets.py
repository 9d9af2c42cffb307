"""What themes are counted by, and how other kinds of record are by their themes."""

from sco_cities.facet_index.dimensions import Dimension
from sco_cities.facet_index.facets import AttributeFacet, CountFacet, Facet, ValueFacet
from sco_cities.facet_index.registry import IndexedModel, declare
from sco_cities.sources.facets import EvidenceDimension, evidence_facets, state_dimension

from .models import Theme


def pillar_facet(themes: Facet) -> Facet:
    """The pillars of the published themes that `themes` gives."""
    return AttributeFacet(themes, "themes", "pillar", published_only=True)


THEMES = declare(
    IndexedModel(
        "themes",
        Theme,
        axes=(state_dimension(Theme), EvidenceDimension(Theme), Dimension("pillar", Theme, "pillar")),
        facets={
            "pillar": ValueFacet("pillar"),
            # What is tied to a theme stands above this room and is looked up by its name.
            "initiative_count": CountFacet("initiatives", "theme"),
            "statement_count": CountFacet("statements", "theme"),
            "event_count": CountFacet("events", "theme"),
            **evidence_facets(),
        },
        needs=("reports", "initiatives", "statements", "events"),
    )
)
