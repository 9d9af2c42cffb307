"""Facets of initiatives."""

from delegates.models import Statement
from sco_cities.cities.facets import country_facet
from sco_cities.facet_index.dimensions import Dimension, YearDimension
from sco_cities.facet_index.facets import RoleFacet, ValueFacet
from sco_cities.facet_index.registry import IndexedModel, register
from sco_cities.facet_index.year_facet import YearFacet
from sco_cities.sources.facets import EvidenceDimension, evidence_facets, state_dimension
from sco_cities.sources.newest_report import NewestReportDimension, ReportAgeFacet
from sco_cities.sources.shared_passages import PASSAGES, SharedSupportDimension
from sco_cities.themes.facets import pillar_facet

from .knowledge_flow import LEARNS, SHARES, KnowledgeFlowFacet
from .models import CityRole, Initiative, InitiativeCity

INITIATIVES = register(
    IndexedModel(
        "initiatives",
        Initiative,
        name_field="title_en",
        dimensions=(
            state_dimension(Initiative),
            EvidenceDimension(Initiative),
            Dimension("status", Initiative, "status"),
            NewestReportDimension("status_reported_on", Initiative, "status"),
            # For the facets of statements: no filter of initiatives counts by it.
            SharedSupportDimension(PASSAGES, Initiative, Statement),
            Dimension("kind", Initiative, "kind"),
            Dimension("event", Initiative, "event"),
            YearDimension("from_year", Initiative, "starts_first"),
            YearDimension("until_year", Initiative, "runs_until"),
            Dimension("cities", InitiativeCity, "city", key="initiative"),
            Dimension("roles", InitiativeCity, ("role", "city"), key="initiative", lazy=True),
            Dimension("countries", Initiative.countries.through, "country", key="initiative"),
            Dimension("organisations", Initiative.organisations.through, "organisation", key="initiative"),
            Dimension("themes", Initiative.themes.through, "theme", key="initiative"),
        ),
        facets={
            "status": ValueFacet("status"),
            "reported": ReportAgeFacet("status_reported_on"),
            "kind": ValueFacet("kind"),
            "event": ValueFacet("event"),
            "city": ValueFacet("cities"),
            **{role.value: RoleFacet("roles", role=role.value) for role in CityRole},
            "shares": KnowledgeFlowFacet("roles", SHARES),
            "learns": KnowledgeFlowFacet("roles", LEARNS),
            "country": country_facet(ValueFacet("cities"), ValueFacet("countries")),
            "organisation": ValueFacet("organisations"),
            "theme": ValueFacet("themes"),
            "pillar": pillar_facet(ValueFacet("themes")),
            "years": YearFacet("from_year", "until_year"),
            **evidence_facets(),
        },
        needs=("reports", "cities", "countries", "themes", "organisations", "events"),
        # A million initiatives are not kept in memory: no filter option or column shows them by name.
        keeps_records=False,
    )
)
