"""The plan of a revert, with the effect on each record and the fields that have changed again."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import reduce

from django.db.models import Count, Exists, OuterRef, QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _

from sco_cities.core.localized_names import name_in
from sco_cities.db.pk_queries import batches, pk_in
from sco_cities.history import delta, serialization
from sco_cities.history.delta import Delta, values_before
from sco_cities.history.models import Action, ChangeSet, Revision
from sco_cities.history.serialization import Document, document_schema
from sco_cities.history.versions import documents_at
from sco_cities.sources.base_models import PublicationState, Record, record_models

from .changed_values import changed_values, value_and_support

# Number of records per batch. Batches limit the memory use of large reverts.
BATCH = 500


class RevertOutcome(TextChoices):
    """The effect of a revert on a record."""

    REMOVED = "removed", _("will be removed")
    RESTORED = "restored", _("will be restored")
    CHANGED = "changed", _("will be reverted")
    CHANGED_SINCE = "left", _("left unchanged, because it has been changed since then")
    DELETED_SINCE = "gone", _("left unchanged, because it has been deleted since then")
    NOTHING_LEFT = "undone", _("nothing left to revert")


@dataclass
class RecordRevert:
    """The revert of one record.

    `action` is the reverted action, `current` is the current document (None if deleted), and `changes` is the delta to
    apply. `since` contains fields that were changed later and keep their current values. If a created record was
    changed later, the revert does not remove it. `reverted` contains all changes since the version `before`, including
    changes to fields that are not selected.

    `find_values_without_evidence` sets `back` and `lack` for a record that is published both before and after the
    revert. `back` contains the values that the revert restores. `lack` contains the affected values without evidence. A
    restored value is supported if its evidence is also restored. A kept value lacks evidence if the revert removes the
    evidence added with it.
    """

    model: type[Record]
    key: int
    slug: str
    action: Action
    current: Document | None
    changes: Delta
    reverted: Delta
    before: int
    since: list[str] = field(default_factory=list)
    back: set[str] = field(default_factory=set)
    lack: set[str] = field(default_factory=set)

    @property
    def outcome(self) -> RevertOutcome:
        if self.action == Action.CREATED:
            if self.current is None:
                return RevertOutcome.NOTHING_LEFT
            return RevertOutcome.CHANGED_SINCE if self.since else RevertOutcome.REMOVED
        if self.changes:
            return RevertOutcome.RESTORED if self.current is None else RevertOutcome.CHANGED
        if self.current is None:
            return RevertOutcome.DELETED_SINCE
        return RevertOutcome.CHANGED_SINCE if self.since else RevertOutcome.NOTHING_LEFT

    @property
    def name(self) -> str:
        """The kind and name of the record, even if the record has been deleted."""
        document = values_before(self.reverted) if self.current is None else self.current
        return f"{self.model._meta.verbose_name} {name_in(document) or self.slug}"

    @property
    def after(self) -> Document | None:
        """The document after the revert, or None if the record is unpublished before or after the revert."""
        if self.current is None or not self.changes:
            return None
        after = delta.apply(self.current, self.changes)
        is_published = self.current["state"] == after["state"] == PublicationState.PUBLISHED
        return after if is_published else None


@dataclass
class RevertPlan:
    """The revisions to revert. If `fields` is set, only these fields are reverted.

    If `later_too` is set, later changes are also reverted, except the changes of the revert itself (`own_change_set`).
    """

    revisions: QuerySet[Revision]
    fields: Collection[str] | None = None
    later_too: bool = False
    own_change_set: ChangeSet | None = None
    _pks: dict[type[Record], dict[int, list[int]]] = field(default_factory=dict, init=False, repr=False)
    _created: dict[type[Record], set[int]] = field(default_factory=dict, init=False, repr=False)

    def __iter__(self) -> Iterator[RecordRevert]:
        """Yields the revert of each record. Reads records in batches."""
        for model, keys in self.batches(record_models()):
            yield from self.steps(model, keys)

    def batches(
        self, models: Iterable[type[Record]], *, created: bool | None = None
    ) -> Iterator[tuple[type[Record], list[int]]]:
        """Yields batches of affected records as pairs of model and primary keys.

        If `created` is True, yields only records that the reverted revisions created. If `created` is False, omits
        these records.
        """
        for model in models:
            keys = self._revision_pks(model).keys()
            if created is not None:
                keys = keys & self._created[model] if created else keys - self._created[model]
            yield from ((model, batch) for batch in batches(sorted(keys), BATCH))

    def steps(
        self, model: type[Record], keys: Collection[int], absent: Collection[int] = ()
    ) -> list[RecordRevert]:
        """Returns the steps for these records. Records in `absent` are treated as deleted."""
        revisions: dict[int, list[Revision]] = defaultdict(list)
        pks = [pk for key in keys for pk in self._revision_pks(model)[key]]
        for revision in Revision.objects.filter(pk_in(pks)).order_by("pk"):
            revisions[revision.object_id].append(revision)
        current = serialization.read_documents(model, [key for key in revisions if key not in absent])
        later = self._later_changes(
            model,
            {
                key: own[-1].pk
                for key, own in revisions.items()
                if key in current and (own[0].action == Action.CREATED) != self.later_too
            },
        )
        return [
            self._step(model, own, current.get(key), later.get(key, [])) for key, own in revisions.items()
        ]

    def _revision_pks(self, model: type[Record]) -> dict[int, list[int]]:
        """Maps the key of each record to the keys of its revisions to revert."""
        if model not in self._pks:
            # All keys are read once and use little memory. A query per batch would always search the whole change set.
            self._pks[model] = pks = defaultdict(list)
            self._created[model] = created = set()
            revisions = self.revisions.of_model(model).order_by("pk")
            for key, pk, action in revisions.values_list("object_id", "pk", "action").iterator():
                if action == Action.CREATED and key not in pks:
                    created.add(key)
                pks[key].append(pk)
        return self._pks[model]

    def _later_changes(self, model: type[Record], after: dict[int, int]) -> dict[int, list[Delta]]:
        """Maps the key of each record to the changes after its revision in `after`, oldest first."""
        changes: dict[int, list[Delta]] = defaultdict(list)
        if after:
            later = Revision.objects.of_model(model, after)
            later = later.filter(action=Action.CHANGED, pk__gt=min(after.values()))
            # With `later_too`, includes the revert's own changes, because they may rename reports that evidence cites.
            if not self.later_too:
                later = later.exclude(change_set=self.own_change_set)
            for revision in later.order_by("pk"):
                if revision.pk > after[revision.object_id]:
                    changes[revision.object_id].append(revision.changes)
        return changes

    def _step(
        self, model, revisions: list[Revision], current: Document | None, later: list[Delta]
    ) -> RecordRevert:
        reverted = reduce(delta.compose, (revision.changes for revision in revisions))
        changes = reduce(delta.compose, (self._selected(revision.changes) for revision in revisions))
        first, last = revisions[0], revisions[-1]
        slug = (current or {}).get("slug", last.slug)
        step = RecordRevert(model, last.object_id, slug, last.action, current, {}, reverted, first.pk - 1)
        if first.action == Action.CREATED:
            step.action, step.since = Action.CREATED, sorted(reduce(delta.compose, later, {}))
        elif current is None:
            step.changes = delta.invert(changes) if step.action == Action.DELETED else {}
        elif step.action == Action.CHANGED:
            inverse, kept = delta.invert(changes), current
            if self.later_too:
                kept = _without_versions(model, current, changes, later)
            else:
                step.since = [
                    name
                    for name, change in changes.items()
                    if not delta.is_unchanged(current.get(name), change)
                    and not _has_value(current.get(name), inverse[name])
                ]
            wanted = {name: change for name, change in inverse.items() if name not in step.since}
            step.changes = delta.diff(current, delta.apply(kept, wanted))
        return step

    def _selected(self, changes: Delta) -> Delta:
        return {name: changes[name] for name in changes if self.fields is None or name in self.fields}


def _without_versions(
    model: type[Record], document: Document, changes: Delta, later: list[Delta]
) -> Document:
    """Returns `document` without the rows in `changes` and their newer versions from `later`."""
    return document | {
        name: delta.without_versions(
            rows, document[name], changes[name], [each[name] for each in later if name in each]
        )
        for name, rows in document_schema(model).rows.items()
        if name in changes
    }


def _has_value(value, change) -> bool:
    """Returns True if `value` is already the result of `change`."""
    return delta.apply({"": value}, {"": change})[""] == value


def find_values_without_evidence(model: type[Record], steps: Iterable[RecordRevert]) -> None:
    """Sets `back` and `lack` on each step, which are affected values that need separate evidence."""
    touched = []
    for step in steps:
        if (after := step.after) is not None:
            step.back = changed_values(model, step.changes)
            stay = changed_values(model, step.reverted) if "evidence" in step.changes else set()
            if step.back or stay:
                touched.append((step, after, step.back | stay))
    before = documents_at(model, {step.key: step.before for step, *_others in touched}) if touched else {}
    for step, after, names in touched:
        known = [document for document in (step.current, before.get(step.key)) if document]
        step.lack = {name for name in names if _is_new_pair(model, name, after, known)}


def _is_new_pair(model: type[Record], name: str, after: Document, known: list[Document]) -> bool:
    """Returns True if the value and its evidence do not occur together in any `known` document."""
    value, support = value_and_support(model, after, name)
    return bool(value) and all(
        (value, support) != value_and_support(model, document, name) for document in known
    )


def preview_steps(revisions: QuerySet[Revision], number: int, *, fields=None) -> list[RecordRevert]:
    """Returns the first `number` steps of the plan without computing later steps."""
    steps: list[RecordRevert] = []
    for model in record_models():
        of_model = revisions.of_model(model)
        affected = of_model.order_by("object_id").values_list("object_id", flat=True).distinct()
        if keys := list(affected[: number - len(steps)]):
            steps += RevertPlan(of_model.filter(pk_in(keys, "object_id")), fields).steps(model, keys)
    return steps


# The outcome by reverted action, for records that have not changed again.
_UNCHANGED_SINCE = {
    Action.CREATED: RevertOutcome.REMOVED,
    Action.CHANGED: RevertOutcome.CHANGED,
    Action.DELETED: RevertOutcome.RESTORED,
}


def outcomes(revisions: QuerySet[Revision], *, fields=None) -> Counter[RevertOutcome]:
    """Counts records by outcome. Reads only the documents of records that were changed later."""
    if fields is not None:
        return summary(RevertPlan(revisions, fields))
    counts: Counter[RevertOutcome] = Counter()
    since = Revision.objects.order_by().filter(
        content_type=OuterRef("content_type"), object_id=OuterRef("object_id"), pk__gt=OuterRef("pk")
    )
    for model in record_models():
        of_model = revisions.of_model(model).order_by()
        if keys := set(of_model.filter(Exists(since)).values_list("object_id", flat=True)):
            changed_again = pk_in(keys, "object_id")
            counts += summary(RevertPlan(of_model.filter(changed_again)))
            of_model = of_model.exclude(changed_again)
        for action, number in of_model.values_list("action").annotate(Count("pk")):
            counts[_UNCHANGED_SINCE[action]] += number
    return counts


_LEFT_TO_REVERT = (RevertOutcome.REMOVED, RevertOutcome.RESTORED, RevertOutcome.CHANGED)


def has_created_records(change_set: ChangeSet) -> bool:
    """Returns True if any record created by a change set still exists. Runs one query per kind of record."""
    created = change_set.revisions.filter(action=Action.CREATED)
    stored = {
        model: Exists(model._base_manager.filter(pk=OuterRef("object_id"))) for model in record_models()
    }
    return any(created.of_model(model).filter(exists).exists() for model, exists in stored.items())


def is_reverted(change_set: ChangeSet) -> bool:
    """Returns True if a change set was reverted completely, including all records and fields.

    Returns False if the revert was reverted later. If there was no revert, this function runs only one query.
    """
    if not change_set.reverted_by.exists():
        return False
    for model in record_models():
        # The plan omits created records that are deleted, because a reverted import may have created 100,000 records.
        exists = Exists(model._base_manager.filter(pk=OuterRef("object_id")))
        plan = RevertPlan(change_set.revisions.of_model(model).exclude(~exists, action=Action.CREATED))
        for _model, keys in plan.batches([model]):
            if any(step.outcome in _LEFT_TO_REVERT for step in plan.steps(model, keys)):
                return False
    return True


def summary(steps: Iterable[RecordRevert]) -> Counter[RevertOutcome]:
    """Counts the records in a plan by outcome."""
    return Counter(step.outcome for step in steps)
