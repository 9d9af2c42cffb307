"""What every kind of record is counted by, and the facets of reports."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from django.contrib.contenttypes.models import ContentType
from pyroaring import BitMap

from sco_cities.facet_index.dimensions import (
    ROWS,
    ComputedDimension,
    Dimension,
    Values,
    YearDimension,
    batches,
    column,
    joined,
    part,
    union,
)  # fmt: skip
from sco_cities.facet_index.facets import Facet, LookupMapping, ValueFacet
from sco_cities.facet_index.pk_bitmaps import KeyArray, compact
from sco_cities.facet_index.registry import IndexedModel, declare
from sco_cities.facet_index.year_facet import YearFacet

from .base_models import PublicationState, Record
from .models import AddressCheck, Evidence, Figure, Passage, Report, Stance


def state_dimension(model: type[Record]) -> Dimension:
    """How far records have come on their way to the readers."""
    return Dimension("state", model, "state")


DISPUTED = "disputed"


class EvidenceDimension(ComputedDimension):
    """How many published reports support a record, from 1 on, and "disputed" where one differs.

    Which reports these are takes ten times the memory, and is asked of the database by the few who ask.
    """

    def __init__(self, model: type[Record]):
        super().__init__("evidence", Evidence, ("stance", "passage__report"), key="object_id")
        object.__setattr__(self, "model", model)

    @property
    def _kind(self) -> int:
        return ContentType.objects.get_for_model(self.model).pk

    @property
    def parts(self):
        return f"{part(Evidence, 'object_id')}/{self._kind}", part(Report, "pk")

    @property
    def logged(self):
        return f"{part(Evidence, 'object_id')}/{column(Evidence, 'content_type')}", part(Report, "pk")

    @property
    def deciding(self):
        return (part(Passage, "report"),)

    @property
    def index_columns(self):
        return tuple(column(Evidence, name) for name in ("content_type", "passage", "stance", "object_id"))

    def rows(self, using):
        return Evidence.objects.using(using).filter(content_type=self._kind).order_by()

    def touched(self, using, changed):
        evidence, reports = self.parts
        records = changed.get(evidence, BitMap())
        if about := changed.get(reports):
            # A report may have been published or withdrawn.
            records = records | citing(using, self._kind, about.to_array().tolist())
        return records

    def read(self, using):
        # By passage, which an index gives in order, and then joined by report: a join of millions of rows with
        # their passages took three times as long.
        by_passage = self.rows(using).values_list("content_type", "passage", "stance")
        published = Passage.objects.using(using).filter(report__state=PublicationState.PUBLISHED)
        report_of = dict(published.values_list("pk", "report"))
        by_report = joined(
            ((stance, report_of[passage]), having)
            for _kind, passage, stance, having in by_passage.annotate(_keys=KeyArray("object_id")).iterator(
                ROWS
            )
            if passage in report_of
        )
        return _levels(
            [having for (stance, _report), having in by_report.items() if stance == Stance.SUPPORTS],
            [having for (stance, _report), having in by_report.items() if stance == Stance.DIFFERS],
        )

    def read_of(self, using, keys):
        supporting, differing = defaultdict(BitMap), BitMap()
        for some in batches(keys):
            told = self.rows(using).filter(
                object_id__in=some, passage__report__state=PublicationState.PUBLISHED
            )
            for record, stance, report in told.values_list("object_id", "stance", "passage__report"):
                if stance == Stance.SUPPORTS:
                    supporting[report].add(record)
                elif stance == Stance.DIFFERS:
                    differing.add(record)
        return _levels(supporting.values(), [differing])


def _levels(supporting: Iterable[BitMap], differing: Iterable[BitMap]) -> Values:
    # at_least[n]: what n + 1 reports support; each report lifts what it supports by one.
    at_least: list[BitMap] = []
    for having in supporting:
        lifted = having
        for place, these in enumerate(at_least):
            at_least[place], lifted = these | lifted, these & lifted
            if not lifted:
                break
        else:
            at_least.append(lifted)
    pairs = enumerate(pairwise([*at_least, BitMap()]), start=1)
    levels: dict[int | str, BitMap] = {number: these - more for number, (these, more) in pairs}
    levels[DISPUTED] = BitMap.union(BitMap(), *differing)
    return {level: compact(having) for level, having in levels.items() if having}


def citing(using: str, kind: int, reports: list[int]) -> BitMap:
    """The records of a kind, by its content type, of which any passage of these reports tells something."""
    evidence = Evidence.objects.using(using).filter(content_type=kind, passage__report__in=reports)
    return evidence.order_by().aggregate(keys=KeyArray("object_id"))["keys"]


@dataclass(frozen=True)
class CitedReportsFacet(Facet):
    """The records of which a report tells something, by the key of the report; only for the ones looked up."""

    def bitmaps(self, state, collection):
        kind = ContentType.objects.get_for_model(state.index(collection).kind.model).pk
        return LookupMapping(lambda report: citing(state.using, kind, [report]))

    def inputs(self, state, collection):
        return (state.moment,)


@dataclass(frozen=True)
class ReportCountFacet(Facet):
    """How many published reports support a record, by that number."""

    def bitmaps(self, state, collection):
        levels = state.axis(collection, "evidence")
        supported = {level: having for level, having in levels.items() if level != DISPUTED}
        return {0: state.published(collection).difference(*supported.values()), **supported}

    def inputs(self, state, collection):
        return state.axis(collection, "evidence"), state.published(collection)


@dataclass(frozen=True)
class EvidenceLevelsFacet(Facet):
    """How well records are borne out: "single", "several", and "disputed", which goes with either."""

    def bitmaps(self, state, collection):
        levels = state.axis(collection, "evidence")
        several = [having for level, having in levels.items() if level not in (1, DISPUTED)]
        return {
            "single": levels.get(1, BitMap()),
            "several": union(several) if several else BitMap(),
            "disputed": levels.get(DISPUTED, BitMap()),
        }

    def inputs(self, state, collection):
        return (state.axis(collection, "evidence"),)


def evidence_facets() -> dict[str, Facet]:
    """The facets of records whose evidence is listed."""
    return {
        "report": CitedReportsFacet(),
        "report_count": ReportCountFacet(),
        "evidence": EvidenceLevelsFacet(),
    }


REPORTS = declare(
    IndexedModel(
        "reports",
        Report,
        name="title",
        axes=(
            state_dimension(Report),
            Dimension("language", Report, "language"),
            YearDimension("from_year", Report, "published_first"),
            YearDimension("until_year", Report, "published_last"),
        ),
        facets={
            "language": ValueFacet("language"),
            "years": YearFacet("from_year", "until_year"),
        },
        # The records that have figures, of any kind, and the reports whose addresses are looked up.
        logged=(
            f"{part(Figure, 'object_id')}/{column(Figure, 'content_type')}",
            part(AddressCheck, "report"),
        ),
    )
)
