"""What the passages of a report are evidence for."""

from dataclasses import dataclass, field

from django.db.models import Prefetch, QuerySet

from .models import Evidence, Passage, Report, Stance
from .records import Record


@dataclass
class Bearing:
    """What a passage says of one record: the fields by stance."""

    record: Record
    evidence: list[Evidence] = field(default_factory=list)

    @property
    def stances(self) -> set[str]:
        return {item.stance for item in self.evidence}

    @property
    def differs(self) -> list[Evidence]:
        return [item for item in self.evidence if item.stance == Stance.DIFFERS]

    @property
    def earlier(self) -> list[Evidence]:
        return [item for item in self.evidence if item.stance == Stance.EARLIER]


@dataclass
class PassageBearings:
    """A passage, and the published records on which it bears."""

    passage: Passage
    bearings: list[Bearing]


def passages_of(report: Report) -> list[PassageBearings]:
    """The passages of `report` in order, each with the published records that it is evidence for."""
    evidence: QuerySet[Evidence] = Evidence.objects.select_related("figure").order_by("pk")
    passages = report.passages.order_by("number").prefetch_related(
        "speakers", Prefetch("evidence", evidence.prefetch_related("record"))
    )
    return [PassageBearings(passage, _bearings(passage)) for passage in passages]


def _bearings(passage: Passage) -> list[Bearing]:
    bearings: dict[tuple[int, int], Bearing] = {}
    for item in passage.evidence.all():
        if item.record is not None and item.record.is_published:
            key = (item.content_type_id, item.object_id)
            bearings.setdefault(key, Bearing(item.record)).evidence.append(item)
    return list(bearings.values())
