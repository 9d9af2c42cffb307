"""The models that can be imported, and the types of their columns."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.db import models
from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from delegates.columns import DELEGATES, EVENTS, ORGANISATIONS
from initiatives.columns import INITIATIVES, STATEMENTS
from initiatives.models import CityRole
from sco_cities.cities.columns import CITIES, COUNTRIES
from sco_cities.core.translations import TRANSLATED_FROM
from sco_cities.datapackage.columns import (
    ChoiceColumn,
    DateColumn,
    DayColumn,
    NumericColumn,
    PackageColumn,
    SlugColumn,
    TextColumn,
)
from sco_cities.datapackage.errors import closest_match
from sco_cities.datapackage.relation_columns import ManyToManyColumn
from sco_cities.datapackage.table import Table
from sco_cities.datapackage.tables import INITIATIVE_CITIES, TABLES
from sco_cities.listings.columns import Column as ListColumn
from sco_cities.listings.columns import TimestampColumn
from sco_cities.listings.listing import Listing
from sco_cities.sources.base_models import Record
from sco_cities.sources.columns import REPORTS, SourcesColumn
from sco_cities.themes.columns import THEMES

from .parser.headings import normalize_heading
from .word_lists import suggested_columns

# Suffix of a column with the display names for the slugs of another column (`labels=1`).
NAME_SUFFIX = "_names"
STATE = "state"
REPORT_ADDRESS = "report_address"


@dataclass(frozen=True)
class ImportColumn:
    """A column of an imported file: its name, label and column of the list.

    `list_column` is None for the publication state, which no list shows.
    """

    name: str
    label: str
    list_column: ListColumn | None = None

    # Whether cells are lists, whose order of items has no meaning.
    is_list = False
    # Whether the site computes the column: a file cannot change it.
    is_computed = False


@dataclass(frozen=True)
class ValueColumn(ImportColumn):
    """A column of the record itself; `package_column` is that of the data package."""

    package_column: PackageColumn | None = None

    @cached_property
    def is_list(self) -> bool:
        return isinstance(self.package_column, ManyToManyColumn)

    @cached_property
    def is_date(self) -> bool:
        return isinstance(self.package_column, DateColumn | DayColumn)

    @cached_property
    def is_number(self) -> bool:
        return isinstance(self.package_column, NumericColumn)

    @cached_property
    def is_other_names(self) -> bool:
        """Whether cells are other names of the record, which an import adds to the stored ones."""
        return self.name == "aliases"

    @cached_property
    def is_name(self) -> bool:
        return isinstance(self.package_column, SlugColumn)


@dataclass(frozen=True)
class CityRolesColumn(ImportColumn):
    """A column with the cities that have a role in the record."""

    role: str = ""

    is_list = True


@dataclass(frozen=True)
class EvidenceColumn(ImportColumn):
    """The column with the passages that a record's evidence cites."""

    is_list = True


@dataclass(frozen=True)
class LinkColumn(ImportColumn):
    """A column with the address of the report that supports the values of a row; no list has it."""


@dataclass(frozen=True)
class NameColumn(ImportColumn):
    """A column with the display names for the slugs of the column `of`."""

    of: str = ""

    is_list = True
    is_computed = True


@dataclass(frozen=True)
class UpdatedAtColumn(ImportColumn):
    """The time of the record's last change: it shows whether the file is out of date."""

    is_computed = True


@dataclass(frozen=True)
class ReadOnlyColumn(ImportColumn):
    """A column that the site computes."""

    is_computed = True


def name_fields(model: type[models.Model]) -> list[str]:
    """The columns with the name of a record: one in each language, or the title of a report."""
    names = {field.name for field in model._meta.fields}
    for stem in ("name", "title", "summary"):
        found = [name for name in (f"{stem}_en", stem, f"{stem}_ru", f"{stem}_zh") if name in names]
        if found:
            return found
    return []


