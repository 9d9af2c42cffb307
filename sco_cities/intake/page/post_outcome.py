"""What became of a form that the page of an intake has sent."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from sco_cities.i18n.punctuation import with_label

from ..models import Intake
from .labels import ProposalLabels


@dataclass
class PostOutcome:
    """What became of a submitted form: what was decided and changed, and by proposal or field what was refused.

    `unsaved` are the texts that were refused, by the name of their field, as they were typed.
    """

    decided: list[int] = field(default_factory=list)
    passages: list[int] = field(default_factory=list)
    notes: dict[int, str] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    unsaved: dict[str, str] = field(default_factory=dict)
    is_stale: bool = False

    @property
    def is_refused(self) -> bool:
        return bool(self.notes or self.errors)


def said(outcome: PostOutcome, intake: Intake) -> str:
    """One sentence on what was saved, for the status line of the page."""
    if outcome.errors or outcome.notes:
        return " ".join([*outcome.errors, *outcome.notes.values()])
    proposals = list(intake.proposals.filter(pk__in=outcome.decided).select_related("subject"))
    if len(proposals) == 1:
        labels = ProposalLabels(proposals)
        [proposal] = proposals
        return with_label(labels.value(proposal), proposal.get_status_display())
    return _("Saved.")
