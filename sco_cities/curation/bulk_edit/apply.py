"""Applies a bulk edit in batches, in one transaction, as one change that can be reverted as a whole."""

from collections.abc import Iterator

from django.contrib.admin.models import CHANGE, LogEntry
from django.db.models import Q
from django.utils import timezone
from django.utils.text import capfirst

from sco_cities.curation.admin.preview_token import Preview
from sco_cities.db.pk_filter import pk_in
from sco_cities.history.locking import lock
from sco_cities.history.models import ChangeSource
from sco_cities.history.recorder import Recorder, record_changes
from sco_cities.history.serialization import ManyToManySchema

from .summary import BulkEditSummary
from .validation import BulkEditValidator, RowValidation

BATCH = 1_000
ROW_BATCH = 500


def preview(validator: BulkEditValidator, keys: list[int]) -> BulkEditSummary:
    """The outcome that the edit would have for these records."""
    summary = BulkEditSummary(validator.model, validator.edit)
    for batch in _batches(keys):
        summary.add(validator.validate(validator.records(batch)))
    return summary


def apply(
    validator: BulkEditValidator, keys: list[int], *, user, reason: str, posted_preview: Preview
) -> BulkEditSummary:
    """Applies the edit; raises Refused if the outcome differs from the posted preview."""
    summary = BulkEditSummary(validator.model, validator.edit)
    with record_changes(ChangeSource.BULK, user=user, reason=reason) as recorder:
        recorder.evidence_stands = validator.edit.evidence_confirmed
        # One lock for all: batches are in the order of slugs, so two edits could deadlock.
        lock(validator.model, keys)
        for batch in _batches(keys):
            validations = validator.validate(validator.records(batch))
            summary.add(validations)
            _write(validator, [each for each in validations if each.will_change], recorder, user)
        posted_preview.verify(summary.fingerprint)
    return summary


def _batches(keys: list[int]) -> Iterator[list[int]]:
    return (keys[start : start + BATCH] for start in range(0, len(keys), BATCH))


def _write(validator: BulkEditValidator, validations: list[RowValidation], recorder: Recorder, user) -> None:
    if not validations:
        return
    model, edit = validator.model, validator.edit
    keys, records = [each.record.pk for each in validations], [each.record for each in validations]
    recorder.watch(model, keys)
    columns = dict(edit.columns)
    if edit.transition is not None:
        columns["state"] = edit.transition.target
    model._base_manager.filter(pk_in(keys)).update(**columns, updated_at=timezone.now())
    if computed := sorted({name for each in validations for name in each.computed}):
        other = [each.record for each in validations if each.computed]
        model._base_manager.bulk_update(other, computed, batch_size=ROW_BATCH)
    for name, schema in validator.schemas.items():
        _write_list(schema, name, validations)
    fields = [str(capfirst(model._meta.get_field(name).verbose_name)) for name in (*columns, *edit.lists)]
    LogEntry.objects.log_actions(user.pk, records, CHANGE, change_message=[{"changed": {"fields": fields}}])
    recorder.write()


def _write_list(schema: ManyToManySchema, name: str, validations: list[RowValidation]) -> None:
    removed = {key for each in validations for key in each.removed[name]}
    if removed:
        records = [each.record.pk for each in validations if each.removed[name]]
        rows = schema.through._base_manager
        rows.filter(pk_in(records, schema.own), Q(pk_in(removed, schema.other.attname))).delete()
    schema.through._base_manager.bulk_create(
        (
            schema.through(**{schema.own: each.record.pk, schema.other.attname: key})
            for each in validations
            for key in sorted(each.added[name])
        ),
        batch_size=ROW_BATCH,
    )
