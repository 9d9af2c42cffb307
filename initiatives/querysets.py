"""QuerySet of initiatives."""

from django.db.models import Prefetch, Q

from delegates.querysets import ThemeQuerySetMixin, published_themes
from sco_cities.cities.models import Country
from sco_cities.sources.base_models import PublicationState
from sco_cities.sources.querysets import DatedQuerySet

from .knowledge_flow import LEARNS, SHARES


class InitiativeQuerySet(ThemeQuerySetMixin, DatedQuerySet):
    """Filters and prefetches of initiatives; filter methods match any of the given slugs."""

    def in_countries(self, codes: list[str]):
        """Initiatives of these countries, linked directly or through a published city."""
        directly = self.model.countries.through.objects.filter(country__slug__in=codes).values("initiative")
        published = self.model.cities.through.objects.filter(city__state=PublicationState.PUBLISHED)
        by_city = published.filter(city__country__slug__in=codes).values("initiative")
        return self.filter(Q(pk__in=directly) | Q(pk__in=by_city))

    def in_cities(self, slugs: list[str]):
        roles = self.model.cities.through.objects.filter(city__slug__in=slugs)
        return self.filter(pk__in=roles.values("initiative"))

    def with_lead_city(self, slugs: list[str]):
        return self._in_role("lead", slugs)

    def with_partner_city(self, slugs: list[str]):
        """Initiatives in which one of the cities is a partner."""
        return self._in_role("partner", slugs)

    def with_reference_city(self, slugs: list[str]):
        """Initiatives with one of the cities as a reference."""
        return self._in_role("reference", slugs)

    def with_sharing_city(self, slugs: list[str]):
        """Initiatives in which another city learns from one of the cities."""
        return self._with_knowledge_flow(SHARES, slugs)

    def with_learning_city(self, slugs: list[str]):
        """Initiatives in which one of the cities learns from another."""
        return self._with_knowledge_flow(LEARNS, slugs)

    def _in_role(self, role: str, slugs: list[str]):
        roles = self.model.cities.through.objects.filter(role=role, city__slug__in=slugs)
        return self.filter(pk__in=roles.values("initiative"))

    def _with_knowledge_flow(self, flow, slugs: list[str]):
        roles = self.model.cities.through.objects
        published = roles.filter(city__state=PublicationState.PUBLISHED)
        condition = Q(pk__in=[])
        for role, others in flow:
            own = roles.filter(role=role, city__slug__in=slugs).values("initiative")
            condition |= Q(pk__in=own) & Q(pk__in=published.filter(role__in=others).values("initiative"))
        return self.filter(condition)

    def of_organisations(self, slugs: list[str]):
        links = self.model.organisations.through.objects.filter(organisation__slug__in=slugs)
        return self.filter(pk__in=links.values("initiative"))

    def at_events(self, slugs: list[str]):
        return self.filter(event__slug__in=slugs)

    def for_mention(self):
        """Without the long texts, which only the record page shows."""
        return self.defer("search_text", "summary_en", "summary_ru", "summary_zh")

    def with_cities(self):
        """With the city roles, in one extra query."""
        return self.prefetch_related(
            Prefetch("city_roles", self.model.cities.through.objects.select_related("city__country"))
        )

    def for_listing(self):
        """With the number of supporting reports."""
        return self.with_evidence_counts()

    def for_record_page(self):
        """With all related records: cities, countries, organisations, themes and the event."""
        organisations = self.model.organisations.rel.model.objects.published().order_by("name_en")
        return (
            self.select_related("event")
            .with_cities()
            .prefetch_related(
                published_themes(),
                Prefetch("countries", Country.objects.published().order_by("name_en")),
                Prefetch("organisations", organisations),
            )
        )
