"""The passages of a report and the records that they are evidence for."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.contrib.contenttypes.models import ContentType

from sco_cities.core.localized_names import Localized

from .base_models import Record
from .contradictions import Contradiction, DisputedEvidence
from .models import Evidence, Passage, Report, Stance
from .reported_values import EvidenceItem, evidence_item
from .speakers import published_speakers


@dataclass
class PassageUsage:
    """The evidence that a passage gives for one record, and what contradicts it."""

    record: Record
    evidence: list[Evidence] = field(default_factory=list)
    contradictions: list[Contradiction] = field(default_factory=list)

    @property
    def name(self) -> Localized:
        return self.record.name

    @property
    def kind(self) -> str:
        return self.record._meta.verbose_name

    @property
    def supports(self) -> list[EvidenceItem]:
        return self._items(Stance.SUPPORTS)

    @property
    def differs(self) -> list[EvidenceItem]:
        return self._items(Stance.DIFFERS)

    @property
    def earlier(self) -> list[EvidenceItem]:
        return self._items(Stance.EARLIER)

    def _items(self, stance: Stance) -> list[EvidenceItem]:
        return [evidence_item(item, self.record) for item in self.evidence if item.stance == stance]


@dataclass
class PassageUsages:
    """A passage, its speakers, and the published records that it is evidence for."""

    passage: Passage
    speakers: list[Record]
    usages: list[PassageUsage]

    @property
    def key(self) -> str:
        return passage_key(self.passage.number)


def passage_key(number: int) -> str:
    """The key of a passage among the values of its report: "passage:3"."""
    return f"passage:{number}"


def passage_usages(report: Report) -> list[PassageUsages]:
    """The passages of `report` in order, each with the published records that it is evidence for.

    Runs four queries, and one for each kind of record.
    """
    evidence = list(
        Evidence.objects.filter(passage__report=report)
        .select_related("figure")
        .order_by("passage__number", "pk")
    )
    records = _published_records(evidence)
    usages: dict[int, dict[tuple[int, int], PassageUsage]] = defaultdict(dict)
    for item in evidence:
        key = (item.content_type_id, item.object_id)
        if record := records.get(key):
            usages[item.passage_id].setdefault(key, PassageUsage(record)).evidence.append(item)
    disputed = DisputedEvidence(records)
    for by_record in usages.values():
        for usage in by_record.values():
            usage.contradictions = disputed.contradictions_of(usage.evidence)
    return [
        PassageUsages(
            passage, published_speakers(passage), sorted(usages[passage.pk].values(), key=_kind_and_name)
        )
        for passage in report.passages.order_by("number").prefetch_related("speakers")
    ]


def _published_records(evidence: list[Evidence]) -> dict[tuple[int, int], Record]:
    """The published records of `evidence`, by content type and primary key."""
    keys: dict[int, set[int]] = defaultdict(set)
    for item in evidence:
        keys[item.content_type_id].add(item.object_id)
    records = {}
    for kind, object_ids in keys.items():
        model = ContentType.objects.get_for_id(kind).model_class()
        for record in model.objects.published().for_link().filter(pk__in=object_ids):
            records[kind, record.pk] = record
    return records


def _kind_and_name(usage: PassageUsage) -> tuple[str, str]:
    return usage.record.collection, str(usage.record)


def citing_record_counts(passages: list[PassageUsages]) -> dict[str, int]:
    """The number of published records of each kind that cite these passages; the same as in their lists."""
    keys: dict[str, set[int]] = defaultdict(set)
    for entry in passages:
        for usage in entry.usages:
            keys[usage.record.collection].add(usage.record.pk)
    return {collection: len(pks) for collection, pks in keys.items()}
