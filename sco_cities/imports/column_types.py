"""The models that can be imported, the types of their columns, and the probable meanings of headings and words."""

import csv
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from django.conf import settings
from django.db import models
from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy

from initiatives.models import CityRole
from sco_cities.core.translations import TRANSLATED_FROM, translated_fields
from sco_cities.datapackage.columns import DayColumn, NumericColumn, PackageColumn
from sco_cities.datapackage.table import Table
from sco_cities.datapackage.tables import INITIATIVE_CITIES, TABLES
from sco_cities.listings.columns import Column as ListColumn
from sco_cities.listings.listing import Listing
from sco_cities.names.letters import plain
from sco_cities.search.searchable_lists import LISTS_BY_COLLECTION
from sco_cities.sources.base_models import Record
from sco_cities.sources.columns import SourcesColumn, TimestampColumn

from .parser.limits import normalize_heading

# Probable meanings of headings and values, which a curator must confirm.
_FOLDER = Path(settings.BASE_DIR) / "data" / "imports"


@cache
def suggested_columns() -> dict[str, tuple[str, ...]]:
    """Maps normalized headings to possible columns. The first column that the kind of record has is used."""
    return {
        normalize_heading(row["heading"]): tuple(row["columns"].split("; ")) for row in _rows("headings.csv")
    }


@cache
def suggested_values(domain: str) -> dict[str, str]:
    """Maps normalized words to values of the domain, such as "initiatives.status"."""
    return {plain(row["word"]): row["value"] for row in _rows("values.csv") if row["domain"] == domain}


