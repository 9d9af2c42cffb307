"""The QuerySet for all kinds of record, and the QuerySet and choices for evidence."""

from collections import defaultdict
from collections.abc import Iterable

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _

from sco_cities.core.publication_state import VISIBLE
from sco_cities.db.pk_queries import pk_in


class Stance(models.TextChoices):
    """The relation of a passage to a value of a record."""

    SUPPORTS = "supports", _("confirms")
    DIFFERS = "differs", _("contradicts")
    EARLIER = "earlier", _("gives an earlier state")


class Qualifier(models.TextChoices):
    """The precision of a figure."""

    EXACT = "exact", _("exactly")
    OVER = "over", _("over")
    UNDER = "under", _("under")
    ABOUT = "about", _("about")


def of_records(records: Iterable[models.Model]) -> models.Q:
    """Returns a condition that a row's generic foreign key refers to one of `records`, which may be of any kind."""
    keys, condition = defaultdict(list), models.Q(pk__in=())
    for record in records:
        keys[ContentType.objects.get_for_model(record)].append(record.pk)
    for content_type, some in keys.items():
        condition |= models.Q(pk_in(some, "object_id"), content_type=content_type)
    return condition


class RecordQuerySet(models.QuerySet):
    """Queries on records of any kind."""

    def published(self):
        """Selects records that readers can see."""
        return self.filter(state=VISIBLE)

    def for_record_page(self):
        """Adds the relations shown at the top of the page. Lists of related records have separate queries."""
        return self

    def for_link(self):
        """Adds the data for a link with the record's name."""
        return self

    def with_sources(self, *fields: str):
        """Prefetches all footnotes, or only the footnotes on `fields`, in one query."""
        evidence = self.model._meta.get_field("evidence").related_model.objects
        evidence = evidence.from_published_reports().for_notes()
        if fields:
            evidence = evidence.filter(field__in=fields)
        return self.prefetch_related(models.Prefetch("evidence", evidence))


class EvidenceQuerySet(models.QuerySet):
    """Queries on evidence."""

    def supporting(self):
        return self.filter(stance=Stance.SUPPORTS)

    def for_records(self, model: type[models.Model]):
        """Selects evidence about records of `model`."""
        return self.filter(content_type=ContentType.objects.get_for_model(model))

    def from_published_reports(self, together=()):
        """Selects evidence from published reports and from the reports with keys in `together`."""
        if not together:
            return self.filter(passage__report__state=VISIBLE)
        return self.filter(models.Q(passage__report__state=VISIBLE) | models.Q(passage__report__in=together))

    def for_notes(self):
        """Selects the related rows of each footnote, and sorts the footnotes by number."""
        return self.select_related("passage__report", "figure").order_by(
            models.F("passage__report__published_first").asc(nulls_last=True),
            "passage__report__slug",
            "passage__number",
            "pk",
        )
