"""Records that are supported by the same passage, such as a statement and an initiative."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import KW_ONLY, dataclass
from typing import NamedTuple

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, QuerySet
from django.utils.translation import ngettext
from pyroaring import BitMap

from sco_cities.core.html import fill_template, join_html
from sco_cities.core.publication_state import VISIBLE
from sco_cities.db.pk_queries import pk_in
from sco_cities.facet_index import registry
from sco_cities.facet_index.dimensions import FETCH_SIZE, Values, merge_values, part
from sco_cities.facet_index.facets import Facet, FacetState, LookupMapping, Reads
from sco_cities.facet_index.pk_bitmaps import KeyArray
from sco_cities.i18n.numbers import GroupedInt
from sco_cities.i18n.punctuation import semicolon
from sco_cities.listings.columns import Column
from sco_cities.listings.row_batch import RowBatch

from .base_models import Record
from .facets import ReportedDimension
from .html import localized_html
from .models import Evidence, Passage, Stance

# The dimension that both collections must have.
PASSAGES = "passages"
# Maximum number of records in a cell of a page, because hundreds of records may cite a passage. Files contain all
# records.
MAX_SHOWN = 5
_NONE = BitMap()
_NO_PAIRS: list[tuple[BitMap, BitMap]] = []


class SupportDimension(ReportedDimension):
    """The keys (or the values of a field) of the passages in published reports that support records.

    `value` is the path from the evidence to the value ("passage" or "passage__report__language").
    """

    def __init__(self, name: str, model: type[Record], value: str = "passage"):
        super().__init__(name, model)
        object.__setattr__(self, "value_path", value)

    def rows(self, using):
        return super().rows(using).filter(stance=Stance.SUPPORTS)

    def values_among(self, using, among=None):
        if among is not None:
            return self._published_values(using, object_id__in=among)
        path = self.value_path.removeprefix("passage").removeprefix("__")
        published = Passage.objects.using(using).filter(report__state=VISIBLE)
        passages = published.order_by()
        of_passage = {row[0]: row[-1] for row in passages.values_list("pk", *filter(None, (path,)))}
        # Rows are read in index order and then merged, as in `ReportedDimension.by_report`.
        by_passage = self.rows(using).values_list("content_type", "passage", "stance")
        rows = by_passage.annotate(_keys=KeyArray("object_id")).iterator(FETCH_SIZE)
        return merge_values(
            (of_passage[passage], keys) for _kind, passage, _stance, keys in rows if passage in of_passage
        )

    def _published_values(self, using: str, **conditions) -> Values:
        """Returns the values of passages in published reports. The query joins evidence with reports."""
        rows = self.rows(using).filter(passage__report__state=VISIBLE, **conditions)
        return dict(rows.values_list(self.value_path).annotate(_keys=KeyArray("object_id")))


class SharedSupportDimension(SupportDimension):
    """The passages that support a record and also a record of `other`, a model with few records.

    Only shared passages are read, so the cost does not depend on the number of records in the first model. A passage
    may remain in the dimension after it no longer supports any record of `other`.
    """

    def __init__(self, name: str, model: type[Record], other: type[Record]):
        super().__init__(name, model)
        object.__setattr__(self, "other", other)
        object.__setattr__(self, "lazy", True)

    @property
    def parts(self):
        kind = ContentType.objects.get_for_model(self.other).pk
        return *super().parts, f"{part(Evidence, 'object_id')}/{kind}"

    def rows(self, using):
        return super().rows(using).filter(pk_in(self._passages(using), "passage"))

    def values_among(self, using, among=None):
        # Unlike the base class, this query reads few rows even for all records.
        return self._published_values(using, **({} if among is None else {"object_id__in": among}))

    def affected_keys(self, using, changed):
        *own_parts, other_part = self.parts
        records = super().affected_keys(using, {name: changed.get(name, _NONE) for name in own_parts})
        if changed_others := changed.get(other_part):
            # A changed record of `other` may be the first one to cite its passages.
            citing = super().rows(using).filter(pk_in(self._passages(using, changed_others), "passage"))
            records = records | citing.aggregate(keys=KeyArray("object_id"))["keys"]
        return records

    def _passages(self, using: str, keys: BitMap | None = None) -> BitMap:
        """Returns the passages that support any record of `other`, or a record of `other` with a key in `keys`."""
        evidence = Evidence.objects.using(using).for_records(self.other).supporting().order_by()
        if keys is not None:
            evidence = evidence.filter(pk_in(keys, "object_id"))
        return BitMap(evidence.values_list("passage", flat=True).distinct())


def shared_passages(state: FacetState, collection: str, other: str) -> list[tuple[BitMap, BitMap]]:
    """Returns pairs of records from both collections that share a passage. Drafts in `other` are ignored."""
    own = state.dimension(collection, PASSAGES)
    if not own:
        # Returns early, so that the passages of a million records are not read.
        return _NO_PAIRS
    others, published = state.dimension(other, PASSAGES), state.published(other)

    def pair() -> list[tuple[BitMap, BitMap]]:
        pairs = ((keys, others.get(passage, _NONE) & published) for passage, keys in own.items())
        return [(keys, shared) for keys, shared in pairs if shared]

    return state.memoize((collection, "shared passages", other), (own, others, published), pair)


@dataclass(frozen=True)
class SharedPassageFacet(Facet):
    """A facet of records by the key of a published record in `other` that shares a supporting passage.

    The facet is computed on each lookup and not kept in memory, because `other` may have a million records.
    """

    other: str

    def bitmaps(self, state, collection):
        pairs = shared_passages(state, collection, self.other)
        return LookupMapping(lambda key: _union(keys for keys, shared in pairs if key in shared))

    def inputs(self, state, collection):
        return (shared_passages(state, collection, self.other),)

    def reads(self, collection):
        return Reads(collection, dimension=PASSAGES), Reads(self.other, dimension=PASSAGES)


@dataclass(frozen=True)
class SharedPassageValueFacet(SharedPassageFacet):
    """A facet of records by a value (such as the status) of the `other` records that share a passage."""

    facet: str

    def bitmaps(self, state, collection):
        pairs = shared_passages(state, collection, self.other)
        values = {
            value: _union(keys for keys, shared in pairs if shared.intersect(having))
            for value, having in state.facet(self.other, self.facet).items()
        }
        return {value: keys for value, keys in values.items() if keys}

    def inputs(self, state, collection):
        return *super().inputs(state, collection), state.facet(self.other, self.facet)

    def reads(self, collection):
        return *super().reads(collection), Reads(self.other, facet=self.facet)


def _union(bitmaps: Iterable[BitMap]) -> BitMap:
    return BitMap.union(_NONE, *bitmaps)


@dataclass(frozen=True)
class SharedPassageColumn(Column):
    """A column with the published records of the collection `of` that share a passage, ordered by name.

    The column queries the database, so that the facet index does not keep these records in memory.
    """

    _: KW_ONLY
    of: str

    fields = ()
    has_names = True
    is_list = True
    is_of_others = True

    def reads(self, collection):
        return (Reads(self.of),)

    def index_attributes(self, batch):
        return {self.source: self.first_records(batch)}

    def read(self, batch):
        self._owners(batch)

    def records(self, batch: RowBatch) -> list[list[Record]]:
        """Returns the related records for each record in the batch."""
        return batch.group_by_record(self._owners(batch))

    def first_records(self, batch: RowBatch) -> list["FirstRecords"]:
        """Returns the first MAX_SHOWN related records and the hidden count for each record in the batch."""
        groups = self.records(batch)
        long = [key for key, records in zip(batch.keys, groups, strict=True) if len(records) > MAX_SHOWN]
        urls = self._passage_urls(batch, long) if long else {}
        return [
            FirstRecords(records[:MAX_SHOWN], max(len(records) - MAX_SHOWN, 0), urls.get(key, ""))
            for key, records in zip(batch.keys, groups, strict=True)
        ]

    def _passage_urls(self, batch: RowBatch, keys: list[int]) -> dict[int, str]:
        """Maps `keys` to the URL of the passage that supports the most related records."""
        evidence = self._shared_evidence(batch).filter(pk_in(keys, "object_id"))
        counted = evidence.values_list("object_id", "passage").annotate(
            others=Count("passage__evidence__object_id", distinct=True)
        )
        passage_of = {key: passage for key, passage, _count in counted.order_by("others", "-passage")}
        passages = Passage.objects.using(batch.using).select_related("report").in_bulk(passage_of.values())
        return {key: passages[passage].get_absolute_url() for key, passage in passage_of.items()}

    def values(self, batch):
        return batch.cell_values((record.slug, keys) for record, keys in self._owners(batch))

    def names(self, batch):
        return batch.cell_values((str(record), keys) for record, keys in self._owners(batch))

    def _owners(self, batch: RowBatch) -> list[tuple[Record, BitMap]]:
        """Returns related records by name, each with the keys of the batch's records that share a passage."""
        return batch.compute_once(self.name, lambda: self._read_owners(batch))

    def _read_owners(self, batch: RowBatch) -> list[tuple[Record, BitMap]]:
        # Queries the database, because imports compare cells without a facet index.
        kind, owners = registry.indexed_model(self.of), defaultdict(BitMap)
        pairs = self._shared_evidence(batch).values_list("passage__evidence__object_id", "object_id")
        for key, own in pairs.distinct():
            owners[key].add(own)
        if not owners:
            return []
        records = kind.model.objects.using(batch.using).published().defer(*registry.DEFERRED_FIELDS)
        in_order = records.filter(pk_in(owners)).order_by(*kind.ordering)
        return [(record, owners[record.pk]) for record in in_order]

    def _shared_evidence(self, batch: RowBatch) -> QuerySet[Evidence]:
        """Returns the batch's evidence, joined by passage to the evidence of the column's records."""
        own = Evidence.objects.using(batch.using).for_records(batch.listing.indexed_model.model)
        return (
            own.from_published_reports()
            .supporting()
            .filter(
                pk_in(batch.keys, "object_id"),
                passage__evidence__content_type=ContentType.objects.get_for_model(
                    registry.indexed_model(self.of).model
                ),
                passage__evidence__stance=Stance.SUPPORTS,
            )
            .order_by()
        )


class FirstRecords(NamedTuple):
    """The first records of a cell, the number of hidden records, and the URL of a page that shows all records."""

    shown: list[Record]
    others: int
    url: str

    @property
    def others_label(self) -> str:
        return ngettext("and %(n)s more", "and %(n)s more", self.others) % {"n": GroupedInt(self.others)}


@dataclass(frozen=True)
class SharedPassageCell:
    """Renders the names of a column's first records for a brief. A name in another language has a `lang` attribute."""

    column: SharedPassageColumn

    fields = ()

    def __call__(self, batch: RowBatch) -> list[str]:
        return [
            join_html(
                semicolon(), [*(localized_html(record.name) for record in first.shown), *_others(first)]
            )
            for first in self.column.first_records(batch)
        ]


def _others(first: FirstRecords) -> list[str]:
    if not first.others:
        return []
    return [fill_template('<a href="{}">{}</a>', first.url, first.others_label)]
