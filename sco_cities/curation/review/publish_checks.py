"""Checks before publishing that every value is valid and has evidence."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.utils.translation import gettext as _

from sco_cities.changes.changed_values import (
    ChangedValues,
    changed_since_published,
    values_without_evidence,
)
from sco_cities.curation.permissions.object_permissions import stored_state
from sco_cities.db.pk_queries import pk_in
from sco_cities.history.delta import ADDED, Delta
from sco_cities.i18n.punctuation import semicolon_list
from sco_cities.sources import evidence_coverage
from sco_cities.sources.base_models import PublicationState, Record
from sco_cities.sources.evidence_coverage import fields_without_evidence
from sco_cities.sources.models import Evidence, Report


@dataclass
class RecordEdit:
    """A planned or completed edit of a record. The instance already has the new values.

    `columns` maps names to (old, new), and `lists` contains the removed and added items as in a delta. `cleared` names
    lists that become empty, and `computed` names computed columns that change. `invalid` describes the invalid fields
    with the reasons. `refusal` is the reason why the record is not changed. If nothing changes and there is no refusal,
    the record already has all the values.
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
        """The fields that get a value or an additional item."""
        columns = (name for name, (_old, new) in self.columns.items() if evidence_coverage.has_value(new))
        return {*columns, *(name for name, change in self.lists.items() if change[ADDED])}

    def filled(self, fields: Sequence[str]) -> list[str]:
        """Returns the fields that are filled after the edit. `fields` are filled by the new column values."""
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
    """Returns the reasons why records cannot be published, by primary key. Publishable records are left out.

    `edits` contains the new values of each record. With `is_confirmed`, existing evidence also supports new values. The
    reports in `together` are published along with the records, so they count as published. The number of queries does
    not depend on the number of records.
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
    """Returns values that lack required evidence, from an edit or from changes that readers have not seen."""
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
    """Maps keys of records to the unpublished reports that support them. Evidence from these reports does not count."""
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

    Uniqueness and foreign keys are not checked, because the database enforces them.
    """
    relations = {field.name for field in record._meta.concrete_fields if field.is_relation}
    try:
        record.full_clean(exclude=relations, validate_unique=False, validate_constraints=False)
    except ValidationError as error:
        return {_label(type(record), name): texts for name, texts in error.message_dict.items()}
    return {}


def constraint_violations(record: Record, columns: Mapping[str, tuple]) -> dict[str, list[str]]:
    """Returns errors of check constraints violated by clearing columns (for example, a statement needs an origin).

    `columns` maps names to the old and the new value.
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
