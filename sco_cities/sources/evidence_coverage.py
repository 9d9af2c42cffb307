"""Determines which fields of records are filled, supported or unsourced.

A record with unsourced fields cannot be published. Each function accepts any number of records of the same kind and
runs a fixed number of queries. `fields_without_evidence` implements the rule.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Field, IntegerField, Model, Value
from django.utils.text import capfirst, get_text_list
from django.utils.translation import gettext as _

from sco_cities.core.edtf import format_date
from sco_cities.core.fields import EDTFField, LanguageField
from sco_cities.core.language_codes import language_name
from sco_cities.db.pk_queries import batches, pk_in
from sco_cities.i18n.numbers import GroupedInt

from .base_models import FIGURE, WHOLE, Record
from .models import Evidence, EvidenceQuerySet, Figure, Report


def fields_without_evidence(model: type[Record], filled: list[str], supported: set[str]) -> list[str]:
    """Returns the `filled` fields that lack the required evidence. "*" in `supported` means the whole record."""
    if not model.must_be_sourced or WHOLE in supported:
        needed = [name for name in filled if model.needs_own_evidence(name)]
    else:
        needed = filled
    return [name for name in needed if name not in supported]


def figure_key(label: str) -> str:
    """Returns the name of a figure's evidence field, "figure:LABEL"."""
    return f"{FIGURE}:{label}"


def has_value(value) -> bool:
    """Returns True if a column is filled. 0 is a value, but None and "" are not."""
    return value not in (None, "")


def is_to_many(model: type[Record], name: str) -> bool:
    """Returns True if the field `name` of `model` is a to-many relation, such as "themes" or "attendances"."""
    field = model._meta.get_field(name)
    return bool(field.many_to_many or field.one_to_many)


def row_model(field: Field) -> type[Model]:
    """Returns the row model of a to-many relation, which is the through model or else the related model."""
    return field.remote_field.through if field.many_to_many else field.related_model


def field_label(model: type[Record], key: str) -> str:
    """Returns the label of an evidence field, such as "starts on", "cities" or "figure: cameras"."""
    if key == WHOLE:
        return _("the record as a whole")
    kind, _colon, label = key.partition(":")
    if kind == FIGURE:
        return _("figure: %(label)s") % {"label": label} if label else _("figure")
    field = model._meta.get_field(key)
    return str(field.related_model._meta.verbose_name_plural if field.one_to_many else field.verbose_name)


def field_text(field: Field, value) -> str:
    """Returns the value of a field as text in the reader's language. An empty value becomes ""."""
    if not has_value(value):
        return ""
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(field, EDTFField):
        return format_date(value)
    if isinstance(field, LanguageField):
        return str(language_name(value))
    # Years are shown without digit grouping.
    is_amount = isinstance(field, IntegerField) and not field.name.endswith("_since")
    return str(GroupedInt(value) if is_amount else value)


def figure_label(figure: Figure) -> str:
    """Returns a figure's field label in the reader's language, such as "figure: cameras"."""
    return _("figure: %(label)s") % {"label": figure.localized_label}


def field_list(model: type[Record], keys: Iterable[str]) -> str:
    """Returns the labels of `keys` as text, such as "status, starts on and figure: cameras"."""
    return get_text_list([field_label(model, key) for key in keys], _("and"))


def filled_fields(records: Sequence[Record]) -> dict[int, list[str]]:
    """Maps the records' primary keys to the evidence fields that have a value. Figures are "figure:LABEL"."""
    if not records:
        return {}
    model, keys = type(records[0]), [record.pk for record in records]
    related = _related_keys(model, keys)
    labels = defaultdict(list)
    figures = Figure.objects.filter(content_type=ContentType.objects.get_for_model(model), object_id__in=keys)
    for key, label in figures.order_by("pk").values_list("object_id", "label"):
        labels[key].append(figure_key(label))

    def is_filled(record: Record, name: str) -> bool:
        if name in related:
            return record.pk in related[name]
        return has_value(getattr(record, model._meta.get_field(name).attname))

    return {
        record.pk: [name for name in model.evidence_fields if is_filled(record, name)] + labels[record.pk]
        for record in records
    }


