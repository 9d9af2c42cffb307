"""Making many records say what documents say, with a few statements for all of them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone

from sco_cities.core.fields import computed_fields, refresh_computed
from sco_cities.db.pk_filter import pk_in
from sco_cities.sources.base_models import Record
from sco_cities.sources.models import Figure, FormerSlug

from .delta import ADDED, Delta, is_of_list
from .restore import RecordWriter
from .serialization import Document, RowSchema, document_schema


class BulkRestore(RecordWriter):
    """Writes what documents say of many records of a kind at once.

    What few records have is written record by record: a change of lists or of the slug, a name of their own kind.
    """

    def create_all(self, model: type[Record], documents: Mapping[int, Document]) -> None:
        """Brings records back under their old keys, as `create` does."""
        self._look_up_columns(model, documents.values())
        records = [self.blank(model, key, document) for key, document in documents.items()]
        kind = ContentType.objects.get_for_model(model)
        slugs = [record.slug for record in records]
        FormerSlug.objects.filter(content_type=kind, slug__in=slugs).delete()
        model._base_manager.bulk_create(records)
        self.bare.update((model, key) for key in documents)

    def change_all(self, records: Mapping[int, Record], wanted: Mapping[int, Delta]) -> None:
        """Makes the changes to records of one kind, as `change` does."""
        if not records:
            return
        model = type(next(iter(records.values())))
        bare = {key: wanted[key] for key in records if self._is_plainly_bare(model, key, wanted[key])}
        self._fill_bare(model, {key: records[key] for key in bare}, bare)
        columns = {
            key: wanted[key]
            for key in records
            if (model, key) not in self.bare and key not in bare and _is_of_columns(wanted[key])
        }
        self._set_columns(model, {key: records[key] for key in columns}, columns)
        for key, record in records.items():
            if key not in bare and key not in columns:
                self.change(record, wanted[key])

    def _is_plainly_bare(self, model: type[Record], key: int, wanted: Delta) -> bool:
        own_kind = [
            name
            for name, column in document_schema(model).columns.items()
            if column.field.related_model is model
        ]
        return (model, key) in self.bare and not any(wanted.get(name, ("", ""))[1] for name in own_kind)

    def _set_columns(self, model, records: Mapping[int, Record], wanted: Mapping[int, Delta]) -> None:
        if not records:
            return
        form, now = document_schema(model), timezone.now()
        self._look_up_columns(
            model, ({name: new for name, (_old, new) in each.items()} for each in wanted.values())
        )
        alike = defaultdict(list)
        for key, record in records.items():
            for name, (_old, new) in wanted[key].items():
                self._set(record, form.columns[name], new)
            refresh_computed(record)
            record.updated_at = now
            alike[frozenset(wanted[key])].append(record)
        computed = {field.name for field in computed_fields(model)}
        for names, some in alike.items():
            model._base_manager.bulk_update(some, sorted({*names, *computed, "updated_at"}))

    def _fill_bare(self, model, records: Mapping[int, Record], wanted: Mapping[int, Delta]) -> None:
        """The lists of records of which nothing but columns is stored."""
        form = document_schema(model)
        added = {
            name: [(key, item) for key, each in wanted.items() if name in each for item in each[name][ADDED]]
            for name in (*form.names, *form.rows)
        }
        for name, names in form.names.items():
            self._look_up(names.other, (text for _key, text in added[name]))
            other = names.other.attname
            names.through.objects.bulk_create(
                names.through(**{names.own: key, other: self._key_of(names.other, text)})
                for key, text in added[name]
            )
        for name, rows in form.rows.items():
            self._add_rows(model, rows, records, added[name])
        self.bare.difference_update((model, key) for key in records)

    def _add_rows(
        self, model, rows: RowSchema, records: Mapping[int, Record], added: list[tuple[int, dict]]
    ) -> None:
        if not added:
            return
        if rows.model is FormerSlug:
            kind = ContentType.objects.get_for_model(model)
            slugs = [row["slug"] for _key, row in added]
            FormerSlug.objects.filter(content_type=kind, slug__in=slugs).delete()
        for column in rows.columns:
            if column.field.related_model is Figure:
                self._look_up_figures(model, {key for key, row in added if row.get(column.name)})
            elif column.field.is_relation:
                self._look_up(column.field, (row.get(column.name) for _key, row in added))
        made = []
        for key, row in added:
            owner = {rows.owner.attname: key} if rows.owner else {"record": records[key]}
            made.append(self.fill(records[key], rows, rows.model(**owner), row))
        rows.model._base_manager.bulk_create(made)

    def _look_up_columns(self, model: type[Record], documents: Iterable[Document]) -> None:
        documents = list(documents)
        for name, column in document_schema(model).columns.items():
            if column.field.is_relation and column.field.related_model is not model:
                self._look_up(column.field, (document.get(name) for document in documents))

    def _look_up(self, field: models.ForeignKey, texts: Iterable[str | None]) -> None:
        """Finds the keys of what is named, as far as it is called so now; others are looked for one by one."""
        model = field.related_model
        new = {text for text in texts if text and (model, text) not in self._keys}
        if not new:
            return
        first, *rest = model.named_by
        found = model._base_manager.filter(**{f"{first}__in": {text.partition("#")[0] for text in new}})
        for pk, *values in found.values_list("pk", first, *rest):
            self._keys[model, "#".join(map(str, values))] = pk

    def _look_up_figures(self, model: type[Record], keys: set[int]) -> None:
        figures = Figure.objects.filter(
            pk_in(keys, "object_id"), content_type=ContentType.objects.get_for_model(model)
        )
        self._figures = {
            (key, label): pk for key, label, pk in figures.values_list("object_id", "label", "pk")
        }


def _is_of_columns(wanted: Delta) -> bool:
    return "slug" not in wanted and not any(map(is_of_list, wanted.values()))
