"""Reads short intakes in the request and long ones in the background worker."""

import logging
import traceback

from django.utils.translation import gettext_noop

from sco_cities.jobs.background_job import task
from sco_cities.jobs.job_lock import Progress

from .models import Intake, IntakeStage
from .proposals.report_proposals import propose
from .purge import purge_expired

log = logging.getLogger(__name__)

# Maximum number of characters read within a request. Longer texts would take more than a second.
MAX_SYNCHRONOUS = 20_000


def read_intake(intake: Intake) -> bool:
    """Reads an intake for the first time or again. The background worker reads long texts.

    Returns False if the intake is already being read or has no text.
    """
    if intake.purged_at:
        return False
    in_background = len(intake.text) > MAX_SYNCHRONOUS
    values = {"stage": IntakeStage.READING, "message": ""}
    return intake.start(_read, Intake.objects.all(), in_background=in_background, **values)


@task
def run_reading(number: int) -> None:
    """Background task that reads the intake with the key `number` and purges texts whose retention period is over."""
    purge_expired()
    Intake.run(number, _read)


def _read(intake: Intake, progress: Progress) -> None:
    try:
        propose(intake)
    except Exception as error:
        # The error message is not logged, because it may quote the text.
        places = "".join(traceback.format_tb(error.__traceback__))
        log.error("Intake %s could not be read: %s\n%s", intake.pk, type(error).__name__, places)
        # The message is stored in English and translated when the page is shown, because a worker has no user language.
        intake.fail(
            gettext_noop(
                "An internal error occurred; nothing was proposed. Try again or ask an administrator."
            )
        )
