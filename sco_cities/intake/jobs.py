"""Reading of intakes: short texts in the request, long ones by the worker."""

import logging
import traceback

from django.utils.translation import gettext_noop

from sco_cities.jobs.background_job import task
from sco_cities.jobs.job_lock import Progress

from .models import Intake, IntakeStage
from .proposals.report_proposals import propose
from .purge import purge_expired

log = logging.getLogger(__name__)

# Longer texts are left to the worker, so that no request takes longer than a second.
MAX_SYNCHRONOUS = 20_000


def read_intake(intake: Intake) -> bool:
    """Reads a received intake, or reads it again, now or by the worker; False if it is being read or has no text."""
    if intake.purged_at:
        return False
    in_background = len(intake.text) > MAX_SYNCHRONOUS
    values = {"stage": IntakeStage.READING, "message": ""}
    return intake.start(_read, Intake.objects.all(), in_background=in_background, **values)


@task
def run_reading(number: int) -> None:
    """Background task: reads the Intake with this key, and drops texts that have been kept long enough."""
    purge_expired()
    Intake.run(number, _read)


def _read(intake: Intake, progress: Progress) -> None:
    try:
        propose(intake)
    except Exception as error:
        # Without the message of the error, which may quote the text.
        places = "".join(traceback.format_tb(error.__traceback__))
        log.error("Intake %s could not be read: %s\n%s", intake.pk, type(error).__name__, places)
        # Stored in English: the page translates it, the worker does not know for whom.
        intake.fail(
            gettext_noop(
                "An internal error occurred; nothing was proposed. Try again or ask an administrator."
            )
        )
