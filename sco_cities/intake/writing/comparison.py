"""Compares a proposed value with its record. The result is equal, different, outdated or new."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from sco_cities.core import edtf
from sco_cities.core.localized_names import fold, split_list
from sco_cities.core.translations import translated_fields
from sco_cities.curation.evidence.value_match import format_figure, format_value, values_match
from sco_cities.i18n.punctuation import with_remark
from sco_cities.sources.base_models import Record
from sco_cities.sources.evidence_coverage import figure_key, has_value
from sco_cities.sources.models import Evidence, Figure, Qualifier

from ..models import Proposal, ProposalKind


class Effect(models.TextChoices):
    """The effect of writing a value to its record. Labels of conflicts quote the stored and the reported value."""

    FOOTNOTE = "footnote", _("the record already has this value; a footnote is added")
    FILL = "fill", _("the record has no value yet; this value is added")
    ADD = "add", _("this value is added to the record")
    DIFFERS = "differs", _("the record keeps “%(record)s”; a footnote gives “%(reported)s” from this report")
    EARLIER = (
        "earlier",
        _(
            "the report gives an earlier state; the record keeps “%(record)s”, and a footnote gives “%(reported)s” "
            "from this report"
        ),
    )


@dataclass(frozen=True)
class ValueComparison:
    """The effect of a value, its evidence key ("" if the field has none), and the reported and stored value as text."""

    effect: Effect
    key: str
    reported: str = ""
    record_value: str = ""

    @property
    def is_different(self) -> bool:
        """True if the record keeps a different value."""
        return self.effect in (Effect.DIFFERS, Effect.EARLIER)

    def words(self, reported: str) -> str:
        """Describes the effect, with both values if they differ. `reported` is the value in the reader's language."""
        if not self.is_different:
            return str(self.effect.label)
        return self.effect.label % {"record": self.record_value, "reported": reported}


def evidence_key(model: type[Record], field: str) -> str:
    """Returns the evidence field of a column, or "" without evidence. All languages of a role share "role"."""
    if field in model.evidence_fields:
        return field
    for text in translated_fields(model).values():
        if field in text.columns.values() and text.english in model.evidence_fields:
            return text.english
    return ""


def compare(record: Record, value: Proposal, related: Record | None, published_on: str) -> ValueComparison:
    """Compares a value with a stored record. `related` is the record of a relation, and is unsaved if it is new."""
    if related is not None and related.pk is None:
        related = None
    if value.kind == ProposalKind.FIGURE:
        return _compare_figure(record, value)
    if value.kind == ProposalKind.ATTENDANCE:
        is_there = related is not None and record.attendances.filter(delegate=related.pk).exists()
        return ValueComparison(Effect.FOOTNOTE if is_there else Effect.ADD, "attendances")
    key = evidence_key(type(record), value.field)
    if value.field == "aliases":
        is_there = fold(value.final_value) in map(fold, split_list(record.aliases))
        return ValueComparison(Effect.FOOTNOTE if is_there else Effect.ADD, key)
    field = record._meta.get_field(value.field)
    if field.many_to_many:
        return _compare_list(record, value, related, key)
    if field.is_relation:
        return _compare_relation(record, value, related, key)
    return _compare_column(record, field, value, key, published_on)


def figure_like(figures: Sequence[Figure], value: dict[str, str]) -> Figure | None:
    """Returns the record's figure with the label of a proposed figure, or its only figure with the same unit."""
    if found := [figure for figure in figures if fold(figure.label) == fold(value["label"])]:
        return found[0]
    found = [figure for figure in figures if value["unit"] and fold(figure.unit) == fold(value["unit"])]
    return found[0] if len(found) == 1 else None


def _compare_figure(record: Record, value: Proposal) -> ValueComparison:
    proposed = value.final_value
    figure = figure_like(list(record.figures.all()), proposed)
    if figure is None:
        return ValueComparison(Effect.ADD, figure_key(proposed["label"]))
    if figure.value == Decimal(proposed["value"]):
        return ValueComparison(Effect.FOOTNOTE, figure_key(figure.label))
    qualifier = "" if proposed["qualifier"] == Qualifier.EXACT else f"{proposed['qualifier']} "
    reported = f"{qualifier}{Decimal(proposed['value']):,f} {proposed['unit'] or figure.unit}"
    return ValueComparison(Effect.DIFFERS, figure_key(figure.label), reported, format_figure(figure))


def _compare_list(record: Record, value: Proposal, related: Record | None, key: str) -> ValueComparison:
    is_there = related is not None and getattr(record, value.field).filter(pk=related.pk).exists()
    role = value.final_value.get("role", "")
    if is_there and role:
        stored = record.city_roles.get(city=related.pk)
        if stored.role != role:
            return ValueComparison(
                Effect.DIFFERS, key, f"{related.name_en} ({role})", with_remark(related, stored.get_role_display())
            )  # fmt: skip
    return ValueComparison(Effect.FOOTNOTE if is_there else Effect.ADD, key)


def _compare_relation(record: Record, value: Proposal, related: Record | None, key: str) -> ValueComparison:
    stored = getattr(record, value.field)
    if stored is None:
        return ValueComparison(Effect.FILL, key)
    if related is not None and stored.pk == related.pk:
        return ValueComparison(Effect.FOOTNOTE, key)
    name = related.name_en if related is not None else value.target.shown if value.target else value.shown
    return ValueComparison(Effect.DIFFERS, key, name, str(stored))


def _compare_column(record: Record, field, value: Proposal, key: str, published_on: str) -> ValueComparison:
    stored, proposed = getattr(record, field.name), value.final_value
    if not has_value(stored):
        return ValueComparison(Effect.FILL, key)
    if values_match(field, stored, proposed) is not False:
        return ValueComparison(Effect.FOOTNOTE, key)
    record_value = format_value(record, field.name, {})
    if field.name == "status" and _is_older(record, published_on):
        return ValueComparison(Effect.EARLIER, key, f"as of {published_on}: {proposed}", record_value)
    return ValueComparison(Effect.DIFFERS, key, proposed, record_value)


def _is_older(record: Record, published_on: str) -> bool:
    """Returns True if a report of this date is older than the newest report that supports the record's status."""
    last = edtf.first_and_last_day(published_on)[1]
    if last is None:
        return False
    support = (
        Evidence.objects.for_records(type(record)).supporting().filter(object_id=record.pk, field="status")
    )
    newest = support.aggregate(newest=models.Max("passage__report__published_first"))["newest"]
    return newest is not None and last < newest
