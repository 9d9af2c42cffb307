"""The tables and columns of a release, which are the public columns of the data package."""

from collections.abc import Iterator
from dataclasses import dataclass, fields

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
    """An additional column of the SQLite file, with a computed attribute."""

    name: str
    description: str


_UPDATED_AT = DerivedColumn("updated_at", "Time of the last change, in UTC")


@dataclass
class PublicTable(Table):
    """A table of a release. Only the SQLite file contains the `derived` columns.

    In the SQLite file, each list column is a separate table.
    """

    derived: tuple[DerivedColumn, ...] = ()

    @classmethod
    def of(cls, table: Table) -> "PublicTable":
        declared = {each.name: getattr(table, each.name) for each in fields(table) if each.init}
        declared["columns"] = [column for column in table.columns if column.is_public]
        return cls(**declared, derived=(*_days(table), _UPDATED_AT) if table.is_record_table else ())

    @property
    def single_columns(self) -> list[PackageColumn]:
        """The columns whose cells contain a single value."""
        return [column for column in self.columns if not column.is_list]

    def list_table(self, column: ManyToManyColumn) -> tuple[str, list[str]]:
        """Returns the name and the columns (row key and item) of a list column's table in the SQLite file."""
        own = [column.own] if len(self.key) == 1 else list(self.key)
        return f"{self.name}_{column.name}", [*own, column.other]

    def is_required(self, column: PackageColumn) -> bool:
        """Returns True if the column is required. References outside the key are optional (records may be hidden)."""
        refers = isinstance(column, ForeignKeyColumn | GenericForeignKeyColumn)
        return column.name in self.key if refers else super().is_required(column)


def _days(table: Table) -> Iterator[DerivedColumn]:
    """Yields the computed columns with the first and last day of each date in a table."""
    for column in table.columns:
        for which, name in zip((FIRST, LAST), edtf_names(column.name), strict=True):
            if column.is_edtf and hasattr(table.model, name):
                yield DerivedColumn(name, f"The {which} possible day of {column.name}")


# Tables in loading order, with referenced tables first.
PUBLIC_TABLES: dict[str, PublicTable] = {
    name: public for name, table in TABLES.items() if (public := PublicTable.of(table)).columns
}


def joined_items(select: str) -> str:
    """Returns SQL that joins the values of a query's column `item` in one cell, in the order of the query."""
    return f"(SELECT group_concat(item, '; ') FROM ({select}))"  # noqa: S608 - our own names
