"""What stands in the way of publishing a record: values that nothing supports, and values that are not valid."""

from collections.abc import Sequence

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext as _

from sco_cities.i18n.punctuation import semicolon_list
from sco_cities.sources import evidence_coverage
from sco_cities.sources.base_models import PublicationState, Record
from sco_cities.sources.models import Evidence, Report


def publish_errors(records: Sequence[Record]) -> dict[int, str]:
    """By primary key, in a sentence, what stands in the way; nothing of those that can be published.

    It asks a fixed number of questions, however many the records are.
    """
    found = {}
    for record, lacking in _records_lacking_evidence(records):
        sentences = []
        if lacking:
            unsourced = evidence_coverage.field_list(type(record), lacking)
            sentences.append(_("no published report supports %(fields)s") % {"fields": unsourced})
        if wrong := invalid_fields(record):
            told = semicolon_list(f"{label} ({' '.join(said)})" for label, said in wrong.items())
            sentences.append(_("not valid: %(fields)s") % {"fields": told})
        if sentences:
            found[record.pk] = semicolon_list(sentences)
    return found


def _records_lacking_evidence(records: Sequence[Record]):
    lacking = evidence_coverage.unsourced_fields(records)
    return ((record, lacking[record.pk]) for record in records)


def unpublished_reports(record: Record) -> list[Report]:
    """The reports that support a record in vain, since they are not published themselves."""
    support = Evidence.objects.about(type(record)).filter(object_id=record.pk).supporting()
    reports = Report.objects.filter(passages__in=support.order_by().values("passage"))
    return list(reports.exclude(state=PublicationState.PUBLISHED).distinct())


def invalid_fields(record: Record) -> dict[str, list[str]]:
    """What is wrong with a stored record, by what people call the field.

    That it is the only one of its kind and that what it names is there, the database sees to.
    """
    relations = {field.name for field in record._meta.concrete_fields if field.is_relation}
    try:
        record.full_clean(exclude=relations, validate_unique=False, validate_constraints=False)
    except ValidationError as error:
        return {_label(type(record), name): said for name, said in error.message_dict.items()}
    return {}


def _label(model: type[Record], name: str) -> str:
    if name == NON_FIELD_ERRORS:
        return _("the record as a whole")
    return str(model._meta.get_field(name).verbose_name)
