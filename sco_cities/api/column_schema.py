"""The JSON schema of the columns of a list, for the API's description and for the metadata of exports."""

from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models

from sco_cities.listings.columns import (
    Column,
    CountColumn,
    ItemsColumn,
    NumberColumn,
    RelatedColumn,
    RelatedListColumn,
    TimestampColumn,
)
from sco_cities.listings.exports.json_columns import edtf_names
from sco_cities.listings.listing import Listing
from sco_cities.sources.columns import CitedColumn, DisputedColumn
from sco_cities.sources.shared_passages import SharedPassageColumn

Schema = dict[str, Any]
_TEXT: Schema = {"type": "string"}
_TEXTS: Schema = {"type": "array", "items": _TEXT}
_NUMBER_FIELDS = (models.IntegerField, models.DecimalField, models.FloatField)


def column_schemas(listing: Listing, column: Column, *, labels: bool = True) -> dict[str, Schema]:
    """The schema of each property that a column gives a record, by name."""
    schemas = {column.name: _schema(listing, column) | {"description": str(column.label)}}
    if column.is_edtf:
        day = {"type": ["string", "null"], "format": "date"}
        first, last = edtf_names(column.name)
        schemas[first] = day | {"description": f"The first day that {column.name} may mean"}
        schemas[last] = day | {"description": f"The last day that {column.name} may mean"}
    if labels and column.has_names:
        is_list = isinstance(column, RelatedListColumn | SharedPassageColumn)
        schemas[f"{column.name}_names"] = _TEXTS if is_list else {"type": ["string", "null"]}
    return schemas


def _schema(listing: Listing, column: Column) -> Schema:
    if isinstance(column, DisputedColumn):
        return {"type": "boolean"}
    if isinstance(column, RelatedListColumn | ItemsColumn | CitedColumn | SharedPassageColumn):
        return _TEXTS
    field = _model_field(listing, column)
    # What is no field is an annotation of the list's QuerySet: a number of related rows.
    if isinstance(column, CountColumn) or (field is None and not column.is_edtf and not column.has_names):
        return {"type": "integer"}
    if isinstance(column, TimestampColumn):
        return {"type": "string", "format": "date-time"}
    if isinstance(column, RelatedColumn):
        return {"type": ["string", "null"]}
    if isinstance(column, NumberColumn) or isinstance(field, _NUMBER_FIELDS):
        is_whole = isinstance(field, models.IntegerField)
        return {"type": ["integer" if is_whole else "number", "null"]}
    if field is not None and field.choices:
        codes = [value for value, _label in field.flatchoices if value != ""]
        return {"type": "string", "enum": codes}
    if isinstance(field, models.DateField):
        return {"type": ["string", "null"], "format": "date"}
    return {"type": ["string", "null"]}


def _model_field(listing: Listing, column: Column) -> models.Field | None:
    try:
        return listing.indexed_model.model._meta.get_field(column.source)
    except FieldDoesNotExist:
        return None
