"""What the lists of the desks tell of each record, found out for a whole page at once."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.db.models import Max, Q

from sco_cities.curation.models import SeenRevision
from sco_cities.db.pk_filter import pk_in
from sco_cities.history.models import Revision
from sco_cities.sources import evidence_coverage
from sco_cities.sources.base_models import Record, record_models

from . import last_transitions


@dataclass
class ReviewEntry:
    """A record on a desk: its last step, what it lacks, and whether it has changed since the reader looked."""

    record: Record
    step: Revision | None
    lacking: str
    seen: int | None = None
    newest: int = 0

    @property
    def kind(self) -> str:
        return self.record._meta.verbose_name

    @property
    def sender(self) -> str:
        return self.step.change_set.made_by_name if self.step else ""

    @property
    def sent_back(self) -> bool:
        return last_transitions.was_sent_back(self.step)

    @property
    def said(self) -> str:
        return last_transitions.format_transition(self.step)

    @property
    def has_changed(self) -> bool:
        """Whether it has changed since it was last looked at; one never looked at is new instead."""
        return self.seen is not None and self.newest > self.seen


def review_entries(places: Iterable[tuple[int, int]], user) -> list[ReviewEntry]:
    """The records at these places, each a kind (by its number) and a key, as `user` sees them."""
    places, models = list(places), record_models()
    keys = defaultdict(list)
    for number, key in places:
        keys[number].append(key)
    found = {number: _entries_of_kind(models[number], some) for number, some in keys.items()}
    _seen_revision(found, user)
    return [found[number][key] for number, key in places if key in found[number]]


def _entries_of_kind(model: type[Record], keys: list[int]) -> dict[int, ReviewEntry]:
    records = list(model._default_manager.filter(pk_in(keys)))
    lacking, last = (
        evidence_coverage.unsourced_fields(records),
        last_transitions.last_transitions(model, keys),
    )
    return {
        record.pk: ReviewEntry(
            record, last.get(record.pk), evidence_coverage.field_list(model, lacking[record.pk])
        )
        for record in records
    }


def _seen_revision(found: dict[int, dict[int, ReviewEntry]], user) -> None:
    """Notes in the entries what `user` has seen and what the newest revision is."""
    models, shown, by_kind = record_models(), Q(pk__in=()), {}
    for number, some in found.items():
        kind = ContentType.objects.get_for_model(models[number]).pk
        by_kind[kind] = some
        shown |= Q(pk_in(some, "object_id"), content_type=kind)
    newest = Revision.objects.filter(shown).order_by().values_list("content_type", "object_id")
    for kind, key, number in newest.annotate(newest=Max("pk")):
        by_kind[kind][key].newest = number
    looks = SeenRevision.objects.filter(shown, seen_by=user.pk).values_list(
        "content_type", "object_id", "revision"
    )
    for kind, key, revision in looks:
        by_kind[kind][key].seen = revision
