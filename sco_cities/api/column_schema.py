"""The JSON schema of the columns of a list, for the API's description and for the metadata of exports."""

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.translation import gettext as _

from sco_cities.i18n.punctuation import with_label
from sco_cities.listings.columns import (
    Column,
    CountColumn,
    ItemsColumn,
    NumberColumn,
    RelatedColumn,
    RelatedListColumn,
    TimestampColumn,
)
from sco_cities.listings.exports.json_rows import edtf_names
from sco_cities.listings.listing import Listing
from sco_cities.search.searchable_lists import LISTS_BY_COLLECTION
from sco_cities.sources.columns import CitedColumn, DisputedColumn, SourcesColumn
from sco_cities.sources.shared_passages import SharedPassageColumn

from .json_schema import TEXT, TEXT_OR_NULL, Schema, array_of, enum_of

_TEXTS: Schema = array_of(TEXT)
_NUMBER_FIELDS = (models.IntegerField, models.DecimalField, models.FloatField)


def column_schemas(listing: Listing, column: Column, *, labels: bool = True) -> dict[str, Schema]:
    """The schema of each property that a column gives a record, by name."""
    schema = _schema(listing, column)
    meaning = _meaning(column, schema)
    description = with_label(column.full_label, meaning) if meaning else str(column.full_label)
    schemas = {column.name: schema | {"description": description}}
    if column.is_edtf:
        day = {"type": ["string", "null"], "format": "date"}
        first, last = edtf_names(column.name)
        schemas[first] = day | {"description": _("The first day that %s may mean") % column.name}
        schemas[last] = day | {"description": _("The last day that %s may mean") % column.name}
    if labels and column.has_names:
        is_list = isinstance(column, RelatedListColumn | SharedPassageColumn)
        schemas |= labelled(column.name, schemas[column.name], is_list=is_list)
    return schemas


def labelled(name: str, schema: Schema, *, is_list: bool = False) -> dict[str, Schema]:
    """A property with slugs, and the one with names that `labels=1` adds."""
    description = (
        _("The names of the records in %s, in the language of the address; only with labels=1") % name
    )
    return {
        name: schema,
        f"{name}_names": (_TEXTS if is_list else TEXT_OR_NULL) | {"description": description},
    }


def _meaning(column: Column, schema: Schema) -> str:
    """What the values of the column are, besides its label."""
    if isinstance(column, DisputedColumn):
        return _("whether a published report differs from the record")
    if isinstance(column, SourcesColumn):
        return _("the cited passages as report#number, the oldest report first")
    if isinstance(column, CitedColumn):
        return _("each report once, the oldest first")
    if isinstance(column, RelatedColumn | RelatedListColumn | SharedPassageColumn):
        title = LISTS_BY_COLLECTION[column.of].listing.title
        is_code = getattr(column, "key", "slug") != "slug"
        return (_("by code, from the list “%s”") if is_code else _("by slug, from the list “%s”")) % title
    if column.is_edtf:
        return _("a date as exact as its report, in EDTF: 2024-05-17, 2024-05, 2024, or 2024/2029")
    if isinstance(column, TimestampColumn):
        return _("time in UTC")
    return _("number of records") if isinstance(column, CountColumn) else ""


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
        return TEXT_OR_NULL
    if isinstance(column, NumberColumn) or isinstance(field, _NUMBER_FIELDS):
        is_whole = isinstance(field, models.IntegerField)
        return {"type": ["integer" if is_whole else "number", "null"]}
    if field is not None and field.choices:
        return enum_of({code: label for code, label in field.flatchoices if code != ""})
    if isinstance(field, models.DateField):
        return {"type": ["string", "null"], "format": "date"}
    return TEXT_OR_NULL


def _model_field(listing: Listing, column: Column) -> models.Field | None:
    try:
        return listing.indexed_model.model._meta.get_field(column.source)
    except FieldDoesNotExist:
        return None
