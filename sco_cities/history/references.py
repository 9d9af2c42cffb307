"""References between documents, which determine the records that a rename, merge or deletion changes."""

from collections import defaultdict
from collections.abc import Collection, Iterable

from django.contrib.contenttypes.models import ContentType
from django.db import models

from sco_cities.db.pk_queries import batches, pk_in
from sco_cities.sources.base_models import Record, record_models
from sco_cities.sources.models import FormerSlug

from .models import Revision
from .serialization import DocumentField, document_schema


def records_referencing(model: type[models.Model], keys: Collection[int]) -> dict[type[Record], set[int]]:
    """Returns the records whose documents reference these rows, as primary keys by model.

    `model` is a record model, or Passage, which is part of a record but has a natural key.
    """
    referencing: dict[type[Record], set[int]] = defaultdict(set)
    for owner_model in record_models():
        schema = document_schema(owner_model)
        for column in schema.columns.values():
            if lookup := column.lookup_to(model):
                owners = owner_model._base_manager.filter(pk_in(keys, lookup))
                referencing[owner_model] |= set(owners.values_list("pk", flat=True))
        for relation in schema.many_to_many.values():
            if lookup := DocumentField.for_field(relation.other).lookup_to(model):
                through_rows = relation.through.objects.filter(pk_in(keys, lookup))
                referencing[owner_model] |= set(through_rows.values_list(relation.own, flat=True))
        for rows in schema.rows.values():
            for column in rows.columns:
                if lookup := column.lookup_to(model):
                    owned = rows.of_kind(owner_model).filter(pk_in(keys, lookup))
                    referencing[owner_model] |= set(owned.values_list(rows.owner_column, flat=True))
    return {owner_model: owners for owner_model, owners in referencing.items() if owners}


def records_of(revisions: Iterable[Revision], *columns: str) -> dict[tuple[int, int], Record]:
    """Returns the records of revisions by content type and key, with one query per kind. Omits deleted records.

    If `columns` are given, only these columns are read.
    """
    keys = defaultdict(set)
    for revision in revisions:
        keys[revision.content_type_id].add(revision.object_id)
    found = {}
    for kind, of_kind in keys.items():
        stored = model_of(kind)._default_manager
        stored = stored.only(*columns) if columns else stored.for_link()
        found |= {(kind, record.pk): record for record in stored.filter(pk_in(of_kind))}
    return found


def slugs_of_today(model: type[Record], former: Collection[str]) -> dict[str, tuple[int, str]]:
    """Maps each former slug to the primary key and current slug of the record that it redirects to."""
    found = {}
    content_type = ContentType.objects.get_for_model(model)
    for batch in batches(former):
        slugs = FormerSlug.objects.filter(content_type=content_type, slug__in=batch)
        keys = dict(slugs.values_list("slug", "object_id"))
        stored = model._base_manager.filter(pk_in(set(keys.values())))
        names = dict(stored.values_list("pk", "slug")) if keys else {}
        found |= {slug: (key, names[key]) for slug, key in keys.items() if key in names}
    return found


def model_of(content_type: int) -> type[Record]:
    """Returns the record model of the content type with this primary key."""
    return ContentType.objects.get_for_id(content_type).model_class()


def select_related_names(rows: models.QuerySet) -> models.QuerySet:
    """Joins `rows` with the relations that `str(row)` reads, such as the passage and report of evidence."""
    fields = [
        field
        for field in rows.model._meta.concrete_fields
        if hasattr(field.related_model, "natural_key_fields")
    ]
    paths = [DocumentField.for_field(field).paths[0].rpartition("__")[0] for field in fields]
    return rows.select_related(*paths) if paths else rows


def changed_co_owners(row_formsets: Iterable, model: type[Record]) -> dict[type[Record], set[int]]:
    """Returns primary keys (by model) of records of other models whose own rows these formsets changed."""
    owners = defaultdict(set)
    for formset in row_formsets:
        changed = [form for form in formset.forms if form.has_changed()]
        for other in record_models():
            for rows in document_schema(other).rows.values() if changed and other is not model else ():
                if rows.owner is not None and rows.model is formset.model:
                    owners[other] |= {getattr(form.instance, rows.owner.attname) for form in changed}
                    owners[other] |= {form.initial.get(rows.owner.name) for form in changed}
    return {other: keys - {None} for other, keys in owners.items() if keys - {None}}
