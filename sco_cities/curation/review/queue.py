"""The review queue and a contributor's unpublished records: records of all kinds in one order.

The kinds are different tables; one UNION query orders their keys, so the cost of a page does not depend on the
length of the queue.
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
    """The position of a record in the queue: the revision that sent it to review, its kind and its primary key.

    `sent_revision` is 0 for records that were sent before the history existed; they come first.
    """

    sent_revision: int
    kind: int
    key: int


@dataclass(frozen=True)
class QueueFilters:
    """Filters of the queue: a kind of record (`kind`, a collection) and the user name of the sender (`by`)."""

    kind: str = ""
    by: str = ""

    def kinds(self) -> Iterator[tuple[int, type[Record]]]:
        for number, model in enumerate(record_models()):
            if self.kind in ("", model.collection):
                yield number, model


def _in_review(model: type[Record], number: int) -> QuerySet:
    sent_revisions = (
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
            sent=Coalesce(Subquery(sent_revisions.values("pk")[:1]), 0),
            by=Coalesce(Subquery(sent_revisions.values("change_set__made_by_name")[:1]), Value("")),
            number=Value(number),
            key=F("pk"),
        )
    )


def _union(parts: list[QuerySet]) -> QuerySet:
    first, *others = parts
    return first.union(*others, all=True) if others else first


def _waiting(filters: QueueFilters, after: QueuePosition | None = None) -> QuerySet:
    parts = []
    for number, model in filters.kinds():
        records = _in_review(model, number)
        if filters.by:
            records = records.filter(by=filters.by)
        if after is not None:
            records = records.filter(_after(after, number))
        parts.append(records.values_list("sent", "number", "key"))
    return _union(parts).order_by("sent", "number", "key")


def _after(position: QueuePosition, number: int) -> Q:
    """The condition that a record of the kind `number` comes after `position`."""
    if number < position.kind:
        return Q(sent__gt=position.sent_revision)
    if number > position.kind:
        return Q(sent__gte=position.sent_revision)
    return Q(sent__gt=position.sent_revision) | Q(sent=position.sent_revision, key__gt=position.key)


class QueuePositions:
    """The filtered queue as a sequence that `Paginator` counts and slices."""

    def __init__(self, filters: QueueFilters):
        self._rows = _waiting(filters)

    def count(self) -> int:
        return self._rows.count()

    def __len__(self) -> int:
        return self.count()

    def __getitem__(self, part: slice) -> list[QueuePosition]:
        return [QueuePosition(*values) for values in self._rows[part]]


def next_after(position: QueuePosition | None, filters: QueueFilters) -> QueuePosition | None:
    """The next position in the queue; after the last one the first, unless it is the same."""
    for after in (position, None):
        values = _waiting(filters, after).first() if after else _first_except(position, filters)
        if values:
            return QueuePosition(*values)
    return None


def _first_except(position: QueuePosition | None, filters: QueueFilters):
    return next(
        (each for each in _waiting(filters)[:2] if position is None or QueuePosition(*each) != position), None
    )


def position_of(record: Record) -> QueuePosition | None:
    """The position of a record in the queue; None if it is not in review."""
    number = record_models().index(type(record))
    values = (
        _in_review(type(record), number).filter(pk=record.pk).values_list("sent", "number", "key").first()
    )
    return QueuePosition(*values) if values else None


def senders() -> list[str]:
    """The sorted names of the accounts that sent waiting records."""
    filters = QueueFilters()
    parts = [_in_review(model, number).values_list("by").distinct() for number, model in filters.kinds()]
    first, *others = parts
    return sorted(name for (name,) in first.union(*others).order_by() if name)


def count_waiting() -> int:
    """The number of records in review."""
    parts = [
        model._base_manager.filter(state=PublicationState.IN_REVIEW).order_by().values_list("pk")
        for model in record_models()
    ]
    return _union(parts).count()


def own_unpublished(user) -> QuerySet:
    """(kind, key, updated_at) of the drafts and records in review created by `user`, newest change first."""
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
