"""Serialization of records to documents, which stay readable when referenced records are deleted.

A document maps each field name to a simple value, the natural key of another record (its slug) or a list. List items
are natural keys or rows that are part of the record (`Record.own_rows`, figures, evidence, rulings, former slugs). A
row is a dict of texts, without keys for missing translations. Lists are sorted by content. Decimals and dates are
stored as texts.
"""

import dataclasses
import datetime
import json
from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache, reduce

from django.contrib.contenttypes.models import ContentType
from django.db import models

from sco_cities.core.fields import ComputedFieldMixin
from sco_cities.core.translations import optional_columns
from sco_cities.db.pk_queries import pk_in, read_rows
from sco_cities.sources.base_models import Record

Document = dict[str, object]

# Parts that every record can have. Later parts reference earlier parts, so parts are written in this order and removed
# in reverse order.
COMMON_PARTS = ("figures", "evidence", "rulings", "former_slugs")
# Fields that saving a record sets automatically.
AUTOMATIC_FIELDS = {"created_at", "updated_at"}


@dataclass(frozen=True)
class DocumentField:
    """A column of a record or row, with its model field and the lookup paths of its value or natural key."""

    field: models.Field
    paths: tuple[str, ...]

    @classmethod
    def for_field(cls, field: models.Field) -> "DocumentField":
        if not field.is_relation:
            return cls(field, (field.name,))
        return cls(field, tuple(f"{field.name}__{path}" for path in field.related_model.natural_key_fields))

    @property
    def name(self) -> str:
        return self.field.name

    def lookup_to(self, model: type[models.Model]) -> str:
        """Returns the lookup from this column to `model` ("passage__report"), or "" if there is none."""
        steps, related = [], self.field.model
        for step in self.paths[0].split("__")[:-1]:
            steps.append(step)
            related = related._meta.get_field(step).related_model
            if related is model:
                return "__".join(steps)
        return ""

    def value_of(self, instance: models.Model):
        """Returns the document value of this column. `instance` may be unsaved."""
        value = getattr(instance, self.field.attname)
        if not self.field.is_relation:
            return json_value(value)
        return "" if value is None else natural_key(getattr(instance, self.name))

    def set_on(self, instance: models.Model, value) -> None:
        """Sets a column that is not a relation to a document value. The document may be older than the column."""
        empty = None if self.field.null else self.field.get_default()
        setattr(instance, self.field.attname, empty if value is None else self.field.to_python(value))

    def text(self, values: tuple):
        """Converts the database values at `paths` to the document value."""
        if not self.field.is_relation:
            return json_value(values[0])
        return "" if values[0] is None else "#".join(str(value) for value in values)


@dataclass(frozen=True)
class ManyToManySchema:
    """A list of natural keys, stored as a many-to-many relation with an automatic through table.

    In the through table, `own` is the record's column, and `other` is the foreign key to the related record.
    """

    name: str
    through: type[models.Model]
    own: str
    other: models.ForeignKey

    @property
    def related_model(self) -> type[models.Model]:
        return self.other.related_model

    def read(self, keys: Collection[int]) -> Iterator[tuple[int, str]]:
        column = DocumentField.for_field(self.other)
        rows = self.through.objects.order_by()
        for key, *values in _read(rows, keys, self.own, (self.own, *column.paths), self.through):
            yield key, column.text(values)


