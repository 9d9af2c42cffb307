"""What can be asked of records, whatever their kind."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce

from sco_cities.core.publication_state import PublicationState
from sco_cities.db.pk_filter import pk_in
from sco_cities.listings import search_backend


class RecordQuerySet(models.QuerySet):
    """What can be asked of any kind of record."""

    def published(self):
        """The records that readers see."""
        return self.filter(state=PublicationState.PUBLISHED)

    def for_record_page(self):
        """With what the page of a record shows first; its lists are read apart."""
        return self

    def for_link(self):
        """With what a link to a record needs: its names and its address."""
        return self

    def with_evidence_counts(self):
        """With `report_count`, how many published reports support the record, and `is_disputed`."""
        evidence = self._evidence().about(self.model).filter(object_id=models.OuterRef("pk"))
        supporting = evidence.filter(stance="supports").order_by().values("object_id")
        reports = supporting.annotate(n=models.Count("passage__report", distinct=True)).values("n")
        return self.annotate(
            report_count=Coalesce(models.Subquery(reports), 0),
            is_disputed=models.Exists(evidence.filter(stance="differs")),
        )

    def with_sources(self):
        """With every footnote, read with one query for all."""
        return self.prefetch_related(models.Prefetch("evidence", self._evidence().for_notes()))

    def disputed(self):
        """Records of which a published report tells something else."""
        return self._with_evidence(stance="differs")

    def supported_by(self, *, at_least: int = 1, at_most: int | None = None):
        """Records that so many published reports support."""
        counted = self.model.objects.with_evidence_counts().filter(report_count__gte=at_least)
        if at_most is not None:
            counted = counted.filter(report_count__lte=at_most)
        return self.filter(pk__in=counted.values("pk"))

    def citing(self, report_slugs: list[str]):
        """Records with evidence of any stance in one of the reports."""
        return self._with_evidence(passage__report__slug__in=report_slugs)

    def containing_any(self, phrases: list[str]):
        """Records that contain all words of at least one of the phrases, in whatever script."""
        return self.filter(pk_in(search_backend.find(self.model.collection, phrases, self.db)))

    def with_evidence(self, levels: list[str]):
        """Records at any of the levels "single" (one report supports it), "several" and "disputed"."""
        records = self.model.objects
        kept = {
            "single": lambda: records.supported_by(at_least=1, at_most=1),
            "several": lambda: records.supported_by(at_least=2),
            "disputed": records.disputed,
        }
        return self.filter(self._any(kept[level]() for level in levels))

    @staticmethod
    def _any(alternatives):
        matching = Q()
        for records in alternatives:
            matching |= Q(pk__in=records.values("pk"))
        return matching

    def _with_evidence(self, **conditions):
        evidence = self._evidence().about(self.model).filter(**conditions)
        return self.filter(pk__in=evidence.values("object_id"))

    def _evidence(self):
        return self.model._meta.get_field("evidence").related_model.objects.from_published_reports()


class DatedQuerySet(RecordQuerySet):
    """What can be asked of records that start and end."""

    def overlapping(self, first, last):
        """Those that run on a day from `first` to `last`; None leaves an end open.

        `runs_until` says how long one counts as running: what still goes on has no last day. Without a known start it
        is not matched.
        """
        found = self.filter(starts_first__isnull=False) if first or last else self
        if last:
            found = found.filter(starts_first__lte=last)
        return found.filter(Q(runs_until__isnull=True) | Q(runs_until__gte=first)) if first else found
