"""What a list consists of: its columns, declared once for the page and for every export, and its orders."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Func, QuerySet
from django.utils.functional import Promise

from .filters import BrowseFilterSet


@dataclass(frozen=True)
class Column:
    """A column of a list.

    `value` takes a record and returns a text, number, date, truth value, None, or a list of texts (slugs where
    the column names other records). `names` returns the names that go with such slugs. Exports that name no
    columns have those that are there `by_default`. `order` is what sorting by the column goes by; None where
    the list cannot be sorted by it.
    """

    name: str
    label: str
    value: Callable[[Any], Any]
    names: Callable[[Any], list[str] | str] | None = None
    order: tuple | None = None
    by_default: bool = True


@dataclass(frozen=True)
class Listing:
    """How the records of a kind are listed, in whatever form."""

    collection: str
    filterset: type[BrowseFilterSet]
    # The published records with all that a row of the page, or a row of an export, shows.
    for_page: Callable[[], QuerySet]
    for_export: Callable[[], QuerySet]
    title: str
    # A plural form with "%(count)s" in it: "%(count)s initiatives".
    counted: Promise
    columns: tuple[Column, ...]
    # The names of the columns that the page's table shows.
    table: tuple[str, ...]
    rows_template: str
    default_sort: str = "name_en"

    @property
    def column_by_name(self) -> dict[str, Column]:
        return {column.name: column for column in self.columns}

    @property
    def default_columns(self) -> list[str]:
        """The names of the columns of an export that names none."""
        return [column.name for column in self.columns if column.by_default]

    @property
    def sorts(self) -> dict[str, tuple]:
        """What the list can be sorted by: the columns that have an order."""
        return {column.name: column.order for column in self.columns if column.order is not None}

    @property
    def table_columns(self) -> list[Column]:
        """The columns of the page's table."""
        return [self.column_by_name[name] for name in self.table]

    def ordered(self, records: QuerySet, sort: str) -> QuerySet:
        """`records` in the order that `sort` names ("-" first: the other way round); slugs decide ties.

        What has no value comes last in either direction, on both databases.
        """
        descending = sort.startswith("-")
        order = []
        for expression in self.sorts[sort.removeprefix("-")]:
            expression = F(expression) if isinstance(expression, str) else expression
            order.append(expression.desc(nulls_last=True) if descending else expression.asc(nulls_last=True))
        return records.order_by(*order, "slug")


class Alphabetical(Func):
    """Sorts a text by its letters, A to Z whatever their case, in the same way on both databases."""

    function = "LOWER"

    def as_postgresql(self, compiler, connection, **context):
        return self.as_sql(
            compiler,
            connection,
            template='%(function)s((%(expressions)s) COLLATE "C") COLLATE "C"',
            **context,
        )
