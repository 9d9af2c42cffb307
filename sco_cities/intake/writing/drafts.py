"""Builds and validates new records and their footnotes from accepted proposals, before anything is written."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext as _

from sco_cities.core.localized_names import split_list
from sco_cities.names.vocabulary import TITLE_COLONS, title_of
from sco_cities.sources.base_models import WHOLE, Record
from sco_cities.sources.evidence_coverage import figure_key
from sco_cities.sources.models import Figure, Stance

from ..models import IntakePassage, Origin, Proposal, ProposalKind
from .comparison import evidence_key
from .selection import Selection, SubjectItem

# Texts that are filled with the summaries of the cited passages, which are in the curator's own words.
_SUMMARIES = {
    ProposalKind.INITIATIVE: {"summary_en": "summary", "summary_ru": "summary_ru", "summary_zh": "summary_zh"},
    ProposalKind.STATEMENT: {"summary": "summary", "summary_ru": "summary_ru", "summary_zh": "summary_zh"},
}  # fmt: skip
# Fields used to generate a slug. For a statement, these are fields of its speaker.
SLUG_FIELDS = ("title_en", "name_en")


@dataclass(frozen=True)
class WriteProblem:
    """A problem that prevents writing an intake (an error message, and the proposal, passage or field at fault)."""

    sentence: str
    proposal: Proposal | None = None
    passage: IntakePassage | None = None
    field: str = ""

    def __str__(self):
        return self.sentence


@dataclass(frozen=True)
class PlannedFootnote:
    """A footnote of a record with the passage of the intake and the proposal that it comes from."""

    item: SubjectItem
    key: str
    passage: IntakePassage
    proposal: Proposal
    stance: str = Stance.SUPPORTS
    reported: str = ""


@dataclass
class Draft:
    """An unsaved record with the objects to save after it (relations to new records, list items, figures)."""

    item: SubjectItem
    record: Record
    relations: dict[str, Proposal] = field(default_factory=dict)
    rows: list[Proposal] = field(default_factory=list)
    problems: list[WriteProblem] = field(default_factory=list)

    def add_problem(self, name: str, error: str, proposal: Proposal | None = None) -> None:
        self.problems.append(problem_of(self.item, type(self.record), name, error, proposal))


def problem_of(
    item: SubjectItem, model: type[Record], name: str, error: str, proposal: Proposal | None = None
) -> WriteProblem:
    """Creates a problem from the error of a field, with the proposal to correct."""
    if proposal is None:
        proposal = next((value for value in item.values if value.field == name), item.subject)
    if not name or name == NON_FIELD_ERRORS:
        sentence = _("%(record)s: %(reason)s") % {"record": item.name, "reason": error}
        return WriteProblem(sentence, proposal)
    label = model._meta.get_field(name).verbose_name
    sentence = _("%(record)s, %(field)s: %(error)s") % {"record": item.name, "field": label, "error": error}
    return WriteProblem(sentence, proposal, field=name)


def draft_of(
    item: SubjectItem, selection: Selection, is_written: Callable[[Proposal], bool]
) -> tuple[Draft, list[Proposal]]:
    """Builds the draft of a new record. Also returns the values that are left out because their record is not written.

    `is_written` returns True if the target of a value will exist.
    """
    model = item.subject.model
    draft, left = Draft(item, model()), []
    columns = dict(item.subject.final_value)
    single: dict[str, Proposal] = {}
    for value in item.values:
        if value.kind != ProposalKind.VALUE or model._meta.get_field(value.field).many_to_many:
            (draft.rows if is_written(value) else left).append(value)
        elif value.field == "aliases":
            columns["aliases"] = "; ".join([*split_list(columns.get("aliases", "")), value.final_value])
        elif single.setdefault(value.field, value) is not value:
            draft.add_problem(value.field, _("Two values have been accepted. Reject one of them."), value)
        elif not model._meta.get_field(value.field).is_relation:
            columns[value.field] = value.final_value
        elif not is_written(value):
            left.append(value)
        elif (related := selection.related(value)) is not None:
            setattr(draft.record, value.field, related)
        else:
            draft.relations[value.field] = value
    if item.subject.kind == ProposalKind.INITIATIVE:
        columns |= _titles_of_written_cities(draft, selection)
    _set_columns(draft, columns)
    _take_summaries(draft)
    _validate(draft)
    return draft, left


def _titles_of_written_cities(draft: Draft, selection: Selection) -> dict[str, str]:
    """Builds titles without the cities that are not written. Edited titles stay unchanged."""
    subject = draft.item.subject
    proposed = [value for value in selection.values_of(subject) if value.field == "cities"]
    written = [row for row in draft.rows if row.field == "cities"]
    if subject.origin == Origin.HAND or len(written) == len(proposed):
        return {}
    titles = {}
    for language, colon in TITLE_COLONS.items():
        title = subject.value.get(f"title_{language}", "")
        if colon in title and subject.final_value.get(f"title_{language}") == title:
            names = [_name_in(selection, row, language) for row in written]
            titles[f"title_{language}"] = title_of(title.partition(colon)[0], names, language)
    return titles


def _name_in(selection: Selection, value: Proposal, language: str) -> str:
    """The name of the city that a value refers to, in the given language if available."""
    record, item = selection.related(value), selection.target_item(value)
    names = vars(record) if record is not None else item.subject.final_value if item else {}
    return names.get(f"name_{language}") or names.get("name_en") or value.shown


def _set_columns(draft: Draft, columns: dict[str, str]) -> None:
    for name, text in columns.items():
        column = draft.record._meta.get_field(name)
        if not column.is_relation:
            setattr(draft.record, name, text)
            continue
        related = column.related_model._base_manager.filter(slug=text).first()
        if related is None:
            draft.add_problem(
                name, _("The record “%(slug)s” does not exist yet. Add it first.") % {"slug": text}
            )
        setattr(draft.record, name, related)


def _take_summaries(draft: Draft) -> None:
    """Fills empty summaries from the passages that support the record."""
    passages = {
        value.passage_id: value.passage for value in [draft.item.subject, *draft.item.values] if value.passage
    }
    ordered = sorted(passages.values(), key=lambda passage: passage.number)
    for name, column in _SUMMARIES.get(draft.item.subject.kind, {}).items():
        texts = [getattr(passage, column) for passage in ordered]
        if ordered and all(texts) and not getattr(draft.record, name):
            setattr(draft.record, name, "\n".join(texts))


def _validate(draft: Draft) -> None:
    """Validates the record except its slug, relations to new records, and missing summaries."""
    # An empty slug is filled when the record is saved. Missing summaries are reported as errors of their passages.
    excluded = {*draft.relations, *(problem.field for problem in draft.problems)}
    excluded |= set() if draft.record.slug else {"slug"}
    excluded |= {
        name for name in _SUMMARIES.get(draft.item.subject.kind, ()) if not getattr(draft.record, name)
    }
    try:
        draft.record.full_clean(exclude=excluded)
    except ValidationError as error:
        for name, messages in error.message_dict.items():
            draft.add_problem(name, " ".join(messages))
    for row in draft.rows:
        validate_row(draft, row)
    labels = [row.final_value["label"] for row in draft.rows if row.kind == ProposalKind.FIGURE]
    for row in draft.rows:
        if row.kind == ProposalKind.FIGURE and labels.count(row.final_value["label"]) > 1:
            draft.add_problem("", _("Two figures have the same label. Change one of them."), row)


def validate_row(draft: Draft, row: Proposal) -> None:
    """Validates a new figure or attendance of a record."""
    if row.kind == ProposalKind.FIGURE:
        for name in ("label", "unit"):
            if not row.final_value[name]:
                label = Figure._meta.get_field(name).verbose_name
                draft.add_problem("", _("Enter this field in English: %(field)s.") % {"field": label}, row)
    elif row.kind == ProposalKind.ATTENDANCE and not row.final_value["role_at_event"]:
        draft.add_problem("", _("Enter the role at the event."), row)


def footnotes_of(draft: Draft, values: list[Proposal]) -> Iterator[PlannedFootnote]:
    """Yields the footnotes of a new record, for the whole record, and for values with their own evidence or passage."""
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
        # Texts written by the curator, such as the summary of a statement, share the record's evidence.
        if whole and key not in covered and key in columns and getattr(draft.record, key):
            yield PlannedFootnote(item, key, whole, item.subject)


def _key_of(value: Proposal) -> str:
    """The evidence key of a value of a new record."""
    if value.kind == ProposalKind.FIGURE:
        return figure_key(value.final_value["label"])
    return "attendances" if value.kind == ProposalKind.ATTENDANCE else evidence_key(value.model, value.field)
