"""List pages with rows, filter panels with counts, chips, column headers and links."""

import datetime
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any

from django.core.paginator import Page, Paginator
from django.utils.translation import get_language

from sco_cities.core.lru_cache import LRUCache
from sco_cities.facet_index.facets import today
from sco_cities.i18n.numbers import PartOfAll
from sco_cities.i18n.punctuation import with_label

from . import querystring, year_filters
from .fields import NOT
from .filter_options import MAX_UNSCROLLED, FilterOptions, FilterPanel
from .list_query import (
    ALL,
    DEFAULT_PAGE_SIZE,
    NOTES,
    PAGE,
    PER_PAGE,
    VIEW,
    WITHOUT_NOTES,
    ListQuery,
    contradiction,
    value_label,
)
from .listing import BRIEF
from .record_filters import joined
from .result_set import last_modified
from .year_filters import Bar

# Maximum number of chips. Each chip's link repeats the query string, so the total size grows with the square of the
# number of chips.
MAX_CHIPS = 40
# The page layout for print.
BRIEF_TEMPLATE = "listings/brief.html"
# Number of visible options in a long list, unless all options are requested.
MAX_OPTIONS = 10


@dataclass(frozen=True)
class Chip:
    """An active filter value, with the query string that removes it."""

    label: str
    value: str
    remove_query: str
    is_invalid: bool


