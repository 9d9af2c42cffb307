"""The footnotes that new and known records get."""

from collections.abc import Iterator
from dataclasses import dataclass

from sco_cities.sources.base_models import WHOLE
from sco_cities.sources.evidence_coverage import figure_key
from sco_cities.sources.models import Stance

from ..models import IntakePassage, Proposal, ProposalKind
from .comparison import evidence_key
from .drafts import Draft
from .selection import SubjectItem


@dataclass(frozen=True)
class PlannedFootnote:
    """A footnote of a record: the passage of the intake, and the proposal that it comes from."""

    item: SubjectItem
    key: str
    passage: IntakePassage
    proposal: Proposal
    stance: str = Stance.SUPPORTS
    reported: str = ""


def footnotes_of(draft: Draft, values: list[Proposal]) -> Iterator[PlannedFootnote]:
    """The footnotes of a new record: of the whole, of each value that needs its own, and from other passages."""
    item, model = draft.item, draft.item.subject.model
    whole, covered = item.subject.passage, set()
    if whole:
        yield PlannedFootnote(item, WHOLE, whole, item.subject)
    for value in values:
        key = _key_of(value)
        if key and value.passage and (model.needs_own_evidence(key) or value.passage != whole):
            covered.add(key)
            yield PlannedFootnote(item, key, value.passage, value)
    columns = {column.name for column in model._meta.concrete_fields}
    for key in model.own_evidence:
        # Texts of the curator, such as the summary of a statement, are supported by what supports the record.
        if whole and key not in covered and key in columns and getattr(draft.record, key):
            yield PlannedFootnote(item, key, whole, item.subject)


def _key_of(value: Proposal) -> str:
    """The evidence key of a value of a new record."""
    if value.kind == ProposalKind.FIGURE:
        return figure_key(value.final_value["label"])
    return "attendances" if value.kind == ProposalKind.ATTENDANCE else evidence_key(value.model, value.field)
