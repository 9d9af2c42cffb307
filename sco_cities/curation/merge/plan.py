"""Plans a merge for the curator to review, with values side by side and the rows that will move."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from sco_cities.core.translations import TRANSLATED_FROM
from sco_cities.history.references import select_related_names
from sco_cities.history.serialization import RowSchema, document_schema
from sco_cities.i18n.punctuation import comma_list, with_label, with_remark
from sco_cities.sources.base_models import Record
from sco_cities.sources.evidence_coverage import field_label
from sco_cities.sources.models import Evidence, Passage, Report
from sco_cities.sources.passages import passage_label

from . import passages
from .comparison import ComparisonLine, comparison_lines
from .foreign_keys import MOVED_SEPARATELY, ForeignKeyLocation, foreign_key_locations

# Maximum number of moved rows that the page lists.
MAX_EXAMPLES = 10


@dataclass(frozen=True)
class MovedRows:
    """The rows of one kind that move, with their number and the first ones as text.

    `existing` is the number of rows that the target already has, which are deleted. `notes` are sentences about the
    values of these deleted rows.
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
    """The effects of merging `duplicate` into `target`. `notes` are sentences for the curator to check first."""

    target: Record
    duplicate: Record
    lines: list[ComparisonLine]
    moves: list[MovedRows]
    notes: list[str]

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
                "The removed record is published. The kept record will be published only if you also "
                "choose the publication state of the removed record."
            )
        )
    if isinstance(target, Report):
        notes += passages.renumbering_notes(target, duplicate)
    own = [
        _owned_rows(rows, duplicate)
        for rows in document_schema(type(duplicate)).rows.values()
        if rows.model in MOVED_SEPARATELY
    ]
    moves = [rows for rows in (*own, *moved) if rows.number or rows.existing]
    return MergePlan(target, duplicate, comparison_lines(target, duplicate), moves, notes)


def _owned_rows(rows: RowSchema, record: Record) -> MovedRows:
    stored = select_related_names(getattr(record, rows.name).order_by("pk"))
    label = str(capfirst(rows.model._meta.verbose_name_plural))
    return MovedRows(label, stored.count(), [_owned_row(row, record) for row in stored[:MAX_EXAMPLES]])


def _owned_row(row: models.Model, record: Record) -> str:
    """Formats a figure, passage or footnote of a record. A passage includes its summary."""
    if isinstance(row, Evidence):
        label = field_label(type(record), row.field_key)
        stance = with_remark(label, row.get_stance_display())
        return with_label(capfirst(stance), passage_label(row.passage))
    return _name(row)


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
    """Yields sentences about rows of the duplicate that differ from the target's rows, which are kept."""
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
                message = _("%(what)s: “%(kept)s” is kept, “%(dropped)s” is discarded.")
                what = _related_names(row, location) or comma_list(str(getattr(row, name)) for name in others)
                yield message % {"what": what, "kept": one, "dropped": other}


def format_row(row: models.Model, location: ForeignKeyLocation) -> str:
    """Formats a moved row, with the other records that it refers to and its values."""
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
