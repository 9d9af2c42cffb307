"""Facets of themes, and a pillar facet for other kinds of record."""

from sco_cities.facet_index.dimensions import Dimension
from sco_cities.facet_index.facets import AttributeFacet, CountFacet, Facet, ValueFacet
from sco_cities.facet_index.registry import IndexedModel, register
from sco_cities.sources.facets import EvidenceDimension, evidence_facets, state_dimension

from .models import Theme


def pillar_facet(themes: Facet) -> Facet:
    """Returns the pillars of the published themes in the facet `themes`."""
    return AttributeFacet(themes, "themes", "pillar")


THEMES = register(
    IndexedModel(
        "themes",
        Theme,
        dimensions=(state_dimension(Theme), EvidenceDimension(Theme), Dimension("pillar", Theme, "pillar")),
        facets={
            "pillar": ValueFacet("pillar"),
            # The collections are given by name, because this package must not import the packages of these records.
            "initiative_count": CountFacet("initiatives", "theme"),
            "statement_count": CountFacet("statements", "theme"),
            "event_count": CountFacet("events", "theme"),
            **evidence_facets(),
        },
        needs=("reports", "initiatives", "statements", "events"),
    )
)
