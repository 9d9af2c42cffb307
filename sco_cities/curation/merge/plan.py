"""What a merge will do, for the curator to see before: values side by side, and what moves."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from sco_cities.history.references import with_names
from sco_cities.history.serialization import Rows, shape
from sco_cities.i18n.punctuation import listed
from sco_cities.sources.base_models import Record
from sco_cities.sources.models import Report

from . import passages
from .comparison import Line, lines
from .foreign_keys import MOVED_APART, Place, places

# So many of the rows that move are named.
NAMED = 10


@dataclass(frozen=True)
class Move:
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
class Plan:
    """What becomes of two records."""

    stays: Record
    goes: Record
    lines: list[Line]
    moves: list[Move]
    told: list[str]


def plan(stays: Record, goes: Record) -> Plan:
    """What a merge of two records of one kind does; asked with a number of queries that goes by the kind alone."""
    found = [_move(place, stays, goes) for place in places(type(stays))]
    told = [sentence for move in found for sentence in move.dropped]
    if goes.is_published and not stays.is_published:
        told.append(
            _("Readers see the record that goes. They see the one that stays only if its state is taken too.")
        )
    if isinstance(stays, Report):
        told += passages.told(stays, goes)
    own = [_part(rows, goes) for rows in shape(type(goes)).rows.values() if rows.model in MOVED_APART]
    moves = [move for move in (*own, *found) if move.number or move.repeated]
    return Plan(stays, goes, lines(stays, goes), moves, told)


def _part(rows: Rows, record: Record) -> Move:
    stored = with_names(getattr(record, rows.name).order_by("pk"))
    label = str(capfirst(rows.model._meta.verbose_name_plural))
    return Move(label, stored.count(), [str(row) for row in stored[:NAMED]])


def _move(place: Place, stays: Record, goes: Record) -> Move:
    moving, repeated = place.moving(goes.pk, stays.pk), place.repeated(goes.pk, stays.pk)
    number = moving.count()
    named = [in_words(row, place) for row in with_names(moving)[:NAMED]] if number else []
    return Move(place.label, number, named, repeated.count(), tuple(_dropped(place, stays, goes)))


def _dropped(place: Place, stays: Record, goes: Record) -> Iterator[str]:
    """Sentences on rows of the record that goes which say otherwise than those of the other one, which are kept."""
    for others in place.unique_with():
        told = [field for field in _said(place.table) if field.attname not in others]
        if not told:
            continue
        rows = list(with_names(place.repeated(goes.pk, stays.pk)))
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
                said = _("%(what)s: “%(kept)s” is kept, “%(dropped)s” is dropped.")
                what = _names(row, place) or listed(str(getattr(row, name)) for name in others)
                yield said % {"what": what, "kept": one, "dropped": other}


def in_words(row: models.Model, place: Place) -> str:
    """A row that moves, by what else it names and what it says."""
    if isinstance(row, Record):
        return str(row)
    names, said = _names(row, place), _values(row, _said(place.table))
    return f"{names}: {said}" if names and said else names or said


def _names(row: models.Model, place: Place) -> str:
    named = [
        field
        for field in row._meta.concrete_fields
        if field.is_relation and field.attname not in (place.column, *place.of_kind)
    ]
    return listed(str(getattr(row, field.name)) for field in named)


def _said(table: type[models.Model]) -> list[models.Field]:
    """The columns of a row that are no keys."""
    return [
        field
        for field in table._meta.concrete_fields
        if not (field.primary_key or field.is_relation or field.name == "object_id")
    ]


def _values(row: models.Model, fields: list[models.Field]) -> str:
    values = ((field, getattr(row, field.attname)) for field in fields)
    return listed(str(dict(field.flatchoices).get(value, value)) for field, value in values)
