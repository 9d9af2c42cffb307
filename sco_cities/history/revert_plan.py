"""Planning to take back what is in the history: what that will do to each record, and what has changed since."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import reduce

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Exists, OuterRef, QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _

from sco_cities.db.pk_filter import pk_in
from sco_cities.history.models import Action, ChangeSet, Revision
from sco_cities.sources.base_models import Record, record_models

from . import delta, serialization
from .delta import Delta
from .serialization import Document

# So many records are read at a time: the memory that a reversal takes does not go by how many it touches.
BATCH = 500


class RevertOutcome(TextChoices):
    """What taking a change back does to a record."""

    REMOVED = "removed", _("will be removed")
    RESTORED = "restored", _("will be restored")
    CHANGED = "changed", _("will be reverted")
    LEFT = "left", _("left unchanged: it has changed since then")
    GONE = "gone", _("left unchanged: it has been deleted since then")
    UNDONE = "undone", _("nothing left to revert")


@dataclass
class RecordRevert:
    """What a reversal does to one record.

    `action` is what was done to it and `current` what it says now, None where it is not there; `changes` is what
    will be changed in it; `since` are the fields that have changed again since, which are left as they are. So is
    a record that was created, and has been changed since.
    """

    model: type[Record]
    key: int
    slug: str
    action: Action
    current: Document | None
    changes: Delta
    since: list[str] = field(default_factory=list)

    @property
    def outcome(self) -> RevertOutcome:
        if self.action == Action.CREATED:
            if self.current is None:
                return RevertOutcome.UNDONE
            return RevertOutcome.LEFT if self.since else RevertOutcome.REMOVED
        if self.changes:
            return RevertOutcome.RESTORED if self.current is None else RevertOutcome.CHANGED
        if self.current is None:
            return RevertOutcome.GONE
        return RevertOutcome.LEFT if self.since else RevertOutcome.UNDONE

    @property
    def name(self) -> str:
        return f"{self.model._meta.verbose_name} {self.slug}"


def in_batches(keys: Collection[int]) -> Iterator[list[int]]:
    """The keys in order, some at a time."""
    ordered = sorted(keys)
    return (ordered[start : start + BATCH] for start in range(0, len(ordered), BATCH))


@dataclass
class RevertPlan:
    """What is to be taken back: revisions, or of them some `fields`; with `later_too` what has changed since as well.

    What `own`, the change set in which it is being done, has done already, has not changed since.
    """

    revisions: QuerySet[Revision]
    fields: Collection[str] | None = None
    later_too: bool = False
    own: ChangeSet | None = None
    _known: dict[type[Record], dict[int, list[int]]] = field(default_factory=dict, init=False, repr=False)
    _created: dict[type[Record], set[int]] = field(default_factory=dict, init=False, repr=False)

    def batches(
        self, models: Iterable[type[Record]], *, created: bool | None = None
    ) -> Iterator[tuple[type[Record], list[int]]]:
        """The keys of the records to be touched, kind by kind, some at a time.

        Of those only that were `created` in what is taken back, or with False of the others.
        """
        for model in models:
            keys = self._numbers(model).keys()
            if created is not None:
                keys = keys & self._created[model] if created else keys - self._created[model]
            yield from ((model, some) for some in in_batches(keys))

    def steps(
        self, model: type[Record], keys: Collection[int], absent: Collection[int] = ()
    ) -> list[RecordRevert]:
        """What is done to these records, as if those in `absent` were not there."""
        done: dict[int, list[Revision]] = defaultdict(list)
        numbers = [number for key in keys for number in self._numbers(model)[key]]
        for revision in Revision.objects.filter(pk_in(numbers)).order_by("pk"):
            done[revision.object_id].append(revision)
        now = serialization.read_documents(model, [key for key in done if key not in absent])
        created = {key: some[-1].pk for key, some in done.items() if some[0].action == Action.CREATED}
        later = self._changed_later(model, {key: pk for key, pk in created.items() if key in now})
        return [self._step(model, some, now.get(key), later.get(key, {})) for key, some in done.items()]

    def _numbers(self, model: type[Record]) -> dict[int, list[int]]:
        """By key of a record, the numbers of the revisions to be taken back; of all of them they take little room.

        Some at a time they would be looked for among all of the change set, again and again.
        """
        if model not in self._known:
            self._known[model] = numbers = defaultdict(list)
            self._created[model] = created = set()
            revisions = _of_kind(self.revisions, model).order_by("pk")
            for key, number, action in revisions.values_list("object_id", "pk", "action").iterator():
                if action == Action.CREATED and key not in numbers:
                    created.add(key)
                numbers[key].append(number)
        return self._known[model]

    def _changed_later(self, model: type[Record], after: dict[int, int]) -> dict[int, Delta]:
        """By key, what has changed in records after a revision of each."""
        found: dict[int, Delta] = defaultdict(dict)
        if after and not self.later_too:
            kind = ContentType.objects.get_for_model(model)
            later = Revision.objects.filter(
                pk_in(after, "object_id"),
                content_type=kind,
                action=Action.CHANGED,
                pk__gt=min(after.values()),
            ).exclude(change_set=self.own)
            for revision in later.order_by("pk"):
                if revision.pk > after[revision.object_id]:
                    found[revision.object_id] = delta.compose(found[revision.object_id], revision.changes)
        return found

    def _step(self, model, revisions: list[Revision], current: Document | None, later: Delta) -> RecordRevert:
        made = reduce(delta.compose, (self._narrowed(revision.changes) for revision in revisions))
        first, last = revisions[0], revisions[-1]
        step = RecordRevert(
            model, last.object_id, (current or {}).get("slug", last.slug), last.action, current, {}
        )
        if first.action == Action.CREATED:
            step.action, step.since = Action.CREATED, sorted(later)
        elif current is None:
            step.changes = delta.invert(made) if step.action == Action.DELETED else {}
        elif step.action == Action.CHANGED:
            undoing = delta.invert(made)
            if not self.later_too:
                step.since = [
                    name
                    for name in delta.conflicting_fields(current, made)
                    if not _says(current.get(name), undoing[name])
                ]
            wanted = {name: change for name, change in undoing.items() if name not in step.since}
            step.changes = delta.diff(current, delta.apply(current, wanted))
        return step

    def _narrowed(self, made: Delta) -> Delta:
        return made if self.fields is None else {name: made[name] for name in made if name in self.fields}


def _says(value, change) -> bool:
    """Whether a field says already what `change` would make of it."""
    return delta.apply({"": value}, {"": change})[""] == value


def revert_plan(
    revisions: QuerySet[Revision], *, fields=None, later_too: bool = False
) -> Iterator[RecordRevert]:
    """The steps that take `revisions` back, for each record one; they are read while they are asked for."""
    reversal = RevertPlan(revisions, fields, later_too)
    for model, keys in reversal.batches(record_models()):
        yield from reversal.steps(model, keys)


def preview_steps(revisions: QuerySet[Revision], number: int, *, fields=None) -> list[RecordRevert]:
    """The first steps of the plan, without looking at all the rest of it."""
    found: list[RecordRevert] = []
    for model in record_models():
        of_kind = _of_kind(revisions, model)
        touched = of_kind.order_by("object_id").values_list("object_id", flat=True).distinct()
        if keys := list(touched[: number - len(found)]):
            found += RevertPlan(of_kind.filter(pk_in(keys, "object_id")), fields).steps(model, keys)
    return found


# What becomes of a record to which nothing has happened since.
_WITHOUT_EFFECT = {
    Action.CREATED: RevertOutcome.REMOVED,
    Action.CHANGED: RevertOutcome.CHANGED,
    Action.DELETED: RevertOutcome.RESTORED,
}


def outcomes(revisions: QuerySet[Revision], *, fields=None) -> Counter[RevertOutcome]:
    """How many records of the plan will be removed, changed back, left as they are …

    Only of records to which something has happened since it has to be read what they say.
    """
    if fields is not None:
        return summary(revert_plan(revisions, fields=fields))
    found: Counter[RevertOutcome] = Counter()
    since = Revision.objects.order_by().filter(
        content_type=OuterRef("content_type"), object_id=OuterRef("object_id"), pk__gt=OuterRef("pk")
    )
    for model in record_models():
        of_kind = _of_kind(revisions, model).order_by()
        if keys := set(of_kind.filter(Exists(since)).values_list("object_id", flat=True)):
            again = pk_in(keys, "object_id")
            found += summary(revert_plan(of_kind.filter(again)))
            of_kind = of_kind.exclude(again)
        for action, number in of_kind.values_list("action").annotate(Count("pk")):
            found[_WITHOUT_EFFECT[action]] += number
    return found


def _of_kind(revisions: QuerySet[Revision], model: type[Record]) -> QuerySet[Revision]:
    return revisions.filter(content_type=ContentType.objects.get_for_model(model))


def summary(steps: Iterable[RecordRevert]) -> Counter[RevertOutcome]:
    """How many records of a plan will be removed, changed back, left as they are …"""
    return Counter(step.outcome for step in steps)
