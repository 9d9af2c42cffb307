"""Builds a page of an intake with its passages. The proposals of each passage are grouped by record."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from sco_cities.admin_framework.admin_urls import change_url
from sco_cities.curation.duplicates.candidates import similar_records
from sco_cities.curation.permissions.object_permissions import ObjectPermissions
from sco_cities.sources.base_models import Record

from ..forms import ProposalForm, theme_choices
from ..known_names import records_with_overlapping_name
from ..models import (
    ACCEPTED,
    MODELS,
    Certainty,
    Intake,
    IntakePassage,
    Proposal,
    ProposalKind,
    ProposalStatus,
)
from ..proposal_labels import ProposalLabels
from ..proposals.records import initiatives_alike
from ..writing.comparison import Effect, ValueComparison, compare
from ..writing.selection import effective_changes
from .decision_posts import OWN_WORDS, TypedText
from .labels import DECISION_OF_STATUS, REASONS, PostOutcome
from .marked_text import SENTENCE, MarkedSpan, marked_html

_MOST = 5


def possible_records(subject: Proposal) -> list[Record]:
    """Stored records similar to a subject, at most five. Initiatives match by cities, other records by name.

    Names are also similar if one name contains the other name.
    """
    if subject.kind == ProposalKind.STATEMENT:
        return []
    stored, slugs = subject.model._base_manager, []
    if subject.kind == ProposalKind.INITIATIVE:
        keys = initiatives_alike(subject)
    else:
        values = _values(subject)
        (matches,) = similar_records(subject.model, [values], limit=_MOST)
        keys = [key for key, _match in matches]
        names = [text for name, text in values.items() if name.startswith("name_")]
        slugs = records_with_overlapping_name(subject.kind, names)
    if slugs:
        keys += stored.filter(slug__in=slugs).order_by("pk").values_list("pk", flat=True)
    keys = list(dict.fromkeys(keys))[:_MOST]
    records = stored.in_bulk(keys)
    return [records[key] for key in keys if key != subject.object_id]


def _values(subject: Proposal) -> dict[str, str]:
    """Returns the values of a subject by column, from the subject itself and from its separate values."""
    values = dict(subject.final_value)
    for value in subject.values.filter(kind=ProposalKind.VALUE):
        if isinstance(value.final_value, str):
            values.setdefault(value.field, value.final_value)
        elif slug := value.final_value.get("slug"):
            values.setdefault(value.field, slug)
    return values


PASSAGES_PER_PAGE = 20
# Proposals of these kinds cover a whole sentence instead of a few words.
_OF_SENTENCES = (ProposalKind.INITIATIVE, ProposalKind.STATEMENT)
# Minimum number of sure proposals of a kind for a button that accepts all of them.
_ENOUGH_AT_ONCE = 2


class ProposalRow:
    """A proposal as shown on the page, with the labels of its field and value.

    `record` is the known record of a subject, and `record_url` its URL. `effect` is the effect of a value on its known
    record, or None for a new record. `note` is the error message of the last decision. `is_locked` is True if the user
    has no permission to change the known record. `is_on_doubtful_page` is True if the page shows doubtful proposals.
    """

    def __init__(self, proposal: Proposal, labels: ProposalLabels, page: "IntakePage"):
        self.proposal, self.subject = proposal, proposal.subject or proposal
        self.label, self.value = labels.field(proposal), labels.value(proposal)
        self.reason = str(REASONS.get(proposal.reason, ""))
        self.form = ProposalForm(proposal, themes=page.themes)
        self.is_on_doubtful_page = page.doubtful
        self.note = page.outcome.notes.get(proposal.pk, "")
        self.is_written = proposal.change_set_id in page.effective_changes
        self.is_locked = not self.is_written and self.subject.pk in page.locked
        record = labels.record(self.subject)
        self.record = record if proposal.is_subject else None
        self.record_url = change_url(self.record) if self.record else ""
        self.effect: ValueComparison | None = None
        # A purge deletes all values except accepted values.
        has_value = not page.intake.purged_at or proposal.is_accepted
        if record is not None and has_value and not proposal.is_subject and not self.is_written:
            self.effect = compare(record, proposal, labels.related(proposal), page.intake.published_on)

    @property
    def quote(self) -> str:
        """The quoted text, or "" if it is the same as the value."""
        quote = " ".join(self.proposal.quote.split())
        return "" if quote == self.value else Truncator(quote).chars(90)

    @property
    def effect_words(self) -> str:
        return "" if self.effect is None else self.effect.words(self.value)

    @cached_property
    def possible(self) -> list[Record]:
        """Known records that may be duplicates of a new draft."""
        is_undecided = self.is_new and self.proposal.status == ProposalStatus.OPEN
        return possible_records(self.proposal) if is_undecided else []

    @property
    def decision(self) -> str:
        """The decision that set the current status, or ""."""
        return DECISION_OF_STATUS.get(self.proposal.status, "")

    @property
    def can_edit(self) -> bool:
        return bool(self.form.fields) or self.proposal.is_subject

    @property
    def needs_words(self) -> bool:
        """True if the new draft lacks a required text that the passage summary cannot replace."""
        if not self.is_new or self.proposal.status not in (ProposalStatus.OPEN, *ACCEPTED):
            return False
        value = self.proposal.final_value
        return any(
            field.required and not value.get(name) and not name.startswith("summary")
            for name, field in self.form.fields.items()
        )

    @property
    def is_new(self) -> bool:
        """True if the proposal becomes a new draft."""
        return self.proposal.is_subject and self.proposal.object_id is None


@dataclass
class RecordGroup:
    """The proposals of a passage about one record. `head` proposes the record itself, if present."""

    subject: Proposal
    name: str
    head: ProposalRow | None = None
    rows: list[ProposalRow] = field(default_factory=list)

    @property
    def known_rows(self) -> list[ProposalRow]:
        """Values that the record already has, shown collapsed because accepting them only adds footnotes."""
        return [
            row for row in self.rows if row.effect and row.effect.effect == Effect.FOOTNOTE and not row.note
        ]

    @property
    def other_rows(self) -> list[ProposalRow]:
        known = {row.proposal.pk for row in self.known_rows}
        return [row for row in self.rows if row.proposal.pk not in known]


@dataclass
class PassageSection:
    """A passage with its text as HTML, its grouped proposals, and its summaries and quotation by column."""

    passage: IntakePassage
    html: str
    groups: list[RecordGroup]
    texts: dict[str, TypedText]

    @property
    def needed(self) -> str:
        """The note next to the missing summary of a cited passage, or ""."""
        rows = (row for group in self.groups for row in (group.head, *group.rows))
        if self.passage.summary or not any(row and row.proposal.is_accepted for row in rows):
            return ""
        return _("A summary is needed, because this passage supports accepted values.")

    @property
    def has_further_words(self) -> bool:
        """True if there is a quotation, or a summary in a language other than English."""
        return any(text.is_filled for column, text in self.texts.items() if column != "summary")


class IntakePage:
    """One page of an intake, with up to twenty passages.

    The page includes doubtful proposals if `doubtful` is set. `permissions` are the user's permissions, and `outcome`
    is the result of the submitted form.
    """

    def __init__(
        self,
        intake: Intake,
        permissions: ObjectPermissions,
        number: object = 1,
        *,
        doubtful: bool = False,
        outcome: PostOutcome | None = None,
    ):
        self.intake, self.permissions = intake, permissions
        self.doubtful, self.outcome = doubtful, outcome or PostOutcome()
        self.page: Page = Paginator(intake.passages.order_by("number"), PASSAGES_PER_PAGE).get_page(number)

    @cached_property
    def sections(self) -> list[PassageSection]:
        return self.sections_of(list(self.page))

    def sections_of(self, passages: list[IntakePassage]) -> list[PassageSection]:
        """Returns the sections of these passages of the intake."""
        proposals = list(
            self.shown(self.intake.proposals.filter(passage__in=passages)).select_related(
                "passage", "decided_by"
            )
        )
        labels = ProposalLabels(proposals)
        by_passage = defaultdict(list)
        for proposal in proposals:
            by_passage[proposal.passage_id].append(proposal)
        spans = list(self._spans(passages))
        return [
            PassageSection(
                passage,
                marked_html(self.intake.text, passage.start, passage.end, _within(spans, passage)),
                self._groups(by_passage[passage.pk], labels),
                {
                    column: self.typed_text(f"{column}-{passage.number}", getattr(passage, column))
                    for column in OWN_WORDS
                },
            )
            for passage in passages
        ]

    def typed_text(self, name: str, stored: str) -> TypedText:
        """Returns the stored text of a field together with the typed text if it was not saved."""
        return TypedText(name, stored, self.outcome.unsaved.get(name))

    def shown(self, proposals: QuerySet[Proposal]) -> QuerySet[Proposal]:
        """Filters out superseded proposals, and undecided doubtful proposals unless the page shows them."""
        proposals = proposals.exclude(status=ProposalStatus.SUPERSEDED)
        if self.doubtful:
            return proposals
        return proposals.exclude(certainty=Certainty.DOUBTFUL, status=ProposalStatus.OPEN)

    def _spans(self, passages: Sequence[IntakePassage]) -> Iterator[MarkedSpan]:
        """Yields the positions of proposals in these passages. Includes doubtful, but not rejected proposals."""
        first = min((passage.start for passage in passages), default=0)
        last = max((passage.end for passage in passages), default=0)
        turned_down = (ProposalStatus.REJECTED, ProposalStatus.SUPERSEDED)
        rows = self.intake.proposals.exclude(status__in=turned_down).values_list(
            "pk", "kind", "certainty", "spans"
        )
        for key, kind, certainty, spans in rows:
            mark = SENTENCE if kind in _OF_SENTENCES else certainty
            for start, end in spans:
                if start < last and end > first:
                    yield MarkedSpan(start, end, mark, key)

    def _groups(self, proposals: Iterable[Proposal], labels: ProposalLabels) -> list[RecordGroup]:
        groups: dict[int, RecordGroup] = {}
        for proposal in proposals:
            subject = proposal.subject or proposal
            group = groups.setdefault(subject.pk, RecordGroup(subject, labels.name(subject)))
            row = ProposalRow(proposal, labels, self)
            if proposal.is_subject:
                group.head = row
            else:
                group.rows.append(row)
        return list(groups.values())

    @cached_property
    def themes(self) -> list[tuple[str, str]]:
        return theme_choices()

    @cached_property
    def effective_changes(self) -> set[int]:
        """Keys of unreverted changes that wrote proposals of the intake."""
        written = self.intake.proposals.filter(change_set__isnull=False)
        return effective_changes(set(written.order_by().values_list("change_set", flat=True).distinct()))

    @cached_property
    def locked(self) -> set[int]:
        """Keys of subjects with a known record that the user has no permission to change."""
        if self.permissions.can_review:
            return set()
        subjects = list(self.intake.proposals.filter(subject=None, object_id__isnull=False))
        labels = ProposalLabels(subjects)
        records = ((subject.pk, labels.record(subject)) for subject in subjects)
        return {key for key, record in records if record and not self.permissions.can_edit(record)}

    @cached_property
    def counts(self) -> dict[str, int]:
        """The numbers of undecided, accepted and doubtful proposals.

        Proposals that the user may not decide about are omitted.
        """
        is_open, is_doubtful = Q(status=ProposalStatus.OPEN), Q(certainty=Certainty.DOUBTFUL)
        is_open &= ~Q(pk__in=self.locked) & (Q(subject=None) | ~Q(subject__in=self.locked))
        return self.intake.proposals.exclude(status=ProposalStatus.SUPERSEDED).aggregate(
            open=Count("pk", filter=is_open & (Q() if self.doubtful else ~is_doubtful)),
            accepted=Count("pk", filter=Q(status__in=ACCEPTED)),
            doubtful=Count("pk", filter=is_open & is_doubtful),
        )

    @cached_property
    def sure_subjects(self) -> list[tuple[str, str, list[ProposalRow]]]:
        """The undecided, sure records by kind, with the label of the button that accepts all records of the kind.

        Kinds with only one record, and records that the user may not change, are omitted.
        """
        if self.intake.purged_at:
            return []
        proposals = list(self.intake.proposals.open().filter(subject=None, certainty=Certainty.SURE))
        labels = ProposalLabels(proposals)
        by_kind = defaultdict(list)
        for proposal in proposals:
            if proposal.pk not in self.locked:
                by_kind[proposal.kind].append(proposal)
        label = _("Accept all sure %(kind)s (%(number)s) …")
        return [
            (
                kind,
                label % {"kind": MODELS[kind]._meta.verbose_name_plural, "number": len(subjects)},
                [ProposalRow(subject, labels, self) for subject in subjects],
            )
            for kind, subjects in by_kind.items()
            if len(subjects) >= _ENOUGH_AT_ONCE
        ]


def _within(spans: list[MarkedSpan], passage: IntakePassage) -> list[MarkedSpan]:
    return [span for span in spans if span.start < passage.end and span.end > passage.start]


def page_of(passage: IntakePassage) -> int:
    """Returns the number of the page that contains a passage."""
    return (passage.number - 1) // PASSAGES_PER_PAGE + 1
