"""The review queue and a contributor's unpublished records, each sorted across all kinds.

Each kind has a separate table. A single UNION query sorts the keys, so a page's cost does not depend on the length of
the queue.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from sco_cities.admin_framework.admin_urls import add_evidence_url
from sco_cities.curation.models import SeenRevision
from sco_cities.curation.permissions.object_permissions import created_by
from sco_cities.db.pk_queries import pk_in
from sco_cities.history.models import Revision
from sco_cities.history.versions import versions
from sco_cities.sources import evidence_coverage
from sco_cities.sources.base_models import PublicationState, Record, record_models
from sco_cities.sources.querysets import of_records

from .transitions import format_transition, last_transitions

# A record's position in the queue. It consists of the revision that sent the record to review, the kind's index and the
# primary key. The revision is 0 for records sent before the history existed.
QueuePosition = tuple[int, int, int]


@dataclass(frozen=True)
class QueueFilters:
    """Filters the queue by kind of record (`kind`, a collection name) and by the sender's user name (`by`)."""

    kind: str = ""
    by: str = ""

    def kinds(self) -> Iterator[tuple[int, type[Record]]]:
        for number, model in enumerate(record_models()):
            if self.kind in ("", model.collection):
                yield number, model


def _in_review(model: type[Record], number: int) -> QuerySet:
    sent_revisions = (
        Revision.objects.of_model(model)
        .filter(object_id=OuterRef("pk"), state=PublicationState.IN_REVIEW)
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


def union_of(parts: list[QuerySet]) -> QuerySet:
    """Combines the rows of QuerySets that have the same columns, in no particular order."""
    first, *others = parts
    # Without order_by(), Django 6.1 rejects the default order of the first model, because its column is not selected.
    return first.union(*others, all=True).order_by() if others else first


def rows_of_all_kinds(condition: Callable[[type[Record]], Q], **columns: F) -> QuerySet:
    """Returns (index in `record_models()`, key, *columns) for records that meet `condition(model)`."""
    parts = [
        model._base_manager.filter(condition(model))
        .order_by()
        .annotate(number=Value(number), key=F("pk"), **columns)
        .values_list("number", "key", *columns)
        for number, model in enumerate(record_models())
    ]
    return union_of(parts)


def waiting(filters: QueueFilters, after: QueuePosition | None = None) -> QuerySet:
    """Returns the positions of the records in review, in the order of the queue."""
    parts = []
    for number, model in filters.kinds():
        records = _in_review(model, number)
        if filters.by:
            records = records.filter(by=filters.by)
        if after is not None:
            records = records.filter(_after(after, number))
        parts.append(records.values_list("sent", "number", "key"))
    return union_of(parts).order_by("sent", "number", "key")


def _after(position: QueuePosition, number: int) -> Q:
    """Returns a condition for records of the kind `number` that follow `position` in the queue."""
    sent, kind, key = position
    if number < kind:
        return Q(sent__gt=sent)
    if number > kind:
        return Q(sent__gte=sent)
    return Q(sent__gt=sent) | Q(sent=sent, key__gt=key)


def next_after(position: QueuePosition | None, filters: QueueFilters) -> QueuePosition | None:
    """Returns the next position in the queue, or the first position after the last. Never returns `position` itself."""
    following = waiting(filters, position).first() if position else None
    return following or next((each for each in waiting(filters)[:2] if each != position), None)


def position_of(record: Record) -> QueuePosition | None:
    """Returns a record's position in the queue, or None if it is not in review."""
    records = _in_review(type(record), record_models().index(type(record))).filter(pk=record.pk)
    return records.values_list("sent", "number", "key").first()


def positions_of(revisions: Iterable[Revision]) -> list[tuple[int, int]]:
    """Returns the (kind, key) pairs of the revisions' records, for `review_entries`."""
    numbers = {
        ContentType.objects.get_for_model(model).pk: number for number, model in enumerate(record_models())
    }
    return [(numbers[revision.content_type_id], revision.object_id) for revision in revisions]


def senders() -> list[str]:
    """Returns the sorted names of the accounts that sent the records in review."""
    filters = QueueFilters()
    parts = [_in_review(model, number).values_list("by").distinct() for number, model in filters.kinds()]
    return sorted({name for (name,) in union_of(parts) if name})


def keys_in_review() -> QuerySet:
    """Returns the keys of all records in review, for counting."""
    return rows_of_all_kinds(lambda model: Q(state=PublicationState.IN_REVIEW))


def first_own_drafts(account: int, limit: int) -> QuerySet:
    """Returns up to `limit` of an account's drafts, for counting. An import may create too many drafts to count."""
    return own_records(account, PublicationState.DRAFT).order_by()[:limit]


def own_records(account: int, *states: PublicationState) -> QuerySet:
    """Returns (kind, key, updated_at) of an account's own records in these states, last changed first."""

    def condition(model: type[Record]) -> Q:
        # Exists() checks only records in these states. A key subquery would list every record ever created by the
        # account.
        return Q(Exists(created_by(account, model).filter(object_id=OuterRef("pk"))), state__in=states)

    return rows_of_all_kinds(condition, changed=F("updated_at")).order_by("-changed", "number", "key")


@dataclass
class ReviewEntry:
    """A record in the queue, with its last transition, fields without evidence, and last seen and newest revisions."""

    record: Record
    transition: Revision | None
    unsourced_fields: list[str]
    seen_revision: int | None = None
    newest_revision: int = 0

    @property
    def kind(self) -> str:
        return self.record._meta.verbose_name

    @property
    def unsourced(self) -> str:
        return evidence_coverage.field_list(type(self.record), self.unsourced_fields)

    @property
    def add_evidence_url(self) -> str:
        return add_evidence_url(self.record, self.unsourced_fields)

    @property
    def sender(self) -> str:
        return self.transition.change_set.made_by_name if self.transition else ""

    @property
    def was_sent_back(self) -> bool:
        return self.transition is not None and self.transition.is_sent_back

    @property
    def transition_text(self) -> str:
        return format_transition(self.transition)

    @property
    def has_changed(self) -> bool:
        """True if the record has changed since the user last saw it, and False if the user has never seen it."""
        return self.seen_revision is not None and self.newest_revision > self.seen_revision


def review_entries(positions: Iterable[tuple[int, int]], user) -> list[ReviewEntry]:
    """Returns the entries for `user` at these positions, which are (index in `record_models()`, primary key)."""
    positions, models = list(positions), record_models()
    keys = defaultdict(list)
    for number, key in positions:
        keys[number].append(key)
    entries = {number: _entries_of_kind(models[number], some) for number, some in keys.items()}
    _set_revisions(entries, user)
    return [entries[number][key] for number, key in positions if key in entries[number]]


def _entries_of_kind(model: type[Record], keys: list[int]) -> dict[int, ReviewEntry]:
    records = list(model._default_manager.filter(pk_in(keys)))
    unsourced, transitions = evidence_coverage.unsourced_fields(records), last_transitions(model, keys)
    return {
        record.pk: ReviewEntry(record, transitions.get(record.pk), unsourced[record.pk]) for record in records
    }


def _set_revisions(entries: dict[int, dict[int, ReviewEntry]], user) -> None:
    """Sets each entry's newest revision and the revision last seen by `user`."""
    models = record_models()
    by_kind = {ContentType.objects.get_for_model(models[number]).pk: some for number, some in entries.items()}
    listed = of_records(entry.record for some in entries.values() for entry in some.values())
    newest = Revision.objects.filter(listed).order_by().values_list("content_type", "object_id")
    for kind, key, revision in newest.annotate(newest=Max("pk")):
        by_kind[kind][key].newest_revision = revision
    seen = SeenRevision.objects.filter(listed, seen_by=user.pk)
    for kind, key, revision in seen.values_list("content_type", "object_id", "revision"):
        by_kind[kind][key].seen_revision = revision


def mark_all_seen(model: type[Record], keys: list[int], user) -> None:
    """Marks the current versions of these records as seen by `user`."""
    content_type = ContentType.objects.get_for_model(model)
    seen = (
        SeenRevision(content_type=content_type, object_id=key, seen_by=user, revision=version)
        for key, version in versions(model, keys).items()
    )
    SeenRevision.objects.bulk_create(
        seen,
        update_conflicts=True,
        unique_fields=["content_type", "object_id", "seen_by"],
        update_fields=["revision"],
    )
