"""Validates, summarises and applies the same edit or transition to many records as one change.

The result for each record is its changes, or the reason why it cannot be changed. Records are validated with a fixed
number of queries per batch.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from django.contrib.admin.models import CHANGE, LogEntry
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from sco_cities.changes.document_writer import DocumentWriter
from sco_cities.changes.locking import KeysByModel, lock_all
from sco_cities.changes.preview import Preview
from sco_cities.changes.recorder import Recorder, record_changes
from sco_cities.core.fields import computed_fields
from sco_cities.curation.permissions.object_permissions import object_permissions
from sco_cities.db.pk_queries import batches, pk_in
from sco_cities.history.delta import ADDED, REMOVED, diff
from sco_cities.history.models import ChangeSource
from sco_cities.history.serialization import (
    Document,
    document_schema,
    natural_key,
    read_documents,
    sorted_items,
)
from sco_cities.history.versions import versions
from sco_cities.sources.base_models import PublicationState, Record
from sco_cities.sources.evidence_coverage import cited_reports
from sco_cities.sources.models import Report

from .publish_checks import (
    RecordEdit,
    constraint_violations,
    invalid_field_list,
    invalid_fields,
    publish_errors,
)
from .transitions import Transition, can_transition

BATCH = 1_000
ROW_BATCH = 500


@dataclass(frozen=True)
class BulkEdit:
    """The changes to apply to each record.

    `columns` maps names to new values, where None clears a column. `added` and `removed` map many-to-many fields to
    records. With `evidence_confirmed`, existing evidence is accepted for the new values.
    """

    columns: dict[str, object] = field(default_factory=dict)
    added: dict[str, list[Record]] = field(default_factory=dict)
    removed: dict[str, list[Record]] = field(default_factory=dict)
    transition: Transition | None = None
    evidence_confirmed: bool = False

    @property
    def lists(self) -> list[str]:
        """The names of the many-to-many fields that the edit changes."""
        return list(dict.fromkeys((*self.added, *self.removed)))

    @property
    def publishes(self) -> bool:
        return self.transition is not None and self.transition.target == PublicationState.PUBLISHED

    @property
    def is_empty(self) -> bool:
        return not (self.columns or self.lists or self.transition)

    @property
    def is_transition(self) -> bool:
        """True if only the publication state changes."""
        return self.transition is not None and not (self.columns or self.lists)


class BulkEditValidator:
    """Validates an edit of records of one kind against the permissions of the request's user."""

    def __init__(self, model_admin, request, edit: BulkEdit, seen: Mapping[int, int | None] | None = None):
        self.model_admin, self.model, self.edit = model_admin, model_admin.model, edit
        # Maps primary keys to the versions shown to the user. None accepts any version.
        self.seen = seen or {}
        self.permissions = object_permissions(request)

    def records(self, keys: list[int]) -> list[Record]:
        """Returns the records with these primary keys, and loads the related records that the edit replaces."""
        related = [name for name in self.edit.columns if self.model._meta.get_field(name).many_to_one]
        records = self.model._base_manager.filter(pk_in(keys)).order_by("slug")
        return list(records.select_related(*related) if related else records)

    def validate(self, records: list[Record]) -> list[RecordEdit]:
        """Returns the outcome of the edit for each record."""
        if not self.permissions.can_review:
            self.permissions.load_ownership(records)
        keys = [record.pk for record in records]
        documents = read_documents(self.model, keys, self.edit.lists) if self.edit.lists else {}
        edits = [self._validate(record, documents.get(record.pk, {})) for record in records]
        self._refuse_changed(edits)
        self._check_state([each for each in edits if each.will_change])
        return edits

    def _validate(self, record: Record, document: Document) -> RecordEdit:
        record.stored_state = record.state
        edit = RecordEdit(record)
        for name in self.edit.lists:
            wanted = {*document[name], *map(natural_key, self.edit.added.get(name, ()))}
            wanted -= {natural_key(each) for each in self.edit.removed.get(name, ())}
            edit.lists |= diff({name: document[name]}, {name: sorted_items(wanted)})
            if not wanted:
                edit.cleared.add(name)
        edit.refusal = self._refusal(edit)
        if not edit.refusal:
            self._set_columns(edit)
        return edit

    def _refuse_changed(self, edits: list[RecordEdit]) -> None:
        """Rejects records that have changed since the user saw them."""
        seen = {key: version for key, version in self.seen.items() if version is not None}
        current = versions(self.model, list(seen)) if seen else {}
        for each in edits:
            if current.get(each.record.pk) != seen.get(each.record.pk):
                each.refusal = _("it has changed since you opened the page")

    def _refusal(self, edit: RecordEdit) -> str:
        record, transition = edit.record, self.edit.transition
        if not (self.edit.is_transition or self.permissions.can_edit(record)):
            return _("you do not have permission to edit it")
        changes_state = transition is not None and record.state != transition.target
        if changes_state and not can_transition(self.permissions, transition, record):
            state = record.get_state_display()
            return _("not possible in the state “%(state)s”") % {"state": state}
        return ""

    def _set_columns(self, edit: RecordEdit) -> None:
        record = edit.record
        before = {column.attname: getattr(record, column.attname) for column in computed_fields(self.model)}
        state = {"state": self.edit.transition.target.value} if self.edit.transition else {}
        for name, new in (self.edit.columns | state).items():
            old = getattr(record, name)
            if old != new:
                edit.columns[name] = old, new
                setattr(record, name, new)
        # Records can be withdrawn or returned to draft even if they are invalid.
        is_hidden = self.edit.is_transition and record.state != PublicationState.PUBLISHED
        if not edit.columns or is_hidden:
            return
        # `invalid_fields` also updates computed columns.
        invalid = invalid_fields(record) | constraint_violations(record, edit.columns)
        edit.invalid = invalid_field_list(invalid)
        # Published records are rejected later, with a list of the values without evidence.
        if invalid and record.state != PublicationState.PUBLISHED:
            edit.refusal = _("not valid: %(fields)s") % {"fields": edit.invalid}
        edit.computed = [name for name, old in before.items() if getattr(record, name) != old]

    def _check_state(self, edits: list[RecordEdit]) -> None:
        """Rejects publishing records with unsupported values, and unpublishing reports that published records need."""
        published = {
            each.record.pk: each for each in edits if each.record.state == PublicationState.PUBLISHED
        }
        records = [each.record for each in published.values()]
        reasons = (
            publish_errors(records, published, is_confirmed=self.edit.evidence_confirmed) if records else {}
        )
        left = [each.record for each in edits if "state" in each.columns and each.record.pk not in published]
        if left:
            reasons |= self.model_admin.transition_errors(left)
        for each in edits:
            each.refusal = reasons.get(each.record.pk, "")


