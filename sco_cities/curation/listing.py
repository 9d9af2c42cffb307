"""The list pages of records: how sound each record is, found out for a whole page at once."""

from django.contrib import admin
from django.core.paginator import Paginator
from django.db import router
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from pyroaring import BitMap

from sco_cities.browse.index import kinds
from sco_cities.browse.index.axes import Values
from sco_cities.browse.index.current import reading
from sco_cities.sources import publication
from sco_cities.sources.facets import DISPUTED, EvidenceAxis
from sco_cities.sources.keys import having
from sco_cities.sources.models import Evidence, Stance
from sco_cities.sources.records import Record

from .careful import CarefulChangeList


class KeyPaginator(Paginator):
    """Counts records by their keys: a filter by a list makes them distinct, and all columns would be compared."""

    @cached_property
    def count(self) -> int:
        return self.object_list.order_by().values("pk").count()


class RecordChangeList(CarefulChangeList):
    """A page of records, each with the number of its `footnotes` and `disputes` and what it is `lacking`.

    The database looks for the keys of the page first, and then reads its records: a filter or a sort order touches
    many more, and would have to carry along their summaries and texts to search, and count their footnotes.
    """

    def get_results(self, request):
        super().get_results(request)
        self.result_list = self._records(list(self.result_list.values_list("pk", flat=True)))
        lacking = publication.unsourced_fields(self.result_list)
        for record in self.result_list:
            record.lacking = lacking[record.pk]

    def _records(self, keys: list[int]) -> list[Record]:
        if not keys:
            return []
        evidence = (
            Evidence.objects.about(self.model)
            .filter(object_id=OuterRef("pk"))
            .order_by()
            .values("object_id")
            .annotate(number=Count("pk"))
            .values("number")
        )
        records = self.root_queryset.order_by().filter(pk__in=keys).annotate(
            footnotes=Coalesce(Subquery(evidence), 0),
            disputes=Coalesce(Subquery(evidence.filter(stance=Stance.DIFFERS)), 0),
        )  # fmt: skip
        found = self.apply_select_related(records).in_bulk()
        return [found[key] for key in keys if key in found]


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
        if self.value() is None:
            return queryset
        levels = dict(evidence_levels(queryset.model))
        disputed, single = levels.pop(DISPUTED, BitMap()), levels.get(1, BitMap())
        supported = BitMap.union(BitMap(), *levels.values())
        if self.value() == "none":
            return queryset.exclude(having(supported))
        keys = {"single": single, "several": supported - single, "disputed": disputed}.get(self.value())
        return queryset if keys is None else queryset.filter(having(keys))


def evidence_levels(model: type[Record]) -> Values:
    """The records by the number of published reports that support them, and those of which one differs.

    The facet index of the lists that readers see has it; what the index lacks is gathered at once.
    """
    axis = EvidenceAxis(model)
    if axis.name in {each.name for kind in kinds.all_kinds() if kind.model is model for each in kind.axes}:
        with reading(model.collection) as state:
            if state is not None:
                return state.axis(model.collection, axis.name)
    return axis.read(router.db_for_read(model))
