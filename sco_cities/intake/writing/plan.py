"""Plans the writing of an intake (drafts, footnotes, differences, left-out values, and missing details)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sco_cities.changes.preview import fingerprint_of
from sco_cities.curation.admin.auto_slug import next_free, unused_slug
from sco_cities.curation.evidence.source_picker import report_with_address
from sco_cities.curation.permissions.object_permissions import ObjectPermissions
from sco_cities.sources.base_models import WHOLE, PublicationState, Record
from sco_cities.sources.models import Passage, Report, Stance
from sco_cities.sources.report_texts import validate_quotation

from ..models import DETAIL_FIELDS, Intake, IntakePassage, Proposal, ProposalKind
from ..proposal_labels import related_slug
from ..same_report import (
    PASSAGE_COLUMNS,
    CopiedWords,
    copied_in_passage,
    copied_in_proposal,
    is_verbatim,
    repeated_passages,
)
from .comparison import Effect, ValueComparison, compare
from .drafts import PlannedFootnote, build_draft, footnotes_of, validate_row
from .selection import Selection, SubjectItem, WriteProblem

# The error message for each missing detail.
_ENTER = {
    "title": gettext_lazy("Enter the title of the report."),
    "publisher": gettext_lazy("Enter the publisher of the report."),
    "published_on": gettext_lazy("Enter the date of the report."),
    "language": gettext_lazy("Enter the language of the report."),
    "address": gettext_lazy("Enter the address of the report."),
}


class LeftOutReason(TextChoices):
    """The reason why an accepted proposal is not written."""

    NO_SUBJECT = "no_subject", gettext_lazy("The record has not been accepted.")
    NO_TARGET = "no_target", gettext_lazy("It refers to a record that is not written.")
    NO_COUNTRY = "no_country", gettext_lazy("Its country is not on this site. Add the country first.")
    GONE = "gone", gettext_lazy("The record has been deleted or merged.")
    NO_PERMISSION = "no_permission", gettext_lazy("You do not have permission to change this record.")
    PUBLISHED = "published", gettext_lazy("The record is published. Publish the report too.")


@dataclass(frozen=True)
class PlannedChange:
    """A value of a known record and the effect of writing it."""

    item: SubjectItem
    value: Proposal
    comparison: ValueComparison


@dataclass(frozen=True)
class PlannedPassage:
    """A cited passage with its number in the report. `stored` is the passage of the report that it repeats, or None."""

    source: IntakePassage
    number: int
    stored: Passage | None

    @property
    def summary(self) -> str:
        return (self.stored or self.source).summary

    @property
    def unused_texts(self) -> list[str]:
        """The entered summaries and quotation that differ from the stored passage, which keeps its texts."""
        texts = [(getattr(self.source, name), getattr(self.stored, name, "")) for name in PASSAGE_COLUMNS]
        return [entered for entered, stored in texts if self.stored and entered and entered != stored]


class WritePlan:
    """The plan for writing an intake, in the order of writing.

    `written` contains the proposals to write, and `left` the other accepted proposals. `speakers` are the persons who
    are added to passages. `passages` maps the primary keys of the cited passages to their plans.
    """

    def __init__(self, intake: Intake, user, publish_report: bool):
        self.intake = intake
        self.permissions = ObjectPermissions(user) if user is not None else None
        state = PublicationState.PUBLISHED if publish_report else PublicationState.DRAFT
        self.report = intake.report or _new_report(intake, state)
        self.selection = Selection(intake)
        self.drafts: list[SubjectItem] = []
        self.changes: list[PlannedChange] = []
        self.footnotes: list[PlannedFootnote] = []
        self.speakers: list[SubjectItem] = []
        self.left: list[tuple[Proposal, LeftOutReason]] = []
        self.written: list[Proposal] = []
        known = []
        for item in self.selection.items.values():
            if item.is_stored:
                known.append(item)
                self._plan_changes(item)
            else:
                self._plan_draft(item)
        self.passages = {each.source.pk: each for each in self._planned_passages()}
        self.problems = [problem for item in (*known, *self.drafts) for problem in item.problems]
        if self.written:
            self.problems += [*self._report_problems(), *self._wording_problems()]

    @property
    def is_empty(self) -> bool:
        """True if there is nothing to write."""
        return not self.written

    @property
    def can_be_written(self) -> bool:
        return not self.is_empty and not self.problems

    @property
    def fingerprint(self) -> str:
        """Hashes the version and effect of each proposal, and the passage numbers."""
        effects = {change.value.pk: change.comparison.effect.value for change in self.changes}
        parts = sorted((each.pk, each.version, effects.get(each.pk, "")) for each in self.written)
        return fingerprint_of((parts, [each.number for each in self.passages.values()]))

    @property
    def touched(self) -> dict[type[Record], set[int]]:
        """Keys of the stored records that change, by model."""
        touched: dict[type[Record], set[int]] = defaultdict(set)
        for item in self.selection.items.values():
            if item.is_stored and (item.is_new or item.values):
                touched[type(item.record)].add(item.record.pk)
        if self.report.pk:
            touched[Report].add(self.report.pk)
        return touched

    def _planned_passages(self) -> Iterator[PlannedPassage]:
        """Yields the cited passages. A new passage has the number of its paragraph, or the next free number."""
        cited = {footnote.passage.pk: footnote.passage for footnote in self.footnotes}
        cited |= {item.subject.passage.pk: item.subject.passage for item in self.speakers}
        # Otherwise, each passage would load its intake's text with a separate query.
        for passage in cited.values():
            passage.intake = self.intake
        stored, taken = {}, set()
        if self.report.pk and cited:
            stored = repeated_passages(self.intake, cited.values(), self.report)
            taken = set(self.report.passages.values_list("number", flat=True))
        for passage in sorted(cited.values(), key=lambda passage: passage.number):
            if found := stored.get(passage.pk):
                yield PlannedPassage(passage, found.number, found)
                continue
            number = next_free(taken) if passage.number in taken else passage.number
            taken.add(number)
            yield PlannedPassage(passage, number, None)

    def _is_complete(self, value: Proposal) -> bool:
        """Returns True if the record that a value refers to exists or will be written."""
        is_relation = value.target_id or related_slug(value)
        return not is_relation or self.selection.related(value) is not None

    def _leave_out(self, proposals: Iterable[Proposal], reason: LeftOutReason) -> None:
        self.left += [(proposal, reason) for proposal in proposals]

    def _leave_out_incomplete(self, values: list[Proposal]) -> None:
        for value in values:
            self._leave_out([value], LeftOutReason.GONE if related_slug(value) else LeftOutReason.NO_TARGET)

    def _plan_draft(self, item: SubjectItem) -> None:
        if item.record is None:
            not_written = LeftOutReason.NO_COUNTRY if item.is_new else LeftOutReason.NO_SUBJECT
            self._leave_out(item.accepted, LeftOutReason.GONE if item.is_gone else not_written)
            return
        left = build_draft(item, self.selection, self._is_complete)
        self._leave_out_incomplete(left)
        self.drafts.append(item)
        values = [value for value in item.values if value not in left]
        self._add_subject(item)
        self.written += values
        self.footnotes += footnotes_of(item, values)

    def _add_subject(self, item: SubjectItem) -> None:
        self.written.append(item.subject)
        if item.subject.kind == ProposalKind.DELEGATE and item.subject.passage:
            self.speakers.append(item)

    def _plan_changes(self, item: SubjectItem) -> None:
        if item.accepted and self.permissions is not None and not self.permissions.can_edit(item.record):
            self._leave_out(item.accepted, LeftOutReason.NO_PERMISSION)
            return
        if item.is_new:
            self._add_subject(item)
            if not item.has_values and item.subject.passage:
                self.footnotes.append(PlannedFootnote(item, WHOLE, item.subject.passage, item.subject))
        filled = {name for value in item.values if (name := self._plan_change(item, value))}
        if filled:
            try:
                item.record.clean_fields(
                    exclude={column.name for column in item.record._meta.fields} - filled
                )
                item.record.clean()
            except ValidationError as error:
                for name, messages in error.message_dict.items():
                    item.add_problem(name, " ".join(messages))

    def _plan_change(self, item: SubjectItem, value: Proposal) -> str:
        """Plans a value of a known record. Returns the name of the column that it fills, or ""."""
        if not self._is_complete(value):
            self._leave_out_incomplete([value])
            return ""
        related = self.selection.related(value)
        comparison = compare(item.record, value, related, self.report.published_on)
        extends = comparison.effect in (Effect.FILL, Effect.ADD)
        if extends and item.record.is_published and not self.report.is_published:
            self._leave_out([value], LeftOutReason.PUBLISHED)
            return ""
        self.changes.append(PlannedChange(item, value, comparison))
        self.written.append(value)
        if comparison.key and value.passage:
            stance = {Effect.DIFFERS: Stance.DIFFERS, Effect.EARLIER: Stance.EARLIER}.get(comparison.effect)
            footnote = PlannedFootnote(
                item, comparison.key, value.passage, value, stance or Stance.SUPPORTS, comparison.reported[:300]
            )  # fmt: skip
            self.footnotes.append(footnote)
        if comparison.effect == Effect.ADD:
            validate_row(item, value)
        if comparison.effect != Effect.FILL:
            return ""
        is_relation = item.record._meta.get_field(value.field).is_relation
        if not is_relation or related.pk is not None:
            setattr(item.record, value.field, related if is_relation else value.final_value)
            return value.field
        return ""

    def _report_problems(self) -> Iterator[WriteProblem]:
        intake, report = self.intake, self.report
        if intake.purged_at:
            yield WriteProblem(
                _("The text of this report has been deleted. You can no longer write records from it.")
            )
        if report.pk:
            adds_passages = any(not each.stored for each in self.passages.values())
            if adds_passages and self.permissions is not None and not self.permissions.can_edit(report):
                yield WriteProblem(
                    _(
                        "You do not have permission to add passages to this report. Ask a curator to write the "
                        "records from this text."
                    )
                )
            return
        try:
            report.full_clean()
        except ValidationError as error:
            for name, messages in error.message_dict.items():
                if name in _ENTER and not getattr(report, name):
                    yield WriteProblem(str(_ENTER[name]), field=name)
                    continue
                label = Report._meta.get_field(name).verbose_name if name in DETAIL_FIELDS else _("report")
                yield WriteProblem(f"{label}: {' '.join(messages)}", field=name)
        if same := report_with_address(report.address):
            text = _("The report “%(report)s” has the same page. Choose it as the report of this text.")
            yield WriteProblem(text % {"report": same}, field="address")

    def _wording_problems(self) -> Iterator[WriteProblem]:
        copied = CopiedWords(self.intake.text)
        own = _("These words are copied from the report: “%(words)s”. Rephrase them in your own words.")
        for planned in self.passages.values():
            passage = planned.source
            if not passage.summary.strip():
                text = _("Passage %(number)s: enter a summary in your own words.")
                yield WriteProblem(text % {"number": passage.number}, passage=passage, field="summary")
            if planned.stored:
                continue
            if words := copied_in_passage(passage, copied):
                yield WriteProblem(own % {"words": words}, passage=passage, field="summary")
            try:
                validate_quotation(passage.quotation)
            except ValidationError as error:
                yield WriteProblem(" ".join(error.messages), passage=passage, field="quotation")
            if not is_verbatim(passage.quotation, passage):
                text = _("Passage %(number)s: the quotation does not occur word for word in this passage.")
                yield WriteProblem(text % {"number": passage.number}, passage=passage, field="quotation")
        drafted = {item.subject.pk for item in self.drafts}
        for proposal in self.written:
            if proposal.pk in drafted or not proposal.is_subject:
                words = copied_in_proposal(proposal, copied)
                if words:
                    yield WriteProblem(own % {"words": words}, proposal)


def _new_report(intake: Intake, state: PublicationState) -> Report:
    values = {name: getattr(intake, name) for name in DETAIL_FIELDS}
    slug = unused_slug(Report, (intake.publisher, intake.published_on)) or unused_slug(Report, ("report",))
    read_on = timezone.localtime(intake.made_at).date()
    return Report(slug=slug, state=state, accessed_on=read_on, **values)


def plan(intake: Intake, user=None, *, publish_report: bool = False) -> WritePlan:
    """Plans the writing of the accepted proposals with the permissions of `user`, or all permissions if None."""
    return WritePlan(intake, user, publish_report)
