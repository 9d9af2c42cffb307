"""Reverts large change sets in the background: all or nothing, with progress and result on an admin page."""

import logging
from contextlib import suppress

from django.db import DEFAULT_DB_ALIAS, DatabaseError, transaction
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from sco_cities.core.exceptions import Refused
from sco_cities.facet_index.change_log import prune
from sco_cities.jobs.gc_tuning import relaxed_gc
from sco_cities.jobs.job_lock import Job, JobAlreadyRunning, Progress, is_running, job_lock
from sco_cities.jobs.task_status import is_waiting, task

from . import revert
from .locking import lock
from .models import ChangeSet, RevertJob, Revision

log = logging.getLogger(__name__)

# More records are left to the worker, so that no request takes longer than a few seconds.
MAX_SYNCHRONOUS = 1_000


def is_large(revisions: QuerySet[Revision]) -> bool:
    """Whether the revert is left to the background worker."""
    return revisions.order_by()[: MAX_SYNCHRONOUS + 1].count() > MAX_SYNCHRONOUS


def enqueue(change_set: ChangeSet, **values) -> RevertJob | None:
    """Queues the revert of a change set; `values` are fields of the RevertJob.

    None if the change set is being reverted already.
    """
    with transaction.atomic():
        # Only the holder of this lock starts a revert of the change set.
        lock(ChangeSet, [change_set.pk])
        if any(not is_stopped(job) for job in change_set.revert_jobs.filter(stage=RevertJob.Stage.AT_WORK)):
            return None
        records = change_set.revisions.order_by().values("content_type", "object_id").distinct().count()
        job = RevertJob.objects.create(change_set=change_set, records=records, **values)
        run_revert.enqueue(job.pk)
    return job


@task
def run_revert(number: int) -> None:
    """Background task: runs the RevertJob with this key."""
    with relaxed_gc():
        run(number)


def run(number: int) -> None:
    """Runs a RevertJob and stores its result, also if it fails."""
    job = RevertJob.objects.filter(pk=number).select_related("change_set", "made_by").first()
    if job is None:
        return
    with suppress(JobAlreadyRunning), job_lock(Job.of(job)) as progress:
        job.refresh_from_db(fields=["stage"])
        if job.is_in_progress:
            with translation.override(job.language):
                _revert(job, progress)


def _revert(job: RevertJob, progress: Progress) -> None:
    def finish(result: ChangeSet | None) -> None:
        job.stage, job.done, job.result = RevertJob.Stage.DONE, job.records, result
        job.save(update_fields=["stage", "done", "result"])

    try:
        revert.revert(
            job.change_set.revisions.all(), user=job.made_by, reason=job.reason,
            reverts=job.change_set, fields=job.fields, later_too=job.later_too, seen=job.seen,
            evidence_stands=job.evidence_stands, progress=progress, finish=finish,
        )  # fmt: skip
        prune(DEFAULT_DB_ALIAS)
    except Refused as refused:
        _fail(job, refused.reasons)
    except DatabaseError as error:
        log.exception("Revert of change set %s", job.change_set_id)
        _fail(job, [_("The database rejected the change; nothing was changed: %(error)s") % {"error": error}])
    except Exception:
        log.exception("Revert of change set %s", job.change_set_id)
        _fail(job, [_("An internal error occurred; nothing was changed. Try again or ask an administrator.")])
        raise


def _fail(job: RevertJob, reasons: list[str]) -> None:
    RevertJob.objects.filter(pk=job.pk).update(stage=RevertJob.Stage.FAILED, reasons=reasons)


def is_stopped(job: RevertJob) -> bool:
    """Whether the process that ran the job has died; its unfinished work was rolled back."""
    if not job.is_in_progress or is_waiting(run_revert, job.pk) or is_running(Job.of(job)):
        return False
    # It may have ended just now, normally or not.
    job.refresh_from_db()
    return job.is_in_progress


def mark_if_stopped(job: RevertJob) -> None:
    """Shows an interrupted job as failed. Does not save it: the next attempt changes the stored stage."""
    if is_stopped(job):
        job.stage = RevertJob.Stage.FAILED
        job.reasons = [_("The operation was interrupted; nothing was changed. Try again.")]


def latest_job(change_set: ChangeSet) -> RevertJob | None:
    """The latest background revert of a change set."""
    job = change_set.revert_jobs.first()
    if job is not None:
        mark_if_stopped(job)
    return job