def _rows(name: str) -> list[dict[str, str]]:
    with (_FOLDER / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


# Suffix of columns with the display names for the slugs in another column (`labels=1`).
NAME_SUFFIX = "_names"
STATE = "state"
REPORT_ADDRESS = "report_address"
# The column with other names of a record, which an import adds to the stored names.
OTHER_NAMES = "aliases"


@dataclass(frozen=True)
class ImportColumn:
    """A column of an imported file, with the matching column of the list if there is one.

    `package_column` is set if the record itself stores the cells. `role` is set if the cells contain the cities with
    this role in the record. `of` is set if the cells contain the display names of the slugs in the column `of`.
    """

    name: str
    label: str
    list_column: ListColumn | None = None
    package_column: PackageColumn | None = None
    role: str = ""
    of: str = ""

    @cached_property
    def is_evidence(self) -> bool:
        """True if the cells contain the passages cited as evidence of a record."""
        return isinstance(self.list_column, SourcesColumn)

    @cached_property
    def is_link(self) -> bool:
        """True if the cells contain the URL of the report that supports the values of a row."""
        return self.name == REPORT_ADDRESS

    @cached_property
    def is_updated_at(self) -> bool:
        """True if the cells contain the time of the record's last change, which is used to detect outdated files."""
        return isinstance(self.list_column, TimestampColumn)

    @cached_property
    def is_computed(self) -> bool:
        """True if the site computes the column, so that a file cannot change it."""
        return not (self.package_column or self.role or self.is_evidence or self.is_link)

    @cached_property
    def is_list(self) -> bool:
        """True if the cells are unordered lists."""
        is_list = self.package_column is not None and self.package_column.is_list
        return is_list or self.is_evidence or bool(self.role or self.of)

    @cached_property
    def is_date(self) -> bool:
        return isinstance(self.package_column, DayColumn) or getattr(self.package_column, "is_edtf", False)

    @cached_property
    def is_number(self) -> bool:
        return isinstance(self.package_column, NumericColumn)

    @property
    def field(self) -> models.Field | None:
        """The field of the record that stores the cells. None if zero or several fields store them."""
        return self.package_column.field if self.package_column is not None else None


def name_fields(model: type[models.Model]) -> list[str]:
    """Returns the columns with a record's name, or a report's title, in each language."""
    return list(next(iter(translated_fields(model).values())).columns.values())


@dataclass(frozen=True)
class ImportableModel:
    """A record model that can be imported, with its list and its data package table."""

    listing: Listing
    table: Table

    @property
    def name(self) -> str:
        return self.listing.collection

    @property
    def model(self) -> type[Record]:
        return self.table.model

    @property
    def key(self) -> str:
        """The name of the key column."""
        return self.table.key[0]

    def can_tell_apart(self, names: Collection[str]) -> bool:
        """Returns True if files with these columns identify records by slug or code, by an id or URL, or by name."""
        by_name = {name for name in (*self.name_columns, self.key) if name in self.columns}
        unique = {name for name, column in self.table.by_name.items() if column.unique}
        return not (by_name | unique).isdisjoint(names)

    @property
    def name_columns(self) -> list[str]:
        """The columns with the name of a record, the main language first."""
        return name_fields(self.model)

    @cached_property
    def columns(self) -> dict[str, ImportColumn]:
        """Maps names to the columns that an import file of this model can have."""
        columns: dict[str, ImportColumn] = {}
        for list_column in self.listing.columns:
            columns[list_column.name] = self._column(list_column)
            if list_column.has_names:
                name, label = list_column.name + NAME_SUFFIX, gettext_lazy("%(column)s (names)")
                columns[name] = ImportColumn(name, label, list_column, of=list_column.name)
        state = self.table.by_name[STATE]
        columns[STATE] = ImportColumn(STATE, gettext_lazy("Publication state"), package_column=state)
        if self.model.evidence_fields:
            columns[REPORT_ADDRESS] = ImportColumn(
                REPORT_ADDRESS, gettext_lazy("Address of the report (evidence)")
            )
        if TRANSLATED_FROM in self.table.by_name:
            # Files of the data package contain this column, but lists do not show it.
            label = self.model._meta.get_field(TRANSLATED_FROM).verbose_name
            columns[TRANSLATED_FROM] = ImportColumn(
                TRANSLATED_FROM, label, ListColumn(TRANSLATED_FROM, label)
            )
        return columns

    @cached_property
    def importable(self) -> list[str]:
        """The columns that a file can change. Curators assign the file's columns to these columns."""
        return [
            name for name, column in self.columns.items() if not column.is_computed or column.is_updated_at
        ]

    def identifiers(self, names: Iterable[str]) -> list[str]:
        """Returns the columns among `names` with unique values, except the key."""
        unique = {name for name, column in self.table.by_name.items() if column.unique and name != self.key}
        return [name for name in names if name in unique]

    def required_without(self, names: Collection[str]) -> list[str]:
        """Returns the required columns of a new record (choices and texts) that are not among `names`."""
        return [
            column.name
            for column in self.table.columns
            if column.required
            and not column.unique
            and column.schema_type == "string"
            and not column.to
            and column.name not in (self.key, STATE, *names, *self.name_columns)
        ]

    def _column(self, list_column: ListColumn) -> ImportColumn:
        name, label = list_column.name, list_column.label
        role = name.removesuffix("_cities")
        return ImportColumn(
            name,
            label,
            list_column,
            self.table.by_name.get(name),
            role if role in CityRole.values and self.has_roles else "",
        )

    @property
    def has_roles(self) -> bool:
        """True if cities have roles in records of this model."""
        return INITIATIVE_CITIES.owner_table == self.name

    @cached_property
    def _by_heading(self) -> dict[str, str]:
        """Maps normalized headings to column names. Omits ambiguous labels."""
        by_name = {normalize_heading(name): name for name in self.columns}
        by_label: dict[str, set[str]] = {}
        for code, _language in settings.LANGUAGES:
            with translation.override(code):
                for name, column in self.columns.items():
                    for label in self._labels(column):
                        by_label.setdefault(normalize_heading(label), set()).add(name)
        return {label: names.pop() for label, names in by_label.items() if len(names) == 1} | by_name

    def _labels(self, column: ImportColumn) -> list[str]:
        if column.of:
            return [str(column.label) % {"column": column.list_column.label}]
        return [str(column.label), *([str(column.field.verbose_name)] if column.field is not None else [])]

    def label(self, name: str) -> str:
        """Returns the label of the field that a column changes, because two fields may share a heading."""
        column = self.columns[name]
        if column.of:
            return str(column.label) % {"column": self.label(column.of)}
        if column.role:
            return str(column.list_column.full_label)
        field = column.field
        return capfirst(field.verbose_name if field is not None and field.name == name else column.label)

    def column_named(self, heading: str) -> str:
        """Returns the name of the column that a heading identifies, or ""."""
        return self._by_heading.get(normalize_heading(heading), "")

    @property
    def known_headings(self) -> Collection[str]:
        """The normalized headings that are recognised or suggest a column."""
        return self._by_heading.keys() | suggested_columns().keys()


# The collections that can be imported, in the order of the select field.
_COLLECTIONS = (
    "initiatives", "cities", "countries", "delegates", "organisations", "events", "themes", "reports", "statements",
)  # fmt: skip
IMPORTABLE_MODELS = {
    name: ImportableModel(LISTS_BY_COLLECTION[name].listing, TABLES[name]) for name in _COLLECTIONS
}
