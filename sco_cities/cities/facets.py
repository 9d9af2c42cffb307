"""What cities and countries are counted by, and how other kinds of record are by their places."""

from sco_cities.facet_index.dimensions import Axis
from sco_cities.facet_index.facets import ByAttribute, ByValue, Facet, Merged, Tally, Through
from sco_cities.facet_index.registry import Kind, declare
from sco_cities.sources.facets import EvidenceAxis, evidence_facets, state_axis
from sco_cities.themes.facets import pillar_facet

from .models import City, Country


def country_facet(cities: Facet, *directly: Facet) -> Facet:
    """The countries that records name directly, or in which those of their cities lie that readers see."""
    return Merged(*directly, ByAttribute(cities, "cities", "country_id", published_only=True))


# A city has the themes of its initiatives. These stand above this room and are looked up by their name.
_THEMES = Through("initiatives", own="city", other="theme")

COUNTRIES = declare(
    Kind(
        "countries",
        Country,
        axes=(state_axis(Country), EvidenceAxis(Country), Axis("sco_role", Country, "sco_role")),
        facets={
            "sco_role": ByValue("sco_role"),
            "city_count": Tally("cities", "country"),
            **evidence_facets(),
        },
        needs=("reports", "cities"),
    )
)

CITIES = declare(
    Kind(
        "cities",
        City,
        axes=(state_axis(City), EvidenceAxis(City), Axis("country", City, "country")),
        facets={
            "country": ByValue("country"),
            "sco_role": ByAttribute(ByValue("country"), "countries", "sco_role"),
            "theme": _THEMES,
            "pillar": pillar_facet(_THEMES),
            "lead_count": Tally("initiatives", "lead"),
            "partner_count": Tally("initiatives", "partner"),
            "reference_count": Tally("initiatives", "reference"),
            **evidence_facets(),
        },
        needs=("reports", "countries", "themes", "initiatives"),
    )
)
