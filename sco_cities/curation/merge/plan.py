"""What a merge will do, for the curator to see before: values side by side, and what moves."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from sco_cities.history.references import with_referencing_records
from sco_cities.history.serialization import RowSchema, document_schema
from sco_cities.i18n.punctuation import comma_list
from sco_cities.sources.base_models import Record
from sco_cities.sources.models import Report

from . import passages
from .comparison import ComparisonLine, comparison_lines
from .foreign_keys import MOVED_SEPARATELY, ForeignKeyLocation, foreign_key_locations

# So many of the rows that move are named.
MAX_NAMED = 10


@dataclass(frozen=True)
class MovedRows:
    """Rows that move: what they are, how many, the first of them in words, and what is dropped of others."""

    label: str
    number: int
    named: list[str]
    repeated: int = 0
    dropped: tuple[str, ...] = ()

    @property
    def unnamed(self) -> int:
        return self.number - len(self.named)


@dataclass(frozen=True)
class MergePlan:
    """What becomes of two records."""

    stays: Record
    goes: Record
    lines: list[ComparisonLine]
    moves: list[MovedRows]
    told: list[str]


def plan(stays: Record, goes: Record) -> MergePlan:
    """What a merge of two records of one kind does; asked with a number of queries that goes by the kind alone."""
    found = [_moved_rows(place, stays, goes) for place in foreign_key_locations(type(stays))]
    told = [sentence for move in found for sentence in move.dropped]
    if goes.is_published and not stays.is_published:
        told.append(
            _(
                "The removed record is published. The kept record will be published only if you also "
                "choose the publication state of the removed record."
            )
        )
    if isinstance(stays, Report):
        told += passages.format_moves(stays, goes)
    own = [
        _part(rows, goes)
        for rows in document_schema(type(goes)).rows.values()
        if rows.model in MOVED_SEPARATELY
    ]
    moves = [move for move in (*own, *found) if move.number or move.repeated]
    return MergePlan(stays, goes, comparison_lines(stays, goes), moves, told)


def _part(rows: RowSchema, record: Record) -> MovedRows:
    stored = with_referencing_records(getattr(record, rows.name).order_by("pk"))
    label = str(capfirst(rows.model._meta.verbose_name_plural))
    return MovedRows(label, stored.count(), [str(row) for row in stored[:MAX_NAMED]])


def _moved_rows(place: ForeignKeyLocation, stays: Record, goes: Record) -> MovedRows:
    moving, repeated = place.moving(goes.pk, stays.pk), place.repeated(goes.pk, stays.pk)
    number = moving.count()
    named = [format_row(row, place) for row in with_referencing_records(moving)[:MAX_NAMED]] if number else []
    return MovedRows(place.label, number, named, repeated.count(), tuple(_dropped(place, stays, goes)))


def _dropped(place: ForeignKeyLocation, stays: Record, goes: Record) -> Iterator[str]:
    """Sentences on rows of the record that goes which say otherwise than those of the other one, which are kept."""
    for others in place.unique_with():
        told = [field for field in _said(place.table) if field.attname not in others]
        if not told:
            continue
        rows = list(with_referencing_records(place.repeated(goes.pk, stays.pk)))
        wanted = {tuple(getattr(row, name) for name in others) for row in rows}
        kept = {
            key: row
            for row in place.rows(stays.pk)
            if (key := tuple(getattr(row, name) for name in others)) in wanted
        }
        for row in rows:
            own = kept[tuple(getattr(row, name) for name in others)]
            one, other = _values(own, told), _values(row, told)
            if one != other:
                said = _("%(what)s: “%(kept)s” is kept, “%(dropped)s” is discarded.")
                what = _names(row, place) or comma_list(str(getattr(row, name)) for name in others)
                yield said % {"what": what, "kept": one, "dropped": other}


def format_row(row: models.Model, place: ForeignKeyLocation) -> str:
    """A row that moves, by what else it names and what it says."""
    if isinstance(row, Record):
        return str(row)
    names, said = _names(row, place), _values(row, _said(place.table))
    return f"{names}: {said}" if names and said else names or said


def _names(row: models.Model, place: ForeignKeyLocation) -> str:
    named = [
        field
        for field in row._meta.concrete_fields
        if field.is_relation and field.attname not in (place.column, *place.of_kind)
    ]
    return comma_list(str(getattr(row, field.name)) for field in named)


def _said(table: type[models.Model]) -> list[models.Field]:
    """The columns of a row that are no keys."""
    return [
        field
        for field in table._meta.concrete_fields
        if not (field.primary_key or field.is_relation or field.name == "object_id")
    ]


def _values(row: models.Model, fields: list[models.Field]) -> str:
    values = ((field, getattr(row, field.attname)) for field in fields)
    return comma_list(str(dict(field.flatchoices).get(value, value)) for field, value in values)
