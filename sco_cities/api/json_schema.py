"""Builds JSON schemas for the API description, list columns and export metadata."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from sco_cities.i18n.punctuation import with_label
from sco_cities.listings.columns import Column
from sco_cities.listings.exports.json_rows import edtf_names
from sco_cities.listings.listing import Listing
from sco_cities.search.searchable_lists import LISTS_BY_COLLECTION

Schema = dict[str, Any]
TEXT: Schema = {"type": "string"}
TEXT_OR_NULL: Schema = {"type": ["string", "null"]}
URL: Schema = {"type": "string", "format": "uri"}
URL_OR_NULL: Schema = {"type": ["string", "null"], "format": "uri"}
NUMBER: Schema = {"type": "integer"}
DAY_OR_NULL: Schema = {"type": ["string", "null"], "format": "date"}


# An extension that openapi-generator and Scalar support. Its labels have the order of `enum`. From the standard form
# (`oneOf` with `const`), generators would create a class for each code.
ENUM_LABELS = "x-enum-descriptions"


def enum_of(labels: Mapping[str, str | Promise]) -> Schema:
    """Returns the schema of a code. `labels` maps the valid codes to labels."""
    return {"type": "string", "enum": list(labels), ENUM_LABELS: list(map(str, labels.values()))}


def note(description: str) -> Schema:
    """Returns a description to merge into a property's schema. OpenAPI 3.1 also allows it next to a `$ref`."""
    return {"description": description}


def reference(name: str) -> Schema:
    """Returns a reference to a shared schema."""
    return {"$ref": f"#/components/schemas/{name}"}


def array_of(items: Schema, most: int | None = None) -> Schema:
    """Returns the schema of a list with at most `most` items. `items` is the schema of an item."""
    return {"type": "array", "items": items} | ({"maxItems": most} if most else {})


def object_of(properties: dict[str, Schema], required: Sequence[str] | None = None) -> Schema:
    """Returns the schema of an object with `properties`. By default, all properties are required."""
    names = list(properties) if required is None else list(required)
    return {"type": "object", "properties": properties, "required": names}


_TEXTS: Schema = array_of(TEXT)
_NUMBER_FIELDS = (models.IntegerField, models.DecimalField, models.FloatField)


def column_schemas(listing: Listing, column: Column, *, labels: bool = True) -> dict[str, Schema]:
    """Maps the properties that a column adds to a record to their JSON schemas."""
    schema = _schema(listing, column)
    meaning = _meaning(column)
    description = with_label(column.full_label, meaning) if meaning else str(column.full_label)
    schemas = {column.name: schema | {"description": description}}
    if column.is_edtf:
        first, last = edtf_names(column.name)
        schemas[first] = DAY_OR_NULL | {"description": _("The earliest possible day of %s") % column.name}
        schemas[last] = DAY_OR_NULL | {"description": _("The latest possible day of %s") % column.name}
    if labels and column.has_names:
        schemas |= labelled(column.name, schemas[column.name], is_list=column.is_list)
    return schemas


def labelled(name: str, schema: Schema, *, is_list: bool = False) -> dict[str, Schema]:
    """Returns the schemas of a property with slugs, and of the property with names that `labels=1` adds."""
    description = _("The names of the records in %s, in the language of the URL, if labels=1 is set") % name
    return {
        name: schema,
        f"{name}_names": (_TEXTS if is_list else TEXT_OR_NULL) | {"description": description},
    }


def _meaning(column: Column) -> str:
    """Returns a description that complements the column's label, or ""."""
    if column.meaning or not column.of:
        return str(column.meaning)
    title = LISTS_BY_COLLECTION[column.of].listing.title
    is_code = getattr(column, "key", "slug") != "slug"
    return (
        _("code of a record in the list “%s”") if is_code else _("slug of a record in the list “%s”")
    ) % title


def _schema(listing: Listing, column: Column) -> Schema:
    if column.is_list:
        return _TEXTS
    if column.json_type:
        return {"type": column.json_type}
    if column.of or column.is_edtf:
        return TEXT_OR_NULL
    field = model_field(listing, column)
    if field is None:
        # The column is an annotation that counts related rows.
        return {"type": "integer"}
    if isinstance(field, models.DateTimeField):
        return {"type": "string", "format": "date-time"}
    if isinstance(field, _NUMBER_FIELDS):
        is_whole = isinstance(field, models.IntegerField)
        return {"type": ["integer" if is_whole else "number", "null"]}
    if field.choices:
        return enum_of({code: label for code, label in field.flatchoices if code != ""})
    if isinstance(field, models.DateField):
        return DAY_OR_NULL
    return TEXT_OR_NULL


def model_field(listing: Listing, column: Column) -> models.Field | None:
    """Returns the model field that stores the column, or None if the column is computed."""
    try:
        return listing.indexed_model.model._meta.get_field(column.source)
    except FieldDoesNotExist:
        return None
