"""QuerySets that all kinds of record share."""

from django.db import models
from django.db.models import Count, Model, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

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

    def with_evidence_counts(self):
        """With `report_count`, the number of published reports that support the record, and `is_disputed`."""
        evidence = self._evidence().for_records(self.model).filter(object_id=models.OuterRef("pk"))
        supporting = evidence.filter(stance="supports").order_by().values("object_id")
        reports = supporting.annotate(n=models.Count("passage__report", distinct=True)).values("n")
        return self.annotate(
            report_count=Coalesce(models.Subquery(reports), 0),
            is_disputed=models.Exists(evidence.filter(stance="differs")),
        )

    def with_sources(self):
        """With all footnotes, in one query."""
        return self.prefetch_related(models.Prefetch("evidence", self._evidence().for_notes()))

    def disputed(self):
        """Records from which a published report differs."""
        return self._with_evidence(stance="differs")

    def supported_by(self, *, at_least: int = 1, at_most: int | None = None):
        """Records supported by `at_least` to `at_most` published reports."""
        counted = self.model.objects.with_evidence_counts().filter(report_count__gte=at_least)
        if at_most is not None:
            counted = counted.filter(report_count__lte=at_most)
        return self.filter(pk__in=counted.values("pk"))

    def citing(self, report_slugs: list[str]):
        """Records with evidence of any stance in one of the reports."""
        return self._with_evidence(passage__report__slug__in=report_slugs)

    def with_evidence(self, levels: list[str]):
        """Records at any of the levels "single" (supported by one report), "several" and "disputed"."""
        records = self.model.objects
        by_level = {
            "single": lambda: records.supported_by(at_least=1, at_most=1),
            "several": lambda: records.supported_by(at_least=2),
            "disputed": records.disputed,
        }
        return self.filter(self._any(by_level[level]() for level in levels))

    @staticmethod
    def _any(alternatives):
        matching = Q()
        for records in alternatives:
            matching |= Q(pk__in=records.values("pk"))
        return matching

    def _with_evidence(self, **conditions):
        evidence = self._evidence().for_records(self.model).filter(**conditions)
        return self.filter(pk__in=evidence.values("object_id"))

    def _evidence(self):
        return self.model._meta.get_field("evidence").related_model.objects.from_published_reports()


class DatedQuerySet(RecordQuerySet):
    """Queries on records with a start and an end."""

    def overlapping(self, first, last):
        """Records that run on a day from `first` to `last`; None leaves an end open.

        `runs_until` is the last day of a record; it is empty while the record is still running. Records without a
        known start do not match.
        """
        records = self.filter(starts_first__isnull=False) if first or last else self
        if last:
            records = records.filter(starts_first__lte=last)
        return records.filter(Q(runs_until__isnull=True) | Q(runs_until__gte=first)) if first else records


def published_count(model: type[Model], relation: str, **conditions) -> Subquery:
    """The number of distinct published records in `relation` of a record of `model`.

    Each count is a separate subquery: several relations joined in one query multiply their rows, which took
    25 times as long for the themes of 200,000 initiatives.
    """
    published = Q(**{f"{relation}__state": "published"}) & Q(**conditions)
    same_record = model._base_manager.filter(pk=OuterRef("pk")).order_by().values("pk")
    return Subquery(same_record.annotate(n=Count(relation, filter=published, distinct=True)).values("n"))
