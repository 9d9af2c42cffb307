"""Tables of the drafts that a report is about to write, with one row per draft and one column per field.

A cell contains the accepted proposals for a field. Its fields have the same names as on the intake page.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from django.forms import BoundField

from sco_cities.i18n.punctuation import comma_list

from ..models import IntakePassage, Proposal, ProposalKind
from ..writing.drafts import Draft
from ..writing.plan import WritePlan
from .labels import PostOutcome, ProposalLabels
from .proposal_forms import ProposalForm, theme_choices

_LISTS = ("cities", "themes")


class CellPart(NamedTuple):
    """A value in a cell, as text, as a form field, or both, with the passage that supports it."""

    text: str
    field: BoundField | None
    passage: IntakePassage | None


@dataclass
class DraftRow:
    """A draft with its accepted proposals, the errors of the last input, and its values by column."""

    name: str
    subject: Proposal
    proposals: list[Proposal]
    notes: list[str]
    parts: dict[str, list[CellPart]] = field(default_factory=dict)

    @property
    def fields(self) -> list[CellPart]:
        """The values that can be edited."""
        return [part for parts in self.parts.values() for part in parts if part.field is not None]

    def part(
        self, bound: BoundField | None, label: str, text: str, passage: IntakePassage | None
    ) -> CellPart:
        if bound is not None:
            label = comma_list(filter(None, (self.name, label, text)))
            bound.field.widget.attrs |= {"aria-label": label}
        return CellPart(text, bound, passage)


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


def draft_tables(
    plan: WritePlan, labels: ProposalLabels, outcome: PostOutcome, typed: Mapping[str, str]
) -> list[DraftTable]:
    """The new drafts of a plan by kind. A value that `outcome` rejects has the text that was typed."""
    tables: dict[str, DraftTable] = {}
    themes, left = theme_choices(), {proposal.pk for proposal, _reason in plan.left}

    def form_of(proposal: Proposal) -> ProposalForm:
        form = ProposalForm(proposal, themes=themes)
        if proposal.pk in outcome.notes:
            names = {name: form.add_prefix(name) for name in form.fields}
            form.initial |= {name: typed[sent] for name, sent in names.items() if sent in typed}
        return form

    for draft in plan.drafts:
        subject = draft.item.subject
        table = tables.setdefault(subject.kind, DraftTable(subject.get_kind_display()))
        values = [value for value in draft.item.values if value.pk not in left]
        row = DraftRow(
            _name(draft, labels), subject, [subject, *values],
            [outcome.notes[each.pk] for each in (subject, *values) if each.pk in outcome.notes],
        )  # fmt: skip
        table.rows.append(row)
        # The cell has the title of the proposal, with the cities that are left out. The head of the row lacks them.
        for bound in form_of(subject):
            # The summary of the passage replaces an empty summary.
            if subject.final_value.get(bound.name) or not bound.name.startswith("summary"):
                table.columns.setdefault(bound.name, bound.label)
                row.parts[bound.name] = [row.part(bound, bound.label, "", subject.passage)]
        for value in values:
            column = value.field or value.kind
            table.columns.setdefault(column, labels.field(value))
            bound = next(iter(form_of(value)), None) if value.kind == ProposalKind.VALUE else None
            text = "" if bound else labels.value(value)
            text = labels.related_name(value) if column == "cities" else text
            part = row.part(bound, table.columns[column], text, value.passage)
            row.parts.setdefault(column, []).append(part)
    for table in tables.values():
        # Lists come last, because their cells have any number of fields.
        table.columns = dict(sorted(table.columns.items(), key=lambda column: column[0] in _LISTS))
    return list(tables.values())


def _name(draft: Draft, labels: ProposalLabels) -> str:
    # An initiative's title contains only the cities that will be written.
    subject = draft.item.subject
    return str(draft.record) if subject.kind == ProposalKind.INITIATIVE else labels.name(subject)
