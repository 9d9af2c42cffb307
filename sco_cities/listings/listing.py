"""Declares lists with their filters, columns and sort orders, and reads rows."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import get_language
from pyroaring import BitMap

from sco_cities.core.lru_cache import LRUCache
from sco_cities.facet_index import registry, sorting
from sco_cities.facet_index.dimensions import union
from sco_cities.facet_index.facets import today
from sco_cities.facet_index.registry import IndexedModel
from sco_cities.facet_index.sorted_keys import OrderedSelection, SortedKeys
from sco_cities.facet_index.sorting import BY_NAME, SortKey
from sco_cities.facet_index.state import IndexState, ordered_keys
from sco_cities.i18n.languages import active_language

from .columns import Column
from .filters import ListFilterSet
from .row_batch import DatabaseRowBatch, RowBatch

# A list page has a table, cards, a brief for print (with the notes on every record), and a map if records have
# coordinates.
VIEWS, BRIEF, MAP = ("table", "cards", "brief"), "brief", "map"


class _RowCache(LRUCache):
    """A cache of rows by key, valid until a record changes.

    Reading and rendering a few hundred rows again for each filter took a quarter of a page's time. A thousand rows use
    two megabytes of memory.
    """

    MAX_SIZE = 1_000


class Header(NamedTuple):
    """A column header of the table on the page. `sort` is "" if the column cannot be sorted."""

    label: str
    sort: str
    is_number: bool


@dataclass(frozen=True)
class Listing:
    """The declaration of a list, used by the page, exports, API and feeds."""

    collection: str
    filterset: type[ListFilterSet]
    title: str
    # A plural form that contains "%(count)s", such as "%(count)s initiatives".
    count_label: Promise
    columns: tuple[Column, ...]
    # The names of the columns of the table on the page. The first column contains the record's name.
    table: tuple[str, ...]
    rows_template: str
    default_sort: str = "name_en"
    # The QuerySet method that adds the data for rows, except numbers from the facet index. Unused if `row` is set.
    row_queryset: Callable[[QuerySet], QuerySet] | None = None
    # Builds the page's rows from a batch with `row_fields`, for lists where model instances are too slow.
    row: Callable[[RowBatch], list] | None = None
    row_fields: tuple[str, ...] = ()
    # The HTML of a row that `row` builds, with {} for each value. A template tag in `rows_template` inserts the values.
    row_html: str = ""
    # The print view (`sources.briefs.Brief`) with the notes on each record.
    brief: Any = None
    # The template for the note above the table.
    note_template: str = ""
    # The template for the section below the list.
    section_template: str = ""
    # The template for the map view, if the records have coordinates.
    map_template: str = ""
    # URL names and labels of other pages that accept the same filters.
    other_pages: tuple[tuple[str, str], ...] = ()
    # Returns the URL and label of the page that summarises the records named in a query, or None.
    summary_page: Callable[[Any], tuple[str, str] | None] | None = None

    @cached_property
    def column_by_name(self) -> dict[str, Column]:
        return {column.name: column for column in self.columns}

    @cached_property
    def match_parameters(self) -> dict[str, str]:
        """Maps filters to the parameter that selects any or all of their values."""
        filters = self.filterset.base_filters.items()
        return {name: item.match_parameter for name, item in filters if item.match_parameter}

    @cached_property
    def countable_filters(self) -> list[str]:
        """The names of the filters whose options can be counted."""
        filters = self.filterset.base_filters.items()
        return [name for name, item in filters if item.has_options and item.is_selectable]

    @property
    def default_columns(self) -> list[str]:
        """The names of the columns in an export without the parameter `columns`."""
        return [column.name for column in self.columns if column.by_default]

    @cached_property
    def sorts(self) -> dict[str, SortKey]:
        """Maps the names of sortable columns to their sort keys."""
        return {column.name: column.order for column in self.columns if column.order is not None}

    @property
    def localized_default_sort(self) -> str:
        """The default sort, with names in the active language."""
        return self.localized_sort(self.default_sort)

    def localized_sort(self, sort: str) -> str:
        """Returns `sort`, with English names replaced by names in the active language."""
        minus = "-" if sort.startswith("-") else ""
        local = sorting.localized_name_field(self.indexed_model, active_language())
        is_by_name = sort.removeprefix("-") == self.indexed_model.name_field
        return minus + local if is_by_name and local in self.sorts else sort

    @cached_property
    def table_columns(self) -> list[Column]:
        """The columns of the table on the page."""
        return [self.column_by_name[name] for name in self.table]

    @property
    def headers(self) -> list[Header]:
        """The column headers of the table in the active language."""
        return [
            Header(
                str(column.label),
                "" if column.order is None else self.localized_sort(column.name),
                column.is_number,
            )
            for column in self.table_columns
        ]

    @property
    def views(self) -> tuple[str, ...]:
        """The views of the page, with the default view first."""
        return (*VIEWS, MAP) if self.map_template else VIEWS

    @property
    def indexed_model(self) -> IndexedModel:
        """The declaration of this kind of record in the facet index."""
        return registry.indexed_model(self.collection)

    def ordered_selection(
        self, state: IndexState, sort: str, *, is_awaited: bool = False
    ) -> OrderedSelection:
        """Returns the records in order of the column `sort`. A leading "-" means descending order.

        Records without a value are last in both directions. Records with equal values are sorted by name. Unless
        `is_awaited`, a long list may be sorted by English names until the localised order is ready.
        """
        by, descending = self.sorts[sort.removeprefix("-")], sort.startswith("-")
        if by.language:
            names = sorting.name_order(state, self.collection, by.language, is_awaited=is_awaited)
            return OrderedSelection(names, reverse=descending)
        if by is BY_NAME:
            return OrderedSelection(state.index(self.collection).order, reverse=descending)
        if by.is_own_column:
            return OrderedSelection(sorting.column_order(state, self.collection, by, descending=descending))
        if by.facet is None:
            return OrderedSelection(self._stored_order(state, by, descending))
        # Within a group, records are ordered by their names in the active language.
        names, field = state.index(self.collection).order, self.localized_sort(self.indexed_model.name_field)
        if field != self.indexed_model.name_field:
            names = sorting.name_order(state, self.collection, active_language(), is_awaited=is_awaited)
        return OrderedSelection(names, self._rank_groups(state, by, descending))

    def records(self) -> QuerySet:
        """Returns the published records."""
        return self.indexed_model.model.objects.published()

    def row_records(self) -> QuerySet:
        """Returns the published records with the data for rows, except numbers from the facet index."""
        return self.row_queryset(self.records())

    def read(self, keys: list[int], state: IndexState) -> list:
        """Returns the records with these keys, in key order, with all data for the page's rows."""
        if not keys:
            return []
        if self.row is not None:
            return self._cached_rows(keys, state, self.row)
        by_key = {record.pk: record for record in self.row_records().filter(pk__in=keys)}
        records = [by_key[key] for key in keys]
        batch = RowBatch(self, state, keys, ())
        for column in self.columns:
            for name, values in column.index_attributes(batch).items():
                for record, value in zip(records, values, strict=True):
                    setattr(record, name, value)
        return records

    def _cached_rows(self, keys: list[int], state: IndexState, make: Callable[[RowBatch], list]) -> list:
        # The cache expires at midnight, because rows mark old statuses, and the age of a status depends on the current
        # date.
        inputs = state.change_token, today()
        cache = state.memoize((self.collection, "rows", get_language()), inputs, _RowCache)
        rows = {key: row for key in keys if (row := cache.get(key)) is not None}
        missing = [key for key in keys if key not in rows]
        if missing:
            made = make(DatabaseRowBatch(self, state, missing, self.row_fields))
            for key, row in zip(missing, made, strict=True):
                rows[key] = row
                cache.put(key, row)
        return [rows[key] for key in keys]

    def _rank_groups(self, state: IndexState, by: SortKey, descending: bool) -> tuple[BitMap, ...]:
        bitmaps = state.facet(self.collection, by.facet)

        def sort() -> tuple[BitMap, ...]:
            # Values with the same name have the same rank. Within a rank, records are sorted by name.
            ranked: dict[Any, list[BitMap]] = {}
            for value, keys in bitmaps.items():
                if (rank := by.rank(value, state)) is not None:
                    ranked.setdefault(rank, []).append(keys)
            return tuple(union(ranked[rank]) for rank in sorted(ranked, reverse=descending))

        # Ranks may depend on anything in the state, so they are cached only until the next change.
        inputs = (bitmaps, state.change_token)
        return state.memoize((self.collection, "groups", by, descending, active_language()), inputs, sort)

    def _stored_order(self, state: IndexState, by: SortKey, descending: bool) -> SortedKeys:
        records = self.row_records().using(state.using)
        records = records.order_by(by.term(descending=descending), *self.indexed_model.ordering)
        return state.memoize(
            (self.collection, "sorted by others", by, descending),
            (state.change_token,),
            lambda: SortedKeys.from_array(ordered_keys(records)),
        )
