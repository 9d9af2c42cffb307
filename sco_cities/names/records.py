"""Reads the names of the published records of a collection and keeps an index of them in memory."""

from collections.abc import Iterator

from django.db.models import IntegerField, Value

from sco_cities.core.localized_names import split_list
from sco_cities.facet_index.dimensions import batches
from sco_cities.facet_index.registry import indexed_model
from sco_cities.facet_index.state import IndexState
from sco_cities.i18n.languages import TEXT_LANGUAGES

from .gazetteer import city_names, country_names
from .index import NameIndex, RecordNames

# Maximum number of records in an index. 5,000 records take 20 MB and a second. For longer lists the full-text search
# finds the candidates.
MAX_INDEXED = 5_000


def name_index(collection: str, state: IndexState) -> NameIndex:
    """The index of the names in a collection in this state. Empty if the collection is too large."""
    published = state.published(collection)
    inputs = (state.index(collection).changes, published)
    return state.memoize(
        ("name index", collection),
        inputs,
        lambda: NameIndex(collection, names(collection, state) if is_indexed(collection, state) else ()),
    )


def is_indexed(collection: str, state: IndexState) -> bool:
    """True if the collection is small enough for an index in memory."""
    return len(state.published(collection)) <= MAX_INDEXED


def names(collection: str, state: IndexState, keys=None) -> Iterator[RecordNames]:
    """Yields the key, country and names of the published records, or of the records with these keys."""
    fields = _fields(collection)
    has_country = collection in ("cities", "organisations", "delegates")
    country = "country_id" if has_country else Value(None, IntegerField())
    keys = state.published(collection) if keys is None else keys
    records = indexed_model(collection).model._base_manager.using(state.using).order_by()
    for batch in batches(keys):
        for key, its, *values in records.filter(pk__in=batch).values_list("pk", country, *fields):
            yield key, its, list(dict.fromkeys(filter(None, _texts(collection, fields, values))))


def _fields(collection: str) -> list[str]:
    model = indexed_model(collection).model
    own = {field.name for field in model._meta.concrete_fields}
    stem = "title" if "title_en" in own else "name"
    others = ("aliases", "keywords", "slug", "geonames_id")
    return [*(f"{stem}_{language}" for language in TEXT_LANGUAGES), *(name for name in others if name in own)]


def _texts(collection: str, fields: list[str], values: list) -> Iterator[str]:
    for field, value in zip(fields, values, strict=True):
        if field in ("aliases", "keywords"):
            yield from split_list(value)
        elif field == "geonames_id":
            yield from city_names().get(str(value), ())
        elif field == "slug":
            yield from country_names().get(value, ()) if collection == "countries" else ()
        else:
            yield value
