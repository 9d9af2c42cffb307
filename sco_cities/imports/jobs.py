"""Runs import jobs. Small files are processed in the request, and large files in the worker.

Each job is one transaction. `apply_import` writes the changes of a validated file as one change set.
"""

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import IO

from django.db import DEFAULT_DB_ALIAS, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from sco_cities.changes.locking import lock_all
from sco_cities.changes.recorder import Recorder, record_changes
from sco_cities.core.exceptions import Refused
from sco_cities.datapackage.load import load
from sco_cities.datapackage.natural_keys import StoredKeys
from sco_cities.db.bulk_insert import insert_rows
from sco_cities.db.connections import enlarged_sqlite_cache, no_statement_timeout
from sco_cities.facet_index.change_log import prune
from sco_cities.history.models import ChangeSet, ChangeSource
from sco_cities.jobs.background_job import task
from sco_cities.jobs.job_lock import Progress
from sco_cities.sources.base_models import Record

from .column_mapping import ColumnMapping, remembered
from .column_types import IMPORTABLE_MODELS
from .grid import GridSheet
from .models import ImportJob, ImportOptions, ImportRow, ImportStage
from .questions import questions_of
from .row_display import CONFIRMED, asked_rows, notes_with_ticks, ticks_by_row
from .row_result import RowOutcome, RowResult, ValidationResult
from .sheet_reader import Sheet, read
from .validate import ImportValidator


def apply_import(
    validator: ImportValidator,
    expected: ValidationResult,
    *,
    user=None,
    reason: str = "",
    evidence_stands: bool = False,
    confirmed: Mapping[str, Iterable[str]] | None = None,
    progress: Callable[[int], None] = lambda done: None,
    finish: Callable[[ChangeSet | None], None] = lambda change_set: None,
) -> ChangeSet | None:
    """Validates the file again and writes its changes. Raises Refused if the result differs from `expected`.

    Also raises Refused if published records get values without evidence. The curator can confirm that the existing
    evidence supports all values (`evidence_stands`) or single values (`confirmed`, by slug). A check reports the
    values to confirm.

    All changes are written in one transaction, in batches of a few thousand rows. `progress` is called with the number
    of processed rows, and `finish` at the end of the transaction.
    """
    with (
        no_statement_timeout(DEFAULT_DB_ALIAS),
        enlarged_sqlite_cache(DEFAULT_DB_ALIAS),
        record_changes(
            ChangeSource.IMPORT, user=user, reason=reason, evidence_stands=evidence_stands, sets_dates=True
        ) as recorder,
    ):
        # All records are locked at the start instead of by batch, to preserve the lock order. If the file now matches
        # different records, the fingerprint differs.
        stored, keys = StoredKeys(), [(validator.kind.name, slug) for slug in expected.updated]
        stored.load(keys)
        lock_all(stored.by_model(keys))
        for slug, names in (confirmed or {}).items():
            recorder.confirm(validator.kind.model, slug, names)
        done = 0
        for batch in validator.batches():
            right = [row for row in batch.rows if not row.errors]
            if len(right) < len(batch.rows) and not validator.with_preview:
                raise _changed()
            _note_cited(validator.kind.model, right, recorder)
            try:
                load(batch.package, recorder)
            except Refused as error:
                raise _changed() from error
            done += len(batch.rows)
            progress(done)
        if validator.result.fingerprint != expected.fingerprint:
            raise _changed()
        finish(recorder.change_set)
    return recorder.change_set


def _changed() -> Refused:
    return Refused(
        _("Records have changed since the file was checked. Nothing was imported. Check the file again."),
        is_stale=True,
    )


def _note_cited(model: type[Record], rows: Iterable[RowResult], recorder: Recorder) -> None:
    """Stores the evidence that rows cite for changed values, even if the records already have this evidence."""
    for row in rows:
        if row.evidence and not row.is_new:
            report = row.evidence[0].rpartition("#")[0]
            for name in set(row.evidence[1]).intersection(model.own_evidence):
                recorder.note_cited(model, row.slug, name, report)


# Maximum number of rows processed in a request, because more rows would take more than a few seconds.
MAX_SYNCHRONOUS = 2_000
# The average size of a workbook row, and the maximum size of a CSV row, in bytes. Workbook rows are estimated.
BYTES_PER_ROW, MOST_BYTES_PER_ROW = 150, 2_000
KEEP_JOBS = timedelta(days=30)


def is_large(file: IO[bytes]) -> bool:
    """Returns True if the background worker processes the file."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    if file.read(2) == b"PK":
        return size > MAX_SYNCHRONOUS * BYTES_PER_ROW
    if size > MAX_SYNCHRONOUS * MOST_BYTES_PER_ROW:
        return True
    file.seek(0)
    raw = file.read()
    return max(raw.count(b"\n"), raw.count(b"\r")) > MAX_SYNCHRONOUS


@contextmanager
def sheet_of(job: ImportJob) -> Iterator[Sheet]:
    """Opens the table in the job's file or grid."""
    options, kind = ImportOptions(**job.options), IMPORTABLE_MODELS[job.kind]
    with job.open() as file:
        if job.is_grid:
            yield GridSheet.read(file, kind, options.typed, job.made_by)
        else:
            yield read(file, kind.known_headings, job.charset, options.header_row)


