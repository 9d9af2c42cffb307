"""Where the key of a record is stored: what a merge has to move, whatever the kind of record."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.text import capfirst

from sco_cities.history.serialization import RowSchema, document_schema
from sco_cities.sources.base_models import Record, record_models
from sco_cities.sources.evidence_coverage import field_label
from sco_cities.sources.models import Evidence, Figure, Passage

# These need more than a new key: see `evidence` and `passages`.
MOVED_SEPARATELY = (Evidence, Figure, Passage)


@dataclass(frozen=True)
class ForeignKeyLocation:
    """A column of a table that holds keys of records of a kind; `label` says what its rows are to such a record."""

    table: type[models.Model]
    column: str
    label: str
    # What else tells that the key is one of this kind: the content type, where rows are of records of any kind.
    of_kind: dict[str, int] = field(default_factory=dict)

    def rows(self, key: int) -> QuerySet:
        """The rows that hold `key`."""
        return self.table._base_manager.filter(**{self.column: key}, **self.of_kind).order_by("pk")

    def moving(self, goes: int, stays: int) -> QuerySet:
        """The rows of `goes` that `stays` can take over."""
        rows = self.rows(goes).exclude(self._repeating(stays))
        # An event that is part of the one with which it becomes one is not to be a part of itself.
        return rows.exclude(pk__in=(goes, stays)) if self._is_of_one_kind else rows

    def repeated(self, goes: int, stays: int) -> QuerySet:
        """The rows of `goes` whose like `stays` has already, and can have but once."""
        return self.rows(goes).filter(self._repeating(stays))

    def move(self, goes: int, stays: int) -> None:
        """Gives the rows of `goes` to `stays`, and removes those whose like it has."""
        if not self._is_of_one_kind:
            self.repeated(goes, stays).order_by().delete()
        self.moving(goes, stays).order_by().update(**{self.column: stays})

    @property
    def _is_of_one_kind(self) -> bool:
        return self.table._meta.get_field(self.column).related_model is self.table

    def _repeating(self, stays: int) -> Q:
        found = Q(pk__in=())
        for others in self.unique_with():
            like = self.rows(stays).filter(**{name: OuterRef(name) for name in others})
            found |= Q(Exists(like))
        return found

    def unique_with(self) -> Iterator[list[str]]:
        """The columns that, together with this one, no two rows have alike."""
        together = [
            *self.table._meta.unique_together,
            *(
                constraint.fields
                for constraint in self.table._meta.constraints
                if isinstance(constraint, models.UniqueConstraint) and constraint.condition is None
            ),
        ]
        for names in together:
            columns = [self.table._meta.get_field(name).attname for name in names]
            if self.column in columns:
                yield [name for name in columns if name != self.column and name not in self.of_kind]


def foreign_key_locations(model: type[models.Model]) -> list[ForeignKeyLocation]:
    """Where records hold what belongs to one of `model`, a kind of record or passages, and where they name it."""
    return [place for holder in record_models() for place in _locations_in(holder, model)]


def _locations_in(holder: type[Record], model: type[models.Model]) -> Iterator[ForeignKeyLocation]:
    form = document_schema(holder)
    kind = capfirst(holder._meta.verbose_name_plural)
    for column in form.columns.values():
        if column.field.related_model is model:
            yield ForeignKeyLocation(
                holder, column.field.attname, f"{kind} ({field_label(holder, column.name)})"
            )
    for names in form.names.values():
        if holder is model:
            yield ForeignKeyLocation(names.through, names.own, str(capfirst(field_label(holder, names.name))))
        if names.related_model is model:
            yield ForeignKeyLocation(
                names.through, names.other.attname, f"{kind} ({field_label(holder, names.name)})"
            )
    for rows in form.rows.values():
        label = str(capfirst(rows.model._meta.verbose_name_plural))
        if rows.model in MOVED_SEPARATELY:
            continue
        if holder is model:
            yield _own_rows(holder, rows, label)
        for column in rows.columns:
            if column.field.related_model is model:
                yield ForeignKeyLocation(rows.model, column.field.attname, label)


def _own_rows(holder: type[Record], rows: RowSchema, label: str) -> ForeignKeyLocation:
    if rows.owner is not None:
        return ForeignKeyLocation(rows.model, rows.owner.attname, label)
    kind = ContentType.objects.get_for_model(holder)
    return ForeignKeyLocation(rows.model, "object_id", label, {"content_type_id": kind.pk})
