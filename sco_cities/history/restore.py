"""Writes documents and deltas of single records to the database."""

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from sco_cities.core.translations import TranslatedTexts
from sco_cities.sources.base_models import Record
from sco_cities.sources.models import Figure, FormerSlug, Passage

from .delta import ADDED, REMOVED, Delta, match_rows
from .serialization import Document, DocumentField, ManyToManySchema, RowSchema, document_schema, item_key


class RecordWriter:
    """Creates and changes records from documents and deltas.

    The values were valid once. The database rejects what is no longer valid (IntegrityError), except cycles of records
    that are part of each other: the caller checks for those afterwards. With `validates` the writer runs model
    validation, which takes twenty times as long and raises ValidationError with the field.
    """

    def __init__(self, *, validates: bool = False):
        self.validates = validates
        # Records created with their columns only; `change` adds their lists.
        self.without_lists: set[tuple[type[Record], int]] = set()
        self._keys: dict[tuple[type[models.Model], str], int] = {}
        # Keys of figures by record and label, for records that had no rows before.
        self._figures: dict[tuple[type[Record], int, str], int] = {}

    def create(self, model: type[Record], key: int, document: Document) -> None:
        """Creates a deleted record again under its old key, without its lists: `change` adds those.

        Referenced records must exist; `change` also sets references to the record's own model.
        """
        record = self.unsaved(model, key, document)
        content_type = ContentType.objects.get_for_model(model)
        FormerSlug.objects.filter(content_type=content_type, slug=record.slug).delete()
        if self.validates:
            record.full_clean(validate_constraints=False)
        record.save(force_insert=True)
        self.without_lists.add((model, key))

    def unsaved(self, model: type[Record], key: int, document: Document) -> Record:
        """The record that `create` saves."""
        record = model(pk=key)
        for name, column in document_schema(model).columns.items():
            is_self_reference = column.field.is_relation and column.field.related_model is model
            self._set(record, column, "" if is_self_reference else document.get(name))
        return record

    def change(self, record: Record, delta: Delta) -> None:
        """Applies a delta to a stored record."""
        schema = document_schema(type(record))
        is_new = (type(record), record.pk) in self.without_lists
        self.without_lists.discard((type(record), record.pk))
        columns = [
            name
            for name in delta
            if name in schema.columns
            and (not is_new or schema.columns[name].field.related_model is type(record))
        ]
        for name in columns:
            self._set(record, schema.columns[name], delta[name][1])
        if columns and self.validates:
            record.full_clean(exclude=[name for name in schema.columns if name not in columns])
        # Saved for lists too: a changed list changes the record, whose `updated_at` readers see.
        if columns or not is_new:
            record.save()
        for name, relation in schema.many_to_many.items():
            if name in delta:
                self._change_many_to_many(record, relation, delta[name])
        row_writers = [
            _RowListWriter(record, rows, *match_rows(rows, delta[name]), is_new=is_new)
            for name, rows in schema.rows.items()
            if name in delta
        ]
        # Evidence references figures: it is removed before them and added after them.
        for row_writer in reversed(row_writers):
            if not row_writer.rows.are_referenced:
                row_writer.remove()
        for row_writer in row_writers:
            row_writer.change(self)
            row_writer.add(self)

    def remove_referenced_rows(self, record: Record, delta: Delta) -> None:
        """Removes rows that other records reference. `change` keeps them: their references must go first."""
        for name, rows in document_schema(type(record)).rows.items():
            if name in delta and rows.are_referenced:
                _RowListWriter(record, rows, *match_rows(rows, delta[name])).remove()

    def _change_many_to_many(self, record: Record, relation: ManyToManySchema, change: Delta) -> None:
        manager = getattr(record, relation.name)
        for write, side in ((manager.remove, REMOVED), (manager.add, ADDED)):
            if change[side]:
                write(*(self._key_of(relation.other, text) for text in change[side]))

    def _set(self, instance: models.Model, column: DocumentField, value, owner: Record | None = None) -> None:
        field = column.field
        if field.is_relation:
            setattr(instance, field.attname, self._key_of(field, value, owner) if value else None)
        else:
            # The document may be older than the column.
            empty = None if field.null else field.get_default()
            setattr(instance, field.attname, empty if value is None else field.to_python(value))

    def fill(self, record: Record, rows: RowSchema, instance: models.Model, row: dict) -> models.Model:
        """Sets the columns of a row, without saving it."""
        for column in rows.columns:
            self._set(instance, column, row.get(column.name), owner=record)
        if isinstance(instance, TranslatedTexts):
            instance.take_translated_from_as_given()
        if self.validates:
            instance.full_clean()
        return instance

    def _key_of(self, field: models.ForeignKey, text: str, owner: Record | None = None) -> int:
        """The primary key for the natural key `text`; ValidationError if the object no longer exists."""
        model = field.related_model
        if model is Figure and (type(owner), owner.pk, text) in self._figures:
            return self._figures[type(owner), owner.pk, text]
        if model is Figure:
            key = owner.figures.filter(label=text).values_list("pk", flat=True).first()
        elif (model, text) in self._keys:
            return self._keys[model, text]
        elif model is Passage:
            slug, _hash, number = text.rpartition("#")
            report = self._key_of(Passage._meta.get_field("report"), slug)
            key = Passage.objects.filter(report=report, number=number).values_list("pk", flat=True).first()
        else:
            key = _record_key(model, text)
        if key is None:
            kind = model._meta.verbose_name
            message = _("The %(kind)s “%(name)s” no longer exists.") % {"kind": kind, "name": text}
            raise ValidationError({field.name: message})
        if model is not Figure:
            self._keys[model, text] = key
        return key


