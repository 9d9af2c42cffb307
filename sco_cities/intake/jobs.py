"""Reads short intakes in the request and long intakes in the background worker, and purges texts.

Texts are purged after the retention period or on demand. Decisions, offsets and hashes are kept.
"""

import logging
import traceback

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_noop

from sco_cities.jobs.background_job import task
from sco_cities.jobs.job_lock import Progress

from .models import ACCEPTED, Intake, IntakePassage, IntakeStage, Proposal

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
    # Imported here, because apps import this module when they start, and importing the rules takes a tenth of a second.
    from .proposals.report_proposals import propose

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


def purge_expired() -> int:
    """Purges the texts whose retention period is over. Returns their number."""
    return purge(Intake.objects.filter(purge_on__lte=timezone.localdate()))


def purge(intakes: QuerySet[Intake]) -> int:
    """Purges the texts, quotes and file names of these intakes, and the values that were not accepted.

    Returns the number of purged intakes.
    """
    with transaction.atomic():
        # The intakes are locked first. Concurrent transactions therefore either add their quotes before the purge, or
        # find the text purged.
        kept = intakes.filter(purged_at__isnull=True).order_by("pk").select_for_update()
        keys = list(kept.values_list("pk", flat=True))
        if keys:
            proposals = Proposal.objects.filter(intake__in=keys)
            proposals.update(quote="", shown="")
            proposals.exclude(status__in=ACCEPTED).update(value={}, edited_value=None)
            IntakePassage.objects.filter(intake__in=keys).update(quotation="")
            Intake.objects.filter(pk__in=keys).update(text="", file_name="", purged_at=timezone.now())
    return len(keys)
