"""Texts of the intake page (reasons, counts, button labels, and the result of a submitted form)."""

from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sco_cities.i18n.punctuation import comma_list, with_label

from ..models import DETAIL_FIELDS, Certainty, Intake, ProposalKind, ProposalStatus
from ..proposal_labels import ProposalLabels

# Maps statuses to the decision (button) that sets the status.
DECISION_OF_STATUS = {
    ProposalStatus.ACCEPTED: "accept",
    ProposalStatus.EDITED: "accept",
    ProposalStatus.REJECTED: "reject",
}


@dataclass
class PostOutcome:
    """The result of submitting the intake page.

    It contains the keys of the decided proposals and of the changed passages, the errors by proposal (`notes`), and the
    other errors. `unsaved` maps names of fields to the rejected texts as typed.
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


def status_message(outcome: PostOutcome, intake: Intake) -> str:
    """Returns the status message, which contains the errors or the saved decision."""
    if outcome.errors or outcome.notes:
        return " ".join([*outcome.errors, *outcome.notes.values()])
    proposals = list(intake.proposals.filter(pk__in=outcome.decided))
    if len(proposals) == 1:
        labels = ProposalLabels(proposals)
        [proposal] = proposals
        return with_label(labels.value(proposal), proposal.get_status_display())
    return _("Saved.")


# The keyboard shortcuts that static/admin-extra/intake.js implements.
KEYS: tuple[tuple[str, str | Promise], ...] = (
    ("j k", gettext_lazy("go to the next or previous undecided proposal")),
    ("a", gettext_lazy("accept and go to the next proposal")),
    ("A", gettext_lazy("accept all proposals shown for this record")),
    ("e", gettext_lazy("edit; Enter accepts the edited value")),
    ("d", gettext_lazy("create a new draft instead of the known record and go to the next proposal")),
    ("x", gettext_lazy("reject")),
    ("u", gettext_lazy("undo the last decision")),
    ("o", gettext_lazy("open the known record")),
    ("p c o i f", gettext_lazy("add the selected words: person, city, organisation, initiative, figure")),
    ("?", gettext_lazy("show the keyboard shortcuts")),
)
CERTAINTIES: tuple[tuple[str, str | Promise, str | Promise], ...] = (
    (
        Certainty.SURE,
        Certainty.SURE.label,
        gettext_lazy("The full name of one known record, a figure with its unit, or a full date."),
    ),
    (
        Certainty.LIKELY,
        Certainty.LIKELY.label,
        gettext_lazy("Two signs, such as a role and the form of a name."),
    ),
    (
        Certainty.DOUBTFUL,
        Certainty.DOUBTFUL.label,
        gettext_lazy("Only one sign. These proposals are shown on request."),
    ),
)
# The kinds of record that can be added to a passage, in the order of their links.
HAND_KINDS = (
    ProposalKind.CITY,
    ProposalKind.DELEGATE,
    ProposalKind.ORGANISATION,
    ProposalKind.EVENT,
    ProposalKind.INITIATIVE,
    ProposalKind.FIGURE,
    ProposalKind.STATEMENT,
)
# Texts by reason code. Proposals store only the code.
REASONS = {
    "known_name": gettext_lazy("a name of this record"),
    "gazetteer": gettext_lazy("a name in the gazetteer"),
    "form_of_name": gettext_lazy("the form of the name"),
    "within_name": gettext_lazy("part of the name"),
    "role_before_name": gettext_lazy("a role next to a name"),
    "within_role": gettext_lazy("part of the role"),
    "cue_and_object": gettext_lazy("a place, a type of project, and its status"),
    "object": gettext_lazy("the subject of the initiative"),
    "cue": gettext_lazy("the words that give the status"),
    "list": gettext_lazy("a list of pairs"),
    "main_cities": gettext_lazy("the cities that the report is about"),
    "same_sentence": gettext_lazy("in the same sentence"),
    "same_passage": gettext_lazy("in the same passage"),
    "only_initiative": gettext_lazy("the only initiative of the report"),
    "same_cities": gettext_lazy("probably this record: the cities and the kind or theme are the same"),
    "verb_of_saying": gettext_lazy("a person who makes a statement"),
    "spelling": gettext_lazy("a spelling that is not yet in the record"),
    "language_model": gettext_lazy("found by the language model"),
    "hand": gettext_lazy("manual entry"),
}


def counts_words(counts: dict[str, int]) -> str:
    """Formats the numbers of open and accepted proposals."""
    return _("%(open)s open · %(accepted)s accepted") % counts


def missing_details(intake: Intake) -> str:
    """Returns a list of the report's missing details as text, or "" if all details are present."""
    if intake.report_id:
        return ""
    names = [
        str(Intake._meta.get_field(name).verbose_name) for name in DETAIL_FIELDS if not getattr(intake, name)
    ]
    return _("Missing details of the report: %s") % comma_list(names) if names else ""
