"""The data dictionary of a release, generated from the column declarations."""

from collections.abc import Iterator
from dataclasses import dataclass

from sco_cities.datapackage.columns import PackageColumn
from sco_cities.datapackage.relation_columns import ManyToManyColumn

from .flat_tables import DATE, FLAT_TABLES, LIST, TEXT, TIME
from .public_tables import PUBLIC_TABLES, PublicTable

HEADER = ("table", "column", "type", "description", "values", "refers_to", "files")
_CSV, _SQLITE = "sco-cities.zip", "sco-cities.sqlite3"


@dataclass(frozen=True)
class DictionaryEntry:
    """A column of a table, with its type, meaning, codes, referenced table and location."""

    table: str
    column: str
    type: str
    description: str
    values: tuple[str, ...] = ()
    refers_to: str = ""
    files: tuple[str, ...] = (_CSV, _SQLITE)

    @property
    def is_in_sqlite(self) -> bool:
        return _SQLITE in self.files

    @property
    def cells(self) -> tuple[str, ...]:
        """Returns the row for this column in columns.csv."""
        joined = ("; ".join(self.values), self.refers_to, "; ".join(self.files))
        return (self.table, self.column, self.type, self.description, *joined)


def column_dictionary() -> Iterator[DictionaryEntry]:
    """Yields the entries of all columns, in table and column order."""
    for table in PUBLIC_TABLES.values():
        for column in table.columns:
            yield _entry(table, column)
        for column in table.derived:
            kind = TIME if column.name == "updated_at" else "date"
            yield DictionaryEntry(table.name, column.name, kind, column.description, files=(_SQLITE,))
        for column in table.lists:
            yield from _list_entries(table, column)
    for flat in FLAT_TABLES:
        file = f"{flat.name.removesuffix('_flat')}.csv"
        for column in flat.columns:
            files = (file, _SQLITE)
            yield DictionaryEntry(flat.name, column.name, column.type, column.description, files=files)


def _entry(table: PublicTable, column: PackageColumn) -> DictionaryEntry:
    return DictionaryEntry(
        table.name,
        column.name,
        LIST if column.is_list else DATE if column.is_edtf else column.schema_type,
        column.description,
        tuple(filter(None, column.choices)),
        column.to,
        (_CSV,) if column.is_list else (_CSV, _SQLITE),
    )


def _list_entries(table: PublicTable, column: ManyToManyColumn) -> Iterator[DictionaryEntry]:
    name, columns = table.list_table(column)
    for own, key in zip(columns[:-1], table.key, strict=True):
        kind = table.by_name[key].schema_type
        description = table.by_name[key].description
        yield DictionaryEntry(name, own, kind, description, refers_to=table.name, files=(_SQLITE,))
    yield DictionaryEntry(
        name, columns[-1], TEXT, column.description.partition(",")[0], refers_to=column.to, files=(_SQLITE,)
    )
