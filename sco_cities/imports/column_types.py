"""The kinds of record that can be imported, and what each column of their lists is to an import."""

from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from delegates.columns import DELEGATES, EVENTS, ORGANISATIONS
from initiatives.columns import INITIATIVES
from initiatives.models import CityRole
from sco_cities.cities.columns import CITIES, COUNTRIES
from sco_cities.datapackage.columns import DateColumn, DayColumn, NumericColumn, SlugColumn
from sco_cities.datapackage.columns import PackageColumn as Told
from sco_cities.datapackage.errors import closest_match
from sco_cities.datapackage.relation_columns import ManyToManyColumn
from sco_cities.datapackage.table import Table
from sco_cities.datapackage.tables import INITIATIVE_CITIES, TABLES
from sco_cities.listings.columns import Column as Listed
from sco_cities.listings.columns import TimestampColumn
from sco_cities.listings.listing import Listing
from sco_cities.sources.base_models import Record
from sco_cities.sources.columns import REPORTS, SourcesColumn
from sco_cities.themes.columns import THEMES

# What ends the name of a column with the names that go with the slugs of another (`labels=1`).
NAME_SUFFIXES = "_names"
STATE = "state"


@dataclass(frozen=True)
class ImportColumn:
    """A column of a file that is imported: its name, what people call it, and where the list has it.

    `listed` is None for the publication state, which no list shows.
    """

    name: str
    label: str
    listed: Listed | None = None

    # Whether cells are lists, in which the order of items says nothing.
    is_list = False
    # Whether the site makes the column itself, so that a file can only repeat it.
    is_computed = False


@dataclass(frozen=True)
class ValueColumn(ImportColumn):
    """A column of the record itself; `told` is the package's."""

    told: Told | None = None

    @cached_property
    def is_list(self) -> bool:
        return isinstance(self.told, ManyToManyColumn)

    @cached_property
    def is_date(self) -> bool:
        return isinstance(self.told, DateColumn | DayColumn)

    @cached_property
    def is_number(self) -> bool:
        return isinstance(self.told, NumericColumn)

    @cached_property
    def is_name(self) -> bool:
        return isinstance(self.told, SlugColumn)


@dataclass(frozen=True)
class CityRolesColumn(ImportColumn):
    """A column with the cities that have a role in the record."""

    role: str = ""

    is_list = True


@dataclass(frozen=True)
class EvidenceColumn(ImportColumn):
    """The column with the passages that a record's evidence names."""

    is_list = True


@dataclass(frozen=True)
class NameColumn(ImportColumn):
    """A column with the names that go with the slugs of the column `of`."""

    of: str = ""

    is_list = True
    is_computed = True


@dataclass(frozen=True)
class UpdatedAtColumn(ImportColumn):
    """The column that says when the record was changed last: it tells whether the file is out of date."""

    is_computed = True


@dataclass(frozen=True)
class ReadOnlyColumn(ImportColumn):
    """A column that the site counts or finds out by itself."""

    is_computed = True


@dataclass(frozen=True)
class ImportableModel:
    """A kind of record that has a list."""

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
        """The name of the column that tells records apart."""
        return self.table.key[0]

    @cached_property
    def columns(self) -> dict[str, ImportColumn]:
        """The columns that files of this kind may have, by name."""
        found: dict[str, ImportColumn] = {}
        for listed in self.listing.columns:
            found[listed.name] = self._column(listed)
            if listed.has_names:
                label = gettext_lazy("%(column)s (names)")
                found[listed.name + NAME_SUFFIXES] = NameColumn(
                    listed.name + NAME_SUFFIXES, label, listed, of=listed.name
                )
        state = self.table.by_name[STATE]
        found[STATE] = ValueColumn(STATE, gettext_lazy("Publication state"), told=state)
        return found

    def _column(self, listed: Listed) -> ImportColumn:
        name, label = listed.name, listed.label
        if name in self.table.by_name:
            return ValueColumn(name, label, listed, told=self.table.by_name[name])
        if (role := name.removesuffix("_cities")) in CityRole.values and self.has_roles:
            return CityRolesColumn(name, label, listed, role=role)
        if isinstance(listed, SourcesColumn):
            return EvidenceColumn(name, label, listed)
        if isinstance(listed, TimestampColumn):
            return UpdatedAtColumn(name, label, listed)
        return ReadOnlyColumn(name, label, listed)

    @property
    def has_roles(self) -> bool:
        """Whether cities have roles in records of this kind."""
        return INITIATIVE_CITIES.owner_table == self.name

    @cached_property
    def _by_heading(self) -> dict[str, str]:
        """The name of the column that each heading means; headings that could mean two are not among them."""
        found = {_plain(name): name for name in self.columns}
        told: dict[str, set[str]] = {}
        for code, _language in settings.LANGUAGES:
            with translation.override(code):
                for name, column in self.columns.items():
                    for label in self._labels(column):
                        told.setdefault(_plain(label), set()).add(name)
        return {label: names.pop() for label, names in told.items() if len(names) == 1} | found

    def _labels(self, column: ImportColumn) -> list[str]:
        if isinstance(column, NameColumn):
            return [str(column.label) % {"column": column.listed.label}]
        field = getattr(getattr(column, "told", None), "field", None)
        return [str(column.label), *([str(field.verbose_name)] if field is not None else [])]

    def told(self, name: str) -> str:
        """What a choice of columns calls one: its label and its name."""
        return f"{self._labels(self.columns[name])[0]} ({name})"

    def named(self, heading: str) -> str:
        """The name of the column that a heading of a file means, or ""."""
        return self._by_heading.get(_plain(heading), "")

    def known(self, header: list[str]) -> int:
        """How many headings mean a column."""
        return sum(bool(self.named(heading)) for heading in header)

    def unknown(self, heading: str) -> str:
        """What is wrong with a heading that means no column."""
        return _("There is no such column.") + closest_match(heading, self.columns)


def _plain(heading: str) -> str:
    return " ".join(heading.replace("_", " ").replace("\ufeff", "").casefold().split())


IMPORTABLE_MODELS = {
    listing.collection: ImportableModel(listing, TABLES[listing.collection])
    for listing in (INITIATIVES, CITIES, COUNTRIES, DELEGATES, ORGANISATIONS, EVENTS, THEMES, REPORTS)
}
