"""Two records side by side: each single value of theirs, and which of the two a merge keeps unless told otherwise."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import models
from django.utils import translation

from sco_cities.core.fields import EDTFField
from sco_cities.curation.evidence.value_match import format_figure
from sco_cities.history.serialization import DocumentField, document_schema, plain_value
from sco_cities.sources.base_models import Record
from sco_cities.sources.evidence_coverage import field_label, figure_key, holds_a_value
from sco_cities.sources.models import Evidence, Figure

# The address of the record that stays is kept, and that of the other one leads there.
NOT_COMPARED = ("slug",)
# What is called or summed up otherwise is not told otherwise: footnotes of one wording may stand at another.
_WORDINGS = ("name_", "title", "summary", "description")
_LONGEST_REPORT = Evidence._meta.get_field("reported_value").max_length


@dataclass(frozen=True)
class ComparisonLine:
    """A field of two records: what each says in it, for people; "" where it says nothing.

    `reported` is what a footnote of either says that its record's value was, should the other one be kept.
    """

    name: str
    label: str
    stays: str
    goes: str
    differs: bool
    reported: dict[int, str]

    @property
    def is_choice(self) -> bool:
        """Whether somebody may want the one or the other."""
        return self.differs and bool(self.stays or self.goes)

    @property
    def takes_other(self) -> bool:
        """Whether the value of the record that goes is taken unless told otherwise: where the other has none."""
        return self.differs and not self.stays


def comparison_lines(stays: Record, goes: Record) -> list[ComparisonLine]:
    """Every field and figure of two records of a kind, in the order in which it has them."""
    columns = [
        column for name, column in document_schema(type(stays)).columns.items() if name not in NOT_COMPARED
    ]
    return [*(_line(column, stays, goes) for column in columns), *_figures(stays, goes)]


def _line(column: DocumentField, stays: Record, goes: Record) -> ComparisonLine:
    field, both = column.field, (stays, goes)
    values = [None if _names_one_of(field, each, both) else getattr(each, field.attname) for each in both]
    texts = [
        format_value(each, field) if holds_a_value(value) else ""
        for each, value in zip(both, values, strict=True)
    ]
    return ComparisonLine(
        field.name,
        field_label(type(stays), field.name),
        *texts,
        differs=values[0] != values[1] and any(map(holds_a_value, values)),
        reported={
            each.pk: _reported(each, field)
            for each, value in zip(both, values, strict=True)
            if holds_a_value(value) and _can_be_disputed(type(stays), field.name)
        },
    )


def _names_one_of(field: models.Field, record: Record, both: tuple[Record, Record]) -> bool:
    """Whether a record names one of the two that become one, as an event may be part of its double."""
    return field.related_model is type(record) and getattr(record, field.attname) in {
        each.pk for each in both
    }


def format_value(record: Record, field: models.Field) -> str:
    """The value of a field for people."""
    value = getattr(record, field.name)
    return str(dict(field.flatchoices).get(value, value) if field.choices else plain_value(value))


def _reported(record: Record, field: models.Field) -> str:
    # Reported values are written in English, whatever language the curator has chosen.
    with translation.override("en"):
        value = (
            getattr(record, field.attname) if isinstance(field, EDTFField) else format_value(record, field)
        )
    return value[:_LONGEST_REPORT]


def _can_be_disputed(model: type[Record], name: str) -> bool:
    return name in model.evidence_fields and not name.startswith(_WORDINGS)


def _figures(stays: Record, goes: Record) -> Iterator[ComparisonLine]:
    mine, theirs = ({each.label: each for each in record.figures.order_by("pk")} for record in (stays, goes))
    for label in {**mine, **theirs}:
        one, other = mine.get(label), theirs.get(label)
        key = figure_key(label)
        yield ComparisonLine(
            key,
            field_label(type(stays), key),
            figure_of_period(one) if one else "",
            figure_of_period(other) if other else "",
            differs=bool(one and other) and not values_match(one, other),
            reported={
                record.pk: figure_of_period(each) for record, each in ((stays, one), (goes, other)) if each
            },
        )


def figure_of_period(figure: Figure) -> str:
    """What a figure says, without its label."""
    with translation.override("en"):
        said = format_figure(figure)
    return f"{said}, {figure.period}" if figure.period else said


FIGURE_COLUMNS = ("value", "unit", "qualifier", "period")


def values_match(one: Figure, other: Figure) -> bool:
    """Whether two figures of one label are one."""
    return all(getattr(one, name) == getattr(other, name) for name in FIGURE_COLUMNS)
