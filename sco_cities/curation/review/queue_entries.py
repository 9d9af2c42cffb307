"""The rows of the review queue and of "My records", read with a fixed number of queries for a page."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.db.models import Max, Q

from sco_cities.admin_framework.admin_urls import add_evidence_url
from sco_cities.curation.models import SeenRevision
from sco_cities.db.pk_filter import pk_in
from sco_cities.history.models import Revision
from sco_cities.sources import evidence_coverage
from sco_cities.sources.base_models import Record, record_models

from .last_transitions import format_transition, last_transitions


@dataclass
class ReviewEntry:
    """A record in the queue: its last transition, its fields without evidence, the revisions seen and newest."""

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
        """Whether it has changed since it was last seen; False for a record never seen."""
        return self.seen_revision is not None and self.newest_revision > self.seen_revision


def review_entries(positions: Iterable[tuple[int, int]], user) -> list[ReviewEntry]:
    """The entries at these positions, each a kind (index in `record_models()`) and a primary key, for `user`."""
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
    """Sets in the entries the revision that `user` has seen and the newest one."""
    models, listed, by_kind = record_models(), Q(pk__in=()), {}
    for number, some in entries.items():
        kind = ContentType.objects.get_for_model(models[number]).pk
        by_kind[kind] = some
        listed |= Q(pk_in(some, "object_id"), content_type=kind)
    newest = Revision.objects.filter(listed).order_by().values_list("content_type", "object_id")
    for kind, key, revision in newest.annotate(newest=Max("pk")):
        by_kind[kind][key].newest_revision = revision
    seen = SeenRevision.objects.filter(listed, seen_by=user.pk)
    for kind, key, revision in seen.values_list("content_type", "object_id", "revision"):
        by_kind[kind][key].seen_revision = revision
