"""The columns that refer to a kind of record. A merge must update all of them."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.text import capfirst

from sco_cities.history.serialization import RowSchema, document_schema
from sco_cities.i18n.punctuation import with_remark
from sco_cities.sources.base_models import Record, record_models
from sco_cities.sources.evidence_coverage import field_label
from sco_cities.sources.models import Evidence, Figure, Passage

# For these models, changing a key is not enough (see `apply.merge_evidence` and the module `passages`).
MOVED_SEPARATELY = (Evidence, Figure, Passage)


@dataclass(frozen=True)
class ForeignKeyLocation:
    """A column that refers to records of a kind. `label` describes its rows from that record's point of view."""

    table: type[models.Model]
    column: str
    label: str
    # A condition on the content type, if the rows of the table may belong to any kind of record.
    kind_filter: dict[str, int] = field(default_factory=dict)

    def rows(self, key: int) -> QuerySet:
        """Returns the rows that refer to `key`."""
        return self.table._base_manager.filter(**{self.column: key}, **self.kind_filter).order_by("pk")

    def movable_rows(self, duplicate: int, target: int) -> QuerySet:
        """Returns the rows of `duplicate` that can be moved to `target`."""
        rows = self.rows(duplicate).exclude(self._conflict_condition(target))
        # If one of two merged events is part of the other, the merged event must not become part of itself.
        return rows.exclude(pk__in=(duplicate, target)) if self._is_self_reference else rows

    def conflicting_rows(self, duplicate: int, target: int) -> QuerySet:
        """Returns rows of `duplicate` that would violate a unique constraint, because `target` has an equal row."""
        return self.rows(duplicate).filter(self._conflict_condition(target))

    def move(self, duplicate: int, target: int) -> None:
        """Moves the rows of `duplicate` to `target` and deletes the conflicting rows."""
        if not self._is_self_reference:
            self.conflicting_rows(duplicate, target).order_by().delete()
        self.movable_rows(duplicate, target).order_by().update(**{self.column: target})

    @property
    def _is_self_reference(self) -> bool:
        return self.table._meta.get_field(self.column).related_model is self.table

    def _conflict_condition(self, target: int) -> Q:
        condition = Q(pk__in=())
        for others in self.unique_with():
            like = self.rows(target).filter(**{name: OuterRef(name) for name in others})
            condition |= Q(Exists(like))
        return condition

    def unique_with(self) -> Iterator[list[str]]:
        """Yields the other columns of each unique constraint that includes this column."""
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
                yield [name for name in columns if name != self.column and name not in self.kind_filter]


def foreign_key_locations(model: type[models.Model]) -> list[ForeignKeyLocation]:
    """Returns all columns of records and their rows that refer to `model` (a kind of record, or Passage)."""
    return [location for holder in record_models() for location in _locations_in(holder, model)]


def _locations_in(holder: type[Record], model: type[models.Model]) -> Iterator[ForeignKeyLocation]:
    schema = document_schema(holder)
    kind = capfirst(holder._meta.verbose_name_plural)
    for column in schema.columns.values():
        if column.field.related_model is model:
            yield ForeignKeyLocation(
                holder, column.field.attname, with_remark(kind, field_label(holder, column.name))
            )
    for relation in schema.many_to_many.values():
        if holder is model:
            label = str(capfirst(field_label(holder, relation.name)))
            yield ForeignKeyLocation(relation.through, relation.own, label)
        if relation.related_model is model:
            label = with_remark(kind, field_label(holder, relation.name))
            yield ForeignKeyLocation(relation.through, relation.other.attname, label)
    for rows in schema.rows.values():
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
    content_type = ContentType.objects.get_for_model(holder)
    return ForeignKeyLocation(rows.model, "object_id", label, {"content_type_id": content_type.pk})
