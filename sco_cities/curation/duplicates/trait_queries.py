"""Traits of stored records, read with a fixed number of queries and no other columns."""

from collections import defaultdict
from collections.abc import Iterator
from sys import intern

from django.db import models
from django.db.models import Q

from sco_cities.db.pk_filter import pk_in
from sco_cities.history.serialization import json_value
from sco_cities.sources.base_models import Record

from .similarity import SimilarityConfig, Traits

CHUNK_SIZE = 2_000


def traits(model: type[Record], config: SimilarityConfig, condition: Q | None = None) -> Iterator[Traits]:
    """The traits of all records of a kind, or of those that fulfil `condition`, by key."""
    columns = {
        name: lookup for name in config.fields if (lookup := _lookup(model._meta.get_field(name))) is not None
    }
    many = [name for name in config.fields if name not in columns]
    rows = model._base_manager.filter(condition or Q()).order_by("pk")
    keys = list(rows.values_list("pk", flat=True)) if condition is not None and many else None
    slugs = {name: _related_slugs(model._meta.get_field(name), keys) for name in many}
    for key, *values in rows.values_list("pk", *columns.values()).iterator(chunk_size=CHUNK_SIZE):
        texts = dict(zip(columns, map(json_value, values), strict=True))
        related = {name: by_key.get(key, ()) for name, by_key in slugs.items()}
        yield Traits.from_values(config, texts | related, key)


def _lookup(field: models.Field) -> str | None:
    """The lookup that reads a field as text; None for relations to many."""
    if field.many_to_many:
        return None
    return f"{field.name}__slug" if field.is_relation else field.name


def _related_slugs(field: models.ManyToManyField, keys: list[int] | None) -> dict[int, list[str]]:
    """By key of a record, the slugs of its related records."""
    through = field.remote_field.through
    own = through._meta.get_field(field.m2m_field_name()).attname
    rows = through._base_manager.order_by()
    if keys is not None:
        rows = rows.filter(pk_in(keys, own))
    slugs = defaultdict(list)
    for key, slug in rows.values_list(own, f"{field.m2m_reverse_field_name()}__slug").iterator():
        slugs[key].append(intern(slug))
    return slugs
