"""What the passages of a report are evidence for."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.contrib.contenttypes.models import ContentType

from sco_cities.core.localized_names import Localized

from .base_models import Record
from .contradictions import Contradiction, Disputes
from .evidence_labels import EvidenceItem, evidence_item
from .models import Evidence, Passage, Report, Stance


@dataclass
class PassageUsage:
    """What a passage says of one record, field by field."""

    record: Record
    evidence: list[Evidence] = field(default_factory=list)
    contradicted: list[Contradiction] = field(default_factory=list)

    @property
    def name(self) -> Localized:
        return self.record.name

    @property
    def kind(self) -> str:
        return self.record._meta.verbose_name

    @property
    def supports(self) -> list[EvidenceItem]:
        return self._with(Stance.SUPPORTS)

    @property
    def differs(self) -> list[EvidenceItem]:
        return self._with(Stance.DIFFERS)

    @property
    def earlier(self) -> list[EvidenceItem]:
        return self._with(Stance.EARLIER)

    def _with(self, stance: Stance) -> list[EvidenceItem]:
        return [evidence_item(item, self.record) for item in self.evidence if item.stance == stance]


@dataclass
class PassageUsages:
    """A passage, who speaks in it, and the published records on which it bears."""

    passage: Passage
    speakers: list[Record]
    bearings: list[PassageUsage]


def passages_of(report: Report) -> list[PassageUsages]:
    """The passages of `report` in order, each with the published records that it is evidence for.

    Four queries, and one for each kind of record among these.
    """
    evidence = list(
        Evidence.objects.filter(passage__report=report)
        .select_related("figure")
        .order_by("passage__number", "pk")
    )
    records = _published_records(evidence)
    bearings: dict[int, dict[tuple[int, int], PassageUsage]] = defaultdict(dict)
    for item in evidence:
        key = (item.content_type_id, item.object_id)
        if record := records.get(key):
            bearings[item.passage_id].setdefault(key, PassageUsage(record)).evidence.append(item)
    disputes = Disputes(records)
    for bears in bearings.values():
        for bearing in bears.values():
            bearing.contradicted = disputes.against(bearing.evidence)
    return [
        PassageUsages(
            passage, _speakers(passage), sorted(bearings[passage.pk].values(), key=_by_kind_and_name)
        )
        for passage in report.passages.order_by("number").prefetch_related("speakers")
    ]


def _published_records(evidence: list[Evidence]) -> dict[tuple[int, int], Record]:
    """The published ones among the records that `evidence` is about, by kind and primary key."""
    keys: dict[int, set[int]] = defaultdict(set)
    for item in evidence:
        keys[item.content_type_id].add(item.object_id)
    found = {}
    for kind, wanted in keys.items():
        model = ContentType.objects.get_for_id(kind).model_class()
        for record in model.objects.published().for_link().filter(pk__in=wanted):
            found[kind, record.pk] = record
    return found


def _speakers(passage: Passage) -> list[Record]:
    published = [speaker for speaker in passage.speakers.all() if speaker.is_published]
    return sorted(published, key=lambda speaker: speaker.slug)


def _by_kind_and_name(bearing: PassageUsage) -> tuple[str, str]:
    return bearing.record.collection, str(bearing.record)


def supported_fields(passages: list[PassageUsages]) -> dict[str, int]:
    """How many published records of each kind these passages bear on, as their lists find them by the report."""
    found: dict[str, set[int]] = defaultdict(set)
    for entry in passages:
        for bearing in entry.bearings:
            found[bearing.record.collection].add(bearing.record.pk)
    return {collection: len(keys) for collection, keys in found.items()}
