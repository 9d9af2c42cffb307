"""Carrying out an edit: in batches, in one transaction, as one change that can be taken back as a whole."""

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

from .summary import BulkEditSummary
from .validation import BulkEditValidator, RowValidation

BATCH = 1_000
ROWS_AT_ONCE = 500


def preview(examiner: BulkEditValidator, keys: list[int]) -> BulkEditSummary:
    """What the edit would come to for these records."""
    summary = BulkEditSummary(examiner.model, examiner.edit)
    for batch in _batches(keys):
        summary.take_in(examiner.verdicts(examiner.records(batch)))
    return summary


def apply(
    examiner: BulkEditValidator, keys: list[int], *, user, reason: str, seen: Preview
) -> BulkEditSummary:
    """Makes the edit, unless something else comes of it than was `seen`: then StalePreview."""
    summary = BulkEditSummary(examiner.model, examiner.edit)
    with record_changes(ChangeSource.BULK, user=user, reason=reason) as recorder:
        # All at once, for batches go by slug: two edits would wait for each other.
        lock(examiner.model, keys)
        for batch in _batches(keys):
            verdicts = examiner.verdicts(examiner.records(batch))
            summary.take_in(verdicts)
            _write(examiner, [each for each in verdicts if each.is_done], recorder, user)
        seen.hold(summary.fingerprint)
    return summary


def _batches(keys: list[int]) -> Iterator[list[int]]:
    return (keys[start : start + BATCH] for start in range(0, len(keys), BATCH))


def _write(examiner: BulkEditValidator, verdicts: list[RowValidation], recorder: Recorder, user) -> None:
    if not verdicts:
        return
    model, edit = examiner.model, examiner.edit
    keys, records = [each.record.pk for each in verdicts], [each.record for each in verdicts]
    recorder.watch(model, keys)
    columns = dict(edit.columns)
    if edit.move is not None:
        columns["state"] = edit.move.to
    model._base_manager.filter(pk_in(keys)).update(**columns, updated_at=timezone.now())
    if computed := sorted({name for each in verdicts for name in each.computed}):
        other = [each.record for each in verdicts if each.computed]
        model._base_manager.bulk_update(other, computed, batch_size=ROWS_AT_ONCE)
    for name, names in examiner.names.items():
        _change_list(names, name, verdicts)
    fields = [str(capfirst(model._meta.get_field(name).verbose_name)) for name in (*columns, *edit.lists)]
    LogEntry.objects.log_actions(user.pk, records, CHANGE, change_message=[{"changed": {"fields": fields}}])
    recorder.write()


def _change_list(names, name: str, verdicts: list[RowValidation]) -> None:
    going = {key for each in verdicts for key in each.going[name]}
    if going:
        losing = [each.record.pk for each in verdicts if each.going[name]]
        rows = names.through._base_manager
        rows.filter(pk_in(losing, names.own), Q(pk_in(going, names.other.attname))).delete()
    names.through._base_manager.bulk_create(
        (
            names.through(**{names.own: each.record.pk, names.other.attname: key})
            for each in verdicts
            for key in sorted(each.coming[name])
        ),
        batch_size=ROWS_AT_ONCE,
    )
