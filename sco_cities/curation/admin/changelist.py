"""ChangeList classes: rows are selected by primary key, evidence counts are read for a whole page in one query."""

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
from sco_cities.facet_index.pk_bitmaps import KeyArray
from sco_cities.facet_index.refresh import facet_index
from sco_cities.sources import evidence_coverage
from sco_cities.sources.base_models import Record
from sco_cities.sources.facets import DISPUTED, EvidenceDimension
from sco_cities.sources.models import Evidence, Stance

from .robust_changelist import RobustChangeList


class PkPaginator(Paginator):
    """Counts primary keys only: a filter by a many-to-many field is DISTINCT and would compare all columns."""

    @cached_property
    def count(self) -> int:
        known_count = getattr(self.object_list, "known_count", None)
        if known_count is not None:
            return known_count
        return self.object_list.order_by().values("pk").count()


class PkChangeList(RobustChangeList):
    """A changelist that selects the primary keys of a page first and then reads the rows with these keys.

    Filters, sort orders and late pages touch many more rows than a page has; reading their texts and related
    records too would be slow.
    """

    def read_page(self, request) -> None:
        if self.query or self.queryset.query.distinct:
            self.queryset = self._limited_to_keys(self.queryset)
        super().read_page(request)
        self.result_list = self.rows(list(self.result_list.values_list("pk", flat=True)))

    def _limited_to_keys(self, rows: QuerySet) -> QuerySet:
        """The same rows in the same order, selected by keys; `known_count` is their number.

        A search reads the texts of all records and DISTINCT compares all results. For a common word or filter,
        counting and sorting each repeated that.
        """
        unordered = rows.order_by()
        # A bitmap has each key once.
        unordered.query.distinct = False
        # None if a condition cannot be met, so that no query was needed.
        keys = unordered.aggregate(keys=KeyArray("pk"))["keys"] or BitMap()
        limited = self.root_queryset.filter(pk_in(keys)).order_by(*rows.query.order_by)
        limited.known_count = len(keys)
        return limited

    def rows(self, keys: list[int]) -> list[Model]:
        """The rows of a page, in the order of `keys`."""
        return self._in_order(self.root_queryset, keys)

    def _in_order(self, rows: QuerySet, keys: list[int]) -> list[Model]:
        by_pk = self.apply_select_related(rows.order_by().filter(pk__in=keys)).in_bulk() if keys else {}
        return [by_pk[key] for key in keys if key in by_pk]


class RecordChangeList(PkChangeList):
    """A changelist whose records carry `footnotes`, `disputes` (counts) and `unsourced` (field keys)."""

    def rows(self, keys: list[int]) -> list[Record]:
        records = self._records(keys)
        unsourced = evidence_coverage.unsourced_fields(records)
        for record in records:
            record.unsourced = unsourced[record.pk]
        return records

    def _records(self, keys: list[int]) -> list[Record]:
        evidence = (
            Evidence.objects.for_records(self.model)
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
    """Filters by the number of published reports that support a record, and by disputes."""

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
    """Bitmaps of records by the number of published reports that support them, and of disputed records.

    They come from the facet index of the public lists; those of kinds without a list, from the database.
    """
    dimension = EvidenceDimension(model)
    if dimension.name in {
        each.name for kind in registry.indexed_models() if kind.model is model for each in kind.dimensions
    }:
        with facet_index(model.collection) as state:
            return state.dimension(model.collection, dimension.name)
    return dimension.read(router.db_for_read(model))
