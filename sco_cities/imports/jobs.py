"""Imports from the admin: small ones at once, large ones by the worker, each step all or nothing."""

import logging
from collections.abc import Iterable
from contextlib import suppress
from datetime import timedelta

from django.db import DEFAULT_DB_ALIAS, DatabaseError, transaction
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from sco_cities.db.bulk_insert import insert_rows
from sco_cities.facet_index.change_log import prune
from sco_cities.jobs.job_lock import Job, JobAlreadyRunning, Progress, is_running, job_lock

from .apply import ImportConflict, apply_import
from .column_mapping import ColumnMapping
from .column_types import IMPORTABLE_MODELS
from .file_errors import UnreadableFile
from .models import RUNNING_STAGES, ImportJob, ImportRow, ImportStage
from .row_result import RowOutcome, RowResult, ValidationResult
from .sheet_reader import Sheet, read
from .validate import ImportValidator

log = logging.getLogger(__name__)

# More rows are the worker's: nobody waits at a page for longer than a few seconds.
MAX_SYNCHRONOUS = 2_000
# A workbook of so many rows has about so many bytes; to count them would take as long as to check them.
BYTES_OF_A_ROW = 150
KEEP_JOBS = timedelta(days=30)


def is_large(raw: bytes) -> bool:
    """Whether a file has so many rows that the worker should do it."""
    if raw.startswith(b"PK"):
        return len(raw) > MAX_SYNCHRONOUS * BYTES_OF_A_ROW
    return max(raw.count(b"\n"), raw.count(b"\r")) > MAX_SYNCHRONOUS


def sheet_of(job: ImportJob) -> Sheet:
    """The table in the job's file."""
    return read(job.file, IMPORTABLE_MODELS[job.kind].known, job.charset)


def mapping_of(job: ImportJob, sheet: Sheet) -> ColumnMapping:
    """Which column is which, as far as anybody has said."""
    mapping = ColumnMapping.recognised(IMPORTABLE_MODELS[job.kind], sheet.header)
    return mapping.adjusted(job.columns) if job.columns else mapping


def delete_old() -> None:
    """Drops what nobody will look at any more: files that were not applied, and the rows of those that were."""
    old = ImportJob.objects.filter(made_at__lt=timezone.now() - KEEP_JOBS)
    going = old.filter(stage__in=RUNNING_STAGES).defer("packed")
    old = old.exclude(pk__in=[job.pk for job in going if not is_stopped(job)])
    ImportRow.objects.filter(job__in=old).delete()
    old.exclude(stage=ImportStage.APPLIED).delete()


def enqueue(job: ImportJob, stage: ImportStage, *, seen: str = "", **said) -> bool:
    """Has a job checked or applied, now or by the worker, with what the curator has `said`, by field.

    False where somebody is at it already, or where what would be applied is not what was `seen`: the fingerprint of
    the check.
    """
    from .tasks import run_import

    is_workers = is_large(job.file)
    try:
        # Whoever holds this is the only one to change the stage: nobody sees it at work with no one working.
        with job_lock(Job.of(job)) as progress:
            with transaction.atomic():
                if not _free(job, stage, seen).update(stage=stage, done=0, message="", **said):
                    return False
                if is_workers:
                    run_import.enqueue(job.pk)
            job.refresh_from_db()
            if not is_workers:
                _work(job, progress)
    except JobAlreadyRunning:
        return False
    return True


def _free(job: ImportJob, stage: ImportStage, seen: str) -> QuerySet:
    """The job, if whoever holds it can begin it; a stage at which somebody has been stopped keeps nobody off."""
    from .tasks import is_waiting

    free = ImportJob.objects.filter(pk=job.pk).exclude(stage=ImportStage.APPLIED)
    if is_waiting(job.pk):
        free = free.exclude(stage__in=RUNNING_STAGES)
    return free.filter(stage=ImportStage.CHECKED, fingerprint=seen) if stage == ImportStage.APPLYING else free


