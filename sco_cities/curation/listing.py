"""The list pages of records: how sound each record is, found out for a whole page at once."""

from collections import defaultdict

from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from sco_cities.sources import publication
from sco_cities.sources.models import Evidence, Stance

from .careful import CarefulChangeList


class RecordChangeList(CarefulChangeList):
    """A page of records, each with the number of its `footnotes` and `disputes` and what it is `lacking`.

    They are asked for the records of the page alone: as annotations they would be counted for every record
    that a filter or a sort order touches.
    """

    def get_results(self, request):
        super().get_results(request)
        self.result_list = list(self.result_list)
        counts, lacking = self._counts(), publication.unsourced_fields(self.result_list)
        for record in self.result_list:
            record.footnotes, record.disputes = counts[record.pk]
            record.lacking = lacking[record.pk]

    def _counts(self) -> dict[int, tuple[int, int]]:
        evidence = Evidence.objects.filter(
            content_type=ContentType.objects.get_for_model(self.model),
            object_id__in=[record.pk for record in self.result_list],
        )
        rows = (
            evidence.order_by()
            .values_list("object_id")
            .annotate(footnotes=Count("pk"), disputes=Count("pk", filter=Q(stance=Stance.DIFFERS)))
        )
        return defaultdict(lambda: (0, 0), {key: (footnotes, disputes) for key, footnotes, disputes in rows})


class SoundnessFilter(admin.SimpleListFilter):
    """How many published reports support a record, and whether one of them differs."""

    title = _("evidence")
    parameter_name = "evidence"

    def lookups(self, request, model_admin):
        return [
            ("none", _("no report")),
            ("single", _("one report")),
            ("several", _("two or more reports")),
            ("disputed", _("a report differs")),
        ]

    def queryset(self, request, queryset):
        if self.value() == "none":
            return queryset.supported_by(at_least=0, at_most=0)
        if self.value() == "single":
            return queryset.supported_by(at_least=1, at_most=1)
        if self.value() == "several":
            return queryset.supported_by(at_least=2)
        return queryset.disputed() if self.value() == "disputed" else queryset
