"""The page for planning and writing an intake, with links to the next steps (review, publication, revert)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from django.contrib import messages
from django.forms import BoundField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from sco_cities.admin_framework.admin_urls import change_url, returning_to
from sco_cities.admin_framework.pages import admin_page_view, render_admin_page
from sco_cities.core.exceptions import Refused
from sco_cities.curation.review.joint_review import kinds_of, record_token
from sco_cities.history.models import REVERT_CHANGES, REVIEW_RECORDS, Action, ChangeSet, Revision
from sco_cities.history.references import records_of
from sco_cities.history.versions import versions
from sco_cities.i18n.punctuation import comma_list
from sco_cities.sources.base_models import PublicationState, Record, record_models

from .admin_pages import USE_INTAKE
from .forms import ProposalForm, theme_choices
from .models import Certainty, IntakePassage, Proposal, ProposalKind
from .page.labels import PostOutcome
from .page.sections import page_of
from .views import apply_input, intake_or_404
from .writing.apply import write as write_intake
from .writing.plan import PlannedPassage, WritePlan, plan
from .writing.selection import SubjectItem

_LISTS = ("cities", "themes")


class CellPart(NamedTuple):
    """A value in a cell, as text, form field or both, with the supporting passage if it is cited."""

    text: str
    field: BoundField | None
    passage: PlannedPassage | None


@dataclass
class DraftRow:
    """A draft with its accepted proposals, the errors in the last submitted form, and its values by column."""

    name: str
    proposals: list[Proposal]
    notes: list[str]
    parts: dict[str, list[CellPart]] = field(default_factory=dict)

    def add(self, column: str, label: str, part: CellPart) -> None:
        """Adds a value to the cell of a column. The label of the field consists of the row, the column and the text."""
        if part.field is not None:
            label = comma_list(filter(None, (self.name, label, part.text)))
            part.field.field.widget.attrs |= {"aria-label": label}
        self.parts.setdefault(column, []).append(part)


@dataclass
class DraftTable:
    """The drafts of one kind. `columns` maps fields to their labels."""

    kind: str
    columns: dict[str, str] = field(default_factory=dict)
    rows: list[DraftRow] = field(default_factory=list)

    @property
    def lines(self) -> list[tuple[DraftRow, list[tuple[str, list[CellPart]]]]]:
        """The rows with their cells, each with the label of its column."""
        return [
            (row, [(label, row.parts.get(name, [])) for name, label in self.columns.items()])
            for row in self.rows
        ]


def draft_tables(plan: WritePlan, outcome: PostOutcome, typed: Mapping[str, str]) -> list[DraftTable]:
    """Returns the new drafts of a plan by kind. A value rejected in `outcome` is shown as typed."""
    tables: dict[str, DraftTable] = {}
    labels = plan.selection
    themes, left = theme_choices(), {proposal.pk for proposal, _reason in plan.left}

    def form_of(proposal: Proposal) -> ProposalForm:
        form = ProposalForm(proposal, themes=themes)
        if proposal.pk in outcome.notes:
            names = {name: form.add_prefix(name) for name in form.fields}
            form.initial |= {name: typed[sent] for name, sent in names.items() if sent in typed}
        return form

    for item in plan.drafts:
        subject = item.subject
        table = tables.setdefault(subject.kind, DraftTable(subject.get_kind_display()))
        values = [value for value in item.values if value.pk not in left]
        # An initiative's title contains only the cities that will be written.
        is_titled = subject.kind == ProposalKind.INITIATIVE
        notes = [outcome.notes[each.pk] for each in (subject, *values) if each.pk in outcome.notes]
        row = DraftRow(str(item.record) if is_titled else labels.name(subject), [subject, *values], notes)
        table.rows.append(row)
        # The cell has the title of the proposal, including cities that are left out in the head of the row.
        for bound in form_of(subject):
            # The summary of the passage replaces an empty summary.
            if subject.final_value.get(bound.name) or not bound.name.startswith("summary"):
                table.columns.setdefault(bound.name, bound.label)
                row.add(bound.name, bound.label, CellPart("", bound, plan.passages.get(subject.passage_id)))
        for value in values:
            column = value.field or value.kind
            table.columns.setdefault(column, labels.field(value))
            bound = next(iter(form_of(value)), None) if value.kind == ProposalKind.VALUE else None
            text = "" if bound else labels.value(value)
            text = labels.related_name(value) if column == "cities" else text
            part = CellPart(text, bound, plan.passages.get(value.passage_id))
            row.add(column, table.columns[column], part)
    for table in tables.values():
        # Lists are shown last, because their cells may have many fields.
        table.columns = dict(sorted(table.columns.items(), key=lambda column: column[0] in _LISTS))
    return list(tables.values())


class PlanPage:
    """The parts of the page (new drafts, known records, omitted proposals, problems)."""

    def __init__(self, plan: WritePlan):
        self.plan, self.intake, self.labels = plan, plan.intake, plan.selection

    @property
    def known(self) -> list[tuple[SubjectItem, str, list[tuple]]]:
        """Known records with the URLs of their forms and their values.

        Each value has its label, text, passage, comparison with the record, and effect. A record without values gets a
        footnote for the whole record.
        """
        lines: dict[int, list[tuple]] = defaultdict(list)
        for change in self.plan.changes:
            value, comparison = change.value, change.comparison
            words = self.labels.value(value)
            effect = comparison.words(words)
            passage = self.plan.passages.get(value.passage_id)
            line = self.labels.field(value), words, passage, comparison, effect
            lines[change.item.subject.pk].append(line)
        subjects = dict.fromkeys(each.subject_id or each.pk for each in self.plan.written)
        items = [self.labels.items[key] for key in subjects]
        return [(item, change_url(item.record), lines[item.subject.pk]) for item in items if item.is_stored]

    @property
    def left_out(self) -> list[tuple[str, str, str, str | Promise]]:
        """Accepted proposals that are not written (label, value, URL on the intake page, and reason)."""
        return [
            (
                self.labels.field(each),
                self.labels.value(each),
                self._url(each.passage, f"proposal-{each.pk}"),
                reason.label,
            )
            for each, reason in self.plan.left
        ]

    def problems(self, tables: Iterable[DraftTable]) -> list[tuple[str, str]]:
        """Returns the problems that prevent writing, each with the URL where it can be corrected."""
        parts = [
            part for table in tables for row in table.rows for cell in row.parts.values() for part in cell
        ]
        cells = {part.field.auto_id for part in parts if part.field is not None}
        found = []
        for problem in self.plan.problems:
            passage, place = problem.passage, f"id_{problem.field}"
            if problem.proposal is not None:
                cell = f"id_value-{problem.proposal.pk}-{problem.field}"
                if cell in cells:
                    found.append((problem.sentence, f"#{cell}"))
                    continue
                passage, place = problem.proposal.passage, f"proposal-{problem.proposal.pk}"
            elif passage is not None:
                place = f"{problem.field}-{passage.number}"
            found.append((problem.sentence, self._url(passage, place)))
        return found

    def _url(self, passage: IntakePassage | None, place: str) -> str:
        """Returns a URL with an anchor on the intake page."""
        page = reverse("admin:intake_page", args=[self.intake.pk])
        return f"{page}?page={page_of(passage)}#{place}" if passage else f"{page}#{place}"


@dataclass
class WrittenChange:
    """A change that wrote proposals of an intake and has not been reverted, with the records that it created."""

    change_set: ChangeSet
    records: list[Record]
    page: str

    @property
    def review_url(self) -> str:
        """The URL of the page that reviews the records together and then links back to the intake page."""
        return returning_to(self.page, reverse("admin:review_together", args=["change", self.change_set.pk]))

    @property
    def lines(self) -> list[tuple[Record, str, str]]:
        """The records with their kinds and the URLs of their forms."""
        return [(record, str(record._meta.verbose_name), change_url(record)) for record in self.records]

    @property
    def kinds(self) -> dict[str, str | Promise]:
        """The kinds of the unpublished records, which can be edited as grids."""
        return kinds_of(self.unpublished)

    @cached_property
    def drafts(self) -> list[Record]:
        return [record for record in self.records if record.state == PublicationState.DRAFT]

    @cached_property
    def unpublished(self) -> list[Record]:
        states = (PublicationState.DRAFT, PublicationState.IN_REVIEW)
        return [record for record in self.records if record.state in states]

    @property
    def tokens(self) -> list[str]:
        """Form values that identify the unpublished records and their versions on the page for joint review."""
        keys: dict[type[Record], list[int]] = defaultdict(list)
        for record in self.unpublished:
            keys[type(record)].append(record.pk)
        seen = {model: versions(model, some) for model, some in keys.items()}
        return [record_token(record, seen[type(record)][record.pk]) for record in self.unpublished]


def written_changes(effective: Iterable[int], page: str) -> list[WrittenChange]:
    """Returns the changes with these keys and the existing records that they created, newest first.

    `page` is the URL of the page with these changes.
    """
    revisions = Revision.objects.filter(change_set__in=effective, action=Action.CREATED)
    created = list(revisions.only("change_set_id", "content_type_id", "object_id"))
    stored, order = records_of(created), record_models()
    records: dict[int, list[Record]] = defaultdict(list)
    for revision in created:
        if record := stored.get((revision.content_type_id, revision.object_id)):
            records[revision.change_set_id].append(record)
    for own in records.values():
        own.sort(key=lambda record: (order.index(type(record)), record.pk))
    return [
        WrittenChange(change_set, records[change_set.pk], page)
        for change_set in ChangeSet.objects.filter(pk__in=effective).order_by("-pk")
    ]


@admin_page_view(USE_INTAKE, posts=True)
def write(request: HttpRequest, number: int) -> HttpResponse:
    """Shows the plan of an intake with the written changes below it. A POST executes the plan."""
    intake = intake_or_404(request, number)
    can_review = request.user.has_perm(REVIEW_RECORDS)
    publishes = can_review and "publish_report" in request.POST
    outcome = PostOutcome()
    if request.method == "POST" and "_cells" in request.POST:
        outcome = apply_input(request, intake)
        if not outcome.is_refused:
            messages.success(request, _("Saved. Nothing has been written yet."))
            return redirect("admin:intake_write", intake.pk)
    elif request.method == "POST":
        try:
            change_set = write_intake(
                intake,
                request.user,
                publish_report=publishes,
                seen=request.POST.get("seen_published" if publishes else "seen", "-"),
            )
        except Refused as refused:
            sentence = "%s" if refused.is_stale else _("Nothing was written: %s")
            messages.error(request, sentence % refused.reasons[0])
        else:
            if change_set is None:
                messages.info(request, _("There was nothing to write."))
            else:
                messages.success(request, _("Written as one change."))
            return redirect("admin:intake_write", intake.pk)
        intake.refresh_from_db()
    write_plan = plan(intake, request.user, publish_report=publishes)
    # If the report is published too, more can be written, such as values of published records.
    published_plan = plan(intake, request.user, publish_report=True) if can_review else write_plan
    plan_page = PlanPage(write_plan)
    tables = draft_tables(write_plan, outcome, request.POST)
    undecided = intake.proposals.open().exclude(certainty=Certainty.DOUBTFUL).count()
    return render_admin_page(
        request, "admin/intake/write.html", pgettext("heading", "Write"), subtitle=str(intake), intake=intake,
        plan=write_plan, published_plan=published_plan, plan_page=plan_page,
        tables=tables, problems=plan_page.problems(tables),
        undecided=undecided, can_review=can_review, publishes=publishes,
        can_revert=request.user.has_perm(REVERT_CHANGES),
        written=written_changes(write_plan.selection.written, request.path),
    )  # fmt: skip
