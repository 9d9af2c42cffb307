"""Checks before publishing: every value has evidence, and every value is valid."""

from collections.abc import Sequence

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext as _

from sco_cities.curation.permissions.object_permissions import stored_state
from sco_cities.history.changed_values import changed_since_published, values_without_evidence
from sco_cities.i18n.punctuation import semicolon_list
from sco_cities.sources import evidence_coverage
from sco_cities.sources.base_models import PublicationState, Record
from sco_cities.sources.models import Evidence, Report


def publish_errors(records: Sequence[Record]) -> dict[int, str]:
    """By primary key, a sentence why the record cannot be published; publishable records are left out.

    The number of queries does not depend on the number of records.
    """
    unsourced = evidence_coverage.unsourced_fields(records)
    changed = lacking_since_published(records)
    errors = {}
    for record in records:
        sentences = []
        if unsourced[record.pk]:
            fields = evidence_coverage.field_list(type(record), unsourced[record.pk])
            sentences.append(_("no published report supports %(fields)s") % {"fields": fields})
        elif lacking := changed.get(record.pk):
            message = _(
                "since it was published last, no evidence was added for the new value of %(fields)s: add it, or "
                "publish the record on its form with “The existing evidence also supports the new values”"
            )
            fields = evidence_coverage.field_list(type(record), lacking)
            sentences.append(message % {"fields": fields})
        if invalid := invalid_fields(record):
            sentences.append(_("not valid: %(fields)s") % {"fields": invalid_field_list(invalid)})
        if sentences:
            errors[record.pk] = semicolon_list(sentences)
    return errors


def lacking_since_published(records: Sequence[Record]) -> dict[int, list[str]]:
    """By key of an unpublished record, the values without evidence for what changed since readers saw it last."""
    keys = [record.pk for record in records if stored_state(record) != PublicationState.PUBLISHED]
    if not keys:
        return {}
    model = type(records[0])
    return values_without_evidence(model, changed_since_published(model, keys))


def unpublished_reports(record: Record) -> list[Report]:
    """The unpublished reports with supporting evidence for a record; such evidence does not count."""
    support = Evidence.objects.for_records(type(record)).filter(object_id=record.pk).supporting()
    reports = Report.objects.filter(passages__in=support.order_by().values("passage"))
    return list(reports.exclude(state=PublicationState.PUBLISHED).distinct())


def invalid_fields(record: Record) -> dict[str, list[str]]:
    """Validation messages of a stored record, by label of the field.

    Uniqueness and foreign keys are not checked: the database guarantees them.
    """
    relations = {field.name for field in record._meta.concrete_fields if field.is_relation}
    try:
        record.full_clean(exclude=relations, validate_unique=False, validate_constraints=False)
    except ValidationError as error:
        return {_label(type(record), name): texts for name, texts in error.message_dict.items()}
    return {}


def invalid_field_list(invalid: dict[str, list[str]]) -> str:
    """The labels of invalid fields, each with its messages, as one text."""
    return semicolon_list(f"{label} ({' '.join(texts)})" for label, texts in invalid.items())


def _label(model: type[Record], name: str) -> str:
    if name == NON_FIELD_ERRORS:
        return _("the record as a whole")
    return str(model._meta.get_field(name).verbose_name)