def _record_key(model: type[Record], slug: str) -> int | None:
    """The key of the record with this current or former slug."""
    key = model._base_manager.filter(slug=slug).values_list("pk", flat=True).first()
    if key is None:
        former = FormerSlug.objects.filter(content_type=ContentType.objects.get_for_model(model), slug=slug)
        key = former.values_list("object_id", flat=True).first()
    return key


class _RowListWriter:
    """Applies a delta to one list of rows of a record."""

    def __init__(
        self, record: Record, rows: RowSchema, changed: list, removed: list, added: list, *, is_new=False
    ):
        self.record, self.rows, self.is_new = record, rows, is_new
        self.changed, self.removed, self.added = changed, removed, added

    def _stored(self) -> dict[str, int]:
        """Primary keys of the stored rows by content."""
        rows = () if self.is_new else self.rows.read(type(self.record), [self.record.pk])
        return {item_key(row): pk for _owner, pk, row in rows}

    @property
    def _relations(self) -> set[str]:
        return {column.name for column in self.rows.columns if column.field.is_relation}

    def remove(self) -> None:
        # A URL that was once valid keeps working.
        if self.removed and self.rows.model is not FormerSlug:
            stored = self._stored()
            keys = [stored[key] for key in map(item_key, self.removed) if key in stored]
            self.rows.model._base_manager.filter(pk__in=keys).delete()

    def change(self, writer: RecordWriter) -> None:
        """Changes rows in place: other rows may reference them, as evidence references figures and passages."""
        stored = self._stored() if self.changed else {}
        for old, new in self.changed:
            # A figure that was renamed in place has taken its evidence with it.
            keys = (
                item_key(old),
                item_key({**old, **{name: new[name] for name in self._relations & new.keys()}}),
            )
            pk = next((stored[key] for key in keys if key in stored), None)
            if pk is not None:
                instance = self.rows.model._base_manager.get(pk=pk)
                writer.fill(self.record, self.rows, instance, new).save()
            else:
                self.added.append(new)

    def add(self, writer: RecordWriter) -> None:
        stored = self._stored() if self.added else {}
        if self.rows.model is FormerSlug and self.added:
            self._release_slugs([row["slug"] for row in self.added])
        new = []
        for row in self.added:
            if item_key(row) not in stored:
                owner = self.rows.owner
                instance = self.rows.model(
                    **{owner.attname: self.record.pk} if owner else {"record": self.record}
                )
                new.append(writer.fill(self.record, self.rows, instance, row))
        if new:
            self.rows.model._base_manager.bulk_create(new)

    def _release_slugs(self, slugs: list[str]) -> None:
        """A former slug belongs to one record: deletes it from the record that got it since, as in a merge."""
        content_type = ContentType.objects.get_for_model(self.record)
        FormerSlug.objects.filter(content_type=content_type, slug__in=slugs).exclude(
            object_id=self.record.pk
        ).delete()