# Maximum number of rejected records listed on the page and in the message. Further records are only counted.
MAX_NAMED = 50
# Maximum number of records named in messages about changed records.
MAX_CHANGED_NAMED = 5


@dataclass
class BulkEditSummary:
    """The combined validation results of all batches, for one or several kinds of record."""

    edit: BulkEdit
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    # Records deleted before the edit was applied.
    deleted: int = 0
    # Up to MAX_NAMED rejected records of each kind, with reasons.
    refusals: list[tuple[Record, str]] = field(default_factory=list)
    refused_kinds: Counter[type[Record]] = field(default_factory=Counter)
    # The number of records by kind, field, old value and new value.
    changes: Counter = field(default_factory=Counter)
    changed_records: list[Record] = field(default_factory=list)
    changed_keys: dict[type[Record], list[int]] = field(default_factory=lambda: defaultdict(list))
    # Each record's key, refusal and changes, for comparison with the preview.
    outcome: list[tuple] = field(default_factory=list)

    def add(self, edits: list[RecordEdit]) -> None:
        """Adds the results of a batch."""
        for edit in edits:
            model, changes = type(edit.record), list(_changes(edit))
            self.outcome.append((edit.record.pk, edit.refusal, changes))
            if edit.refusal:
                self.refused += 1
                self.refused_kinds[model] += 1
                if self.refused_kinds[model] <= MAX_NAMED:
                    self.refusals.append((edit.record, edit.refusal))
            elif edit.will_change:
                self.changed += 1
                self.changed_keys[model].append(edit.record.pk)
                if len(self.changed_records) < MAX_CHANGED_NAMED:
                    self.changed_records.append(edit.record)
                self.changes.update((model, *change) for change in changes)
            else:
                self.unchanged += 1

    @property
    def more_refused(self) -> int:
        """The number of rejected records not listed in `refusals`."""
        return self.refused - len(self.refusals)

    @property
    def change_rows(self) -> list[tuple[str, str, str, int]]:
        """Sorted rows of field label, old value, new value and number of records."""
        rows = Counter()
        for (model, name, old, new), number in self.changes.items():
            rows[self._texts(model._meta.get_field(name), old, new)] += number
        return [(*row, number) for row, number in sorted(rows.items())]

    def _texts(self, column, old, new) -> tuple[str, str, str]:
        if column.name in self.edit.lists:
            records = (*self.edit.added.get(column.name, ()), *self.edit.removed.get(column.name, ()))
            texts = {natural_key(record): str(record) for record in records} | {None: ""}
        else:
            texts = {value: str(label) for value, label in column.flatchoices} | {None: _("empty")}
        return str(capfirst(column.verbose_name)), *(texts.get(value, str(value)) for value in (old, new))