@dataclass(frozen=True)
class ImportableModel:
    """A record model with a list and a table of the data package."""

    listing: Listing
    table: Table

    @property
    def name(self) -> str:
        return self.listing.collection

    @property
    def title(self) -> str:
        return self.listing.title

    @property
    def model(self) -> type[Record]:
        return self.table.model

    @property
    def key(self) -> str:
        """The name of the column that identifies records."""
        return self.table.key[0]

    def can_tell_apart(self, names: Collection[str]) -> bool:
        """Whether files with these columns tell records apart: by slug or code, an id or address, or a name."""
        by_name = {name for name in (*self.name_columns, self.key) if name in self.columns}
        unique = {name for name, column in self.table.by_name.items() if column.unique}
        return not (by_name | unique).isdisjoint(names)

    @property
    def name_columns(self) -> list[str]:
        """The columns with the name of a record, that of the main language first."""
        return name_fields(self.model)

    @cached_property
    def columns(self) -> dict[str, ImportColumn]:
        """The columns that files of this model may have, by name."""
        columns: dict[str, ImportColumn] = {}
        for list_column in self.listing.columns:
            columns[list_column.name] = self._column(list_column)
            if list_column.has_names:
                name, label = list_column.name + NAME_SUFFIX, gettext_lazy("%(column)s (names)")
                columns[name] = NameColumn(name, label, list_column, of=list_column.name)
        state = self.table.by_name[STATE]
        columns[STATE] = ValueColumn(STATE, gettext_lazy("Publication state"), package_column=state)
        if self.model.evidence_fields:
            columns[REPORT_ADDRESS] = LinkColumn(
                REPORT_ADDRESS, gettext_lazy("Address of the report (evidence)")
            )
        if TRANSLATED_FROM in self.table.by_name:
            # Files of the data package have this column, and no list shows it.
            label = self.model._meta.get_field(TRANSLATED_FROM).verbose_name
            columns[TRANSLATED_FROM] = ReadOnlyColumn(
                TRANSLATED_FROM, label, ListColumn(TRANSLATED_FROM, label)
            )
        return columns

    @cached_property
    def importable(self) -> list[str]:
        """The columns that a file can change, for which a curator can choose a column of the file."""
        return [
            name
            for name, column in self.columns.items()
            if not column.is_computed or isinstance(column, UpdatedAtColumn)
        ]

    def required_without(self, names: Collection[str]) -> list[str]:
        """The columns of which a new record needs a value, that are not among `names`: choices and texts."""
        return [
            column.name
            for column in self.table.columns
            if column.required
            and not column.unique
            and isinstance(column, ChoiceColumn | TextColumn)
            and column.name not in (self.key, STATE, *names, *self.name_columns)
        ]

    def _column(self, list_column: ListColumn) -> ImportColumn:
        name, label = list_column.name, list_column.label
        if name in self.table.by_name:
            return ValueColumn(name, label, list_column, package_column=self.table.by_name[name])
        if (role := name.removesuffix("_cities")) in CityRole.values and self.has_roles:
            return CityRolesColumn(name, label, list_column, role=role)
        if isinstance(list_column, SourcesColumn):
            return EvidenceColumn(name, label, list_column)
        if isinstance(list_column, TimestampColumn):
            return UpdatedAtColumn(name, label, list_column)
        return ReadOnlyColumn(name, label, list_column)

    @property
    def has_roles(self) -> bool:
        """Whether cities have roles in records of this model."""
        return INITIATIVE_CITIES.owner_table == self.name

    @cached_property
    def _by_heading(self) -> dict[str, str]:
        """Column names by normalized heading; ambiguous labels are left out."""
        by_name = {normalize_heading(name): name for name in self.columns}
        by_label: dict[str, set[str]] = {}
        for code, _language in settings.LANGUAGES:
            with translation.override(code):
                for name, column in self.columns.items():
                    for label in self._labels(column):
                        by_label.setdefault(normalize_heading(label), set()).add(name)
        return {label: names.pop() for label, names in by_label.items() if len(names) == 1} | by_name

    def _labels(self, column: ImportColumn) -> list[str]:
        if isinstance(column, NameColumn):
            return [str(column.label) % {"column": column.list_column.label}]
        field = getattr(getattr(column, "package_column", None), "field", None)
        return [str(column.label), *([str(field.verbose_name)] if field is not None else [])]

    def label(self, name: str) -> str:
        """The name of a column for curators: that of its field, because the heading of a list can mean two fields."""
        column = self.columns[name]
        if isinstance(column, NameColumn):
            return str(column.label) % {"column": self.label(column.of)}
        if isinstance(column, CityRolesColumn):
            return str(column.list_column.full_label)
        field = getattr(getattr(column, "package_column", None), "field", None)
        return capfirst(field.verbose_name if field is not None and field.name == name else column.label)

    def column_named(self, heading: str) -> str:
        """The name of the column for a heading of a file, or ""."""
        return self._by_heading.get(normalize_heading(heading), "")

    @property
    def known_headings(self) -> Collection[str]:
        """The headings that are recognised, or that suggest a column, normalized."""
        return self._by_heading.keys() | suggested_columns().keys()

    def unknown_column_error(self, heading: str) -> str:
        """The error message for a heading that is not recognised."""
        return _("There is no such column.") + closest_match(heading, self.columns)


IMPORTABLE_MODELS = {
    listing.collection: ImportableModel(listing, TABLES[listing.collection])
    for listing in (
        INITIATIVES, CITIES, COUNTRIES, DELEGATES, ORGANISATIONS, EVENTS, THEMES, REPORTS, STATEMENTS,
    )
}  # fmt: skip
