"""Drops the texts of reports: after a time, or at once. Decisions, offsets and hashes stay."""

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from .models import TAKEN, Intake, IntakePassage, Proposal


def purge_expired() -> int:
    """Drops the texts that have been kept long enough; returns their number."""
    return purge(Intake.objects.filter(purge_on__lte=timezone.localdate()))


def purge(intakes: QuerySet[Intake]) -> int:
    """Drops text, quotes, quotations and file name of these intakes, and the values that nobody has accepted."""
    with transaction.atomic():
        # Locked first: quotes are added before, or their writer sees that the text is gone.
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
    """Keeps the text from being dropped before the transaction ends; False if that has been done already."""
    return Intake.objects.select_for_update().filter(pk=intake.pk, purged_at=None).exists()
