"""What can be asked of initiatives."""

from django.db.models import Prefetch, Q

from delegates.querysets import ThemeQuerySetMixin, published_themes
from sco_cities.cities.models import Country
from sco_cities.sources.base_models import PublicationState
from sco_cities.sources.querysets import DatedQuerySet

from .knowledge_flow import LEARNS, SHARES


class InitiativeQuerySet(ThemeQuerySetMixin, DatedQuerySet):
    """What can be asked of initiatives."""

    def in_countries(self, codes: list[str]):
        """Initiatives of these countries, named directly or through one of their cities."""
        directly = self.model.countries.through.objects.filter(country__slug__in=codes).values("initiative")
        seen = self.model.cities.through.objects.filter(city__state=PublicationState.PUBLISHED)
        by_city = seen.filter(city__country__slug__in=codes).values("initiative")
        return self.filter(Q(pk__in=directly) | Q(pk__in=by_city))

    def in_cities(self, slugs: list[str]):
        parts = self.model.cities.through.objects.filter(city__slug__in=slugs)
        return self.filter(pk__in=parts.values("initiative"))

    def led_by(self, slugs: list[str]):
        return self._in_role("lead", slugs)

    def joined_by(self, slugs: list[str]):
        """Initiatives in which one of the cities is a partner."""
        return self._in_role("partner", slugs)

    def learning_from(self, slugs: list[str]):
        """Initiatives with one of the cities as a reference."""
        return self._in_role("reference", slugs)

    def shared_by(self, slugs: list[str]):
        """Initiatives in which another city learns from one of the cities."""
        return self._in_exchange(SHARES, slugs)

    def taught_to(self, slugs: list[str]):
        """Initiatives in which one of the cities learns from another."""
        return self._in_exchange(LEARNS, slugs)

    def _in_role(self, role: str, slugs: list[str]):
        parts = self.model.cities.through.objects.filter(role=role, city__slug__in=slugs)
        return self.filter(pk__in=parts.values("initiative"))

    def _in_exchange(self, roles, slugs: list[str]):
        parts = self.model.cities.through.objects
        seen = parts.filter(city__state=PublicationState.PUBLISHED)
        found = Q(pk__in=[])
        for role, others in roles:
            own = parts.filter(role=role, city__slug__in=slugs).values("initiative")
            found |= Q(pk__in=own) & Q(pk__in=seen.filter(role__in=others).values("initiative"))
        return self.filter(found)

    def of_organisations(self, slugs: list[str]):
        parts = self.model.organisations.through.objects.filter(organisation__slug__in=slugs)
        return self.filter(pk__in=parts.values("initiative"))

    def at_events(self, slugs: list[str]):
        return self.filter(event__slug__in=slugs)

    def for_mention(self):
        """Without the long texts, which only their own pages show."""
        return self.defer("search_text", "summary_en", "summary_ru", "summary_zh")

    def with_cities(self):
        """With each city's part in it, read with one query for all."""
        return self.prefetch_related(
            Prefetch("city_roles", self.model.cities.through.objects.select_related("city__country"))
        )

    def for_listing(self):
        """With the number of reports that support it."""
        return self.with_evidence_counts()

    def for_record_page(self):
        """With all that it names: cities, countries, organisations, themes and its event."""
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
