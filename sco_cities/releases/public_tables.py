"""The tables and columns of a release: the columns of the data package that are declared to be public."""

from collections.abc import Iterator
from dataclasses import dataclass

from sco_cities.datapackage.columns import PackageColumn
from sco_cities.datapackage.relation_columns import (
    ForeignKeyColumn,
    GenericForeignKeyColumn,
    ManyToManyColumn,
)
from sco_cities.datapackage.table import Table
from sco_cities.datapackage.tables import TABLES
from sco_cities.listings.exports.json_rows import FIRST, LAST, edtf_names


@dataclass(frozen=True)
class DerivedColumn:
    """A column of the SQLite file besides those of the package: an attribute that the site computes."""

    name: str
    description: str


_UPDATED_AT = DerivedColumn("updated_at", "When the record was last changed, time in UTC")


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
        return [column for column in self.columns if column.is_list]

    @property
    def single_columns(self) -> list[PackageColumn]:
        """The columns with one value."""
        return [column for column in self.columns if not column.is_list]

    def list_table(self, column: ManyToManyColumn) -> tuple[str, list[str]]:
        """The table of a column of lists in the SQLite file, and its columns: the key of the row, then the item."""
        own = [column.own] if len(self.key) == 1 else list(self.key)
        return f"{self.name}_{column.name}", [*own, column.other]

    def is_required(self, column: PackageColumn) -> bool:
        """Whether no cell is empty. A record may refer to one that readers cannot see: its cell is empty then."""
        refers = isinstance(column, ForeignKeyColumn | GenericForeignKeyColumn)
        return column.name in self.key if refers else column.required


def _public_table(table: Table) -> PublicTable:
    columns = tuple(column for column in table.columns if column.is_public)
    derived = (*_days(table), _UPDATED_AT) if table.is_record_table else ()
    return PublicTable(table, columns, derived)


def _days(table: Table) -> Iterator[DerivedColumn]:
    """The computed first and last days of the dates of a table."""
    for column in table.columns:
        for which, name in zip((FIRST, LAST), edtf_names(column.name), strict=True):
            if column.is_edtf and hasattr(table.model, name):
                yield DerivedColumn(name, f"The {which} day that {column.name} may mean")


# In the order of loading: referenced tables come first.
PUBLIC_TABLES: dict[str, PublicTable] = {
    name: public for name, table in TABLES.items() if (public := _public_table(table)).columns
}


def joined_items(select: str) -> str:
    """The SQL of a list in one cell: the column `item` of a query, in its order."""
    return f"(SELECT group_concat(item, '; ') FROM ({select}))"  # noqa: S608 - our own names
