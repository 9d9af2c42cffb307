"""Builds and validates new records and their footnotes from accepted proposals, before anything is written."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from sco_cities.core.localized_names import split_list
from sco_cities.sources.base_models import WHOLE
from sco_cities.sources.evidence_coverage import figure_key
from sco_cities.sources.models import Figure, Stance

from ..models import IntakePassage, Proposal, ProposalKind
from .comparison import evidence_key
from .selection import Selection, SubjectItem

# Texts that are filled with the summaries of the cited passages, which are in the curator's own words.
_SUMMARIES = {
    ProposalKind.INITIATIVE: {"summary_en": "summary", "summary_ru": "summary_ru", "summary_zh": "summary_zh"},
    ProposalKind.STATEMENT: {"summary": "summary", "summary_ru": "summary_ru", "summary_zh": "summary_zh"},
}  # fmt: skip


@dataclass(frozen=True)
class PlannedFootnote:
    """A footnote of a record, with its source (the passage of the intake and the proposal)."""

    item: SubjectItem
    key: str
    passage: IntakePassage
    proposal: Proposal
    stance: str = Stance.SUPPORTS
    reported: str = ""


def build_draft(
    item: SubjectItem, selection: Selection, is_written: Callable[[Proposal], bool]
) -> list[Proposal]:
    """Fills the record of a new draft. Returns the values omitted because their target is not written.

    `is_written` returns True if the target of a value will exist.
    """
    model, left = item.subject.model, []
    columns = dict(item.subject.final_value)
    single: dict[str, Proposal] = {}
    for value in item.values:
        if value.kind != ProposalKind.VALUE or model._meta.get_field(value.field).many_to_many:
            (item.rows if is_written(value) else left).append(value)
        elif value.field == "aliases":
            columns["aliases"] = "; ".join([*split_list(columns.get("aliases", "")), value.final_value])
        elif single.setdefault(value.field, value) is not value:
            item.add_problem(value.field, _("Two values have been accepted. Reject one of them."), value)
        elif not model._meta.get_field(value.field).is_relation:
            columns[value.field] = value.final_value
        elif not is_written(value):
            left.append(value)
        elif (related := selection.related(value)).pk is not None:
            setattr(item.record, value.field, related)
        else:
            item.relations.append(value)
    if item.subject.kind == ProposalKind.INITIATIVE:
        columns |= selection.titles(item.subject, [row for row in item.rows if row.field == "cities"])
    _set_columns(item, columns)
    _take_summaries(item)
    _validate(item)
    return left


def _set_columns(item: SubjectItem, columns: dict[str, str]) -> None:
    for name, text in columns.items():
        column = item.record._meta.get_field(name)
        is_relation = column.is_relation
        value = column.related_model._base_manager.filter(slug=text).first() if is_relation else text
        setattr(item.record, name, value)


def _take_summaries(item: SubjectItem) -> None:
    """Fills empty summaries from the passages that support the record."""
    passages = {value.passage_id: value.passage for value in [item.subject, *item.values] if value.passage}
    ordered = sorted(passages.values(), key=lambda passage: passage.number)
    for name, column in _SUMMARIES.get(item.subject.kind, {}).items():
        texts = [getattr(passage, column) for passage in ordered]
        if ordered and all(texts) and not getattr(item.record, name):
            setattr(item.record, name, "\n".join(texts))


def _validate(item: SubjectItem) -> None:
    """Validates the record except its slug, relations to new records, and missing summaries."""
    # An empty slug is filled when the record is saved. Missing summaries are reported as errors of their passages.
    excluded = {row.field for row in item.relations} | {problem.field for problem in item.problems}
    excluded |= set() if item.record.slug else {"slug"}
    excluded |= {name for name in _SUMMARIES.get(item.subject.kind, ()) if not getattr(item.record, name)}
    try:
        item.record.full_clean(exclude=excluded)
    except ValidationError as error:
        for name, messages in error.message_dict.items():
            item.add_problem(name, " ".join(messages))
    for row in item.rows:
        validate_row(item, row)
    labels = [row.final_value["label"] for row in item.rows if row.kind == ProposalKind.FIGURE]
    for row in item.rows:
        if row.kind == ProposalKind.FIGURE and labels.count(row.final_value["label"]) > 1:
            item.add_problem("", _("Two figures have the same label. Change one of them."), row)


def validate_row(item: SubjectItem, row: Proposal) -> None:
    """Validates a new figure or attendance of a record."""
    if row.kind == ProposalKind.FIGURE:
        for name in ("label", "unit"):
            if not row.final_value[name]:
                label = Figure._meta.get_field(name).verbose_name
                item.add_problem("", _("Enter this field in English: %(field)s.") % {"field": label}, row)
    elif row.kind == ProposalKind.ATTENDANCE and not row.final_value["role_at_event"]:
        item.add_problem("", _("Enter the role at the event."), row)


def footnotes_of(item: SubjectItem, values: list[Proposal]) -> Iterator[PlannedFootnote]:
    """Yields the footnotes of a new record, for the whole record and for values with separate evidence or passages."""
    model, whole, covered = item.subject.model, item.subject.passage, set()
    if whole:
        yield PlannedFootnote(item, WHOLE, whole, item.subject)
    for value in values:
        key = _key_of(value)
        if key and value.passage and (model.needs_own_evidence(key) or value.passage != whole):
            covered.add(key)
            yield PlannedFootnote(item, key, value.passage, value)
    columns = {column.name for column in model._meta.concrete_fields}
    for key in model.own_evidence:
        # Texts written by the curator, such as the summary of a statement, share the record's evidence.
        if whole and key not in covered and key in columns and getattr(item.record, key):
            yield PlannedFootnote(item, key, whole, item.subject)


def _key_of(value: Proposal) -> str:
    """Returns the evidence key of a value of a new record."""
    if value.kind == ProposalKind.FIGURE:
        return figure_key(value.final_value["label"])
    return "attendances" if value.kind == ProposalKind.ATTENDANCE else evidence_key(value.model, value.field)
