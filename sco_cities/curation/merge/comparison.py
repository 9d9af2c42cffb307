"""Compares two records side by side, with the value of each field and the default choice for a merge."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import models
from django.utils import translation

from sco_cities.core.fields import EDTFField
from sco_cities.core.translations import TRANSLATED_FROM
from sco_cities.curation.evidence.value_match import format_figure
from sco_cities.history.serialization import DocumentField, document_schema, json_value
from sco_cities.sources.base_models import Record
from sco_cities.sources.evidence_coverage import field_label, figure_key, has_value
from sco_cities.sources.models import Evidence, Figure

# The target keeps its slug, and the duplicate's slug redirects to it. The texts that are kept determine which
# translations must be checked.
EXCLUDED_FIELDS = ("slug", TRANSLATED_FROM)
# Different names or summaries do not contradict each other. A footnote for one wording may also support the other.
_WORDING_PREFIXES = ("name_", "title", "summary", "description")
_MAX_REPORTED_LENGTH = Evidence._meta.get_field("reported_value").max_length


@dataclass(frozen=True)
class ComparisonLine:
    """A field of two records, with both values as text ("" if empty).

    `reported` maps the key of each record to the value that its footnotes report if the other record's value is kept.
    """

    name: str
    label: str
    target: str
    duplicate: str
    differs: bool
    reported: dict[int, str]

    @property
    def is_choice(self) -> bool:
        """True if a curator can choose between the two values."""
        return self.differs and bool(self.target or self.duplicate)

    @property
    def is_from_duplicate(self) -> bool:
        """True if the duplicate's value is used by default because the target has none."""
        return self.differs and not self.target


def comparison_lines(target: Record, duplicate: Record) -> list[ComparisonLine]:
    """Compares all fields and figures of two records of a kind, in the order of the fields."""
    columns = [
        column
        for name, column in document_schema(type(target)).columns.items()
        if name not in EXCLUDED_FIELDS
    ]
    return [*(_line(column, target, duplicate) for column in columns), *_figures(target, duplicate)]


def _line(column: DocumentField, target: Record, duplicate: Record) -> ComparisonLine:
    field, both = column.field, (target, duplicate)
    values = [None if _refers_to_either(field, each, both) else getattr(each, field.attname) for each in both]
    texts = [
        format_value(each, field) if has_value(value) else ""
        for each, value in zip(both, values, strict=True)
    ]
    return ComparisonLine(
        field.name,
        field_label(type(target), field.name),
        *texts,
        differs=values[0] != values[1] and any(map(has_value, values)),
        reported={
            each.pk: _reported(each, field)
            for each, value in zip(both, values, strict=True)
            if has_value(value) and _can_be_disputed(type(target), field.name)
        },
    )


def _refers_to_either(field: models.Field, record: Record, both: tuple[Record, Record]) -> bool:
    """Returns True if a field refers to one of the two records. For example, an event may be part of its duplicate."""
    return field.related_model is type(record) and getattr(record, field.attname) in {
        each.pk for each in both
    }


def format_value(record: Record, field: models.Field) -> str:
    """Formats the value of a field in the active language."""
    value = getattr(record, field.name)
    return str(dict(field.flatchoices).get(value, value) if field.choices else json_value(value))


def _reported(record: Record, field: models.Field) -> str:
    # Reported values are stored in English.
    with translation.override("en"):
        value = (
            getattr(record, field.attname) if isinstance(field, EDTFField) else format_value(record, field)
        )
    return value[:_MAX_REPORTED_LENGTH]


def _can_be_disputed(model: type[Record], name: str) -> bool:
    return name in model.evidence_fields and not name.startswith(_WORDING_PREFIXES)


def _figures(target: Record, duplicate: Record) -> Iterator[ComparisonLine]:
    mine, theirs = (
        {each.label: each for each in record.figures.order_by("pk")} for record in (target, duplicate)
    )
    for label in {**mine, **theirs}:
        one, other = mine.get(label), theirs.get(label)
        key = figure_key(label)
        yield ComparisonLine(
            key,
            field_label(type(target), key),
            format_figure_with_period(one) if one else "",
            format_figure_with_period(other) if other else "",
            differs=bool(one and other) and not figures_match(one, other),
            reported={
                record.pk: format_figure_with_period(each)
                for record, each in ((target, one), (duplicate, other))
                if each
            },
        )


def format_figure_with_period(figure: Figure) -> str:
    """Formats the value, unit and period of a figure in English, without its label."""
    with translation.override("en"):
        text = format_figure(figure)
    return f"{text}, {figure.period}" if figure.period else text


FIGURE_COLUMNS = ("value", "unit", "qualifier", "period")


def figures_match(one: Figure, other: Figure) -> bool:
    """Returns True if two figures with the same label are equal."""
    return all(getattr(one, name) == getattr(other, name) for name in FIGURE_COLUMNS)
