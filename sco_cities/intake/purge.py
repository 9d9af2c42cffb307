"""Purges the texts of reports after the retention period or on demand. Decisions, offsets and hashes stay."""

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from .models import TAKEN, Intake, IntakePassage, Proposal


def purge_expired() -> int:
    """Purges the texts whose retention period is over. Returns their number."""
    return purge(Intake.objects.filter(purge_on__lte=timezone.localdate()))


def purge(intakes: QuerySet[Intake]) -> int:
    """Purges the texts, quotes and file names of these intakes, and the values that were not accepted.

    Returns the number of purged intakes.
    """
    with transaction.atomic():
        # The intakes are locked first. Concurrent writers then add their quotes before the purge, or find the text
        # purged.
        kept = intakes.filter(purged_at__isnull=True).order_by("pk").select_for_update()
        keys = list(kept.values_list("pk", flat=True))
        if keys:
            proposals = Proposal.objects.filter(intake__in=keys)
            proposals.update(quote="", shown="")
            proposals.exclude(status__in=TAKEN).update(value={}, edited_value=None)
            IntakePassage.objects.filter(intake__in=keys).update(quotation="")
            Intake.objects.filter(pk__in=keys).update(text="", file_name="", purged_at=timezone.now())
    return len(keys)


def lock_text(intake: Intake) -> bool:
    """Prevents a purge of the text until the transaction ends. False if the text is purged already."""
    return Intake.objects.select_for_update().filter(pk=intake.pk, purged_at=None).exists()
