"""Validation of a bulk edit: for each record its changes, or why it cannot be changed.

Records are validated in batches, each with a fixed number of queries.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from sco_cities.core.fields import computed_fields
from sco_cities.curation.permissions.object_permissions import object_permissions
from sco_cities.curation.review.publish_checks import invalid_field_list, invalid_fields
from sco_cities.curation.review.transitions import can_transition
from sco_cities.db.pk_filter import pk_in
from sco_cities.history.changed_values import (
    ChangedValues,
    changed_since_published,
    values_without_evidence,
)
from sco_cities.history.serialization import ManyToManySchema, document_schema
from sco_cities.sources import evidence_coverage
from sco_cities.sources.base_models import PublicationState, Record, fields_without_evidence

from .forms import BulkEdit


@dataclass
class RowValidation:
    """The outcome of the edit for a record; the instance already has the new values.

    `columns` holds (old, new) by name; `added` and `removed` hold primary keys of records by name of a list, and
    `cleared` the names of lists that become empty. `computed` names the computed columns that change. `refusal`
    is the reason why the record is not changed; without changes and refusal it already has all the values.
    """

    record: Record
    columns: dict[str, tuple] = field(default_factory=dict)
    added: dict[str, set[int]] = field(default_factory=dict)
    removed: dict[str, set[int]] = field(default_factory=dict)
    cleared: set[str] = field(default_factory=set)
    computed: list[str] = field(default_factory=list)
    refusal: str = ""

    @property
    def has_changes(self) -> bool:
        return bool(self.columns or any(self.added.values()) or any(self.removed.values()))

    @property
    def will_change(self) -> bool:
        """Whether the record will be changed."""
        return self.has_changes and not self.refusal

    @property
    def was_published(self) -> bool:
        return self.record.stored_state == PublicationState.PUBLISHED


class BulkEditValidator:
    """Validates an edit of records of one kind with the permissions of the request's user."""

    def __init__(self, model_admin, request, edit: BulkEdit):
        self.model_admin, self.model, self.edit = model_admin, model_admin.model, edit
        self.permissions = object_permissions(request)
        self.schemas: dict[str, ManyToManySchema] = {
            name: document_schema(self.model).many_to_many[name] for name in edit.lists
        }

    def records(self, keys: list[int]) -> list[Record]:
        """The records with these primary keys, with the related records that the edit replaces."""
        related = [name for name in self.edit.columns if self.model._meta.get_field(name).many_to_one]
        records = self.model._base_manager.filter(pk_in(keys)).order_by("slug")
        return list(records.select_related(*related) if related else records)

    def validate(self, records: list[Record]) -> list[RowValidation]:
        """The outcome of the edit for each record."""
        if not self.permissions.can_review:
            self.permissions.load_ownership(records)
        lists = {name: _stored_lists(schema, records) for name, schema in self.schemas.items()}
        validations = [self._validate(record, lists) for record in records]
        self._check_published(_changing(validations))
        self._check_transitions(_changing(validations))
        return validations

    def _validate(self, record: Record, lists: dict[str, dict[int, set[int]]]) -> RowValidation:
        record.stored_state = record.state
        validation = RowValidation(record)
        for name, stored in lists.items():
            current = stored[record.pk]
            validation.added[name] = {each.pk for each in self.edit.added.get(name, ())} - current
            validation.removed[name] = {each.pk for each in self.edit.removed.get(name, ())} & current
            if validation.removed[name] == current and not validation.added[name]:
                validation.cleared.add(name)
        validation.refusal = self._refusal(validation)
        if not validation.refusal:
            self._set_columns(validation)
        return validation

    def _refusal(self, validation: RowValidation) -> str:
        record, transition = validation.record, self.edit.transition
        if not self.permissions.can_edit(record):
            return _("you do not have permission to edit it")
        changes_state = transition is not None and record.state != transition.target
        if changes_state and not can_transition(self.permissions, transition, record):
            state = record.get_state_display()
            return _("not allowed from “%(state)s”") % {"state": state}
        return ""

    def _set_columns(self, validation: RowValidation) -> None:
        record = validation.record
        before = {column.attname: getattr(record, column.attname) for column in computed_fields(self.model)}
        state = {"state": self.edit.transition.target.value} if self.edit.transition else {}
        for name, new in (self.edit.columns | state).items():
            old = getattr(record, name)
            if old != new:
                validation.columns[name] = old, new
                setattr(record, name, new)
        if not validation.columns:
            return
        # `invalid_fields` also updates the computed columns.
        if invalid := invalid_fields(record) | constraint_violations(record, validation.columns):
            validation.refusal = _("not valid: %(fields)s") % {"fields": invalid_field_list(invalid)}
        validation.computed = [name for name, old in before.items() if getattr(record, name) != old]

    def _check_published(self, validations: list[RowValidation]) -> None:
        """Refuses changes after which a published record would have a value without evidence."""
        published = [each for each in validations if each.record.state == PublicationState.PUBLISHED]
        records = [each.record for each in published]
        filled, supported = (
            evidence_coverage.filled_fields(records),
            evidence_coverage.supported_fields(records),
        )
        unsupported = self._changed_without_evidence(published)
        for validation in published:
            key = validation.record.pk
            names = _filled_after_edit(self.model, filled[key], validation)
            if unsourced := fields_without_evidence(self.model, names, supported[key]):
                text = _("no published report supports %(fields)s")
            elif unsourced := unsupported.get(validation.record.slug, []):
                text = _("no evidence is added for the new value of %(fields)s")
            else:
                continue
            validation.refusal = text % {"fields": evidence_coverage.field_list(self.model, unsourced)}

    def _changed_without_evidence(self, validations: list[RowValidation]) -> dict[str, list[str]]:
        """By slug, the keys of changed fields that need their own evidence: a bulk edit adds none.

        Of records that it publishes again also those that have changed since readers saw them last.
        """
        keys = [each.record.pk for each in validations if not each.was_published]
        asked = keys and not self.edit.evidence_confirmed
        since = changed_since_published(self.model, keys) if asked else {}
        planned = {}
        for validation in validations if not self.edit.evidence_confirmed else ():
            columns = [
                name for name, (_old, new) in validation.columns.items() if evidence_coverage.has_value(new)
            ]
            changed = {*columns, *(name for name in self.schemas if validation.added[name])}
            names, earlier = changed.intersection(self.model.own_evidence), since.get(validation.record.pk)
            if earlier is not None:
                planned[validation.record.slug] = ChangedValues(names | earlier.names, earlier.support)
            elif validation.was_published and names:
                planned[validation.record.slug] = ChangedValues(names, set())
        return values_without_evidence(self.model, planned)

    def _check_transitions(self, validations: list[RowValidation]) -> None:
        """Refuses forbidden transitions to other states, for example of a report that published records depend on."""
        transition = self.edit.transition
        changing = [each for each in validations if "state" in each.columns]
        if transition is None or transition.target == PublicationState.PUBLISHED or not changing:
            return
        reasons = self.model_admin.transition_errors([each.record for each in changing], transition.target)
        for validation in changing:
            validation.refusal = reasons.get(validation.record.pk, "")


