"""Writes documents and deltas of many records to the database with few SQL statements."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from sco_cities.core.fields import computed_fields, refresh_computed
from sco_cities.core.translations import TranslatedTexts
from sco_cities.db.pk_queries import pk_in
from sco_cities.history.delta import ADDED, REMOVED, Delta, match_rows
from sco_cities.history.references import slugs_of_today
from sco_cities.history.serialization import (
    Document,
    DocumentField,
    ManyToManySchema,
    RowSchema,
    document_schema,
    item_key,
)
from sco_cities.sources.base_models import Record
from sco_cities.sources.models import Figure, FormerSlug, Passage


class DocumentWriter:
    """Creates and changes records of a model from documents and deltas.

    The values were valid when they were recorded. If they have become invalid, the database raises IntegrityError. The
    database does not detect records that are part of each other, so the caller must check for such cycles afterwards.
    If `validates` is set, the writer also runs model validation, which raises ValidationError with the field.
    Validation takes twenty times as long.
    """

    def __init__(self, *, validates: bool = False):
        self.validates = validates
        # Created records whose lists are still missing. `change` adds the lists.
        self.without_lists: set[tuple[type[Record], int]] = set()
        self._keys: dict[tuple[type[models.Model], str], int] = {}
        # The primary keys of figures by record and label.
        self._figures: dict[tuple[type[Record], int, str], int] = {}

    def create(self, model: type[Record], documents: Mapping[int, Document]) -> None:
        """Recreates deleted records under their former primary keys, without lists.

        Referenced records must exist. `change` adds the lists and the references to records of the same model.
        """
        self._look_up_columns(model, documents.values())
        records = []
        for key, document in documents.items():
            record = model(pk=key)
            for name, column in document_schema(model).columns.items():
                is_self_reference = column.field.is_relation and column.field.related_model is model
                self._set(record, column, "" if is_self_reference else document.get(name))
            records.append(record)
        _release_slugs(model, [record.slug for record in records])
        for record in records if self.validates else ():
            record.full_clean(validate_constraints=False)
        model._base_manager.bulk_create(records)
        self.without_lists.update((model, key) for key in documents)

    def change(self, model: type[Record], records: Mapping[int, Record], deltas: Mapping[int, Delta]) -> None:
        """Applies deltas to stored records of a model. `records` and `deltas` are indexed by primary key."""
        schema = document_schema(model)
        self._change_columns(model, records, deltas)
        for name, relation in schema.many_to_many.items():
            if changes := {key: delta[name] for key, delta in deltas.items() if name in delta}:
                self.change_many_to_many(relation, changes)
        lists = [_RowList(self, model, rows, records, deltas) for rows in schema.rows.values()]
        # Evidence references figures, so evidence is removed before figures and added after figures.
        for row_list in reversed(lists):
            if not row_list.rows.are_referenced:
                row_list.remove()
        for row_list in lists:
            row_list.change()
            row_list.add()
        self.without_lists.difference_update((model, key) for key in deltas)

    def remove_referenced_rows(
        self, model: type[Record], records: Mapping[int, Record], deltas: Mapping[int, Delta]
    ) -> None:
        """Removes rows that `change` keeps because other records may reference them. Remove references first."""
        for rows in document_schema(model).rows.values():
            if rows.are_referenced:
                _RowList(self, model, rows, records, deltas).remove()

    def _change_columns(
        self, model: type[Record], records: Mapping[int, Record], deltas: Mapping[int, Delta]
    ) -> None:
        columns, now = document_schema(model).columns, timezone.now()
        existing = [delta for key, delta in deltas.items() if (model, key) not in self.without_lists]
        self._look_up_columns(
            model,
            [{name: change[1] for name, change in delta.items() if name in columns} for delta in existing],
        )
        by_columns: dict[frozenset[str], list[Record]] = defaultdict(list)
        for key, delta in deltas.items():
            record, is_new = records[key], (model, key) in self.without_lists
            names = [
                name
                for name in delta
                if name in columns
                and (not is_new or (columns[name].field.related_model is model and delta[name][1]))
            ]
            for name in names:
                self._set(record, columns[name], delta[name][1])
            if names and self.validates:
                record.full_clean(exclude=[name for name in columns if name not in names])
            if "slug" in names:
                record.save()
            elif names or not is_new:
                # The record's page shows `updated_at`, so changes to lists also set it.
                refresh_computed(record)
                record.updated_at = now
                by_columns[frozenset(names)].append(record)
        computed = {field.name for field in computed_fields(model)}
        for names, group in by_columns.items():
            model._base_manager.bulk_update(group, sorted({*names, *computed, "updated_at"}))

    def change_many_to_many(self, relation: ManyToManySchema, changes: Mapping[int, Delta]) -> None:
        """Removes and adds items of a many-to-many relation. `changes` maps record keys to list changes."""
        texts = (text for change in changes.values() for side in change.values() for text in side)
        self._look_up(relation.other, texts)
        own, other = relation.own, relation.other.attname
        removed, added = (
            {(key, self._key_of(relation.other, text)) for key, change in changes.items() for text in change[side]}
            for side in (REMOVED, ADDED)
        )  # fmt: skip
        if removed:
            stored = relation.through._base_manager.filter(pk_in({key for key, _other in removed}, own))
            pairs = stored.values_list("pk", own, other)
            keys = [pk for pk, *pair in pairs if tuple(pair) in removed]
            relation.through._base_manager.filter(pk_in(keys)).delete()
        # A current slug and a former slug may identify the same record.
        relation.through._base_manager.bulk_create(
            [relation.through(**{own: key, other: related}) for key, related in sorted(added)],
            ignore_conflicts=True,
        )

    def _set(self, instance: models.Model, column: DocumentField, value, owner: Record | None = None) -> None:
        field = column.field
        if field.is_relation:
            setattr(instance, field.attname, self._key_of(field, value, owner) if value else None)
        else:
            column.set_on(instance, value)

    def fill(self, record: Record, rows: RowSchema, instance: models.Model, row: dict) -> models.Model:
        """Sets the columns of `instance` from `row` without saving it."""
        for column in rows.columns:
            self._set(instance, column, row.get(column.name), owner=record)
        if isinstance(instance, TranslatedTexts):
            instance.take_translated_from_as_given()
        if self.validates:
            instance.full_clean()
        return instance

    def _key_of(self, field: models.ForeignKey, text: str, owner: Record | None = None) -> int:
        """Returns the primary key for the natural key `text`. Raises ValidationError if there is no such object."""
        model = field.related_model
        if model is Figure:
            key = self._figures.get((type(owner), owner.pk, text))
        elif (model, text) in self._keys:
            return self._keys[model, text]
        elif model is Passage:
            slug, _hash, number = text.rpartition("#")
            report = self._key_of(Passage._meta.get_field("report"), slug)
            key = Passage.objects.filter(report=report, number=number).values_list("pk", flat=True).first()
        else:
            key = model._base_manager.filter(slug=text).values_list("pk", flat=True).first()
            if key is None:
                key, _slug = slugs_of_today(model, [text]).get(text, (None, ""))
        if key is None:
            kind = model._meta.verbose_name
            message = _("The %(kind)s “%(name)s” no longer exists.") % {"kind": kind, "name": text}
            raise ValidationError({field.name: message})
        if model is not Figure:
            self._keys[model, text] = key
        return key

    def _look_up_columns(self, model: type[Record], documents: Collection[Document]) -> None:
        for name, column in document_schema(model).columns.items():
            if column.field.is_relation and column.field.related_model is not model:
                self._look_up(column.field, (document.get(name) for document in documents))

    def look_up_rows(self, model: type[Record], rows: RowSchema, pairs: Collection[tuple]) -> None:
        """Looks up the objects that rows reference. `pairs` contains a (record, row) pair for each row."""
        for column in rows.columns:
            if column.field.related_model is Figure:
                keys = {record.pk for record, row in pairs if row.get(column.name)}
                figures = document_schema(model).rows["figures"].stored_rows(model, keys)
                stored = figures.values_list("object_id", "label", "pk")
                self._figures = {(model, key, label): pk for key, label, pk in stored}
            elif column.field.is_relation:
                self._look_up(column.field, (row.get(column.name) for _record, row in pairs))

    def _look_up(self, field: models.ForeignKey, texts: Iterable[str | None]) -> None:
        """Caches the primary keys for these natural keys. Former slugs are looked up later, one by one."""
        model = field.related_model
        new = {text for text in texts if text and (model, text) not in self._keys}
        if not new:
            return
        first, *rest = model.natural_key_fields
        stored = model._base_manager.filter(**{f"{first}__in": {text.partition("#")[0] for text in new}})
        for pk, *values in stored.values_list("pk", first, *rest):
            self._keys[model, "#".join(map(str, values))] = pk


def _release_slugs(model: type[Record], slugs: Collection[str]) -> None:
    """Deletes former slugs, so that records can use the slugs again. A merge may have transferred them."""
    content_type = ContentType.objects.get_for_model(model)
    FormerSlug.objects.filter(content_type=content_type, slug__in=slugs).delete()


class _RowList:
    """Applies deltas to one list of rows, for several records of a model."""

    def __init__(
        self,
        writer: DocumentWriter,
        model: type[Record],
        rows: RowSchema,
        records: Mapping[int, Record],
        deltas: Mapping[int, Delta],
    ):
        self.writer, self.model, self.rows = writer, model, rows
        self.changed: list[tuple[Record, dict, dict]] = []
        self.removed: list[tuple[Record, dict]] = []
        self.added: list[tuple[Record, dict]] = []
        for key, delta in deltas.items():
            if rows.name in delta:
                record, (changed, removed, added) = records[key], match_rows(rows, delta[rows.name])
                self.changed += [(record, old, new) for old, new in changed]
                self.removed += [(record, row) for row in removed]
                self.added += [(record, row) for row in added]

    def _stored(self, records: Iterable[Record]) -> dict[tuple[int, str], int]:
        """Returns the primary keys of the stored rows, by record and content."""
        keys = {each.pk for each in records if (self.model, each.pk) not in self.writer.without_lists}
        rows = self.rows.read(self.model, keys) if keys else ()
        return {(owner, item_key(row)): pk for owner, pk, row in rows}

    def remove(self) -> None:
        # Former slugs are kept, because URLs that were once valid must continue to work.
        if self.removed and self.rows.model is not FormerSlug:
            stored = self._stored(record for record, _row in self.removed)
            keys = [stored.get((record.pk, item_key(row))) for record, row in self.removed]
            self.rows.model._base_manager.filter(pk_in(key for key in keys if key)).delete()

    def change(self) -> None:
        """Changes rows in place, because other rows may reference them. For example, evidence references figures."""
        if not self.changed:
            return
        stored = self._stored(record for record, _old, _new in self.changed)
        relations = {column.name for column in self.rows.columns if column.field.is_relation}
        found = {}
        for record, old, new in self.changed:
            # If a figure was renamed, its stored evidence already contains the new label.
            renamed = {**old, **{name: new[name] for name in relations & new.keys()}}
            keys = ((record.pk, item_key(row)) for row in (old, renamed))
            if pk := next((stored[key] for key in keys if key in stored), None):
                found[pk] = record, new
            else:
                self.added.append((record, new))
        instances = self.rows.model._base_manager.in_bulk(found)
        self.writer.look_up_rows(self.model, self.rows, found.values())
        for pk, (record, new) in found.items():
            self.writer.fill(record, self.rows, instances[pk], new).save()

    def add(self) -> None:
        stored = self._stored(record for record, _row in self.added)
        added = [(record, row) for record, row in self.added if (record.pk, item_key(row)) not in stored]
        if not added:
            return
        if self.rows.model is FormerSlug:
            _release_slugs(self.model, [row["slug"] for _record, row in added])
        self.writer.look_up_rows(self.model, self.rows, added)
        owner = self.rows.owner
        self.rows.model._base_manager.bulk_create(
            self.writer.fill(
                record,
                self.rows,
                self.rows.model(**{owner.attname: record.pk} if owner else {"record": record}),
                row,
            )
            for record, row in added
        )
