"""A write plan as the page shows it: a block for each record, a line for each value, a link for each problem."""

from dataclasses import dataclass, field, replace

from django.urls import reverse
from django.utils.functional import Promise

from sco_cities.admin_framework.admin_urls import change_url

from .models import Intake, IntakePassage, Proposal, ProposalKind
from .page.labels import ProposalLabels
from .page.sections import page_of
from .writing.comparison import Effect, ValueComparison
from .writing.drafts import Draft
from .writing.plan import WritePlan


@dataclass(frozen=True)
class PlanLine:
    """A value of a record: its field, its words, the number of the passage, and what writing it does."""

    label: str
    value: str
    passage: int | None
    effect: str | Promise = ""
    is_different: bool = False


@dataclass
class PlanBlock:
    """A new draft, or a known record with what the report says about it."""

    kind: str
    name: str
    url: str = ""
    lines: list[PlanLine] = field(default_factory=list)


class PlanPage:
    """The parts of the page: new drafts, known records, what is left out, and what hinders the writing."""

    def __init__(self, plan: WritePlan):
        self.plan, self.intake = plan, plan.intake
        proposals = [*plan.written, *(proposal for proposal, _reason in plan.left)]
        self.labels = ProposalLabels([*proposals, *(draft.item.subject for draft in plan.drafts)])
        self._pages: dict[int, int] = {}

    @property
    def drafts(self) -> list[PlanBlock]:
        left = {proposal.pk for proposal, _reason in self.plan.left}
        return [
            PlanBlock(
                draft.item.subject.get_kind_display(),
                self._name(draft),
                lines=[self._line(value) for value in draft.item.values if value.pk not in left],
            )
            for draft in self.plan.drafts
        ]

    def _name(self, draft: Draft) -> str:
        # A title has only the cities that are written.
        is_initiative = draft.item.subject.kind == ProposalKind.INITIATIVE
        return str(draft.record) if is_initiative else self.labels.name(draft.item.subject)

    @property
    def known(self) -> list[PlanBlock]:
        """Known records; one without values gets a footnote for the record as a whole."""
        blocks: dict[int, PlanBlock] = {}
        for proposal in self.plan.written:
            subject = self.labels.subject(proposal)
            if (record := self.labels.record(subject)) is not None and subject.pk not in blocks:
                blocks[subject.pk] = PlanBlock(subject.get_kind_display(), str(record), change_url(record))
        for change in self.plan.changes:
            line = self._line(change.value, change.comparison)
            blocks[change.item.subject.pk].lines.append(line)
        return list(blocks.values())

    def _line(self, value: Proposal, comparison: ValueComparison | None = None) -> PlanLine:
        words = self.labels.value(value)
        passage = value.passage.number if value.passage else None
        line = PlanLine(self.labels.field(value), words, passage)
        if comparison is None:
            return line
        is_different = comparison.effect in (Effect.DIFFERS, Effect.EARLIER)
        effect = comparison.effect.label
        if is_different:
            effect = effect % {"record": comparison.record_value, "reported": words}
        return replace(line, effect=effect, is_different=is_different)

    @property
    def left_out(self) -> list[tuple[str, str, str, str | Promise]]:
        """Accepted proposals that are not written: label, value, address on the page of the intake, and reason."""
        return [
            (
                self.labels.field(proposal),
                self.labels.value(proposal),
                self._proposal_url(proposal),
                reason.label,
            )
            for proposal, reason in self.plan.left
        ]

    @property
    def problems(self) -> list[tuple[str, str]]:
        """What hinders the writing: a sentence, and the address where it is corrected."""
        found = []
        for problem in self.plan.problems:
            if problem.proposal is not None:
                url = self._proposal_url(problem.proposal)
            elif problem.passage is not None:
                url = (
                    f"{self._page_url(problem.passage)}#{problem.field or 'summary'}-{problem.passage.number}"
                )
            else:
                url = f"{page_url(self.intake)}#id_{problem.field}"
            found.append((problem.sentence, url))
        return found

    def _proposal_url(self, proposal: Proposal) -> str:
        if proposal.passage is None:
            return page_url(self.intake)
        return f"{self._page_url(proposal.passage)}#proposal-{proposal.pk}"

    def _page_url(self, passage: IntakePassage) -> str:
        if passage.pk not in self._pages:
            self._pages[passage.pk] = page_of(passage)
        return f"{page_url(self.intake)}?page={self._pages[passage.pk]}"


def page_url(intake: Intake) -> str:
    """The address of the page of an intake."""
    return reverse("admin:intake_page", args=[intake.pk])
