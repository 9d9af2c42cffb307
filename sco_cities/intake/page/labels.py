"""Texts of the intake page (names, fields and values of proposals, reasons, counts and button labels)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.functional import Promise, cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from initiatives.models import CityRole
from sco_cities.core import edtf
from sco_cities.core.localized_names import name_in
from sco_cities.curation.evidence.value_match import format_figure, format_value
from sco_cities.i18n.punctuation import comma_list, with_label, with_remark
from sco_cities.sources import evidence_coverage
from sco_cities.sources.base_models import Record
from sco_cities.sources.models import Figure

from ..models import DETAIL_FIELDS, Band, Intake, IntakePassage, Proposal, ProposalKind, ProposalStatus
from ..writing.selection import named_records, related_slug, stored_records

# The button that leads to a status.
DECISION_OF_STATUS = {
    ProposalStatus.ACCEPTED: "accept",
    ProposalStatus.EDITED: "accept",
    ProposalStatus.REJECTED: "reject",
}


class ProposalLabels:
    """Computes the labels of an intake's proposals. Records are loaded once per kind.

    `proposals` are the shown proposals. The subjects and targets that they refer to are loaded as well.
    """

    def __init__(self, proposals: Iterable[Proposal]):
        self.proposals = list(proposals)
        subjects = {each.pk: each for each in self.proposals if each.is_subject}
        missing = {
            key
            for each in self.proposals
            for key in (each.subject_id, each.target_id)
            if key is not None and key not in subjects
        }
        subjects |= Proposal.objects.in_bulk(missing)
        self.subjects: dict[int, Proposal] = subjects
        for each in self.proposals:
            if each.subject_id is not None:
                each.subject = subjects[each.subject_id]
        for subject in subjects.values():
            # If a revert has deleted a draft, the subject becomes a new draft again.
            if subject.was_created and self.record(subject) is None:
                subject.object_id = None

    @cached_property
    def _records(self) -> dict[tuple[type[Record], int], Record]:
        return stored_records(self.subjects.values())

    @cached_property
    def _by_slug(self) -> dict[tuple[type[Record], str], Record]:
        return named_records(self.proposals)

    def record(self, subject: Proposal) -> Record | None:
        """The known record of a subject, or None."""
        return self._records.get((subject.model, subject.object_id)) if subject.object_id else None

    def subject(self, proposal: Proposal) -> Proposal:
        """The subject of a proposal. A subject is its own subject."""
        return proposal if proposal.is_subject else self.subjects[proposal.subject_id]

    def name(self, subject: Proposal) -> str:
        """The name of a subject in the reader's language, or as it appears in the text."""
        record = self.record(subject)
        if record is not None:
            return str(record)
        return name_in(subject.final_value or {}) or subject.shown or capfirst(subject.get_kind_display())

    def field(self, proposal: Proposal) -> str:
        """The label of a value's field, such as "status" or "figure", or the kind of a subject."""
        if proposal.field:
            return evidence_coverage.field_label(self.subject(proposal).model, proposal.field)
        return str(proposal.get_kind_display())

    def value(self, proposal: Proposal) -> str:
        """The value of a proposal in readable form."""
        if proposal.is_subject:
            return self.name(proposal)
        value = proposal.final_value
        if proposal.kind == ProposalKind.FIGURE:
            return figure_words(value)
        if proposal.kind == ProposalKind.ATTENDANCE:
            return with_remark(self._target_name(proposal), value.get("role_at_event", ""))
        if isinstance(value, dict):
            name, role = self.related_name(proposal), value.get("role")
            return with_remark(name, CityRole(role).label) if role in CityRole.values else name
        return format_value(self.subject(proposal).model(**{proposal.field: value}), proposal.field, {})

    def related(self, proposal: Proposal) -> Record | None:
        """The stored record that the value of a relation refers to."""
        target = self.subjects.get(proposal.target_id)
        if target is not None:
            return self.record(target)
        return self._by_slug.get(related_slug(proposal))

    def related_name(self, proposal: Proposal) -> str:
        """The name of the record that the value of a relation refers to."""
        record = self._by_slug.get(related_slug(proposal))
        return str(record) if record else self._target_name(proposal) or proposal.final_value.get("slug", "")

    def _target_name(self, proposal: Proposal) -> str:
        return self.name(self.subjects[proposal.target_id]) if proposal.target_id in self.subjects else ""


def figure_words(value: dict[str, str]) -> str:
    """Formats a figure as "over 40,000 visitors a year (2025)". Returns "" once the text is purged."""
    if not value:
        return ""
    line = format_figure(Figure(**value | {"value": Decimal(value["value"])})).strip()
    if value["label"] and value["label"] != value["unit"]:
        line = with_label(value["label"], line)
    return with_remark(line, edtf.format_date(value["period"])) if value["period"] else line


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


def said(outcome: PostOutcome, intake: Intake) -> str:
    """The message for the status line, with the errors or with the saved decision."""
    if outcome.errors or outcome.notes:
        return " ".join([*outcome.errors, *outcome.notes.values()])
    proposals = list(intake.proposals.filter(pk__in=outcome.decided).select_related("subject"))
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
    ("d", gettext_lazy("create a new draft instead of the known record, and go on")),
    ("x", gettext_lazy("reject")),
    ("u", gettext_lazy("undo the last decision")),
    ("o", gettext_lazy("open the known record")),
    ("p c o i f", gettext_lazy("add the selected words: person, city, organisation, initiative, figure")),
    ("?", gettext_lazy("show the keyboard shortcuts")),
)
BANDS: tuple[tuple[str, str | Promise, str | Promise], ...] = (
    (
        Band.SURE,
        Band.SURE.label,
        gettext_lazy("The full name of one known record, a figure with its unit, or a full date."),
    ),
    (Band.LIKELY, Band.LIKELY.label, gettext_lazy("Two indications, such as a role and the form of a name.")),
    (
        Band.MAYBE,
        Band.MAYBE.label,
        gettext_lazy("Only one indication. These proposals are shown on request."),
    ),
)
# The kinds of record that can be added to a passage, in link order.
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
    "cue": gettext_lazy("the words that give its status"),
    "list": gettext_lazy("a list of pairs"),
    "main_cities": gettext_lazy("the cities that the report is about"),
    "same_sentence": gettext_lazy("in the same sentence"),
    "same_passage": gettext_lazy("in the same passage"),
    "only_initiative": gettext_lazy("the only initiative of the report"),
    "same_cities": gettext_lazy("probably this record: the cities and the kind or theme are the same"),
    "verb_of_saying": gettext_lazy("a person who makes a statement"),
    "spelling": gettext_lazy("a spelling that is not yet in the record"),
    "language_model": gettext_lazy("found by the language model"),
    "hand": gettext_lazy("by hand"),
}


def counts_words(counts: dict[str, int]) -> str:
    """The numbers of proposals as one line."""
    return _("%(open)s open · %(taken)s accepted") % counts


def needed_words(passage: IntakePassage | None = None) -> str:
    """The note next to the missing summary of a cited passage, or ""."""
    if passage is not None and passage.summary:
        return ""
    return _("A summary is needed, because this passage supports accepted values.")


def missing_details(intake: Intake) -> str:
    """A text that lists the missing details of the report, or "" if none is missing."""
    if intake.report_id:
        return ""
    names = [
        str(Intake._meta.get_field(name).verbose_name) for name in DETAIL_FIELDS if not getattr(intake, name)
    ]
    return _("Missing details of the report: %s") % comma_list(names) if names else ""
