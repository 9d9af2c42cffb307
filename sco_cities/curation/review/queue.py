"""What waits for review, and what a contributor has in hand: records of every kind in one order.

The kinds are different tables; one query unites their keys, so that a page of the queue costs the same however long
the queue is.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from sco_cities.curation.permissions.object_permissions import created_by
from sco_cities.history.models import Revision
from sco_cities.sources.base_models import PublicationState, Record, record_models


@dataclass(frozen=True, order=True)
class QueuePosition:
    """Where a record stands in the queue: by the revision that sent it there, then by kind and key.

    Records that came into review before there was a history come first; they have 0.
    """

    sent: int
    kind: int
    key: int


@dataclass(frozen=True)
class QueueFilters:
    """The part of the queue that is worked through: one kind of record, or what one account sent."""

    kind: str = ""
    by: str = ""

    def kinds(self) -> Iterator[tuple[int, type[Record]]]:
        for number, model in enumerate(record_models()):
            if self.kind in ("", model.collection):
                yield number, model


def _in_review(model: type[Record], number: int) -> QuerySet:
    sending = (
        Revision.objects.filter(
            content_type=ContentType.objects.get_for_model(model),
            object_id=OuterRef("pk"),
            state=PublicationState.IN_REVIEW,
        )
        .exclude(state_before=PublicationState.IN_REVIEW)
        .order_by("-pk")
    )
    return (
        model._base_manager.filter(state=PublicationState.IN_REVIEW)
        .order_by()
        .annotate(
            sent=Coalesce(Subquery(sending.values("pk")[:1]), 0),
            by=Coalesce(Subquery(sending.values("change_set__made_by_name")[:1]), Value("")),
            number=Value(number),
            key=F("pk"),
        )
    )


def _union(parts: list[QuerySet]) -> QuerySet:
    first, *others = parts
    return first.union(*others, all=True) if others else first


def _waiting(narrowing: QueueFilters, beyond: QueuePosition | None = None) -> QuerySet:
    parts = []
    for number, model in narrowing.kinds():
        records = _in_review(model, number)
        if narrowing.by:
            records = records.filter(by=narrowing.by)
        if beyond is not None:
            records = records.filter(_after(beyond, number))
        parts.append(records.values_list("sent", "number", "key"))
    return _union(parts).order_by("sent", "number", "key")


def _after(place: QueuePosition, number: int) -> Q:
    """That a record of the kind `number` comes after `place`."""
    if number < place.kind:
        return Q(sent__gt=place.sent)
    if number > place.kind:
        return Q(sent__gte=place.sent)
    return Q(sent__gt=place.sent) | Q(sent=place.sent, key__gt=place.key)


class QueuePositions:
    """A queue to page through: `Paginator` counts and slices it."""

    def __init__(self, narrowing: QueueFilters):
        self._found = _waiting(narrowing)

    def count(self) -> int:
        return self._found.count()

    def __len__(self) -> int:
        return self.count()

    def __getitem__(self, part: slice) -> list[QueuePosition]:
        return [QueuePosition(*values) for values in self._found[part]]


def next_after(place: QueuePosition | None, narrowing: QueueFilters) -> QueuePosition | None:
    """The place after this one; after the last the first, as long as that is another one."""
    for beyond in (place, None):
        values = _waiting(narrowing, beyond).first() if beyond else _first_but(place, narrowing)
        if values:
            return QueuePosition(*values)
    return None


def _first_but(place: QueuePosition | None, narrowing: QueueFilters):
    return next(
        (each for each in _waiting(narrowing)[:2] if place is None or QueuePosition(*each) != place), None
    )


def position_of(record: Record) -> QueuePosition | None:
    """Where a record stands in the queue, if it does."""
    number = record_models().index(type(record))
    values = (
        _in_review(type(record), number).filter(pk=record.pk).values_list("sent", "number", "key").first()
    )
    return QueuePosition(*values) if values else None


def senders() -> list[str]:
    """The names of the accounts that sent what is waiting."""
    narrowing = QueueFilters()
    parts = [_in_review(model, number).values_list("by").distinct() for number, model in narrowing.kinds()]
    first, *others = parts
    return sorted(name for (name,) in first.union(*others) if name)


def count_waiting() -> int:
    """How many records are in review."""
    parts = [
        model._base_manager.filter(state=PublicationState.IN_REVIEW).order_by().values_list("pk")
        for model in record_models()
    ]
    return _union(parts).count()


def own_unpublished(user) -> QuerySet:
    """Kind and key of the drafts and records in review that `user` made, those changed last first."""
    parts = [
        model._base_manager.filter(
            pk__in=created_by(user, model), state__in=(PublicationState.DRAFT, PublicationState.IN_REVIEW)
        )
        .order_by()
        .annotate(number=Value(number), key=F("pk"), changed=F("updated_at"))
        .values_list("number", "key", "changed")
        for number, model in QueueFilters().kinds()
    ]
    return _union(parts).order_by("-changed", "number", "key")
