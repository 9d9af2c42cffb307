"""Documents: all that a record says, in texts that stay readable when what they name is gone.

A document holds, by name of field, a plain value, the name of another record (its slug) or a list: names of
records, or rows of a part of the record (`Record.own_rows`, figures, evidence, rulings, former slugs), each row a
dict of texts. Lists are in an order that goes by their content. Numbers with decimals and dates are texts.
"""

import dataclasses
import datetime
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache, reduce

from django.contrib.contenttypes.models import ContentType
from django.db import models

from sco_cities.core.fields import ComputedFieldMixin
from sco_cities.db.pk_filter import pk_in
from sco_cities.sources.base_models import Record

Document = dict[str, object]

# Rows of these may speak of each other: they are written in this order, and removed in the opposite one.
SHARED_PARTS = ("figures", "evidence", "rulings", "former_slugs")
# Set by the record itself whenever it is saved.
AUTOMATIC_FIELDS = {"created_at", "updated_at"}


@dataclass(frozen=True)
class DocumentField:
    """A column of a record or of a row: its field, and the paths from which its text is made."""

    field: models.Field
    paths: tuple[str, ...]

    @classmethod
    def for_field(cls, field: models.Field) -> "DocumentField":
        if not field.is_relation:
            return cls(field, (field.name,))
        return cls(field, tuple(f"{field.name}__{path}" for path in field.related_model.named_by))

    @property
    def name(self) -> str:
        return self.field.name

    def way_to(self, model: type[models.Model]) -> str:
        """The lookup that leads from here to the `model` that the text names, as in "passage__report"; or ""."""
        steps, at = [], self.field.model
        for step in self.paths[0].split("__")[:-1]:
            steps.append(step)
            at = at._meta.get_field(step).related_model
            if at is model:
                return "__".join(steps)
        return ""

    def of(self, instance: models.Model):
        """What stands in a document for the value that `instance` has, stored or not."""
        value = getattr(instance, self.field.attname)
        if not self.field.is_relation:
            return plain_value(value)
        return "" if value is None else natural_name(getattr(instance, self.name))

    def text(self, values: tuple):
        """What stands in a document for these values at `paths`."""
        if not self.field.is_relation:
            return plain_value(values[0])
        return "" if values[0] is None else "#".join(str(value) for value in values)


@dataclass(frozen=True)
class NameLookup:
    """A list of names of other records: a many-to-many relation without columns of its own."""

    name: str
    through: type[models.Model]
    own: str
    other: models.ForeignKey

    @property
    def related_model(self) -> type[models.Model]:
        return self.other.related_model

    def read(self, keys: Collection[int]) -> Iterator[tuple[int, str]]:
        column = DocumentField.for_field(self.other)
        rows = self.through.objects.filter(pk_in(keys, self.own)).order_by()
        for key, *values in rows.values_list(self.own, *column.paths).iterator():
            yield key, column.text(values)


@dataclass(frozen=True)
class RowSchema:
    """A list of rows that are part of a record."""

    name: str
    model: type[models.Model]
    owner: models.ForeignKey | None
    columns: tuple[DocumentField, ...]

    @cached_property
    def key_columns(self) -> tuple[str, ...]:
        """The columns, the fewest that there are, in which no two rows of a record are alike."""
        of_record = {"content_type", "object_id", self.owner.name if self.owner else ""}
        unique = [
            tuple(name for name in constraint.fields if name not in of_record)
            for constraint in self.model._meta.constraints
            if isinstance(constraint, models.UniqueConstraint)
            and constraint.condition is None
            and of_record & set(constraint.fields)
        ]
        return min(unique, key=len, default=())

    @property
    def part_of(self) -> models.ForeignKey:
        """Of rows that are shared, the relation to the record that they are part of."""
        relations = [column.field for column in self.columns if column.field.is_relation]
        return next(
            relation
            for relation in relations
            for name in getattr(relation.related_model, "own_rows", ())
            if relation.related_model._meta.get_field(name).field is relation
        )

    @property
    def are_named(self) -> bool:
        """Whether other records name such rows, as evidence of any record does passages."""
        return self.owner is not None and hasattr(self.model, "named_by")

    def have_one_key(self, one: dict, other: dict) -> bool:
        """Whether two rows are the same one at two times, for all that their key tells."""
        return bool(self.key_columns) and all(one[name] == other.get(name) for name in self.key_columns)

    def stored(self, record_model: type[Record], keys: Collection[int]) -> models.QuerySet:
        """The rows of these records."""
        rows = self.model._base_manager.order_by()
        if self.owner is not None:
            return rows.filter(pk_in(keys, self.owner.attname))
        return rows.filter(
            pk_in(keys, "object_id"), content_type=ContentType.objects.get_for_model(record_model)
        )

    def read(self, record_model: type[Record], keys: Collection[int]) -> Iterator[tuple[int, int, dict]]:
        """Key of the record, key of the row, and the row."""
        paths = [path for column in self.columns for path in column.paths]
        owner = self.owner.attname if self.owner is not None else "object_id"
        for key, pk, *values in self.stored(record_model, keys).values_list(owner, "pk", *paths).iterator():
            yield key, pk, dict(_texts(self.columns, values))


