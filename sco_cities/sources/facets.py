"""Facets shared by all kinds of record, the facets of reports, and footnote counts."""

from collections import Counter
from collections.abc import Iterable
from contextlib import nullcontext
from dataclasses import dataclass
from itertools import pairwise

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count
from pyroaring import BitMap

from sco_cities.core.publication_state import VISIBLE
from sco_cities.db.pk_queries import InKeys, read_rows
from sco_cities.facet_index import registry
from sco_cities.facet_index.dimensions import (
    FETCH_SIZE,
    ComputedDimension,
    Dimension,
    Values,
    YearDimension,
    batches,
    column,
    merge_values,
    part,
    repack,
    union,
)
from sco_cities.facet_index.facet_counts import YearFacet
from sco_cities.facet_index.facets import CountingFacet, Facet, LookupMapping, Reads, ValueFacet
from sco_cities.facet_index.pk_bitmaps import KeyArray, compact
from sco_cities.facet_index.read_snapshot import read_once
from sco_cities.facet_index.refresh import facet_index
from sco_cities.facet_index.registry import IndexedModel, register
from sco_cities.facet_index.state import IndexState

from .base_models import Record
from .models import AddressCheck, Evidence, Figure, Passage, Report, Stance


def state_dimension(model: type[Record]) -> Dimension:
    """Returns the dimension with the publication state of records."""
    return Dimension("state", model, "state")


DISPUTED = "disputed"


class ReportedDimension(ComputedDimension):
    """Base class for dimensions that depend on the evidence for `model` records in published reports."""

    def __init__(self, name: str, model: type[Record]):
        super().__init__(name, Evidence, ("stance", "passage__report"), key="object_id")
        object.__setattr__(self, "model", model)

    @property
    def _kind(self) -> int:
        return ContentType.objects.get_for_model(self.model).pk

    @property
    def parts(self):
        return f"{part(Evidence, 'object_id')}/{self._kind}", part(Report, "pk")

    @property
    def logged_parts(self):
        return f"{part(Evidence, 'object_id')}/{column(Evidence, 'content_type')}", part(Report, "pk")

    @property
    def rebuild_parts(self):
        return (part(Passage, "report"),)

    @property
    def index_columns(self):
        return tuple(column(Evidence, name) for name in ("content_type", "passage", "stance", "object_id"))

    def rows(self, using):
        return Evidence.objects.using(using).filter(content_type=self._kind).order_by()

    def values_among(self, using: str, among: list[int] | None = None) -> Values:
        """Returns the values of all records, or only of the records with keys in `among`."""
        raise NotImplementedError

    def read(self, using):
        return repack(self.values_among(using))

    def read_keys(self, using, keys):
        return merge_values(
            pair for batch in batches(keys) for pair in self.values_among(using, batch).items()
        )

    def by_report(self, using: str, among: list[int] | None = None) -> Values:
        """Groups all records, or the records with keys in `among`, by stance and published report."""
        if among is None:
            return read_once(using, (self.model, "by report"), lambda: self._all_by_report(using))
        rows = self.rows(using).filter(object_id__in=among, passage__report__state=VISIBLE)
        groups = rows.values_list("stance", "passage__report").annotate(_keys=KeyArray("object_id"))
        return {(stance, report): keys for stance, report, keys in groups}

    def _all_by_report(self, using: str) -> Values:
        # Groups rows by passage in index order, and then merges the groups by report. A join of millions of rows with
        # their passages took three times as long.
        by_passage = self.rows(using).values_list("content_type", "passage", "stance")
        published = Passage.objects.using(using).filter(report__state=VISIBLE)
        report_of = dict(published.values_list("pk", "report"))
        return merge_values(
            ((stance, report_of[passage]), records)
            for _kind, passage, stance, records in by_passage.annotate(_keys=KeyArray("object_id")).iterator(
                FETCH_SIZE
            )
            if passage in report_of
        )

    def affected_keys(self, using, changed):
        evidence, reports, *_others = self.parts
        records = changed.get(evidence, BitMap())
        if changed_reports := changed.get(reports):
            # Publishing or withdrawing a report can change the values of the records that cite it.
            keys = changed_reports.to_array().tolist()
            citing = Evidence.objects.using(using).filter(content_type=self._kind, passage__report__in=keys)
            records = records | citing.order_by().aggregate(keys=KeyArray("object_id"))["keys"]
        return records


class EvidenceDimension(ReportedDimension):
    """The number of published reports that support a record (1 or more), and "disputed" if a report contradicts it.

    Storing the report keys would take ten times as much memory. The few requests that filter by report query the
    database instead.
    """

    def __init__(self, model: type[Record]):
        super().__init__("evidence", model)

    def values_among(self, using, among=None):
        by_report = self.by_report(using, among).items()
        supporting = [records for (stance, _report), records in by_report if stance == Stance.SUPPORTS]
        differing = [records for (stance, _report), records in by_report if stance == Stance.DIFFERS]
        # at_least[n] contains the records with more than n supporting reports. Each report moves its records up one
        # level.
        at_least: list[BitMap] = []
        for supported in supporting:
            raised = supported
            for position, records in enumerate(at_least):
                at_least[position], raised = records | raised, records & raised
                if not raised:
                    break
            else:
                at_least.append(raised)
        pairs = enumerate(pairwise([*at_least, BitMap()]), start=1)
        levels: dict[int | str, BitMap] = {number: records - more for number, (records, more) in pairs}
        levels[DISPUTED] = BitMap.union(BitMap(), *differing)
        return {level: compact(records) for level, records in levels.items() if records}


