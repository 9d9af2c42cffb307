"""Plans a merge for the curator's review, with values side by side and the rows to move."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import models
from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from sco_cities.core.fields import EDTFField
from sco_cities.core.translations import TRANSLATED_FROM
from sco_cities.curation.evidence.value_match import format_figure
from sco_cities.history.models import ChangeSet
from sco_cities.history.references import select_related_names
from sco_cities.history.serialization import DocumentField, RowSchema, document_schema, json_value
from sco_cities.i18n.punctuation import comma_list, with_label, with_remark
from sco_cities.sources.base_models import Record
from sco_cities.sources.evidence_coverage import field_label, figure_key, has_value
from sco_cities.sources.models import Evidence, Figure, Passage, Report
from sco_cities.sources.passages import passage_label

from .moves import MOVED_SEPARATELY, ForeignKeyLocation, foreign_key_locations, renumbering_notes

FIGURE_COLUMNS = ("value", "unit", "qualifier", "period")
# The target keeps its slug, and the duplicate's slug redirects to it. The kept texts determine which translations are
# marked as outdated.
EXCLUDED_FIELDS = ("slug", TRANSLATED_FROM)
# Different names or summaries do not contradict each other. A footnote for one text may also support the other text.
_WORDING_PREFIXES = ("name_", "title", "summary", "description")
_MAX_REPORTED_LENGTH = Evidence._meta.get_field("reported_value").max_length
# Maximum number of moved rows that the page lists.
MAX_EXAMPLES = 10


@dataclass(frozen=True)
class ComparisonLine:
    """A field of two records, with both values as text ("" if empty).

    `reported` maps a record's key to the value that its footnotes report if the other record's value is kept.
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
        """True if the duplicate's value is used by default because the target has no value."""
        return self.differs and not self.target


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
            if has_value(value)
            and field.name in type(target).evidence_fields
            and not field.name.startswith(_WORDING_PREFIXES)
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
            differs=bool(one and other)
            and any(getattr(one, name) != getattr(other, name) for name in FIGURE_COLUMNS),
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


@dataclass(frozen=True)
class MovedRows:
    """The moved rows of one kind, with their number and the texts of the first rows.

    `existing` is the number of rows that are deleted because the target already has equal rows. `notes` are sentences
    about the deleted values.
    """

    label: str
    number: int
    examples: list[str]
    existing: int = 0
    notes: tuple[str, ...] = ()

    @property
    def more(self) -> int:
        return self.number - len(self.examples)


@dataclass(frozen=True)
class MergePlan:
    """The effects of merging `duplicate` into `target`. `notes` are sentences for the curator to check first.

    `change_set` is set once the plan has been applied.
    """

    target: Record
    duplicate: Record
    lines: list[ComparisonLine]
    moves: list[MovedRows]
    notes: list[str]
    change_set: ChangeSet | None = None

    @property
    def default_choices(self) -> set[str]:
        """The fields whose values come from the duplicate by default, because they are empty in the target."""
        return {line.name for line in self.lines if line.is_from_duplicate}


def plan(target: Record, duplicate: Record) -> MergePlan:
    """Plans the merge of two records of a kind. The number of queries depends only on the kind."""
    moved = [_moved_rows(location, target, duplicate) for location in foreign_key_locations(type(target))]
    notes = [note for rows in moved for note in rows.notes]
    if duplicate.is_published and not target.is_published:
        notes.append(
            _(
                "The removed record is published. To publish the kept record, also choose the publication "
                "state of the removed record."
            )
        )
    if isinstance(target, Report):
        notes += renumbering_notes(target, duplicate)
    schema = document_schema(type(target))
    own = [_owned_rows(rows, duplicate) for rows in schema.rows.values() if rows.model in MOVED_SEPARATELY]
    moves = [rows for rows in (*own, *moved) if rows.number or rows.existing]
    columns = (column for name, column in schema.columns.items() if name not in EXCLUDED_FIELDS)
    lines = [*(_line(column, target, duplicate) for column in columns), *_figures(target, duplicate)]
    return MergePlan(target, duplicate, lines, moves, notes)


def _owned_rows(rows: RowSchema, record: Record) -> MovedRows:
    """Returns a record's figures, passages (with their summaries) or footnotes."""
    stored, examples = select_related_names(getattr(record, rows.name).order_by("pk")), []
    for row in stored[:MAX_EXAMPLES]:
        text = _name(row)
        if isinstance(row, Evidence):
            stance = with_remark(field_label(type(record), row.field_key), row.get_stance_display())
            text = with_label(capfirst(stance), passage_label(row.passage))
        examples.append(text)
    return MovedRows(str(capfirst(rows.model._meta.verbose_name_plural)), stored.count(), examples)


def _name(instance: models.Model) -> str:
    return passage_label(instance) if isinstance(instance, Passage) else str(instance)


def _moved_rows(location: ForeignKeyLocation, target: Record, duplicate: Record) -> MovedRows:
    movable = location.movable_rows(duplicate.pk, target.pk)
    existing = location.conflicting_rows(duplicate.pk, target.pk)
    number = movable.count()
    first = select_related_names(movable)[:MAX_EXAMPLES] if number else ()
    examples = [format_row(row, location) for row in first]
    notes = tuple(_discarded_notes(location, target, duplicate))
    return MovedRows(location.label, number, examples, existing.count(), notes)


def _discarded_notes(location: ForeignKeyLocation, target: Record, duplicate: Record) -> Iterator[str]:
    """Yields sentences about the duplicate's rows that differ from kept rows of the target."""
    for others in location.unique_with():
        fields = [field for field in _value_fields(location.table) if field.attname not in others]
        if not fields:
            continue
        rows = list(select_related_names(location.conflicting_rows(duplicate.pk, target.pk)))
        keys = {tuple(getattr(row, name) for name in others) for row in rows}
        kept_rows = {
            key: row
            for row in location.rows(target.pk)
            if (key := tuple(getattr(row, name) for name in others)) in keys
        }
        for row in rows:
            own = kept_rows[tuple(getattr(row, name) for name in others)]
            one, other = _values(own, fields), _values(row, fields)
            if one != other:
                message = _("%(what)s: “%(kept)s” is kept, and “%(dropped)s” is discarded.")
                what = _related_names(row, location) or comma_list(str(getattr(row, name)) for name in others)
                yield message % {"what": what, "kept": one, "dropped": other}


def format_row(row: models.Model, location: ForeignKeyLocation) -> str:
    """Formats a moved row's values and references to other records."""
    if isinstance(row, Record):
        return str(row)
    names, values = _related_names(row, location), _values(row, _value_fields(location.table))
    return with_label(names, values) if names and values else names or values


def _related_names(row: models.Model, location: ForeignKeyLocation) -> str:
    relations = [
        field
        for field in row._meta.concrete_fields
        if field.is_relation and field.attname not in (location.column, *location.kind_filter)
    ]
    return comma_list(_name(getattr(row, field.name)) for field in relations)


def _value_fields(table: type[models.Model]) -> list[models.Field]:
    """Returns the columns of a table that are not keys."""
    return [
        field
        for field in table._meta.concrete_fields
        if not (field.primary_key or field.is_relation or field.name in ("object_id", TRANSLATED_FROM))
    ]


def _values(row: models.Model, fields: list[models.Field]) -> str:
    values = ((field, getattr(row, field.attname)) for field in fields)
    return comma_list(
        str(dict(field.flatchoices).get(value, value)) for field, value in values if value != ""
    )
