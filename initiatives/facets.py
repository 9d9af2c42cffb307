"""Facets of initiatives."""

from dataclasses import dataclass

from pyroaring import BitMap

from delegates.models import Statement
from sco_cities.cities.facets import country_facet
from sco_cities.facet_index.dimensions import Dimension, YearDimension
from sco_cities.facet_index.facet_counts import YearFacet
from sco_cities.facet_index.facets import LookupMapping, Reads, RoleFacet, ValueFacet
from sco_cities.facet_index.registry import IndexedModel, register
from sco_cities.sources.facets import EvidenceDimension, evidence_facets, state_dimension
from sco_cities.sources.newest_report import ReportAgeFacet
from sco_cities.sources.shared_passages import PASSAGES, SharedSupportDimension
from sco_cities.themes.facets import pillar_facet

from .models import CityRole, Initiative, InitiativeCity
from .since import EVENT, FIRST, STATUS_REPORTED, SinceDimension

# Knowledge flows ignore the roles lead and partner, because these roles have no direction. In "Tashkent studies
# Moscow's traffic", the lead city learns. In "Tianjin opens a workshop in Dushanbe", the lead city shares.


@dataclass(frozen=True)
class KnowledgeFlowFacet(ValueFacet):
    """The initiatives where a city has one of `roles` and another city has one of `others`.

    Computes the initiatives of a city on lookup. A city has one role per initiative, so the other role is another
    city's. Unpublished cities are ignored.
    """

    roles: tuple[str, ...]
    others: tuple[str, ...]

    def bitmaps(self, state, collection):
        role_keys, cities = super().bitmaps(state, collection), state.published("cities")
        of_others = BitMap.union(
            BitMap(),
            *(keys for (role, city), keys in role_keys.items() if role in self.others and city in cities),
        )

        def keys_of(city: int) -> BitMap:
            own = (role_keys.get((role, city), BitMap()) for role in self.roles)
            return BitMap.union(*own) & of_others

        return LookupMapping(keys_of)

    def reads(self, collection):
        return (*super().reads(collection), Reads("cities"))


INITIATIVES = register(
    IndexedModel(
        "initiatives",
        Initiative,
        name_field="title_en",
        dimensions=(
            state_dimension(Initiative),
            EvidenceDimension(Initiative),
            Dimension("status", Initiative, "status"),
            STATUS_REPORTED,
            SinceDimension("since"),
            # This dimension is only for facets of statements, not for filters of initiatives.
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
            "shares": KnowledgeFlowFacet("roles", ("reference",), ("lead", "partner")),
            "learns": KnowledgeFlowFacet("roles", ("lead", "partner"), ("reference",)),
            "country": country_facet(ValueFacet("cities"), ValueFacet("countries")),
            "organisation": ValueFacet("organisations"),
            "theme": ValueFacet("themes"),
            "pillar": pillar_facet(ValueFacet("themes")),
            "years": YearFacet("from_year", "until_year"),
            "since_event": RoleFacet("since", role=EVENT),
            "since_first": RoleFacet("since", role=FIRST),
            **evidence_facets(),
        },
        needs=("reports", "cities", "countries", "themes", "organisations", "events"),
        # The records of a million initiatives are not kept in memory, because no filter or column shows their names.
        keeps_records=False,
    )
)
