"""What the page of a list shows of a selection: its rows, filters with counts, chips, heads and ways on."""

import datetime
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any

from django.core.paginator import Page, Paginator
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sco_cities.core.lru_cache import LRUCache
from sco_cities.i18n.punctuation import with_label

from . import headings, histogram, querystring
from .columns import Column
from .fields import NOT
from .filter_options import SHORT, FilterOptions, FilterPanel
from .histogram import Bar
from .last_modified import last_modified
from .list_query import ALL, PAGE, PAGE_SIZE, PER_PAGE, SORT, VIEW, ListQuery

# Each chip's link repeats the query string: all of them would grow with its square.
MAX_CHIPS = 40
# So many options of a long list are shown, unless all are asked for.
MAX_OPTIONS = 10


@dataclass(frozen=True)
class Chip:
    """An active filter value, and the query string without it."""

    label: str
    value: str
    removal: str
    is_wrong: bool


@dataclass(frozen=True)
class ColumnHeader:
    """A head of the table: its label, and where a click on it leads."""

    label: str
    link: str
    direction: str


class ListPage(ListQuery):
    """A selection as a page shows it.

    `opened` are the filters whose options the reader looks at, where that is known: none of the others are counted
    that need not be.
    """

    opened: frozenset[str] | None = None

    @cached_property
    def page(self) -> Page:
        """The page that is asked for; a number past the last one is an error and an empty page."""
        return self.paged(self.found, self.page_size)

    def paged(self, items: Sequence, size: int) -> Page:
        """The page that is asked for of `items`, of which each page has so many."""
        paginator = Paginator(items, size)
        if self.page_number <= paginator.num_pages or self.errors:
            return paginator.get_page(self.page_number)
        self.errors[PAGE] = [
            _("Page %(asked)s does not exist. The last page is %(last)s.")
            % {"asked": self.page_number, "last": paginator.num_pages}
        ]
        return Paginator((), size).page(1)

    @property
    def count(self) -> int:
        return self.page.paginator.count

    @cached_property
    def records(self) -> list:
        """The records of the page, with all that its rows show."""
        return self.listing.read(self.page.object_list, self.state)

    @cached_property
    def briefed(self) -> Any:
        """The records of the page as its brief shows them."""
        keys, first = list(self.page.object_list), self.page.start_index()
        return self.listing.brief.read(self.listing, self.state, keys, first)

    @cached_property
    def newest(self) -> datetime.datetime | None:
        """When any of the selected records was changed last."""
        return last_modified(self.found)

    @property
    def query(self) -> str:
        """The query string of this very page, without what the list does not know."""
        return querystring.without(self.params, *self.unknown_parameters)

    @property
    def address_query(self) -> str:
        """The same as a table."""
        return querystring.without(self.params, VIEW, *self.unknown_parameters)

    @cached_property
    def facets(self) -> list[FilterPanel]:
        """Every filter of the list, with what it offers and what is wrong with what was given."""
        waiting = tuple(filter(self._waits, self.filterset.filters))
        return self._remembered(
            ("facets", *waiting),
            lambda: [self.facet(name, waits=name in waiting) for name in self.filterset.filters],
        )

    def _waits(self, name: str) -> bool:
        """Whether a filter that is closed is counted when the reader opens it."""
        if self.opened is None or self.state is None or self.errors:
            return False
        is_long = self.filterset.filters[name].number_offered(self.state) > SHORT
        return is_long and name not in self.opened and not self.values_of(name)

    def _remembered(self, name: Hashable, make: Callable[[], Any]) -> Any:
        """What `make` returns: the same on every page and in every order of the same filters, while nothing changes.

        Of long lists of options only what is shown of them at first is kept.
        """
        if self.state is None or self.errors or self.values_of(ALL):
            return make()
        known = self.state.remember(("list pages", self.listing.collection), (self.state.moment,), LRUCache)
        asked = tuple((name, *values) for name, _item, values in self.active)
        key = name, get_language(), asked
        made = known.get(key)
        if made is None:
            made = make()
            known.put(key, made)
        return made

    def facet(self, name: str, *, waits: bool = False) -> FilterPanel:
        """A filter of the list, with what it offers; without that where it `waits`."""
        item, values, options = self.filterset.filters[name], self.values_of(name), FilterOptions([], 0)
        if waits:
            options = FilterOptions([], item.number_offered(self.state))
        elif item.has_options:
            most = None if name in self.values_of(ALL) else MAX_OPTIONS
            # Nothing is selected while something is wrong: the numbers would all be 0, and say nothing.
            state, others = (None, None) if self.found.is_nothing else (self.state, self.found.without(name))
            options = item.options(state, others, values, most)
        offered = {option.value for option in options.shown}
        unknown = [value for value in values if item.spelled(value).removeprefix(NOT) not in offered]
        return FilterPanel(
            name, item.label, values, unknown, self.errors.get(name, []), options.shown, options.more, waits
        )

    @cached_property
    def years(self) -> list[Bar]:
        """How many records overlap each year under all filters but those of years; empty where it is not known."""
        return self._remembered("years", self._bars)

    def _bars(self) -> list[Bar]:
        years = self.listing.kind.facets.get("years")
        others = self.found.without("year_from", "year_to")
        if years is None or others is None:
            return []
        chosen = (self.found.asked.get("year_from"), self.found.asked.get("year_to"))
        censuses = self.filterset.censuses
        return histogram.bars(years, self.state, self.listing.collection, others, chosen, censuses)

    def years_link(self, first: int | None, last: int | None) -> str:
        """The query string of what overlaps these years."""
        years = (("year_from", first), ("year_to", last))
        return _extended(self._without_years, "&".join(f"{name}={year}" for name, year in years if year))

    @cached_property
    def _without_years(self) -> str:
        return querystring.without(self.params, PAGE, "year_from", "year_to")

    @cached_property
    def chips(self) -> list[Chip]:
        """The first active filter values, wrong ones too, each with the way to remove it."""
        active = ((name, item, value) for name, item, values in self.active for value in values)
        return [
            Chip(
                with_label(item.label, headings.with_names(item, value)),
                value,
                querystring.without_value(self.params, name, value),
                name in self.errors,
            )
            for name, item, value in islice(active, MAX_CHIPS)
        ]

    @property
    def unshown_chips(self) -> int:
        """How many active filter values have no chip."""
        return sum(len(values) for _name, _item, values in self.active) - len(self.chips)

    @property
    def contradictions(self) -> list[str]:
        """What is asked for and left out at once, in words."""
        return [said for _name, item, values in self.active if (said := headings.contradiction(item, values))]

    def without_link(self, name: str, value: str) -> str:
        """The query string that leaves out what it asks for now."""
        others = [given for given in self.values_of(name) if given.lower() not in (value, f"{NOT}{value}")]
        pairs = [(name, other) for other in others]
        return querystring.replacing(self.params, (name, ""), *pairs, (name, f"{NOT}{value}"))

    @property
    def heads(self) -> list[ColumnHeader]:
        """The heads of the table."""
        base = querystring.without(self.params, PAGE, SORT)
        return [self._head(column, base) for column in self.listing.table_columns]

    def _head(self, column: Column, base: str) -> ColumnHeader:
        if column.order is None:
            return ColumnHeader(column.label, "", "")
        sort = self.listing.in_language(column.name)
        if self.sort == sort:
            return ColumnHeader(column.label, _extended(base, f"{SORT}=-{sort}"), "ascending")
        direction = "descending" if self.sort == f"-{sort}" else ""
        return ColumnHeader(column.label, _extended(base, f"{SORT}={sort}"), direction)

    def page_link(self, number: int) -> str:
        """The query string of another page."""
        return _extended(self._without_page, f"{PAGE}={number}")

    @cached_property
    def _without_page(self) -> str:
        return querystring.without(self.params, PAGE)

    def size_link(self, size: str) -> str:
        """The query string of pages of another size."""
        return querystring.replacing(self.params, (PER_PAGE, "" if size == PAGE_SIZE else size))

    def view_link(self, view: str) -> str:
        """The query string of the same page in another view; it stays on the page."""
        return querystring.with_value(self.params, VIEW, "" if view == self.listing.views[0] else view)

    def all_link(self, name: str) -> str:
        """The query string with which a filter shows all of its options."""
        return querystring.with_value(self.params, ALL, name)


def _extended(query: str, pair: str) -> str:
    """A query string with more at its end: reading all of it anew for each of a hundred links takes long."""
    return f"{query}&{pair}" if len(query) > 1 else f"?{pair}"
