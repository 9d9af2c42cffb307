"""What initiatives are counted by."""

from sco_cities.cities.facets import country_facet
from sco_cities.facet_index.dimensions import Axis, YearAxis
from sco_cities.facet_index.facets import ByPart, ByValue
from sco_cities.facet_index.registry import Kind, declare
from sco_cities.facet_index.year_facet import Years
from sco_cities.sources.facets import EvidenceAxis, evidence_facets, state_axis
from sco_cities.themes.facets import pillar_facet

from .knowledge_flow import LEARNS, SHARES, Exchange
from .models import CityRole, Initiative, InitiativeCity

INITIATIVES = declare(
    Kind(
        "initiatives",
        Initiative,
        name="title_en",
        axes=(
            state_axis(Initiative),
            EvidenceAxis(Initiative),
            Axis("status", Initiative, "status"),
            Axis("kind", Initiative, "kind"),
            Axis("event", Initiative, "event"),
            YearAxis("from_year", Initiative, "starts_first"),
            YearAxis("until_year", Initiative, "runs_until"),
            Axis("cities", InitiativeCity, "city", key="initiative"),
            Axis("roles", InitiativeCity, ("role", "city"), key="initiative", lazy=True),
            Axis("countries", Initiative.countries.through, "country", key="initiative"),
            Axis("organisations", Initiative.organisations.through, "organisation", key="initiative"),
            Axis("themes", Initiative.themes.through, "theme", key="initiative"),
        ),
        facets={
            "status": ByValue("status"),
            "kind": ByValue("kind"),
            "event": ByValue("event"),
            "city": ByValue("cities"),
            **{role.value: ByPart("roles", only=role.value) for role in CityRole},
            "shares": Exchange("roles", SHARES),
            "learns": Exchange("roles", LEARNS),
            "country": country_facet(ByValue("cities"), ByValue("countries")),
            "organisation": ByValue("organisations"),
            "theme": ByValue("themes"),
            "pillar": pillar_facet(ByValue("themes")),
            "years": Years("from_year", "until_year"),
            **evidence_facets(),
        },
        needs=("reports", "cities", "countries", "themes", "organisations", "events"),
        # A million of these need no room in memory: nothing refers to them by name.
        is_kept=False,
    )
)