@dataclass(frozen=True)
class RowSchema:
    """A list of a record's rows. `owner` is the foreign key to the record, or None for a generic foreign key."""

    name: str
    model: type[models.Model]
    owner: models.ForeignKey | None
    columns: tuple[DocumentField, ...]

    @property
    def owner_column(self) -> str:
        """The name of the column that contains the record's primary key."""
        return self.owner.attname if self.owner is not None else "object_id"

    @cached_property
    def key_columns(self) -> tuple[str, ...]:
        """The columns that identify a row within its record, from the shortest unique constraint."""
        owner_fields = {"content_type", "object_id", self.owner.name if self.owner else ""}
        unique = [
            tuple(name for name in constraint.fields if name not in owner_fields)
            for constraint in self.model._meta.constraints
            if isinstance(constraint, models.UniqueConstraint)
            and constraint.condition is None
            and owner_fields & set(constraint.fields)
        ]
        return min(unique, key=len, default=())

    @cached_property
    def optional(self) -> frozenset[str]:
        """The columns that a row omits if they are empty, because older rows in the history lack them.

        These columns are translations and the `later_columns` of a model.
        """
        return frozenset((*optional_columns(self.model), *getattr(self.model, "later_columns", ())))

    def without_empty(self, row: dict) -> dict:
        """Returns `row` without empty optional columns, as in documents."""
        return {name: value for name, value in row.items() if value or name not in self.optional}

    @property
    def shared_owner(self) -> models.ForeignKey:
        """The foreign key from shared rows to the record that owns them."""
        relations = [column.field for column in self.columns if column.field.is_relation]
        return next(
            relation
            for relation in relations
            for name in getattr(relation.related_model, "own_rows", ())
            if relation.related_model._meta.get_field(name).field is relation
        )

    @property
    def are_referenced(self) -> bool:
        """True if other records reference these rows, as evidence references passages."""
        return self.owner is not None and hasattr(self.model, "natural_key_fields")

    def have_same_key(self, one: dict, other: dict) -> bool:
        """Returns True if two rows have the same key and are therefore versions of one row."""
        return bool(self.key_columns) and all(one[name] == other.get(name) for name in self.key_columns)

    def stored_rows(self, record_model: type[Record], keys: Collection[int]) -> models.QuerySet:
        """Returns the stored rows of the records with these keys."""
        return self.of_kind(record_model).filter(pk_in(keys, self.owner_column))

    def of_kind(self, record_model: type[Record]) -> models.QuerySet:
        """Returns the stored rows of all records of this kind."""
        rows = self.model._base_manager.order_by()
        if self.owner is not None:
            return rows
        return rows.filter(content_type=ContentType.objects.get_for_model(record_model))

    def read(self, record_model: type[Record], keys: Collection[int]) -> Iterator[tuple[int, int, dict]]:
        """Yields tuples of record key, row key and row."""
        names = (self.owner_column, "pk", *(path for column in self.columns for path in column.paths))
        stored, kind = self.of_kind(record_model), (self.model, record_model)
        for key, pk, *values in _read(stored, keys, self.owner_column, names, kind):
            yield key, pk, self.without_empty(dict(_texts(self.columns, values)))


@dataclass(frozen=True)
class DocumentSchema:
    """The fields of a model's documents.

    The admin form of this model can also edit `shared_rows`, which belong to other records' documents.
    """

    columns: dict[str, DocumentField]
    many_to_many: dict[str, ManyToManySchema]
    rows: dict[str, RowSchema]
    shared_rows: dict[str, RowSchema] = dataclasses.field(default_factory=dict)

    def blank(self) -> Document:
        """Returns the document of a record without values."""
        return {**dict.fromkeys(self.columns), **{name: [] for name in (*self.many_to_many, *self.rows)}}


@lru_cache(maxsize=64)
def document_schema(model: type[Record]) -> DocumentSchema:
    """Returns the schema of `model`'s documents."""
    columns = [
        DocumentField.for_field(field)
        for field in model._meta.concrete_fields
        if not (field.primary_key or field.name in AUTOMATIC_FIELDS)
        and (not isinstance(field, ComputedFieldMixin) or field.depends_on_history)
    ]
    return DocumentSchema(
        {column.name: column for column in columns},
        {relation.name: relation for relation in _many_to_many(model)},
        {rows.name: rows for rows in _rows(model, (*model.own_rows, *COMMON_PARTS))},
        {rows.name: rows for rows in _rows(model, model.shared_rows)},
    )


