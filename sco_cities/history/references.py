"""What names what: which other records a rename, a merge or a deletion changes, and the names that rows show."""

from collections import defaultdict
from collections.abc import Collection

from django.contrib.contenttypes.models import ContentType
from django.db import models

from sco_cities.db.pk_filter import pk_in
from sco_cities.sources.base_models import Record, record_models

from .serialization import DocumentField, RowSchema, document_schema


def records_referencing(model: type[models.Model], keys: Collection[int]) -> dict[type[Record], set[int]]:
    """The records whose documents name one of these: what else a rename, a merge or a deletion changes.

    `model` is a kind of record, or a part of one that others name: a passage.
    """
    found: dict[type[Record], set[int]] = defaultdict(set)
    for owner_model in record_models():
        form = document_schema(owner_model)
        for column in form.columns.values():
            if way := column.way_to(model):
                naming = owner_model._base_manager.filter(pk_in(keys, way))
                found[owner_model] |= set(naming.values_list("pk", flat=True))
        for names in form.names.values():
            if way := DocumentField.for_field(names.other).way_to(model):
                rows = names.through.objects.filter(pk_in(keys, way))
                found[owner_model] |= set(rows.values_list(names.own, flat=True))
        for rows in form.rows.values():
            found[owner_model] |= _owners_of_rows(owner_model, rows, model, keys)
    return {owner: owners for owner, owners in found.items() if owners}


def with_referencing_records(rows: models.QuerySet) -> models.QuerySet:
    """Rows with all that their names are made of, asked with them: evidence with its passage and its report."""
    named = [each for each in rows.model._meta.concrete_fields if hasattr(each.related_model, "named_by")]
    ways = [DocumentField.for_field(field).paths[0].rpartition("__")[0] for field in named]
    return rows.select_related(*ways) if ways else rows


def _owners_of_rows(owner_model, rows: RowSchema, model, keys: Collection[int]) -> set[int]:
    owners = set()
    for column in rows.columns:
        way = column.way_to(model)
        if not way:
            continue
        naming = rows.model._base_manager.filter(pk_in(keys, way))
        if rows.owner is None:
            naming = naming.filter(content_type=ContentType.objects.get_for_model(owner_model))
        owners |= set(naming.values_list(rows.owner.attname if rows.owner else "object_id", flat=True))
    return owners