@dataclass(frozen=True)
class DocumentSchema:
    """The fields of a kind of record's documents; `shared` are rows on its page that others' documents have."""

    columns: dict[str, DocumentField]
    names: dict[str, NameLookup]
    rows: dict[str, RowSchema]
    shared: dict[str, RowSchema] = dataclasses.field(default_factory=dict)

    def blank(self) -> Document:
        """The document of a record that says nothing."""
        return {**dict.fromkeys(self.columns), **{name: [] for name in (*self.names, *self.rows)}}


@lru_cache(maxsize=64)
def document_schema(model: type[Record]) -> DocumentSchema:
    """The fields of the documents of `model`."""
    columns = [
        DocumentField.for_field(field)
        for field in model._meta.concrete_fields
        if not (field.primary_key or isinstance(field, ComputedFieldMixin) or field.name in AUTOMATIC_FIELDS)
    ]
    return DocumentSchema(
        {column.name: column for column in columns},
        {names.name: names for names in _names(model)},
        {rows.name: rows for rows in _rows(model, (*model.own_rows, *SHARED_PARTS))},
        {rows.name: rows for rows in _rows(model, model.shared_rows)},
    )


def _names(model: type[Record]) -> Iterator[NameLookup]:
    for field in model._meta.many_to_many:
        through = field.remote_field.through
        if through._meta.auto_created:
            own = through._meta.get_field(field.m2m_field_name())
            yield NameLookup(
                field.name, through, own.attname, through._meta.get_field(field.m2m_reverse_field_name())
            )


def _rows(model: type[Record], names: Iterable[str]) -> Iterator[RowSchema]:
    for name in names:
        relation = model._meta.get_field(name)
        related = relation.related_model
        owner = None if name in SHARED_PARTS else related._meta.get_field(relation.field.name)
        passed_over = {owner.name} if owner else {"content_type", "object_id"}
        columns = [
            DocumentField.for_field(field)
            for field in related._meta.concrete_fields
            if not field.primary_key and field.name not in passed_over
        ]
        yield RowSchema(name, related, owner, tuple(columns))


def natural_name(instance: models.Model) -> str:
    """How documents name a record, or a part of one."""
    return "#".join(str(reduce(getattr, path.split("__"), instance)) for path in instance.named_by)


def plain_value(value):
    """A value as JSON can hold it."""
    if isinstance(value, Decimal):
        return f"{(value + 0).normalize():f}"
    if isinstance(value, datetime.date | datetime.datetime):
        return value.isoformat()
    return value


def _texts(columns: Iterable[DocumentField], values: list) -> Iterator[tuple[str, object]]:
    place = 0
    for column in columns:
        yield column.name, column.text(values[place : place + len(column.paths)])
        place += len(column.paths)


def sorted_rows(items: Iterable) -> list:
    """Items of a list in the order that documents have them in."""
    found = list(items)
    return sorted(found, key=item_key) if len(found) > 1 else found


def item_key(item) -> str:
    """What tells items of a list apart."""
    return item if isinstance(item, str) else _as_text(item)


# Made once: of an import there are a million items.
_as_text = json.JSONEncoder(sort_keys=True, ensure_ascii=False).encode


def read_documents(model: type[Record], keys: Collection[int]) -> dict[int, Document]:
    """The documents of those of the records that are there, with a fixed number of queries."""
    if not keys:
        return {}
    form = document_schema(model)
    paths = [path for column in form.columns.values() for path in column.paths]
    stored = model._base_manager.filter(pk_in(keys)).order_by().values_list("pk", *paths)
    found = {pk: dict(_texts(form.columns.values(), values)) for pk, *values in stored.iterator()}
    if not found:
        return {}
    for names in form.names.values():
        _add_rows(found, names.name, names.read(keys))
    for rows in form.rows.values():
        _add_rows(found, rows.name, ((key, row) for key, _pk, row in rows.read(model, keys)))
    return found


def _add_rows(found: dict[int, Document], name: str, pairs: Iterable[tuple[int, object]]) -> None:
    items = defaultdict(list)
    for key, item in pairs:
        items[key].append(item)
    for key, document in found.items():
        document[name] = sorted_rows(items[key]) if key in items else []
