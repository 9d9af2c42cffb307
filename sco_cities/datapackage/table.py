"""What a table of the package is: its model, its columns, its key, and how rows find their stored twins."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.db import models

from .columns import PackageColumn
from .natural_keys import RecordKey, Stored
from .relation_columns import ForeignKeyColumn, ManyToManyColumn

Values = dict[str, object]


@dataclass
class Table:
    """One CSV file.

    `key` are the columns that tell rows apart, `identity` the attributes of the model that tell stored rows
    apart; stored rows are looked up by `found_by`, among those with the same `found_within`.
    `owner` is the column with the record that a row is part of, `fills` the field of it that the rows are.
    `optional` tables are left out of a package that has no rows for them.
    `combine` gives attributes that several columns set together.
    """

    name: str
    model: type[models.Model]
    title: str
    description: str
    columns: list[PackageColumn]
    key: tuple[str, ...] = ("slug",)
    identity: tuple[str, ...] = ("slug",)
    found_by: str = "slug"
    found_within: tuple[str, ...] = ()
    owner: str = ""
    fills: str = ""
    optional: bool = False
    combine: Callable[[Values, Stored], dict] | None = None
    by_name: dict[str, PackageColumn] = field(init=False)
    _naming: list[PackageColumn] = field(init=False)

    def __post_init__(self):
        for column in self.columns:
            column.bind(self.model)
        self.by_name = {column.name: column for column in self.columns}
        self._naming = [column for column in self.columns if type(column).names is not PackageColumn.names]

    @property
    def header(self) -> list[str]:
        return [column.name for column in self.columns]

    @property
    def file_name(self) -> str:
        return f"{self.name}.csv"

    @property
    def is_of_records(self) -> bool:
        return self.identity == ("slug",)

    @property
    def owner_table(self) -> str:
        """The table of the records that rows are part of, where all are of one table."""
        return self.by_name[self.owner].to

    @property
    def lists(self) -> list[ManyToManyColumn]:
        return [column for column in self.columns if isinstance(column, ManyToManyColumn)]

    @property
    def own_reference(self) -> ForeignKeyColumn | None:
        """The column with another row of the same table, if there is one."""
        own = (
            column
            for column in self.columns
            if isinstance(column, ForeignKeyColumn) and column.to == self.name
        )
        return next(own, None)

    def names(self, values: Values) -> Iterable[tuple[str, RecordKey]]:
        """The records that a row refers to, each with the column that does."""
        for column in self._naming:
            if column.name in values:
                for key in column.names(values[column.name]):
                    yield column.name, key

    def record_key(self, values: Values) -> RecordKey:
        """The name of a row's own record; only for tables of records."""
        return self.name, values[self.key[0]]

    def owner_key(self, values: Values) -> RecordKey | None:
        """The name of the record that a row is part of, where its cell could be read."""
        if self.owner not in values:
            return None
        return next(iter(self.by_name[self.owner].names(values[self.owner])), None)

    def of_record(self, values: Values) -> RecordKey | None:
        """The name of the record that a row says something of, where its cell could be read."""
        if not self.is_of_records:
            return self.owner_key(values)
        return self.record_key(values) if self.key[0] in values else None

    def attributes(self, values: Values, stored: Stored) -> dict:
        """The attributes that a row sets; the records it names have been loaded into `stored`."""
        found = self.combine(values, stored) if self.combine else {}
        for column in self.columns:
            if column.name in values:
                found |= column.attributes(values[column.name], stored)
        return found