def _changing(validations: Iterable[RowValidation]) -> list[RowValidation]:
    return [validation for validation in validations if validation.will_change]


def _stored_lists(schema: ManyToManySchema, records: list[Record]) -> dict[int, set[int]]:
    """By primary key of a record, the primary keys of the records in its list."""
    keys = defaultdict(set)
    rows = schema.through._base_manager.filter(
        pk_in([record.pk for record in records], schema.own)
    ).order_by()
    for key, other in rows.values_list(schema.own, schema.other.attname):
        keys[key].add(other)
    return keys


def _filled_after_edit(model: type[Record], filled: list[str], validation: RowValidation) -> list[str]:
    """The fields with a value after the edit; `filled` already includes changed columns, but not changed lists."""
    names = [name for name in filled if name not in validation.cleared]
    added = [name for name, keys in validation.added.items() if keys and name in model.evidence_fields]
    return [*names, *(name for name in added if name not in names)]


def constraint_violations(record: Record, columns: Mapping[str, tuple]) -> dict[str, list[str]]:
    """Messages of check constraints that clearing columns violates (a statement needs an origin, for example).

    `columns` holds the old and the new value by name.
    """
    cleared = {name for name, (_old, new) in columns.items() if new is None}
    violations = {}
    for constraint in type(record)._meta.constraints if cleared else ():
        if isinstance(constraint, models.CheckConstraint) and cleared & _columns_of(constraint.condition):
            try:
                constraint.validate(type(record), record)
            except ValidationError as error:
                violations.setdefault(_("the record as a whole"), []).extend(error.messages)
    return violations


def _columns_of(condition: models.Q) -> set[str]:
    """The names of the columns in a condition."""
    names = set()
    for child in condition.children:
        names |= _columns_of(child) if isinstance(child, models.Q) else {child[0].partition("__")[0]}
    return names


# The page and the message list at most so many refused records, then the number of others.
MAX_NAMED = 50


@dataclass
class BulkEditSummary:
    """The sum of the validations of all batches."""

    model: type[Record]
    edit: BulkEdit
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    refusals: list[tuple[Record, str]] = field(default_factory=list)
    changes: Counter = field(default_factory=Counter)

    def __post_init__(self):
        self._digest = hashlib.sha256()
        self._labels = {
            name: str(capfirst(self.model._meta.get_field(name).verbose_name))
            for name in ("state", *self.edit.columns, *self.edit.lists)
        }
        self._choices = {
            name: {value: str(label) for value, label in self.model._meta.get_field(name).flatchoices}
            for name in ("state", *self.edit.columns)
        }
        self._record_names = {
            (name, record.pk): str(record)
            for lists in (self.edit.added, self.edit.removed)
            for name, records in lists.items()
            for record in records
        }

    def add(self, validations: list[RowValidation]) -> None:
        """Adds the validations of a batch."""
        for validation in validations:
            rows = list(self._change_rows(validation))
            self._digest.update(f"{validation.record.pk} {validation.refusal} {rows}".encode())
            if validation.refusal:
                self.refused += 1
                if len(self.refusals) < MAX_NAMED:
                    self.refusals.append((validation.record, validation.refusal))
            elif validation.will_change:
                self.changed += 1
                self.changes.update(rows)
            else:
                self.unchanged += 1

    @property
    def fingerprint(self) -> str:
        """A hash of the outcome of each record."""
        return self._digest.hexdigest()

    @property
    def more_refused(self) -> int:
        """The number of refused records that are not listed in `refusals`."""
        return self.refused - len(self.refusals)

    @property
    def change_rows(self) -> list[tuple[str, str, str, int]]:
        """(field label, old value, new value, number of records), sorted."""
        return [(*row, number) for row, number in sorted(self.changes.items())]

    def _change_rows(self, validation: RowValidation) -> Iterator[tuple[str, str, str]]:
        for name, (old, new) in validation.columns.items():
            yield self._labels[name], self._display_value(name, old), self._display_value(name, new)
        for name in self.edit.lists:
            for key in sorted(validation.removed[name]):
                yield self._labels[name], self._record_names[name, key], ""
            for key in sorted(validation.added[name]):
                yield self._labels[name], "", self._record_names[name, key]

    def _display_value(self, name: str, value) -> str:
        return _("empty") if value is None else self._choices[name].get(value) or str(value)
