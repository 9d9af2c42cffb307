"""Contradictions between passages: which other passages report a different value for the same field."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q

from .base_models import WHOLE, Record
from .models import Evidence, Passage, Stance
from .reported_values import EvidenceItem, evidence_item

# By kind of record and primary key.
RecordKey = tuple[int, int]


@dataclass(frozen=True)
class Contradiction:
    """Another passage and the value that it reports against this one."""

    passage: Passage
    evidence_item: EvidenceItem


class DisputedEvidence:
    """The evidence from published reports on the disputed values of `records`, read in one query."""

    def __init__(self, records: dict[RecordKey, Record]):
        self._records = records
        # By record, then by field.
        self._evidence: dict[RecordKey, dict[str, list[Evidence]]] = defaultdict(lambda: defaultdict(list))
        for item in self._query() if records else ():
            self._evidence[item.content_type_id, item.object_id][item.field_key].append(item)

    def _query(self) -> Iterable[Evidence]:
        keys: dict[int, list[int]] = defaultdict(list)
        for kind, key in self._records:
            keys[kind].append(key)
        on_records = Q()
        for kind, object_ids in keys.items():
            on_records |= Q(content_type=kind, object_id__in=object_ids)
        published = Evidence.objects.from_published_reports()
        differing = published.filter(
            Q(figure=OuterRef("figure")) | Q(figure__isnull=True, field=OuterRef("field")),
            content_type=OuterRef("content_type"),
            object_id=OuterRef("object_id"),
            stance=Stance.DIFFERS,
        )
        # Evidence about the whole record is matched through the values that it covers.
        return published.filter(on_records, Exists(differing)).exclude(stance=Stance.EARLIER).for_notes()

    def contradictions_of(self, evidence: list[Evidence]) -> list[Contradiction]:
        """The contradictions of the `evidence` that one passage gives for one record."""
        contradictions: dict[int, Contradiction] = {}
        for item in evidence:
            key = (item.content_type_id, item.object_id)
            record, by_field = self._records[key], self._evidence.get(key, {})
            for field in _disputed_fields(item, record, by_field):
                for other in by_field.get(field, ()):
                    if other.passage_id != item.passage_id and _is_contradiction(item, other):
                        contradictions.setdefault(
                            other.pk, Contradiction(other.passage, evidence_item(other, record))
                        )
        return list(contradictions.values())


def _disputed_fields(item: Evidence, record: Record, by_field: dict[str, list[Evidence]]) -> list[str]:
    """The disputed fields of an item. About the whole record: those that nothing else supports."""
    if item.field != WHOLE:
        return [item.field_key]
    return [
        field
        for field, items in by_field.items()
        if not record.needs_own_evidence(field) and not any(each.stance == Stance.SUPPORTS for each in items)
    ]


def _is_contradiction(one: Evidence, other: Evidence) -> bool:
    if Stance.EARLIER in (one.stance, other.stance):
        return False
    if one.stance == other.stance == Stance.DIFFERS:
        return one.reported_value != other.reported_value
    return one.stance != other.stance
