"""Reading of stored records what is compared of them: with a fixed number of queries, and nothing else of them."""

from collections import defaultdict
from collections.abc import Iterator
from sys import intern

from django.db import models
from django.db.models import Q

from sco_cities.db.pk_filter import pk_in
from sco_cities.history.serialization import plain_value
from sco_cities.sources.base_models import Record

from .similarity import SimilarityConfig, Traits

ROWS_AT_ONCE = 2_000


def traits(model: type[Record], likeness: SimilarityConfig, which: Q | None = None) -> Iterator[Traits]:
    """What is compared of the records of a kind, or of those that fulfil a condition."""
    columns = {
        name: path for name in likeness.fields if (path := _path(model._meta.get_field(name))) is not None
    }
    many = [name for name in likeness.fields if name not in columns]
    rows = model._base_manager.filter(which or Q()).order_by("pk")
    keys = list(rows.values_list("pk", flat=True)) if which is not None and many else None
    named = {name: _named(model._meta.get_field(name), keys) for name in many}
    for key, *values in rows.values_list("pk", *columns.values()).iterator(chunk_size=ROWS_AT_ONCE):
        texts = dict(zip(columns, map(plain_value, values), strict=True))
        yield Traits.of(likeness, texts | {name: found.get(key, ()) for name, found in named.items()}, key)


def _path(field: models.Field) -> str | None:
    """Where the text of a field is read; None for relations to many."""
    if field.many_to_many:
        return None
    return f"{field.name}__slug" if field.is_relation else field.name


def _named(field: models.ManyToManyField, keys: list[int] | None) -> dict[int, list[str]]:
    """By key of a record, the slugs of what it names in a relation to many."""
    through = field.remote_field.through
    own = through._meta.get_field(field.m2m_field_name()).attname
    rows = through._base_manager.order_by()
    if keys is not None:
        rows = rows.filter(pk_in(keys, own))
    found = defaultdict(list)
    for key, slug in rows.values_list(own, f"{field.m2m_reverse_field_name()}__slug").iterator():
        found[key].append(intern(slug))
    return found