def _changes(edit: RecordEdit) -> Iterator[tuple[str, object, object]]:
    """Yields a record's changes as (field, old, new). List items are natural keys, or None."""
    for name, (old, new) in edit.columns.items():
        yield name, old, new
    for name, change in edit.lists.items():
        yield from ((name, key, None) for key in change[REMOVED])
        yield from ((name, None, key) for key in change[ADDED])


def apply(
    keys: Mapping[BulkEditValidator, list[int]],
    *,
    user,
    reason: str,
    source: ChangeSource = ChangeSource.BULK,
    posted_preview: Preview | None = None,
) -> BulkEditSummary:
    """Applies an edit to the records with these keys as one change.

    Reports are the first kind, so they are already published when the other records are checked. Raises Refused if the
    outcome differs from `posted_preview`.
    """
    stands = any(validator.edit.evidence_confirmed for validator in keys)
    with record_changes(source, user=user, reason=reason, evidence_stands=stands) as recorder:
        # All records are locked at the start. Batches are ordered by slug, so locking per batch could deadlock with
        # another edit.
        locked: KeysByModel = defaultdict(set)
        for validator, some in keys.items():
            locked[validator.model] |= set(some)
            if validator.edit.publishes:
                # The lock prevents withdrawal of the cited reports between the check and the write.
                locked[Report] |= cited_reports(validator.model, some)
        lock_all(locked)
        summary = BulkEditSummary(next(iter(keys)).edit)
        for validator, some in keys.items():
            for batch in batches(some, BATCH):
                edits = validator.validate(validator.records(batch))
                summary.add(edits)
                summary.deleted += len(batch) - len(edits)
                _write(validator, [each for each in edits if each.will_change], recorder, user)
        if posted_preview is not None:
            posted_preview.verify(summary.outcome)
    return summary


def _write(validator: BulkEditValidator, edits: list[RecordEdit], recorder: Recorder, user) -> None:
    if not edits:
        return
    model, edit = validator.model, validator.edit
    keys, records = [each.record.pk for each in edits], [each.record for each in edits]
    recorder.watch(model, keys)
    columns = dict(edit.columns)
    if edit.transition is not None:
        columns["state"] = edit.transition.target
    model._base_manager.filter(pk_in(keys)).update(**columns, updated_at=timezone.now())
    if computed := sorted({name for each in edits for name in each.computed}):
        other = [each.record for each in edits if each.computed]
        model._base_manager.bulk_update(other, computed, batch_size=ROW_BATCH)
    for name in edit.lists:
        changes = {each.record.pk: each.lists[name] for each in edits if name in each.lists}
        DocumentWriter().change_many_to_many(document_schema(model).many_to_many[name], changes)
    fields = [str(capfirst(model._meta.get_field(name).verbose_name)) for name in (*columns, *edit.lists)]
    LogEntry.objects.log_actions(user.pk, records, CHANGE, change_message=[{"changed": {"fields": fields}}])
    recorder.write()
