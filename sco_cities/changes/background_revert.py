"""Reverts large change sets in a background job, in a single transaction."""

from django.db import DEFAULT_DB_ALIAS, transaction
from django.db.models import QuerySet

from sco_cities.facet_index.change_log import prune
from sco_cities.history.models import ChangeSet, RevertJob, Revision
from sco_cities.jobs.background_job import task
from sco_cities.jobs.job_lock import Progress

from . import revert
from .locking import lock

# Larger reverts run in the worker, so that no request takes more than a few seconds.
MAX_SYNCHRONOUS = 1_000


def is_large(revisions: QuerySet[Revision]) -> bool:
    """Returns True if the revert has so many revisions that it must run in the background worker."""
    return revisions.order_by()[: MAX_SYNCHRONOUS + 1].count() > MAX_SYNCHRONOUS


def enqueue(change_set: ChangeSet, **values) -> RevertJob | None:
    """Queues the revert of a change set. `values` are fields of the new RevertJob.

    Returns None if a revert of the change set is already running.
    """
    with transaction.atomic():
        # The lock prevents two requests from starting a revert of the same change set.
        lock(ChangeSet, [change_set.pk])
        if any(not job.is_stopped() for job in change_set.revert_jobs.filter(stage=RevertJob.Stage.AT_WORK)):
            return None
        records = change_set.revisions.order_by().values("content_type", "object_id").distinct().count()
        job = RevertJob.objects.create(change_set=change_set, records=records, **values)
        job.enqueue()
    return job


@task
def run_revert(number: int) -> None:
    """Runs the RevertJob with the primary key `number`."""
    RevertJob.run(number, _revert)


def _revert(job: RevertJob, progress: Progress) -> None:
    def finish(result: ChangeSet | None) -> None:
        job.stage, job.done, job.result = RevertJob.Stage.DONE, job.records, result
        job.save(update_fields=["stage", "done", "result"])

    with job.storing_failures():
        revert.revert(
            job.change_set.revisions.all(), user=job.made_by, reason=job.reason,
            reverts=job.change_set, fields=job.fields, later_too=job.later_too, seen=job.seen,
            evidence_stands=job.evidence_stands, progress=progress, finish=finish,
        )  # fmt: skip
        prune(DEFAULT_DB_ALIAS)