def run(number: int) -> None:
    """Does what the stage of a job says; whatever happens, the job says afterwards what has."""
    job = ImportJob.objects.filter(pk=number).first()
    if job is None:
        return
    with suppress(JobAlreadyRunning), job_lock(Job.of(job)) as progress:
        job.refresh_from_db()
        if job.is_at_work:
            _work(job, progress)


def _work(job: ImportJob, progress: Progress) -> None:
    work = _check if job.stage == ImportStage.CHECKING else _apply
    try:
        with translation.override(job.language):
            work(job, progress)
    except (UnreadableFile, ImportConflict) as error:
        _fail(job, str(error))
    except DatabaseError as error:
        log.exception("Import %s", job.pk)
        _fail(job, _("The database rejected the change; nothing was changed: %(error)s") % {"error": error})
    except Exception:
        log.exception("Import %s", job.pk)
        _fail(job, _("An internal error occurred; nothing was changed. Try again or ask an administrator."))
        raise


def is_stopped(job: ImportJob) -> bool:
    """Whether the process that worked on a job is gone: what it did not finish is not there."""
    from .tasks import is_waiting

    if not job.is_at_work or is_waiting(job.pk) or is_running(Job.of(job)):
        return False
    # It may have ended just now, in whatever way.
    job.refresh_from_db()
    return job.is_at_work


def status_message(job: ImportJob) -> None:
    """Lets a job that was stopped say so to those who look at it. Nothing is written: that is for who begins it."""
    if is_stopped(job):
        job.stage = ImportStage.FAILED
        job.message = _("The operation was interrupted; nothing was changed. Try again.")


def _fail(job: ImportJob, message: str) -> None:
    ImportJob.objects.filter(pk=job.pk).update(stage=ImportStage.FAILED, message=message)
    job.refresh_from_db()


def _check(job: ImportJob, progress: Progress) -> None:
    sheet = sheet_of(job)
    examination = ImportValidator(IMPORTABLE_MODELS[job.kind], sheet, mapping_of(job, sheet))
    job.examined.all().delete()
    done = 0
    for part in examination.parts():
        with transaction.atomic():
            _keep(job, part.rows)
        done += len(part.rows)
        progress(done)
    duplicates = examination.look_for_duplicates()
    with transaction.atomic():
        for number, alike in duplicates.items():
            job.examined.filter(number=number).update(outcome=RowOutcome.DUPLICATE, alike=alike)
        job.stage, job.rows, job.done = ImportStage.CHECKED, done, done
        job.tally = {outcome: number for outcome, number in examination.tally.items() if number}
        job.fingerprint = examination.findings.fingerprint
        job.save(update_fields=["stage", "rows", "done", "tally", "fingerprint"])


def _keep(job: ImportJob, rows: Iterable[RowResult]) -> None:
    names = ("job_id", "number", "outcome", "slug", "changes", "mistakes", "alike")
    insert_rows(
        ImportRow,
        names,
        (
            (job.pk, row.number, row.outcome.value, row.slug[:200], row.changes,
             [[each.column, each.value, each.message] for each in row.mistakes], row.alike)
            for row in rows
        ),
    )  # fmt: skip


def _apply(job: ImportJob, progress: Progress) -> None:
    sheet = sheet_of(job)
    duplicates = job.examined.filter(outcome=RowOutcome.DUPLICATE)
    passed_over = {} if job.creates_duplicates else dict(duplicates.values_list("number", "alike"))
    examination = ImportValidator(
        IMPORTABLE_MODELS[job.kind], sheet, mapping_of(job, sheet), passed_over, is_final=True
    )

    def finish(change_set) -> None:
        job.stage, job.done, job.change_set = ImportStage.APPLIED, job.rows, change_set
        job.save(update_fields=["stage", "done", "change_set"])

    updated = job.examined.filter(outcome=RowOutcome.UPDATED).values_list("slug", flat=True)
    findings = ValidationResult(job.fingerprint, tuple(updated))
    apply_import(examination, findings, user=job.made_by, reason=job.reason, progress=progress, finish=finish)
    prune(DEFAULT_DB_ALIAS)