def _related_keys(model: type[Record], keys: Sequence[int]) -> dict[str, set[int]]:
    """Maps to-many relations to the keys of records with related rows. Runs one query for all relations."""
    names = [name for name in model.evidence_fields if is_to_many(model, name)]
    related = {name: set() for name in names}
    parts = [
        model._base_manager.filter(pk__in=keys, **{f"{name}__isnull": False})
        .order_by()
        .values_list(Value(name, CharField()), "pk")
        for name in names
    ]
    if parts:
        first, *others = parts
        # Removes the default order, because Django 6.1 would order the union by columns that are not selected.
        for name, key in first.union(*others, all=True).order_by():
            related[name].add(key)
    return related


def supported_fields(
    records: Sequence[Record],
    *,
    without: EvidenceQuerySet | None = None,
    together: Collection[int] = (),
) -> dict[int, set[str]]:
    """Maps the records' primary keys to the fields that a published report supports.

    Ignores the evidence in `without`. Treats the reports with primary keys in `together` as published.
    """
    supported = {record.pk: set() for record in records}
    if not records:
        return supported
    evidence = Evidence.objects.filter(
        # Uses a subquery, because SQLite would look up each of a thousand keys in every passage of every report.
        pk_in(supported, "object_id"),
        content_type=ContentType.objects.get_for_model(type(records[0])),
    )
    evidence = evidence.supporting().from_published_reports(together)
    if without is not None:
        evidence = evidence.exclude(pk__in=without.order_by().values("pk"))
    for key, field, label in evidence.order_by().values_list("object_id", "field", "figure__label"):
        supported[key].add(figure_key(label) if field == FIGURE else field)
    return supported


def unsourced_fields(
    records: Sequence[Record], *, without: EvidenceQuerySet | None = None
) -> dict[int, list[str]]:
    """Maps the records' primary keys to the filled fields that lack evidence, which prevent publication."""
    filled, supported = filled_fields(records), supported_fields(records, without=without)
    return {
        record.pk: fields_without_evidence(type(record), filled[record.pk], supported[record.pk])
        for record in records
    }


def unsourced_published(keys: Mapping[type[Record], Collection[int]]) -> dict[Record, list[str]]:
    """Maps published records to their unsourced fields, if any. `keys` contains the records to check."""
    unsourced = {}
    for model, pks in keys.items():
        for batch in batches(sorted(pks)):
            records = list(model.objects.published().filter(pk_in(batch)))
            fields = unsourced_fields(records)
            unsourced |= {record: fields[record.pk] for record in records if fields[record.pk]}
    return unsourced


def cited_reports(model: type[Record], keys: Collection[int]) -> set[int]:
    """Returns the primary keys of the reports that these records cite as evidence."""
    evidence = Evidence.objects.for_records(model).filter(pk_in(keys, "object_id"))
    return set(evidence.order_by().values_list("passage__report", flat=True).distinct())


def dependent_records(reports: Sequence[Report]) -> dict[int, dict[Record, list[str]]]:
    """Maps the keys of `reports` to the published records that depend on each report.

    Each record is mapped to the fields that would lack evidence without `reports`.
    """
    evidence = Evidence.objects.filter(passage__report__in=[report.pk for report in reports])
    citing = defaultdict(lambda: defaultdict(set))
    cited = evidence.supporting().from_published_reports().order_by()
    for report, kind, key in cited.values_list("passage__report", "content_type", "object_id").distinct():
        citing[kind][key].add(report)
    dependent = defaultdict(dict)
    for kind, reports_of in citing.items():
        model = ContentType.objects.get_for_id(kind).model_class()
        records = list(model._default_manager.published().filter(pk__in=reports_of))
        before, after = unsourced_fields(records), unsourced_fields(records, without=evidence)
        for record in records:
            newly_lacking = [key for key in after[record.pk] if key not in before[record.pk]]
            for report in reports_of[record.pk] if newly_lacking else ():
                dependent[report][record] = newly_lacking
    return dict(dependent)


def field_sentence(record: Record, keys: Iterable[str]) -> str:
    """Returns a record and its fields as text, such as "Initiative dushanbe-safe-city-1: status and cities"."""
    return _("%(kind)s %(slug)s: %(fields)s") % {
        "kind": capfirst(record._meta.verbose_name),
        "slug": record.slug,
        "fields": field_list(type(record), keys),
    }
