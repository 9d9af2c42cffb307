"""QuerySet of initiatives."""

from django.db.models import Prefetch

from delegates.querysets import published_themes
from sco_cities.cities.models import Country
from sco_cities.sources.querysets import RecordQuerySet


class InitiativeQuerySet(RecordQuerySet):
    """Queries on initiatives."""

    def for_mention(self):
        """Defers the long texts, which only the record page shows."""
        return self.defer("search_text", "summary_en", "summary_ru", "summary_zh")

    def with_cities(self):
        """Prefetches the city roles in one query."""
        return self.prefetch_related(
            Prefetch("city_roles", self.model.cities.through.objects.select_related("city__country"))
        )

    def for_record_page(self):
        """Loads all related records (cities, countries, organisations, themes and the event)."""
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
