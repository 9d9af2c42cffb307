"""Taking back large change sets: by the worker, all or nothing, and its page says how far it has come and what came of
it.
"""

import logging
from contextlib import suppress

from django.db import DEFAULT_DB_ALIAS, DatabaseError, transaction
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from sco_cities.facet_index.change_log import prune
from sco_cities.jobs.job_lock import Job, JobAlreadyRunning, Progress, is_running, job_lock

from . import revert
from .locking import lock
from .models import ChangeSet, RevertJob, Revision

log = logging.getLogger(__name__)

# More records are the worker's: nobody waits at a page for longer than a few seconds.
MAX_SYNCHRONOUS = 1_000


def is_large(revisions: QuerySet[Revision]) -> bool:
    """Whether so much is to be taken back that the worker should do it."""
    return revisions.order_by()[: MAX_SYNCHRONOUS + 1].count() > MAX_SYNCHRONOUS


def enqueue(made: ChangeSet, **said) -> RevertJob | None:
    """Has the worker take a change set back; what the curator has `said` are fields of what is given.

    None where that change set is being taken back already.
    """
    from .tasks import run_revert

    with transaction.atomic():
        # Whoever holds the change set is the only one to begin.
        lock(ChangeSet, [made.pk])
        if any(not is_stopped(each) for each in made.revert_jobs.filter(stage=RevertJob.Stage.AT_WORK)):
            return None
        records = made.revisions.order_by().values("content_type", "object_id").distinct().count()
        taking = RevertJob.objects.create(change_set=made, records=records, **said)
        run_revert.enqueue(taking.pk)
    return taking


def run(number: int) -> None:
    """Does it, and whatever happens, the page says afterwards what has."""
    taking = RevertJob.objects.filter(pk=number).select_related("change_set", "made_by").first()
    if taking is None:
        return
    with suppress(JobAlreadyRunning), job_lock(Job.of(taking)) as progress:
        taking.refresh_from_db(fields=["stage"])
        if taking.is_at_work:
            with translation.override(taking.language):
                _revert(taking, progress)


def _revert(taking: RevertJob, progress: Progress) -> None:
    def finish(done: ChangeSet | None) -> None:
        taking.stage, taking.done, taking.result = RevertJob.Stage.DONE, taking.records, done
        taking.save(update_fields=["stage", "done", "result"])

    try:
        revert.revert(
            taking.change_set.revisions.all(), user=taking.made_by, reason=taking.reason,
            reverts=taking.change_set, fields=taking.fields, later_too=taking.later_too, seen=taking.seen,
            progress=progress, finish=finish,
        )  # fmt: skip
        prune(DEFAULT_DB_ALIAS)
    except revert.RevertRefused as refused:
        _fail(taking, refused.reasons)
    except DatabaseError as error:
        log.exception("Taking back %s", taking.change_set_id)
        _fail(
            taking, [_("The database rejected the change; nothing was changed: %(error)s") % {"error": error}]
        )
    except Exception:
        log.exception("Taking back %s", taking.change_set_id)
        _fail(
            taking, [_("An internal error occurred; nothing was changed. Try again or ask an administrator.")]
        )
        raise


def _fail(taking: RevertJob, reasons: list[str]) -> None:
    RevertJob.objects.filter(pk=taking.pk).update(stage=RevertJob.Stage.FAILED, reasons=reasons)


def is_stopped(taking: RevertJob) -> bool:
    """Whether the process that worked on it is gone: what it did not finish is not there."""
    from .tasks import is_waiting

    if not taking.is_at_work or is_waiting(taking.pk) or is_running(Job.of(taking)):
        return False
    # It may have ended just now, in whatever way.
    taking.refresh_from_db()
    return taking.is_at_work


def status_message(taking: RevertJob) -> None:
    """Lets one that was stopped say so to those who look at it. Nothing is written: that is for who begins anew."""
    if is_stopped(taking):
        taking.stage = RevertJob.Stage.FAILED
        taking.reasons = [_("The operation was interrupted; nothing was changed. Try again.")]


def latest_job(made: ChangeSet) -> RevertJob | None:
    """The last time that the worker was to take a change set back."""
    taking = made.revert_jobs.first()
    if taking is not None:
        status_message(taking)
    return taking
