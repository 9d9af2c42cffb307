"""Moves the foreign keys that refer to merged records, and the passages of merged reports."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from sco_cities.core.localized_names import localized
from sco_cities.core.translations import translation_columns
from sco_cities.history.serialization import document_schema
from sco_cities.i18n.punctuation import with_remark
from sco_cities.sources.base_models import Record, record_models
from sco_cities.sources.evidence_coverage import field_label
from sco_cities.sources.models import Evidence, Figure, Passage, Report
from sco_cities.sources.passages import first_words

# Changing a foreign key is not enough for these models (see `apply.merge_evidence` and `merge_passages`).
MOVED_SEPARATELY = (Evidence, Figure, Passage)


@dataclass(frozen=True)
class ForeignKeyLocation:
    """A column that refers to records of a kind. `label` describes the referring rows."""

    table: type[models.Model]
    column: str
    label: str
    # A content type condition, for tables whose rows may belong to any kind of record.
    kind_filter: dict[str, int] = field(default_factory=dict)

    def rows(self, key: int) -> QuerySet:
        """Returns the rows that refer to `key`."""
        return self.table._base_manager.filter(**{self.column: key}, **self.kind_filter).order_by("pk")

    def movable_rows(self, duplicate: int, target: int) -> QuerySet:
        """Returns the rows of `duplicate` that can be moved to `target`."""
        rows = self.rows(duplicate).exclude(self._conflict_condition(target))
        # If one of two merged events is part of the other event, the merged event must not become part of itself.
        return rows.exclude(pk__in=(duplicate, target)) if self._is_self_reference else rows

    def conflicting_rows(self, duplicate: int, target: int) -> QuerySet:
        """Returns rows of `duplicate` that cannot move, because `target` has a row with the same unique values."""
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
        if holder is model and rows.owner is not None:
            yield ForeignKeyLocation(rows.model, rows.owner.attname, label)
        elif holder is model:
            content_type = ContentType.objects.get_for_model(holder)
            yield ForeignKeyLocation(rows.model, "object_id", label, {"content_type_id": content_type.pk})
        for column in rows.columns:
            if column.field.related_model is model:
                yield ForeignKeyLocation(rows.model, column.field.attname, label)


@dataclass(frozen=True)
class PassageMove:
    """A passage of the duplicate, with its new number and the target's equal passage, if any."""

    passage: Passage
    equal: Passage | None
    number: int


def passage_moves(target: Report, duplicate: Report) -> list[PassageMove]:
    """Returns the moves of all passages of the duplicate, ordered by number.

    A passage with the same number and text is equal, unless the two passages have different archived copies. Any other
    passage whose number is used in the target gets a free number.
    """
    own_passages = {passage.number: passage for passage in target.passages.all()}
    passages, moves = list(duplicate.passages.order_by("number")), []
    free = count(max((*own_passages, *(passage.number for passage in passages)), default=0) + 1)
    for passage in passages:
        own = own_passages.get(passage.number)
        copies = {own.archive_address, passage.archive_address} - {""} if own else set()
        if own is None:
            moves.append(PassageMove(passage, None, passage.number))
        elif (own.summary, own.quotation) == (passage.summary, passage.quotation) and len(copies) < 2:
            moves.append(PassageMove(passage, own, own.number))
        else:
            moves.append(PassageMove(passage, None, next(free)))
    return moves


def renumbering_notes(target: Report, duplicate: Report) -> list[str]:
    """Returns a sentence about each passage that gets a different number."""
    message = _(
        "Passage %(old)d (“%(words)s”) becomes passage %(new)d, because the kept report has a different passage "
        "with this number."
    )
    notes = []
    for each in passage_moves(target, duplicate):
        old, words = each.passage.number, first_words(localized(each.passage, "summary"))
        if each.equal is None and each.number != old:
            notes.append(message % {"old": old, "new": each.number, "words": words})
    return notes


def merge_passages(target: Report, duplicate: Report) -> None:
    """Moves the duplicate's passages to the target, with all rows that refer to them."""
    locations, moved = foreign_key_locations(Passage), []
    for each in passage_moves(target, duplicate):
        if each.equal is not None:
            _merge_footnotes(each.passage.pk, each.equal.pk)
            for location in locations:
                location.move(each.passage.pk, each.equal.pk)
            _keep_optional_values(each.passage, each.equal)
            each.passage.delete()
        else:
            each.passage.report, each.passage.number = target, each.number
            moved.append(each.passage)
    Passage.objects.bulk_update(moved, ["report", "number"])


def _keep_optional_values(duplicate: Passage, target: Passage) -> None:
    optional = [*translation_columns(Passage), *Passage.later_columns]
    missing = [name for name in optional if not getattr(target, name)]
    for name in missing:
        setattr(target, name, getattr(duplicate, name))
    if any(getattr(duplicate, name) for name in missing):
        target.save()


def _merge_footnotes(duplicate: int, target: int) -> None:
    columns = ("content_type", "object_id", "field", "stance", "reported_value")
    like = Evidence.objects.filter(passage=target, **{name: OuterRef(name) for name in columns})
    same_figure = Q(Exists(like.filter(figure=OuterRef("figure"))))
    no_figure = Q(Exists(like.filter(figure__isnull=True)), figure__isnull=True)
    footnotes = Evidence.objects.filter(passage=duplicate).order_by()
    footnotes.filter(same_figure | no_figure).delete()
    footnotes.update(passage=target)
