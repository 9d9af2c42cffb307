"""Facets of the lists of cities and countries, and a country facet for other lists."""

from sco_cities.facet_index.dimensions import Dimension
from sco_cities.facet_index.facets import (
    AttributeFacet,
    CountFacet,
    Facet,
    RelatedFacet,
    UnionFacet,
    ValueFacet,
)
from sco_cities.facet_index.registry import IndexedModel, register
from sco_cities.sources.facets import EvidenceDimension, evidence_facets, state_dimension
from sco_cities.themes.facets import pillar_facet

from .models import City, Country


def country_facet(cities: Facet, *directly: Facet) -> Facet:
    """Returns a facet of the countries that records name (`directly`) and the countries of their published cities."""
    return UnionFacet(*directly, AttributeFacet(cities, "cities", "country_id"))


# The themes of a city are the themes of its initiatives. The collection is given by name, because this package must not
# import initiatives.
_THEMES = RelatedFacet("initiatives", own_facet="city", value_facet="theme")

COUNTRIES = register(
    IndexedModel(
        "countries",
        Country,
        dimensions=(
            state_dimension(Country),
            EvidenceDimension(Country),
            Dimension("sco_role", Country, "sco_role"),
        ),
        facets={
            "sco_role": ValueFacet("sco_role"),
            "initiative_count": CountFacet("initiatives", "country"),
            "city_count": CountFacet("cities", "country"),
            **evidence_facets(),
        },
        needs=("reports", "cities", "initiatives"),
    )
)

CITIES = register(
    IndexedModel(
        "cities",
        City,
        dimensions=(state_dimension(City), EvidenceDimension(City), Dimension("country", City, "country")),
        facets={
            "country": ValueFacet("country"),
            "sco_role": AttributeFacet(ValueFacet("country"), "countries", "sco_role"),
            "theme": _THEMES,
            "pillar": pillar_facet(_THEMES),
            "initiative_count": CountFacet("initiatives", "city"),
            "lead_count": CountFacet("initiatives", "lead"),
            "partner_count": CountFacet("initiatives", "partner"),
            "reference_count": CountFacet("initiatives", "reference"),
            **evidence_facets(),
        },
        needs=("reports", "countries", "themes", "initiatives"),
    )
)
