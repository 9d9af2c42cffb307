"""Reading of intakes: short texts in the request, long ones by the worker."""

import logging
import traceback
from contextlib import suppress

from django.db import transaction
from django.utils.translation import gettext_noop

from sco_cities.jobs.job_lock import Job, JobAlreadyRunning, is_running, job_lock
from sco_cities.jobs.task_status import is_waiting, task

from .models import Intake, IntakeStage
from .proposals.report_proposals import propose
from .purge import purge_expired

log = logging.getLogger(__name__)

# Longer texts are left to the worker, so that no request takes longer than a second.
MAX_SYNCHRONOUS = 20_000


def read_intake(intake: Intake) -> bool:
    """Reads a received intake, or reads it again, now or by the worker; False if it is being read or has no text."""
    in_background = len(intake.text) > MAX_SYNCHRONOUS
    if intake.purged_at or (intake.stage == IntakeStage.READING and not is_stopped(intake)):
        return False
    try:
        # Only the holder of the lock changes the stage: no intake is shown being read without a process.
        with job_lock(Job.of(intake)):
            with transaction.atomic():
                Intake.objects.filter(pk=intake.pk).update(stage=IntakeStage.READING, message="")
                if in_background:
                    run_reading.enqueue(intake.pk)
            intake.refresh_from_db()
            if not in_background:
                _read(intake)
    except JobAlreadyRunning:
        return False
    return True


@task
def run_reading(number: int) -> None:
    """Background task: reads the Intake with this key, and drops texts that have been kept long enough."""
    purge_expired()
    intake = Intake.objects.filter(pk=number).first()
    if intake is None:
        return
    with suppress(JobAlreadyRunning), job_lock(Job.of(intake)):
        intake.refresh_from_db()
        if intake.stage == IntakeStage.READING:
            _read(intake)


def is_stopped(intake: Intake) -> bool:
    """Whether the process that read it has died."""
    if (
        intake.stage != IntakeStage.READING
        or is_waiting(run_reading, intake.pk)
        or is_running(Job.of(intake))
    ):
        return False
    # It may have ended just now.
    intake.refresh_from_db()
    return intake.stage == IntakeStage.READING


def _read(intake: Intake) -> None:
    try:
        propose(intake)
    except Exception as error:
        # Without the message of the error, which may quote the text.
        places = "".join(traceback.format_tb(error.__traceback__))
        log.error("Intake %s could not be read: %s\n%s", intake.pk, type(error).__name__, places)
        # Stored in English: the page translates it, the worker does not know for whom.
        message = gettext_noop(
            "An internal error occurred; nothing was proposed. Try again or ask an administrator."
        )
        Intake.objects.filter(pk=intake.pk).update(stage=IntakeStage.FAILED, message=message)
        intake.refresh_from_db()
