"""Checks before publication that every value is valid and has evidence, and lists the values to review."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.utils.translation import gettext as _

from sco_cities.changes.changed_values import ChangedValues, changed_since_published, values_without_evidence
from sco_cities.curation.evidence.field_notes import FieldNotes, RecordNotes, fields_set_by
from sco_cities.curation.permissions.object_permissions import stored_state
from sco_cities.db.pk_queries import pk_in
from sco_cities.history import diff_display
from sco_cities.history.delta import ADDED, Delta
from sco_cities.history.diff_display import DiffLine
from sco_cities.history.serialization import document_schema
from sco_cities.i18n.punctuation import semicolon_list
from sco_cities.sources import evidence_coverage
from sco_cities.sources.base_models import FIGURE, WHOLE, PublicationState, Record
from sco_cities.sources.evidence_coverage import field_label, fields_without_evidence, figure_key
from sco_cities.sources.models import Evidence, Report


@dataclass
class RecordEdit:
    """A planned or completed edit. The instance `record` already has the new values.

    `columns` maps names to (old, new), and `lists` contains the removed and added items as in a delta. `cleared` names
    lists that become empty, and `computed` names computed columns that change. `invalid` describes invalid fields with
    the reasons. `refusal` is the reason why the record cannot be changed. If an edit has neither changes nor a refusal,
    the record already has the values.
    """

    record: Record
    columns: dict[str, tuple] = field(default_factory=dict)
    lists: Delta = field(default_factory=dict)
    cleared: set[str] = field(default_factory=set)
    computed: list[str] = field(default_factory=list)
    invalid: str = ""
    refusal: str = ""

    @property
    def will_change(self) -> bool:
        """True if the record will be changed."""
        return bool(self.columns or self.lists) and not self.refusal

    @property
    def new_values(self) -> set[str]:
        """Fields that receive a value or an additional item."""
        columns = (name for name, (_old, new) in self.columns.items() if evidence_coverage.has_value(new))
        return {*columns, *(name for name, change in self.lists.items() if change[ADDED])}

    def filled(self, fields: Sequence[str]) -> list[str]:
        """Returns the fields filled after the edit. `fields` are the fields filled by the new column values."""
        names = [name for name in fields if name not in self.cleared]
        added = self.new_values.intersection(self.lists, self.record.evidence_fields)
        return [*names, *sorted(added.difference(names))]


def publish_errors(
    records: Sequence[Record],
    edits: Mapping[int, RecordEdit] | None = None,
    *,
    is_confirmed: bool = False,
    together: Sequence[Report] = (),
) -> dict[int, str]:
    """Returns the reasons why records cannot be published, by primary key. Publishable records are omitted.

    `edits` contains the new values of each record. With `is_confirmed`, existing evidence is accepted for new values.
    The reports in `together` are published with the records, so they are treated as published. The number of queries
    does not depend on the number of records.
    """
    if edits is None:
        edits = {
            record.pk: RecordEdit(record, invalid=invalid_field_list(invalid_fields(record)))
            for record in records
        }
    filled, supported = (
        evidence_coverage.filled_fields(records),
        evidence_coverage.supported_fields(records, together=[report.pk for report in together]),
    )
    changed = {} if is_confirmed else _changed_without_evidence(records, edits, together)
    errors = {}
    for record in records:
        edit, sentences = edits[record.pk], []
        names = edit.filled(filled[record.pk])
        if unsourced := fields_without_evidence(type(record), names, supported[record.pk]):
            message = _("no published report supports %(fields)s")
            sentences.append(message % {"fields": evidence_coverage.field_list(type(record), unsourced)})
        elif lacking := changed.get(record.pk):
            message = _("no evidence is added for the new value of %(fields)s")
            if not edit.new_values - {"state"}:
                message = _(
                    "no evidence was added for the new value of %(fields)s since the last publication: add "
                    "evidence, or publish the record on its form with “The existing evidence also supports the new "
                    "values”"
                )
            sentences.append(message % {"fields": evidence_coverage.field_list(type(record), lacking)})
        if edit.invalid:
            sentences.append(_("not valid: %(fields)s") % {"fields": edit.invalid})
        if sentences:
            errors[record.pk] = semicolon_list(sentences)
    return errors


def _changed_without_evidence(
    records: Sequence[Record], edits: Mapping[int, RecordEdit], together: Sequence[Report]
) -> dict[int, list[str]]:
    """Returns values that an edit or an unpublished change has left without required evidence."""
    if not records:
        return {}
    model = type(records[0])
    unseen = {record.pk for record in records if stored_state(record) != PublicationState.PUBLISHED}
    planned = changed_since_published(model, unseen) if unseen else {}
    for record in records:
        if record.pk in planned or record.pk not in unseen:
            names = edits[record.pk].new_values.intersection(model.own_evidence)
            planned[record.pk] = ChangedValues(names) | planned.get(record.pk, ChangedValues())
    return values_without_evidence(model, planned, [report.slug for report in together])


def unpublished_reports(model: type[Record], keys: Collection[int]) -> dict[int, list[Report]]:
    """Maps keys of records to supporting unpublished reports, whose evidence is not sufficient."""
    support = Evidence.objects.for_records(model).filter(pk_in(keys, "object_id")).supporting().order_by()
    support = support.exclude(passage__report__state=PublicationState.PUBLISHED)
    pairs = list(support.values_list("object_id", "passage__report").distinct())
    reports = Report.objects.defer("search_text").in_bulk({report for _key, report in pairs})
    unpublished = defaultdict(list)
    for key, report in sorted(pairs):
        unpublished[key].append(reports[report])
    return unpublished


def invalid_fields(record: Record) -> dict[str, list[str]]:
    """Returns the validation errors of a stored record, by field label.

    The database enforces uniqueness and foreign keys, so these are not checked.
    """
    relations = {field.name for field in record._meta.concrete_fields if field.is_relation}
    try:
        record.full_clean(exclude=relations, validate_unique=False, validate_constraints=False)
    except ValidationError as error:
        return {_label(type(record), name): texts for name, texts in error.message_dict.items()}
    return {}


def constraint_violations(record: Record, columns: Mapping[str, tuple]) -> dict[str, list[str]]:
    """Returns errors for check constraints violated by clearing columns (for example, a statement needs an origin).

    `columns` maps names to (old, new).
    """
    cleared = {name for name, (_old, new) in columns.items() if new is None}
    violations = {}
    for constraint in type(record)._meta.constraints if cleared else ():
        if (
            isinstance(constraint, models.CheckConstraint)
            and cleared & constraint.condition.referenced_base_fields
        ):
            try:
                constraint.validate(type(record), record)
            except ValidationError as error:
                violations.setdefault(_("the record as a whole"), []).extend(error.messages)
    return violations


def invalid_field_list(invalid: dict[str, list[str]]) -> str:
    """Joins the labels of invalid fields and their error messages into one text."""
    return semicolon_list(f"{label} ({' '.join(texts)})" for label, texts in invalid.items())


def _label(model: type[Record], name: str) -> str:
    if name == NON_FIELD_ERRORS:
        return _("the record as a whole")
    return str(model._meta.get_field(name).verbose_name)


EVIDENCE, FIGURES = "evidence", "figures"


@dataclass
class ReviewedValue:
    """A field with its difference or new evidence. `notes` contains the cited passages."""

    label: str
    line: DiffLine | None = None
    notes: list[FieldNotes] = field(default_factory=list)
    # True if the only support is from passages cited for the whole record, which are shown last.
    is_supported_by_whole: bool = False

    @property
    def has_several_notes(self) -> bool:
        """True if passages belong to several fields, such as figures, and therefore need labels."""
        return len(self.notes) > 1


def reviewed_values(record: Record, changes: Delta, *, is_new: bool) -> list[ReviewedValue]:
    """Returns a record's changes with the passages cited for them, except fields that stay empty.

    The number of queries does not depend on the number of values or passages.
    """
    [lines] = diff_display.revision_lines([(type(record), changes)])
    lines = shown_lines(lines)
    if not record.evidence_fields:
        return [ReviewedValue(line.label, line) for line in lines]
    notes = RecordNotes(record, can_add=False)
    values, shown = [], set()
    for line in lines:
        keys = _keys(record, line.name, changes)
        shown |= keys.keys()
        # On a new record, new evidence is shown next to the values.
        if line.name != EVIDENCE or not is_new:
            values.append(_value(notes, line, list(keys)))
    added = [key for key in _newly_cited(changes) if key not in shown and key != WHOLE]
    values += [ReviewedValue(field_label(type(record), key), notes=[notes.for_field(key)]) for key in added]
    if WHOLE in _newly_cited(changes) or any(value.is_supported_by_whole for value in values):
        values.append(ReviewedValue(field_label(type(record), WHOLE), notes=[notes.for_field(WHOLE)]))
    return values


def without_state(changes: Delta) -> Delta:
    """Omits the publication state, which has changed in every record under review."""
    return {name: change for name, change in changes.items() if name != "state"}


def shown_lines(lines: list[DiffLine]) -> list[DiffLine]:
    """Omits fields that stay empty. The slug is last, because it depends on the other fields."""
    shown = [line for line in lines if line.parts or line.removed or line.added or line.changed]
    return sorted(shown, key=lambda line: line.name == "slug")


def _value(notes: RecordNotes, line: DiffLine, keys: list[str]) -> ReviewedValue:
    of_fields = [notes.for_field(key) for key in keys]
    is_supported_by_whole = WHOLE in notes.by_key and any(
        not each.notes and not notes.model.needs_own_evidence(each.key) for each in of_fields
    )
    return ReviewedValue(line.label, line, of_fields, is_supported_by_whole)


def _keys(record: Record, name: str, changes: Delta) -> dict[str, None]:
    """Returns the evidence keys of a changed document field. For figures, returns keys of new and changed figures."""
    if name == FIGURES:
        return dict.fromkeys(figure_key(row["label"]) for row in changes[name][ADDED])
    if rows := document_schema(type(record)).rows.get(name):
        return dict.fromkeys(fields_set_by(rows.model, type(record)))
    return {name: None} if name in record.evidence_fields else {}


def _newly_cited(changes: Delta) -> dict[str, None]:
    """Returns the evidence keys of fields with new evidence."""
    rows = changes[EVIDENCE][ADDED] if EVIDENCE in changes else ()
    return dict.fromkeys(
        figure_key(row["figure"]) if row["field"] == FIGURE else row["field"] for row in rows
    )
