"""Properties of records, which are columns of lists.

Clients match records by properties, or add property values to a table.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from sco_cities.api.json_schema import model_field
from sco_cities.facet_index.state import IndexState
from sco_cities.listings.columns import Column, RelatedColumn, RelatedListColumn
from sco_cities.listings.row_batch import RowBatch

from .queries import KINDS, type_document

# Columns that identify a record. If an identifier is equal, other columns are ignored.
IDENTIFIERS = ("geonames_id", "wikidata_id", "slug", "code")
COORDINATES, YEAR = "coordinates", "year"
Cell = dict[str, Any]


@dataclass(frozen=True)
class Property:
    """A property of a kind of record, with its identifier, its label and the columns that contain its values."""

    id: str
    label: str
    collection: str
    columns: tuple[Column, ...]

    @property
    def column(self) -> Column:
        return self.columns[0]

    @property
    def of(self) -> str:
        """The collection of the related records, or "" if no related records can be reconciled."""
        is_record = isinstance(self.column, RelatedColumn | RelatedListColumn) and self.column.has_names
        return self.column.of if is_record and self.column.of in KINDS else ""

    @property
    def choices(self) -> Sequence[tuple[str, Any]]:
        """The possible codes and labels. Empty if the values are not restricted to choices."""
        return self.field.flatchoices if self.field is not None else ()

    @property
    def field(self) -> models.Field | None:
        """The model field. None if the column is computed."""
        return model_field(KINDS[self.collection].listing, self.column)

    def document(self) -> dict[str, str]:
        """Returns the property as JSON, with its name in the reader's language."""
        return {"id": self.id, "name": str(self.label)}

    def meta(self) -> dict[str, Any]:
        """Returns the property as JSON for a new column, including the type of related records."""
        return self.document() | ({"type": type_document(self.of)} if self.of else {})


@lru_cache(maxsize=16)
def properties_of(collection: str) -> dict[str, Property]:
    """Maps identifiers to the properties of a kind of record."""
    columns = {column.name: column for column in KINDS[collection].listing.columns if not column.is_reference}
    found = [Property(name, column.full_label, collection, (column,)) for name, column in columns.items()]
    if "latitude" in columns:
        pair = (columns["latitude"], columns["longitude"])
        found.append(Property(COORDINATES, _("Latitude and longitude"), collection, pair))
    if "starts_on" in columns:
        dates = (columns["starts_on"], columns["ends_on"])
        found.append(Property(YEAR, _("Year"), collection, dates))
    return {each.id: each for each in found}


class PropertyValues:
    """Property values for some records of a kind, read with a fixed number of queries."""

    def __init__(
        self, collection: str, keys: Sequence[int], properties: Sequence[Property], state: IndexState
    ):
        self.keys = list(keys)
        columns = dict.fromkeys(column for each in properties for column in each.columns)
        fields = dict.fromkeys(field for column in columns for field in column.fields)
        batch = RowBatch(KINDS[collection].listing, state, self.keys, fields)
        for column in columns:
            column.read(batch)
        # For each column, maps record keys to values or, in columns of records, to published records.
        self.by_column: dict[str, dict[int, Any]] = {
            column.name: dict(
                zip(self.keys, (column.records if each.of else column.values)(batch), strict=True)
            )
            for each in properties
            for column in each.columns
        }

    def cells(self, wanted: Property) -> dict[int, list[Cell]]:
        """Maps record keys to the values of a property as cells of a new column."""
        if wanted.of:
            return {
                key: [{"id": each.reference, "name": str(each)} for each in records]
                for key, records in self.by_column[wanted.column.name].items()
            }
        raw = [self.by_column[column.name] for column in wanted.columns]
        return {key: _cells(wanted, [values[key] for values in raw]) for key in self.keys}


def _cells(wanted: Property, values: list[Any]) -> list[Cell]:
    if wanted.id == COORDINATES:
        return [{"str": ",".join(str(value) for value in values)}] if None not in values else []
    if wanted.id == YEAR:
        years = dict.fromkeys(str(value)[:4] for value in values if value)
        return [{"str": year} for year in years if year.isdigit()][:1]
    (value,) = values
    items = value if isinstance(value, list | tuple) else [value]
    return [_cell(item, wanted.column) for item in items if item not in (None, "")]


def _cell(value: Any, column: Column) -> Cell:
    if isinstance(value, bool):
        return {"str": "true" if value else "false"}
    if isinstance(value, int):
        return {"int": value}
    if isinstance(value, float | Decimal):
        return {"float": float(value)}
    if isinstance(value, datetime):
        return {"date": value.strftime("%Y-%m-%dT%H:%M:%SZ")}
    # The date of a report may be a month or a year, but a datetime always includes a day.
    return {"str": value.isoformat() if isinstance(value, date) else str(value)}


def years_of(values: Sequence[Any]) -> tuple[int, int] | None:
    """Returns the first and last year in EDTF dates. Returns None if there is no year."""
    years = [
        int(part[:4]) for value in values if value for part in str(value).split("/") if part[:4].isdigit()
    ]
    return (min(years), max(years)) if years else None


def is_date(wanted: Property) -> bool:
    """Returns True if the property is a date, which is compared by year."""
    return wanted.id == YEAR or wanted.column.is_edtf
