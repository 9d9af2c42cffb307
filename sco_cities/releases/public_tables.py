"""The tables and columns of a release: an allow-list, so that a new column is never published by accident."""

from dataclasses import dataclass

from sco_cities.datapackage.columns import DecimalColumn, IntegerColumn, PackageColumn
from sco_cities.datapackage.relation_columns import (
    ForeignKeyColumn,
    GenericForeignKeyColumn,
    ManyToManyColumn,
)
from sco_cities.datapackage.table import Table
from sco_cities.datapackage.tables import TABLES

_NAMES = ("name_en", "name_ru", "name_zh")

# Former slugs are left out: some are of the time before a record was published.
PUBLIC_COLUMNS: dict[str, tuple[str, ...]] = {
    "countries": ("code", *_NAMES, "sco_role", "sco_since", "state"),
    "cities": (
        "slug", *_NAMES, "country", "latitude", "longitude", "population", "geonames_id", "wikidata_id", "aliases",
        "state",
    ),
    "reports": (
        "slug", "title", "publisher", "published_on", "language", "address", "accessed_on", "note", "state",
        "title_ru", "title_zh", "note_ru", "note_zh",
    ),
    "themes": ("slug", *_NAMES, "pillar", "description", "keywords", "state", "description_ru", "description_zh"),
    "organisations": ("slug", *_NAMES, "kind", "country", "city", "aliases", "state"),
    "events": (
        "slug", *_NAMES, "kind", "series", "host_city", "starts_on", "ends_on", "date_text", "parent", "themes",
        "state", "series_ru", "series_zh", "date_text_ru", "date_text_zh",
    ),
    "delegates": (
        "slug", *_NAMES, "role", "organisation", "city", "country", "aliases", "state", "role_ru", "role_zh",
    ),
    "passages": (
        "report", "number", "summary", "quotation", "speakers", "summary_ru", "summary_zh", "archive_address",
    ),
    "attendances": ("event", "delegate", "role_at_event", "role_at_event_ru", "role_at_event_zh"),
    "statements": ("slug", "delegate", "event", "summary", "themes", "state", "summary_ru", "summary_zh"),
    "initiatives": (
        "slug", "title_en", "title_ru", "title_zh", "summary_en", "summary_ru", "summary_zh", "kind", "status",
        "starts_on", "ends_on", "event", "countries", "organisations", "themes", "state",
    ),
    "initiative_cities": ("initiative", "city", "role"),
    "figures": (
        "record", "label", "value", "unit", "qualifier", "period", "label_ru", "label_zh", "unit_ru", "unit_zh",
    ),
    "evidence": (
        "record", "field", "report", "passage", "reported_value", "stance", "reported_value_ru", "reported_value_zh",
    ),
    "rulings": ("record", "field", "reason"),
}  # fmt: skip


@dataclass(frozen=True)
class DerivedColumn:
    """A column of the SQLite file besides those of the package: an attribute that the site computes."""

    name: str
    description: str


_UPDATED_AT = DerivedColumn("updated_at", "When the record was last changed, time in UTC")
_DAYS = (
    DerivedColumn("starts_first", "The first day that starts_on may mean"),
    DerivedColumn("ends_last", "The last day that ends_on may mean"),
)
_DERIVED = {
    "reports": (
        DerivedColumn("published_first", "The first day that published_on may mean"),
        DerivedColumn("published_last", "The last day that published_on may mean"),
    ),
    "events": _DAYS,
    "initiatives": _DAYS,
}


@dataclass(frozen=True)
class PublicTable:
    """A table of a release: the columns of its CSV file, and those that only the SQLite file has.

    A column of lists is a table of its own in the SQLite file.
    """

    table: Table
    columns: tuple[PackageColumn, ...]
    derived: tuple[DerivedColumn, ...]

    @property
    def name(self) -> str:
        return self.table.name

    @property
    def key(self) -> tuple[str, ...]:
        return self.table.key

    @property
    def header(self) -> list[str]:
        """The columns of the CSV file."""
        return [column.name for column in self.columns]

    @property
    def lists(self) -> list[ManyToManyColumn]:
        return [column for column in self.columns if isinstance(column, ManyToManyColumn)]

    @property
    def single_columns(self) -> list[PackageColumn]:
        """The columns with one value."""
        return [column for column in self.columns if not isinstance(column, ManyToManyColumn)]

    def list_table(self, column: ManyToManyColumn) -> tuple[str, list[str]]:
        """The table of a column of lists in the SQLite file, and its columns: the key of the row, then the item."""
        own = [column.own] if len(self.key) == 1 else list(self.key)
        return f"{self.name}_{column.name}", [*own, column.other]

    def is_required(self, column: PackageColumn) -> bool:
        """Whether no cell is empty. A record may refer to one that readers cannot see: its cell is empty then."""
        refers = isinstance(column, ForeignKeyColumn | GenericForeignKeyColumn)
        return column.name in self.key if refers else column.required


def _public_table(name: str, columns: tuple[str, ...]) -> PublicTable:
    table = TABLES[name]
    derived = (*_DERIVED.get(name, ()), _UPDATED_AT) if table.is_record_table else ()
    return PublicTable(table, tuple(table.by_name[column] for column in columns), derived)


# In the order of loading: referenced tables come first.
PUBLIC_TABLES: dict[str, PublicTable] = {
    name: _public_table(name, PUBLIC_COLUMNS[name]) for name in TABLES if name in PUBLIC_COLUMNS
}


def sqlite_type(column: PackageColumn) -> str:
    """The type of a column in SQLite."""
    if isinstance(column, IntegerColumn):
        return "INTEGER"
    return "REAL" if isinstance(column, DecimalColumn) else "TEXT"


def joined_items(select: str) -> str:
    """The SQL of a list in one cell: the column `item` of a query, in its order."""
    return f"(SELECT group_concat(item, '; ') FROM ({select}))"  # noqa: S608 - our own names
