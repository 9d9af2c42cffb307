"""QuerySets that all kinds of record share."""

from django.db import models

from sco_cities.core.publication_state import PublicationState


class RecordQuerySet(models.QuerySet):
    """Queries on records of any kind."""

    def published(self):
        """Records that readers can see."""
        return self.filter(state=PublicationState.PUBLISHED)

    def for_record_page(self):
        """With the relations of the page head; lists of related records have their own queries."""
        return self

    def for_link(self):
        """With everything that a link to a record needs: its name and URL."""
        return self

    def with_sources(self):
        """With all footnotes, in one query."""
        return self.prefetch_related(models.Prefetch("evidence", self._evidence().for_notes()))

    def sharing_passages(self, record: models.Model):
        """Those that the same passage of a published report supports as `record`, of any kind."""
        cited = record.evidence.from_published_reports().supporting().order_by()
        own = self._evidence().supporting().for_records(self.model).order_by()
        return self.filter(pk__in=own.filter(passage__in=cited.values("passage")).values("object_id"))

    def _evidence(self):
        return self.model._meta.get_field("evidence").related_model.objects.from_published_reports()