class ListPage(ListQuery):
    """A list query with all data for its page.

    `open_filters` contains the names of the panels that are open in the browser, if the browser sent the names. The
    options of other long panels are then not counted.
    """

    open_filters: frozenset[str] | None = None

    @property
    def templates(self) -> tuple[str, str]:
        """The templates for the page and for the part that htmx replaces. htmx always replaces a brief completely."""
        if self.view == BRIEF:
            return BRIEF_TEMPLATE, BRIEF_TEMPLATE
        return "listings/list.html", "listings/_results.html"

    @property
    def sort_choices(self) -> Iterable[str]:
        """The column headers of the page, listed in an error about the sort order."""
        return [column.label for column in self.listing.table_columns if column.order is not None]

    @cached_property
    def page(self) -> Page:
        """The requested page. If the requested page does not exist, the result is empty and an error is added."""
        return self.paginate(self.result_set, self.page_size)

    def paginate(self, items: Sequence, size: int) -> Page:
        """Returns the requested page of `items`, at `size` items per page."""
        error = None if self.errors else self.missing_page_error(len(items), size)
        if error is None:
            return Paginator(items, size).get_page(self.page_number)
        self.errors[PAGE] = [error]
        return Paginator((), size).page(1)

    @property
    def count(self) -> int:
        return self.page.paginator.count

    @cached_property
    def records(self) -> list:
        """The records on the page, with all data for their rows."""
        return self.listing.read(self.page.object_list, self.state)

    @cached_property
    def brief_page(self) -> Any:
        """The records on the page, prepared for the brief."""
        keys, first = list(self.page.object_list), self.page.start_index()
        return self.listing.brief.read(self.listing, self.state, keys, first)

    @cached_property
    def last_modified(self) -> datetime.datetime | None:
        """The time of the latest change to any record of the list."""
        return last_modified(self.result_set)

    @property
    def short_heading(self) -> str:
        """The count, such as "26 of 203 initiatives" if filters are active. The filters are shown as chips."""
        if self.errors or not self.active_filters:
            return self.heading
        every = len(self.state.published(self.listing.collection))
        return self.listing.count_label % {"count": PartOfAll(self.result_set.count(), every)}

    @property
    def query(self) -> str:
        """The query string of this page without unknown parameters."""
        return querystring.without(self.params, *self.unknown_parameters)

    @property
    def table_query(self) -> str:
        """The query string for the table view of this page."""
        return querystring.without(self.params, VIEW, NOTES, *self.unknown_parameters)

    @cached_property
    def filter_panels(self) -> list[FilterPanel]:
        """A panel for each filter of the list, with its options and errors."""
        deferred = tuple(filter(self._is_deferred, self.filterset.filters))
        # The choice between any and all is part of the cache key, because a panel offers it even for a single selected
        # value.
        choices = tuple(tuple(self.values_of(name)) for name in self.listing.match_parameters.values())
        return self._cached(
            ("panels", deferred, choices),
            lambda: [self.filter_panel(name, defer=name in deferred) for name in self.filterset.filters],
        )

    def _is_deferred(self, name: str) -> bool:
        """Returns True if the options of a closed panel are counted only when the panel is opened."""
        if self.open_filters is None or self.errors:
            return False
        is_long = self.filterset.filters[name].option_count(self.state) > MAX_UNSCROLLED
        return is_long and name not in self.open_filters and not self.values_of(name)

    def _cached(self, name: Hashable, make: Callable[[], Any]) -> Any:
        """Caches the result of `make` for all pages and sort orders with the same filters, until data changes.

        Complete lists with many options are not cached.
        """
        if self.errors or self.values_of(ALL):
            return make()
        # The cache expires at midnight, because filters by age count from today.
        inputs = self.state.change_token, today()
        cache = self.state.memoize(("list pages", self.listing.collection), inputs, LRUCache)
        filters = tuple((name, *values) for name, _item, values in self.active_filters)
        key = name, get_language(), filters
        result = cache.get(key)
        if result is None:
            result = make()
            cache.put(key, result)
        return result

    def filter_panel(self, name: str, *, defer: bool = False) -> FilterPanel:
        """Returns the panel of a filter, without options if `defer` is true."""
        item, values, options = self.filterset.filters[name], self.values_of(name), FilterOptions([], 0)
        ticked = item.option_values(values)
        if defer:
            options = FilterOptions([], item.option_count(self.state))
        elif item.has_options:
            limit = None if name in self.values_of(ALL) else MAX_OPTIONS
            # Omits the counts, which would all be 0, because a query with errors selects no records.
            others = None if self.result_set.has_errors else self.result_set.keys_without(name)
            options = item.options(self.state, others, values, limit)
        known = {option.value for option in options.visible}
        return FilterPanel(
            name,
            item.label,
            ticked,
            [value for value in ticked if item.normalize(value).removeprefix(NOT) not in known],
            [
                *self.errors.get(name, ()),
                *(self.errors.get(item.match_parameter, ()) if item.match_parameter else ()),
            ],
            options.visible,
            options.hidden_count,
            defer,
            item.match_parameter,
            item.requires_all(values),
        )

    @cached_property
    def year_bars(self) -> list[Bar]:
        """The histogram of years, with all filters except the year filters, or [] for fewer than two years."""
        return self._cached("years", self._year_bars)

    def _year_bars(self) -> list[Bar]:
        years = self.listing.indexed_model.facets.get("years")
        if years is None:
            return []
        others = self.result_set.keys_without("year_from", "year_to")
        selected = self.result_set.filter_values
        return year_filters.year_bars(
            years,
            self.state,
            self.listing.collection,
            others,
            (selected.get("year_from"), selected.get("year_to")),
            self.filterset.counters,
        )

    def years_link(self, first: int | None, last: int | None) -> str:
        """Returns the query string that filters the list by these years."""
        years = (("year_from", first), ("year_to", last))
        return querystring.extended(
            self._without_years, "&".join(f"{name}={year}" for name, year in years if year)
        )

    @cached_property
    def _without_years(self) -> str:
        return querystring.without(self.params, PAGE, "year_from", "year_to")

    @cached_property
    def chips(self) -> list[Chip]:
        """The chips of the first active filter values, including invalid values."""
        active = (
            (name, item, value)
            for name, item, values in self.active_filters
            for value in item.option_values(values)
        )
        return [
            Chip(
                with_label(item.label, value_label(item, value)),
                value,
                self._without_value(name, value),
                name in self.errors,
            )
            for name, item, value in islice(active, MAX_CHIPS)
        ]

    @property
    def hidden_chip_count(self) -> int:
        """The number of active filter values without a chip."""
        active = sum(len(item.option_values(values)) for _name, item, values in self.active_filters)
        return active - len(self.chips)

    def _without_value(self, name: str, value: str) -> str:
        item, values = self.filterset.filters[name], self.values_of(name)
        if not item.requires_all(values):
            return querystring.without_value(self.params, name, value)
        others = joined(other for other in item.option_values(values) if other != value)
        return querystring.replacing(self.params, (name, ""), *((name, other) for other in others))

    @property
    def contradictions(self) -> list[str]:
        """A sentence for each filter that both includes and excludes the same value."""
        sentences = (contradiction(item, values) for _name, item, values in self.active_filters)
        return [sentence for sentence in sentences if sentence]

    def exclude_link(self, name: str, value: str) -> str:
        """Returns the query string that excludes a selected value."""
        item, values = self.filterset.filters[name], self.values_of(name)
        others = [
            other for other in item.option_values(values) if other.lower() not in (value, f"{NOT}{value}")
        ]
        pairs = [(name, other) for other in (joined(others) if item.requires_all(values) else others)]
        return querystring.replacing(self.params, (name, ""), *pairs, (name, f"{NOT}{value}"))

    def page_link(self, number: int) -> str:
        """Returns the query string of the page with this number."""
        return querystring.extended(self._without_page, f"{PAGE}={number}")

    @cached_property
    def _without_page(self) -> str:
        return querystring.without(self.params, PAGE)

    def size_link(self, size: str) -> str:
        """Returns the query string for another page size."""
        return querystring.replacing(self.params, (PER_PAGE, "" if size == DEFAULT_PAGE_SIZE else size))

    def view_link(self, view: str) -> str:
        """Returns the query string that shows the same page in another view."""
        return querystring.with_value(self.params, VIEW, "" if view == self.listing.views[0] else view)

    @property
    def has_notes_on_paper(self) -> bool:
        """True if the printed brief includes its footnotes."""
        return self.notes != WITHOUT_NOTES

    @property
    def other_notes_link(self) -> str:
        """The query string that switches the footnotes of the printed brief on or off."""
        return querystring.with_value(self.params, NOTES, WITHOUT_NOTES if self.has_notes_on_paper else "")

    def all_link(self, name: str) -> str:
        """Returns the query string that shows all options of a filter."""
        return querystring.with_value(self.params, ALL, name)
