"""A table of the package, with its model, columns, key, and rules for matching stored rows."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.db import models

from .columns import PackageColumn
from .natural_keys import RecordKey, StoredKeys
from .relation_columns import ManyToManyColumn

Values = dict[str, object]


@dataclass
class Table:
    """A table of the package, stored as one CSV file.

    `key` contains the columns that identify a package row, and `identity` contains the model attributes that identify a
    stored row. Stored rows are looked up by `lookup_field`, among rows with equal values of `lookup_scope`. If rows are
    part of a record, the column `owner` names the record, and the rows are the value of its evidence field
    `filled_field`. A package omits empty `optional` tables. `combine` returns attributes that depend on several
    columns.
    """

    name: str
    model: type[models.Model]
    title: str
    description: str
    columns: list[PackageColumn]
    key: tuple[str, ...] = ("slug",)
    identity: tuple[str, ...] = ("slug",)
    lookup_field: str = "slug"
    lookup_scope: tuple[str, ...] = ()
    owner: str = ""
    filled_field: str = ""
    optional: bool = False
    combine: Callable[[Values, StoredKeys], dict] | None = None
    by_name: dict[str, PackageColumn] = field(init=False)
    _reference_columns: list[PackageColumn] = field(init=False)

    def __post_init__(self):
        for column in self.columns:
            column.bind(self.model)
        self.by_name = {column.name: column for column in self.columns}
        self._reference_columns = [
            column for column in self.columns if type(column).references is not PackageColumn.references
        ]

    @property
    def header(self) -> list[str]:
        return [column.name for column in self.columns]

    @property
    def required_header(self) -> list[str]:
        """The columns that every package must contain."""
        return [column.name for column in self.columns if not column.is_optional]

    @property
    def file_name(self) -> str:
        return f"{self.name}.csv"

    @property
    def is_record_table(self) -> bool:
        return self.identity == ("slug",)

    @property
    def owner_table(self) -> str:
        """The table that contains all owners of the rows, if there is one."""
        return self.by_name[self.owner].to

    def is_required(self, column: PackageColumn) -> bool:
        """Returns True if every cell of the column must have a value."""
        return column.required

    @property
    def has_full_keys(self) -> bool:
        """True if no column of the key may be empty."""
        return all(self.is_required(self.by_name[name]) for name in self.key)

    @property
    def lists(self) -> list[ManyToManyColumn]:
        return [column for column in self.columns if column.is_list]

    @property
    def self_reference(self) -> PackageColumn | None:
        """The column that references another row of this table, or None."""
        return next(
            (column for column in self.columns if column.to == self.name and not column.is_list), None
        )

    def references(self, values: Values) -> Iterable[tuple[str, RecordKey]]:
        """Yields the references of a row, as pairs of column name and record key."""
        for column in self._reference_columns:
            if column.name in values:
                for key in column.references(values[column.name]):
                    yield column.name, key

    def subject_key(self, values: Values) -> RecordKey | None:
        """Returns the key of the record that a row describes or belongs to, or None if the cell is unreadable."""
        name = self.owner or self.key[0]
        if name not in values:
            return None
        if self.is_record_table:
            return self.name, values[name]
        return next(iter(self.by_name[name].references(values[name])), None)

    def attributes(self, values: Values, stored: StoredKeys) -> dict:
        """Returns the model attributes that a row sets. `stored` contains the keys of the referenced records."""
        attributes = self.combine(values, stored) if self.combine else {}
        for column in self.columns:
            if column.name in values:
                attributes |= column.attributes(values[column.name], stored)
        return attributes
