"""Writes the documents of many records with a few statements in total."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone

from sco_cities.core.fields import computed_fields, refresh_computed
from sco_cities.db.pk_filter import pk_in
from sco_cities.sources.base_models import Record
from sco_cities.sources.models import Figure, FormerSlug

from .delta import ADDED, Delta, is_list_change
from .restore import RecordWriter
from .serialization import Document, RowSchema, document_schema


class BulkRestore(RecordWriter):
    """Creates or changes many records of one model in bulk.

    Rare changes are written record by record: to lists, to the slug, and references to the record's own model.
    """

    def create_all(self, model: type[Record], documents: Mapping[int, Document]) -> None:
        """Creates deleted records again under their old keys, as `create` does."""
        self._look_up_columns(model, documents.values())
        records = [self.unsaved(model, key, document) for key, document in documents.items()]
        content_type = ContentType.objects.get_for_model(model)
        slugs = [record.slug for record in records]
        FormerSlug.objects.filter(content_type=content_type, slug__in=slugs).delete()
        model._base_manager.bulk_create(records)
        self.without_lists.update((model, key) for key in documents)

    def change_all(self, records: Mapping[int, Record], deltas: Mapping[int, Delta]) -> None:
        """Applies a delta to each of these records of one model, as `change` does."""
        if not records:
            return
        model = type(next(iter(records.values())))
        new = {key: deltas[key] for key in records if self._can_fill_lists(model, key, deltas[key])}
        self._fill_lists(model, {key: records[key] for key in new}, new)
        columns = {
            key: deltas[key]
            for key in records
            if (model, key) not in self.without_lists
            and key not in new
            and _changes_only_columns(deltas[key])
        }
        self._set_columns(model, {key: records[key] for key in columns}, columns)
        for key, record in records.items():
            if key not in new and key not in columns:
                self.change(record, deltas[key])

    def _can_fill_lists(self, model: type[Record], key: int, delta: Delta) -> bool:
        self_references = [
            name
            for name, column in document_schema(model).columns.items()
            if column.field.related_model is model
        ]
        return (model, key) in self.without_lists and not any(
            delta.get(name, ("", ""))[1] for name in self_references
        )

    def _set_columns(self, model, records: Mapping[int, Record], deltas: Mapping[int, Delta]) -> None:
        if not records:
            return
        schema, now = document_schema(model), timezone.now()
        self._look_up_columns(
            model, ({name: new for name, (_old, new) in delta.items()} for delta in deltas.values())
        )
        by_columns = defaultdict(list)
        for key, record in records.items():
            for name, (_old, new) in deltas[key].items():
                self._set(record, schema.columns[name], new)
            refresh_computed(record)
            record.updated_at = now
            by_columns[frozenset(deltas[key])].append(record)
        computed = {field.name for field in computed_fields(model)}
        for names, group in by_columns.items():
            model._base_manager.bulk_update(group, sorted({*names, *computed, "updated_at"}))

    def _fill_lists(self, model, records: Mapping[int, Record], deltas: Mapping[int, Delta]) -> None:
        """Adds the lists of records that have only columns so far."""
        schema = document_schema(model)
        added = {
            name: [
                (key, item) for key, delta in deltas.items() if name in delta for item in delta[name][ADDED]
            ]
            for name in (*schema.many_to_many, *schema.rows)
        }
        for name, relation in schema.many_to_many.items():
            self._look_up(relation.other, (text for _key, text in added[name]))
            other = relation.other.attname
            relation.through.objects.bulk_create(
                relation.through(**{relation.own: key, other: self._key_of(relation.other, text)})
                for key, text in added[name]
            )
        for name, rows in schema.rows.items():
            self._add_rows(model, rows, records, added[name])
        self.without_lists.difference_update((model, key) for key in records)

    def _add_rows(
        self, model, rows: RowSchema, records: Mapping[int, Record], added: list[tuple[int, dict]]
    ) -> None:
        if not added:
            return
        if rows.model is FormerSlug:
            content_type = ContentType.objects.get_for_model(model)
            slugs = [row["slug"] for _key, row in added]
            FormerSlug.objects.filter(content_type=content_type, slug__in=slugs).delete()
        for column in rows.columns:
            if column.field.related_model is Figure:
                self._look_up_figures(model, {key for key, row in added if row.get(column.name)})
            elif column.field.is_relation:
                self._look_up(column.field, (row.get(column.name) for _key, row in added))
        instances = []
        for key, row in added:
            owner = {rows.owner.attname: key} if rows.owner else {"record": records[key]}
            instances.append(self.fill(records[key], rows, rows.model(**owner), row))
        rows.model._base_manager.bulk_create(instances)

    def _look_up_columns(self, model: type[Record], documents: Iterable[Document]) -> None:
        documents = list(documents)
        for name, column in document_schema(model).columns.items():
            if column.field.is_relation and column.field.related_model is not model:
                self._look_up(column.field, (document.get(name) for document in documents))

    def _look_up(self, field: models.ForeignKey, texts: Iterable[str | None]) -> None:
        """Caches the primary keys of these natural keys; former slugs are resolved one by one later."""
        model = field.related_model
        new = {text for text in texts if text and (model, text) not in self._keys}
        if not new:
            return
        first, *rest = model.natural_key_fields
        stored = model._base_manager.filter(**{f"{first}__in": {text.partition("#")[0] for text in new}})
        for pk, *values in stored.values_list("pk", first, *rest):
            self._keys[model, "#".join(map(str, values))] = pk

    def _look_up_figures(self, model: type[Record], keys: set[int]) -> None:
        figures = Figure.objects.filter(
            pk_in(keys, "object_id"), content_type=ContentType.objects.get_for_model(model)
        )
        self._figures = {
            (model, key, label): pk for key, label, pk in figures.values_list("object_id", "label", "pk")
        }


def _changes_only_columns(delta: Delta) -> bool:
    return "slug" not in delta and not any(map(is_list_change, delta.values()))