def _many_to_many(model: type[Record]) -> Iterator[ManyToManySchema]:
    for field in model._meta.many_to_many:
        through = field.remote_field.through
        if through._meta.auto_created:
            own = through._meta.get_field(field.m2m_field_name())
            yield ManyToManySchema(
                field.name, through, own.attname, through._meta.get_field(field.m2m_reverse_field_name())
            )


def _rows(model: type[Record], names: Iterable[str]) -> Iterator[RowSchema]:
    for name in names:
        relation = model._meta.get_field(name)
        related = relation.related_model
        owner = None if name in COMMON_PARTS else related._meta.get_field(relation.field.name)
        owner_fields = {owner.name} if owner else {"content_type", "object_id"}
        columns = [
            DocumentField.for_field(field)
            for field in related._meta.concrete_fields
            if not field.primary_key and field.name not in owner_fields
        ]
        yield RowSchema(name, related, owner, tuple(columns))


def natural_key(instance: models.Model) -> str:
    """Returns the text that identifies a record or row in documents, such as "report-slug#3" for a passage."""
    return "#".join(str(reduce(getattr, path.split("__"), instance)) for path in instance.natural_key_fields)


def json_value(value):
    """Converts a value to a JSON-compatible value."""
    if isinstance(value, Decimal):
        # Adding zero removes the sign of negative zero, because some databases cannot store it.
        return f"{(value + 0).normalize():f}"
    if isinstance(value, datetime.date | datetime.datetime):
        return value.isoformat()
    return value


def _texts(columns: Iterable[DocumentField], values: list) -> Iterator[tuple[str, object]]:
    start = 0
    for column in columns:
        yield column.name, column.text(values[start : start + len(column.paths)])
        start += len(column.paths)


def sorted_items(items: Iterable) -> list:
    """Sorts the items of a list in document order."""
    items = list(items)
    return sorted(items, key=item_key) if len(items) > 1 else items


def item_key(item) -> str:
    """Returns a hashable text that identifies a list item."""
    return item if isinstance(item, str) else _to_json(item)


# The encoder is created only once, because an import may have a million items.
_to_json = json.JSONEncoder(sort_keys=True, ensure_ascii=False).encode


def read_documents(
    model: type[Record], keys: Collection[int], lists: Collection[str] | None = None
) -> dict[int, Document]:
    """Returns documents of existing records by key, with only `lists` if given. Runs a fixed number of queries."""
    if not keys:
        return {}
    schema = document_schema(model)
    paths = [path for column in schema.columns.values() for path in column.paths]
    stored = _read(model._base_manager.order_by(), keys, "pk", ("pk", *paths), model)
    documents = {pk: dict(_texts(schema.columns.values(), values)) for pk, *values in stored}
    if not documents:
        return {}
    for relation in schema.many_to_many.values():
        if lists is None or relation.name in lists:
            _add_list(documents, relation.name, relation.read(keys))
    for rows in schema.rows.values():
        if lists is None or rows.name in lists:
            _add_list(documents, rows.name, ((key, row) for key, _pk, row in rows.read(model, keys)))
    return documents


def _read(
    rows: models.QuerySet, keys: Collection[int], column: str, names: Sequence[str], kind: Hashable
) -> Iterator[Sequence]:
    """Yields the columns `names` of rows whose `column` is in `keys`. `kind` identifies the query."""
    return read_rows(
        keys,
        lambda condition: rows.filter(condition(column)),
        names,
        using=rows.db,
        cache_key=("document", kind, names),
    )


def _add_list(documents: dict[int, Document], name: str, pairs: Iterable[tuple[int, object]]) -> None:
    items = defaultdict(list)
    for key, item in pairs:
        items[key].append(item)
    for key, document in documents.items():
        document[name] = sorted_items(items[key]) if key in items else []
