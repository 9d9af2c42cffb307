"""What other passages tell against a passage: on which value of which record, who says so, and what."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q

from .base_models import WHOLE, Record
from .evidence_labels import EvidenceItem, evidence_item
from .models import Evidence, Passage, Stance

# By kind of record and primary key.
Key = tuple[int, int]


@dataclass(frozen=True)
class Contradiction:
    """What another passage says of a value, against what this one says of it."""

    passage: Passage
    use: EvidenceItem


class Disputes:
    """All that published reports say of the disputed values of some records, read with one query."""

    def __init__(self, records: dict[Key, Record]):
        self._records = records
        # By record, then by field.
        self._told: dict[Key, dict[str, list[Evidence]]] = defaultdict(lambda: defaultdict(list))
        for item in self._read() if records else ():
            self._told[item.content_type_id, item.object_id][item.field_key].append(item)

    def _read(self) -> Iterable[Evidence]:
        keys: dict[int, list[int]] = defaultdict(list)
        for kind, key in self._records:
            keys[kind].append(key)
        about = Q()
        for kind, wanted in keys.items():
            about |= Q(content_type=kind, object_id__in=wanted)
        published = Evidence.objects.from_published_reports()
        differing = published.filter(
            Q(figure=OuterRef("figure")) | Q(figure__isnull=True, field=OuterRef("field")),
            content_type=OuterRef("content_type"),
            object_id=OuterRef("object_id"),
            stance=Stance.DIFFERS,
        )
        # What is said of a record as a whole is asked for through the values that it covers.
        return published.filter(about, Exists(differing)).exclude(stance=Stance.EARLIER).for_notes()

    def against(self, evidence: list[Evidence]) -> list[Contradiction]:
        """What contradicts the `evidence` that one passage gives for one record."""
        found: dict[int, Contradiction] = {}
        for item in evidence:
            key = (item.content_type_id, item.object_id)
            record, told = self._records[key], self._told.get(key, {})
            for field in _covered(item, record, told):
                for other in told.get(field, ()):
                    if other.passage_id != item.passage_id and _contradict(item, other):
                        found.setdefault(other.pk, Contradiction(other.passage, evidence_item(other, record)))
        return list(found.values())


def _covered(item: Evidence, record: Record, told: dict[str, list[Evidence]]) -> list[str]:
    """The disputed fields that an item speaks of: as a whole a record is covered where nothing else supports it."""
    if item.field != WHOLE:
        return [item.field_key]
    return [
        field
        for field, items in told.items()
        if not record.needs_its_own_evidence(field)
        and not any(each.stance == Stance.SUPPORTS for each in items)
    ]


def _contradict(one: Evidence, other: Evidence) -> bool:
    if Stance.EARLIER in (one.stance, other.stance):
        return False
    if one.stance == other.stance == Stance.DIFFERS:
        return one.reported_value != other.reported_value
    return one.stance != other.stance
