"""Compares the value that a passage reports with the record's value. Some differences need a human decision."""

from decimal import Decimal

from django.db import models

from sco_cities.core import edtf, localized_names
from sco_cities.core.fields import EDTFField
from sco_cities.core.notation import first_number
from sco_cities.i18n.numbers import format_grouped
from sco_cities.sources.base_models import FIGURE, WHOLE, Record
from sco_cities.sources.evidence_coverage import field_text, has_value, is_to_many
from sco_cities.sources.models import Figure, Qualifier
from sco_cities.sources.reported_values import reported_value


def matches_record(record: Record, key: str, reported: str, figures: dict[str, Figure]) -> bool | None:
    """Returns True if `reported` equals the record's value for the field `key`, or None if only a human can decide.

    `figures` maps labels to the record's figures. The result is also None for different long texts, lists of records,
    earlier states and empty fields.
    """
    kind, _colon, label = key.partition(":")
    if not reported or key == WHOLE or reported_value(reported).as_of:
        return None
    if kind == FIGURE:
        return numbers_match(figures[label].value, reported) if label in figures else None
    if is_to_many(type(record), key):
        return None
    value = getattr(record, key)
    return values_match(record._meta.get_field(key), value, reported) if has_value(value) else None


def values_match(field: models.Field, value, reported: str) -> bool | None:
    """Returns True if `reported` equals `value`, the value of a single field, or None if only a human can decide."""
    if field.is_relation:
        return localized_names.fold(reported) in _names(value)
    if field.choices:
        choice = _choice(field, reported)
        return choice == value if choice else None
    if isinstance(field, EDTFField):
        return _dates_match(value, reported)
    if isinstance(field, models.IntegerField | models.DecimalField):
        return numbers_match(Decimal(value), reported)
    if localized_names.fold(reported) == localized_names.fold(value):
        return True
    return None if isinstance(field, models.TextField) else False


def numbers_match(value: Decimal, reported: str) -> bool | None:
    """Returns True if the first number in `reported` equals `value`, or None if there is no number."""
    number = first_number(reported)
    return None if number is None else number == value


def format_value(record: Record, key: str, figures: dict[str, Figure]) -> str:
    """Formats the value of the field `key`. Returns "" for an empty field, a list of records or the whole record."""
    kind, _colon, label = key.partition(":")
    if kind == FIGURE:
        figure = figures.get(label)
        return "" if figure is None else format_figure(figure)
    if key == WHOLE or is_to_many(type(record), key):
        return ""
    return field_text(record._meta.get_field(key), getattr(record, key))


def format_figure(figure: Figure) -> str:
    """Formats the qualifier, value and unit of a figure, without its label and period."""
    qualifier = "" if figure.qualifier == Qualifier.EXACT else f"{figure.get_qualifier_display()} "
    return f"{qualifier}{format_grouped(figure.value)} {figure.unit}"


def _names(record: Record) -> set[str]:
    """Returns the slug and all names of a record, case-folded."""
    texts = [record.slug, *(getattr(record, name, "") for name in type(record).search_fields)]
    return {
        localized_names.fold(item)
        for text in texts
        for item in [text, *localized_names.split_list(text)]
        if item
    }


def _choice(field: models.Field, reported: str) -> str:
    """Returns the choice with this value or label, or "" if there is none."""
    if choice := reported_value(reported, field).choice:
        return choice
    labels = {localized_names.fold(str(label)): value for value, label in field.flatchoices}
    return labels.get(localized_names.fold(reported), "")


def _dates_match(value: str, reported: str) -> bool | None:
    """Returns True if one date contains the other. The dates are then equal or differ only in precision."""
    try:
        one, other = edtf.first_and_last_day(value), edtf.first_and_last_day(reported.strip())
    except ValueError:
        return None
    if None in (*one, *other):
        return value == reported.strip() or None
    return one[0] <= other[0] <= other[1] <= one[1] or other[0] <= one[0] <= one[1] <= other[1]