def mapping_of(job: ImportJob, sheet: Sheet) -> ColumnMapping:
    """Returns the column mapping, derived from the headings and adjusted by the curator."""
    mapping = ColumnMapping.from_header(IMPORTABLE_MODELS[job.kind], sheet.header)
    return mapping.with_names(job.columns) if job.columns else mapping


def delete_old() -> int:
    """Deletes jobs older than KEEP_JOBS that were not applied, and the row results of equally old applied jobs.

    Returns the number of deleted jobs and row results.
    """
    old = ImportJob.objects.filter(made_at__lt=timezone.now() - KEEP_JOBS)
    in_progress = old.filter(stage__in=ImportJob.RUNNING_STAGES).defer("packed")
    old = old.exclude(pk__in=[job.pk for job in in_progress if not job.is_stopped()])
    rows, _by_model = ImportRow.objects.filter(job__in=old).delete()
    jobs, _by_model = old.exclude(stage=ImportStage.APPLIED).delete()
    return rows + jobs


def enqueue(job: ImportJob, stage: ImportStage, *, seen: str = "", **values) -> bool:
    """Checks or applies a job in this request or in the worker, after setting the fields `values`.

    Returns False if the job is already in progress, or if the fingerprint of the result to apply differs from `seen`,
    the fingerprint of the result that the curator saw.
    """
    with job.open() as file:
        in_background = is_large(file)
    startable = ImportJob.objects.exclude(stage=ImportStage.APPLIED)
    if stage == ImportStage.APPLYING:
        startable = startable.filter(stage=ImportStage.CHECKED, fingerprint=seen)
    values |= {"stage": stage, "done": 0, "message": ""}
    return job.start(_run_stage, startable, in_background=in_background, **values)


@task
def run_import(number: int) -> None:
    """Background task that runs the import job with the key `number`."""
    ImportJob.run(number, _run_stage)


def _run_stage(job: ImportJob, progress: Progress) -> None:
    run_stage = _check if job.stage == ImportStage.CHECKING else _apply
    with job.storing_failures(), sheet_of(job) as sheet:
        run_stage(job, sheet, progress)


def _check(job: ImportJob, sheet: Sheet, progress: Progress) -> None:
    mapping = mapping_of(job, sheet)
    options = ImportOptions(**job.options)
    validator = ImportValidator(
        IMPORTABLE_MODELS[job.kind], sheet, mapping, options=options, with_preview=True
    )
    ticks = ticks_by_row(job)
    job.row_results.all().delete()
    done = 0
    for batch in validator.batches():
        with transaction.atomic():
            _store_rows(job, batch.rows, ticks)
        done += len(batch.rows)
        progress(done)
    duplicates = validator.find_duplicates()
    before = remembered(mapping)
    job.questions = questions_of(validator.resolver, before.answers if before else {})
    with transaction.atomic():
        for number, matches in duplicates.items():
            job.row_results.filter(number=number).update(outcome=RowOutcome.DUPLICATE, alike=matches)
        job.stage, job.rows, job.done = ImportStage.CHECKED, done, done
        job.tally = {outcome: number for outcome, number in validator.counts.items() if number}
        job.fingerprint = validator.result.fingerprint
        job.save(update_fields=["stage", "rows", "done", "tally", "fingerprint", "questions"])


def _store_rows(job: ImportJob, rows: Iterable[RowResult], ticks: Mapping[str, list[str]]) -> None:
    columns = ("job_id", "number", "outcome", "slug", "changes", "mistakes", "alike", "notes")
    insert_rows(
        ImportRow,
        columns,
        (
            (job.pk, row.number, row.outcome.value, row.slug[:200], row.changes,
             [[error.column, error.value, error.message] for error in row.errors], row.duplicates,
             notes_with_ticks(row, ticks))
            for row in rows
        ),
    )  # fmt: skip


def _apply(job: ImportJob, sheet: Sheet, progress: Progress) -> None:
    duplicates = job.row_results.filter(outcome=RowOutcome.DUPLICATE)
    skipped = {} if job.creates_duplicates else dict(duplicates.values_list("number", "alike"))
    validator = ImportValidator(
        IMPORTABLE_MODELS[job.kind], sheet, mapping_of(job, sheet), skipped, is_final=True,
        options=ImportOptions(**job.options), with_preview=True,
    )  # fmt: skip

    def finish(change_set) -> None:
        if job.creates_duplicates:
            created = duplicates.update(outcome=RowOutcome.CREATED)
            job.tally = dict(job.summary + Counter({RowOutcome.CREATED.value: created}))
            job.tally.pop(RowOutcome.DUPLICATE.value, None)
        job.stage, job.done, job.change_set = ImportStage.APPLIED, job.rows, change_set
        job.save(update_fields=["stage", "done", "change_set", "tally"])

    updated = job.row_results.filter(outcome=RowOutcome.UPDATED).values_list("slug", flat=True)
    expected = ValidationResult(job.fingerprint, tuple(updated))
    apply_import(
        validator, expected, user=job.made_by, reason=job.reason, progress=progress, finish=finish,
        confirmed={row.slug: row.notes.get(CONFIRMED, []) for row in asked_rows(job).iterator()},
    )  # fmt: skip
    prune(DEFAULT_DB_ALIAS)
