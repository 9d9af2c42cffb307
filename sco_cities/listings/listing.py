"""A list of a kind of record: its filters, columns and orders, and how its rows are read."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from django.db.models import QuerySet
from django.utils.functional import Promise
from pyroaring import BitMap

from sco_cities.facet_index import column_order, name_order, registry
from sco_cities.facet_index.ordered_selection import OrderedSelection
from sco_cities.facet_index.registry import IndexedModel
from sco_cities.facet_index.sorted_keys import SortedKeys
from sco_cities.facet_index.sorting import BY_NAME, SortKey
from sco_cities.facet_index.state import IndexState, ordered_keys
from sco_cities.i18n.languages import active_language

from .columns import Column
from .filters import ListFilterSet
from .row_batch import DatabaseRowBatch, RowBatch

# The forms in which a page shows records: as rows of a table, as cards, for paper with the notes of every record, and
# on a map where they have places.
VIEWS, BRIEF, MAP = ("table", "cards", "brief"), "brief", "map"


class Brief(Protocol):
    """What the brief of a list shows of its records, and the template that writes it."""

    template: str

    def read(self, listing: "Listing", state: IndexState | None, keys: list[int], first: int) -> Any:
        """The records of these keys, in their order, numbered from `first` on."""


@dataclass(frozen=True)
class Listing:
    """How the records of a kind are listed, in whatever form."""

    collection: str
    filterset: type[ListFilterSet]
    # The published records with all that a row of the page shows, and the numbers that columns hold.
    for_page: Callable[[], QuerySet]
    title: str
    # A plural form with "%(count)s" in it: "%(count)s initiatives".
    counted: Promise
    columns: tuple[Column, ...]
    # The names of the columns that the page's table shows, that of the name first.
    table: tuple[str, ...]
    rows_template: str
    default_sort: str = "name_en"
    # The names of the columns that a feed tells beside the name, where a cell of the table shows more than its own.
    told: tuple[str, ...] = ()
    # The published records with all that a row shows but the numbers that the facet index knows. Not needed where
    # `row` makes the rows.
    for_rows: Callable[[], QuerySet] | None = None
    # Makes the rows of the page from a block with these fields, where records themselves take too long.
    row: Callable[[RowBatch], list] | None = None
    row_fields: tuple[str, ...] = ()
    # The same records for paper, each with its notes.
    brief: Brief | None = None
    # The template of its map, for a list of what has places.
    map_template: str = ""
    # Other pages that show the same records, for the same filters: the names of their addresses, and their labels.
    also: tuple[tuple[str, str], ...] = ()

    @property
    def column_by_name(self) -> dict[str, Column]:
        return {column.name: column for column in self.columns}

    @property
    def default_columns(self) -> list[str]:
        """The names of the columns of an export that names none."""
        return [column.name for column in self.columns if column.by_default]

    @property
    def sorts(self) -> dict[str, SortKey]:
        """What the list can be sorted by: the columns that have an order."""
        return {column.name: column.order for column in self.columns if column.order is not None}

    @property
    def usual_sort(self) -> str:
        """What the list is sorted by unless asked otherwise."""
        return self.in_language(self.default_sort)

    def in_language(self, sort: str) -> str:
        """`sort`, but by the names that the reader sees where it is by the English ones."""
        minus = "-" if sort.startswith("-") else ""
        local = name_order.field_in(self.kind, active_language())
        is_by_name = sort.removeprefix("-") == self.kind.name
        return minus + local if is_by_name and local in self.sorts else sort

    @property
    def table_columns(self) -> list[Column]:
        """The columns of the page's table."""
        return [self.column_by_name[name] for name in self.table]

    @property
    def told_columns(self) -> list[Column]:
        """The columns that a feed tells: values for people, not references."""
        columns = (self.column_by_name[name] for name in self.told or self.table[1:])
        return [column for column in columns if not column.is_reference]

    @property
    def views(self) -> tuple[str, ...]:
        """The forms in which a page shows the records, the usual one first."""
        return (*VIEWS, MAP) if self.map_template else VIEWS

    @property
    def kind(self) -> IndexedModel:
        """The records as the facet index knows them."""
        return registry.indexed_model(self.collection)

    def ordered(self, records: QuerySet, sort: str) -> QuerySet:
        """`records` in the order that `sort` names ("-" first: the other way round), as the database sorts them.

        What has no value comes last in either direction, ties come in the order of names.
        """
        by, descending = self._by(sort)
        if by is BY_NAME:
            name, slug = self.kind.order
            return records.order_by(*((name.desc(), slug.desc()) if descending else (name, slug)))
        return records.order_by(by.term(descending=descending), *self.kind.order)

    def ranking(self, state: IndexState, sort: str, *, is_awaited: bool = False) -> OrderedSelection:
        """The same order from the facet index; that of long lists by name comes later, unless it `is_awaited`."""
        by, descending = self._by(sort)
        if by.language:
            names = name_order.name_order(state, self.collection, by.language, is_awaited=is_awaited)
            return OrderedSelection(names, reverse=descending)
        if by is BY_NAME:
            return OrderedSelection(state.index(self.collection).order, reverse=descending)
        if by.own:
            return OrderedSelection(
                column_order.column_order(state, self.collection, by, descending=descending)
            )
        if by.facet is None:
            return OrderedSelection(self._order(state, by, descending))
        return OrderedSelection(
            self._names(state, is_awaited=is_awaited), self._groups(state, by, descending)
        )

    def records(self) -> QuerySet:
        """The published records."""
        return self.kind.model.objects.published()

    def read(self, keys: list[int], state: IndexState | None) -> list:
        """The records of these keys, in their order, with all that rows of the page show."""
        if not keys:
            return []
        if self.row is not None:
            return self.row(DatabaseRowBatch(self, state, keys, self.row_fields))
        stored = self.for_page() if state is None else self.for_rows()
        by_key = {record.pk: record for record in stored.filter(pk__in=keys)}
        records = [by_key[key] for key in keys]
        if state is not None:
            block = RowBatch(self, state, keys, ())
            for column in self.columns:
                for name, values in column.numbers(block).items():
                    for record, value in zip(records, values, strict=True):
                        setattr(record, name, value)
        return records

    def _by(self, sort: str) -> tuple[SortKey, bool]:
        return self.sorts[sort.removeprefix("-")], sort.startswith("-")

    def collated(self, records: QuerySet, sort: str) -> list[int] | None:
        """The keys of `records` in an order that no database knows; None where the database knows it."""
        by, descending = self._by(sort)
        if not by.language:
            return None
        return name_order.sorted_keys(self.kind, records, by.language, descending=descending)

    def _names(self, state: IndexState, *, is_awaited: bool) -> SortedKeys:
        """The order of the names that the reader sees."""
        usual = self.in_language(self.kind.name)
        if usual == self.kind.name:
            return state.index(self.collection).order
        return name_order.name_order(state, self.collection, active_language(), is_awaited=is_awaited)

    def _groups(self, state: IndexState, by: SortKey, descending: bool) -> tuple[BitMap, ...]:
        bitmaps = state.facet(self.collection, by.facet)

        def sort() -> tuple[BitMap, ...]:
            # Records of the same name share a rank, and then the order of names decides.
            ranked: dict[Any, list[BitMap]] = {}
            for value, having in bitmaps.items():
                ranked.setdefault(by.rank(value, state), []).append(having)
            return tuple(BitMap.union(*ranked[rank]) for rank in sorted(ranked, reverse=descending))

        # A rank may look at anything in the state.
        inputs = (bitmaps, state.moment)
        return state.remember((self.collection, "groups", by, descending, active_language()), inputs, sort)

    def _order(self, state: IndexState, by: SortKey, descending: bool) -> SortedKeys:
        ordered = (
            self.for_page().using(state.using).order_by(by.term(descending=descending), *self.kind.order)
        )
        return state.remember(
            (self.collection, "sorted by others", by, descending),
            (state.moment,),
            lambda: SortedKeys.of(ordered_keys(ordered)),
        )
