"""The list pages: found by keys, and of records how sound each is, found out for a whole page at once."""

from django.contrib import admin
from django.core.paginator import Paginator
from django.db import router
from django.db.models import Count, Model, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from pyroaring import BitMap

from sco_cities.db.pk_filter import pk_in
from sco_cities.facet_index import registry
from sco_cities.facet_index.dimensions import Values
from sco_cities.facet_index.refresh import facet_index
from sco_cities.sources import evidence_coverage
from sco_cities.sources.base_models import Record
from sco_cities.sources.facets import DISPUTED, EvidenceDimension
from sco_cities.sources.models import Evidence, Stance

from .robust_changelist import RobustChangeList

# A search that finds so few rows has the database look for them once: their keys are counted and sorted then.
FEW = 1_000


class PkPaginator(Paginator):
    """Counts records by their keys: a filter by a list makes them distinct, and all columns would be compared."""

    @cached_property
    def count(self) -> int:
        few = getattr(self.object_list, "few", None)
        if few is not None:
            return few
        return self.object_list.order_by().values("pk").count()


class PkChangeList(RobustChangeList):
    """A list of which the database looks for the keys of a page first, and then reads its rows.

    A filter, a sort order or a late page touches many more, and would have to carry along their texts and what they
    name.
    """

    def read_page(self, request) -> None:
        self.queryset = self._by_keys(self.queryset)
        super().read_page(request)
        self.result_list = self.rows(list(self.result_list.values_list("pk", flat=True)))

    def _by_keys(self, found: QuerySet) -> QuerySet:
        """The same rows in the same order; `few` says how many, where that is known."""
        few = None
        if self.query:
            keys = list(found.order_by().values_list("pk", flat=True)[: FEW + 1])
            if len(keys) <= FEW:
                few = len(keys)
                found = self.root_queryset.filter(pk_in(keys)).order_by(*found.query.order_by)
        found.few = few
        return found

    def rows(self, keys: list[int]) -> list[Model]:
        """The rows of a page, in the order of `keys`."""
        return self._in_order(self.root_queryset, keys)

    def _in_order(self, rows: QuerySet, keys: list[int]) -> list[Model]:
        found = self.apply_select_related(rows.order_by().filter(pk__in=keys)).in_bulk() if keys else {}
        return [found[key] for key in keys if key in found]


class RecordChangeList(PkChangeList):
    """A page of records, each with the number of its `footnotes` and `disputes` and what it is `lacking`."""

    def rows(self, keys: list[int]) -> list[Record]:
        records = self._records(keys)
        lacking = evidence_coverage.unsourced_fields(records)
        for record in records:
            record.lacking = lacking[record.pk]
        return records

    def _records(self, keys: list[int]) -> list[Record]:
        evidence = (
            Evidence.objects.about(self.model)
            .filter(object_id=OuterRef("pk"))
            .order_by()
            .values("object_id")
            .annotate(number=Count("pk"))
            .values("number")
        )
        records = self.root_queryset.annotate(
            footnotes=Coalesce(Subquery(evidence), 0),
            disputes=Coalesce(Subquery(evidence.filter(stance=Stance.DIFFERS)), 0),
        )  # fmt: skip
        return self._in_order(records, keys)


class EvidenceQualityFilter(admin.SimpleListFilter):
    """How many published reports support a record, and whether one of them differs."""

    title = _("evidence")
    parameter_name = "evidence"

    def lookups(self, request, model_admin):
        return [
            ("none", _("no report")),
            ("single", _("one report")),
            ("several", _("two or more reports")),
            ("disputed", _("reports differ")),
        ]

    def queryset(self, request, queryset):
        if self.value() is None:
            return queryset
        levels = dict(evidence_levels(queryset.model))
        disputed, single = levels.pop(DISPUTED, BitMap()), levels.get(1, BitMap())
        supported = BitMap.union(BitMap(), *levels.values())
        if self.value() == "none":
            return queryset.exclude(pk_in(supported))
        keys = {"single": single, "several": supported - single, "disputed": disputed}.get(self.value())
        return queryset if keys is None else queryset.filter(pk_in(keys))


def evidence_levels(model: type[Record]) -> Values:
    """The records by the number of published reports that support them, and those of which one differs.

    The facet index of the lists that readers see has it; what the index lacks is gathered at once.
    """
    axis = EvidenceDimension(model)
    if axis.name in {
        each.name for kind in registry.indexed_models() if kind.model is model for each in kind.axes
    }:
        with facet_index(model.collection) as state:
            if state is not None:
                return state.axis(model.collection, axis.name)
    return axis.read(router.db_for_read(model))