def _records_citing_report(using: str, kind: int, report: int) -> BitMap:
    # The compiled query is cached. A search for a city looks up each report with the city in its title, and compiling
    # the queries took a fifth of the page's time.
    rows = read_rows(
        [report],
        lambda among: (
            Evidence.objects.using(using).filter(among("passage__report"), content_type=kind).order_by()
        ),
        ["object_id"],
        using=using,
        cache_key=(Evidence, "citing a report", kind),
    )
    return BitMap(key for (key,) in rows)


@dataclass(frozen=True)
class CitedReportsFacet(Facet):
    """A facet of records by the key of a report that they cite as evidence. Lookups query the database."""

    def bitmaps(self, state, collection):
        kind = ContentType.objects.get_for_model(state.index(collection).indexed_model.model).pk
        return LookupMapping(lambda report: _records_citing_report(state.using, kind, report))

    def inputs(self, state, collection):
        return (state.change_token,)

    def reads(self, collection):
        return (Reads("reports", records=True),)


@dataclass(frozen=True)
class ReportCountFacet(Facet):
    """A facet of records by the number of published reports that support them."""

    def bitmaps(self, state, collection):
        levels = state.dimension(collection, "evidence")
        supported = {level: records for level, records in levels.items() if level != DISPUTED}
        return {0: state.published(collection).difference(*supported.values()), **supported}

    def reads(self, collection):
        return Reads(collection, dimension="evidence"), Reads(collection)


@dataclass(frozen=True)
class EvidenceLevelsFacet(Facet):
    """A facet of records by level of support ("single" or "several"). Records of both levels can also be "disputed"."""

    def bitmaps(self, state, collection):
        levels = state.dimension(collection, "evidence")
        several = [records for level, records in levels.items() if level not in (1, DISPUTED)]
        return {
            "single": levels.get(1, BitMap()),
            "several": union(several) if several else BitMap(),
            "disputed": levels.get(DISPUTED, BitMap()),
        }

    def reads(self, collection):
        return (Reads(collection, dimension="evidence"),)


def evidence_facets() -> dict[str, Facet]:
    """Returns the facets shared by all kinds of record with evidence."""
    return {
        "report": CitedReportsFacet(),
        "report_count": ReportCountFacet(),
        "evidence": EvidenceLevelsFacet(),
    }


REPORTS = register(
    IndexedModel(
        "reports",
        Report,
        name_field="title",
        dimensions=(
            state_dimension(Report),
            Dimension("language", Report, "language"),
            YearDimension("from_year", Report, "published_first"),
            YearDimension("until_year", Report, "published_last"),
        ),
        facets={
            "language": ValueFacet("language"),
            "years": YearFacet("from_year", "until_year"),
        },
        # Also logs changes to figures of any record and to results of link checks.
        logged_parts=(
            f"{part(Figure, 'object_id')}/{column(Figure, 'content_type')}",
            part(AddressCheck, "report"),
        ),
    )
)


def footnote_counts(state: IndexState | None, reports: Iterable[int] | None = None) -> dict[int, int]:
    """Counts the footnotes of all reports, or of the given reports.

    If `state` is None, the current data is counted. All footnotes are counted without reading their records. Then the
    few footnotes on unpublished records are subtracted. With a million initiatives, checking each record took 60 times
    as long for a page of reports.
    """
    with nullcontext(state) if state else facet_index(Report.collection) as state:
        counted = Report.objects.using(state.using).with_all_footnotes().order_by()
        if reports is not None:
            counted = counted.filter(pk__in=list(reports))
        hidden = state.memoize(("hidden footnotes",), (state.change_token,), lambda: _read_hidden(state))
        return {report: n - hidden[report] for report, n in counted.values_list("pk", "all_footnotes")}


def _read_hidden(state: IndexState) -> Counter[int]:
    kinds = [kind for kind in registry.indexed_models() if kind.model.evidence_fields]
    counts: Counter[int] = Counter()
    names = [kind.collection for kind in kinds]
    # After the server starts, the report list may be the first page that needs these indexes.
    is_complete = state.indexes.keys() >= set(names)
    with nullcontext(state) if is_complete else facet_index(*names) as state:
        for kind in kinds:
            states = state.dimension(kind.collection, "state")
            hidden = BitMap().union(*(keys for name, keys in states.items() if name != VISIBLE))
            if hidden:
                of_kind = Evidence.objects.using(state.using).filter(
                    InKeys.of("object_id", hidden), content_type=ContentType.objects.get_for_model(kind.model)
                )
                counts.update(dict(of_kind.order_by().values_list("passage__report").annotate(Count("pk"))))
    return counts


@dataclass(frozen=True)
class FootnoteCountFacet(CountingFacet):
    """A facet of reports by their number of footnotes."""

    def counts(self, state, collection):
        return footnote_counts(state)

    def inputs(self, state, collection):
        return (state.change_token,)

    def reads(self, collection):
        return ()
