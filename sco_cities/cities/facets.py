"""What cities and countries are counted by, and how other kinds of record are by their places."""

from sco_cities.facet_index.dimensions import Dimension
from sco_cities.facet_index.facets import (
    AttributeFacet,
    CountFacet,
    Facet,
    RelatedFacet,
    UnionFacet,
    ValueFacet,
)
from sco_cities.facet_index.registry import IndexedModel, declare
from sco_cities.sources.facets import EvidenceDimension, evidence_facets, state_dimension
from sco_cities.themes.facets import pillar_facet

from .models import City, Country


def country_facet(cities: Facet, *directly: Facet) -> Facet:
    """The countries that records name directly, or in which those of their cities lie that readers see."""
    return UnionFacet(*directly, AttributeFacet(cities, "cities", "country_id", published_only=True))


# A city has the themes of its initiatives. These stand above this room and are looked up by their name.
_THEMES = RelatedFacet("initiatives", own="city", other="theme")

COUNTRIES = declare(
    IndexedModel(
        "countries",
        Country,
        axes=(
            state_dimension(Country),
            EvidenceDimension(Country),
            Dimension("sco_role", Country, "sco_role"),
        ),
        facets={
            "sco_role": ValueFacet("sco_role"),
            "city_count": CountFacet("cities", "country"),
            **evidence_facets(),
        },
        needs=("reports", "cities"),
    )
)

CITIES = declare(
    IndexedModel(
        "cities",
        City,
        axes=(state_dimension(City), EvidenceDimension(City), Dimension("country", City, "country")),
        facets={
            "country": ValueFacet("country"),
            "sco_role": AttributeFacet(ValueFacet("country"), "countries", "sco_role"),
            "theme": _THEMES,
            "pillar": pillar_facet(_THEMES),
            "lead_count": CountFacet("initiatives", "lead"),
            "partner_count": CountFacet("initiatives", "partner"),
            "reference_count": CountFacet("initiatives", "reference"),
            **evidence_facets(),
        },
        needs=("reports", "countries", "themes", "initiatives"),
    )
)
