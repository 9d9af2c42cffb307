"""What a query string asks of a list: the records that match, or the reasons why it cannot be answered."""

from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from . import querystring, words
from .columns import Column, Listing
from .counting import Grouped
from .fields import shown
from .filters import Option

PAGE_SIZE = 50
# Each chip's link repeats the query string: all of them would grow with its square.
MOST_CHIPS = 40
# Parameters that any list takes besides its filters.
SORT, PAGE = "sort", "page"


@dataclass(frozen=True)
class Chip:
    """An active filter value, and the query string without it."""

    label: str
    value: str
    removal: str
    is_wrong: bool


@dataclass(frozen=True)
class Facet:
    """A filter as the page shows it."""

    name: str
    label: str
    values: list[str]
    options: list[Option]
    errors: list[str]

    @property
    def is_active(self) -> bool:
        return bool(self.values)


@dataclass(frozen=True)
class Head:
    """A head of the table: its label, and where a click on it leads."""

    label: str
    link: str
    direction: str


class Selection:
    """The records of `listing` that `params` ask for.

    `errors` gives the reasons by parameter ("" for the query string as a whole). While there are any, no record
    is selected: a wrong value never widens.
    """

    def __init__(self, listing: Listing, records: QuerySet, params: QueryDict, problem: str = ""):
        self.listing = listing
        self.params = params
        self.filterset = listing.filterset(params, queryset=records)
        self.errors: dict[str, list[str]] = {"": [problem]} if problem else {}
        self.sort = self._read_sort()
        self.page_number = self._read_page_number()
        for name, errors in self.filterset.form.errors.items():
            self.errors[name] = list(errors)
        if wrong_years := self.filterset.wrong_years():
            self.errors.setdefault("year_to", []).append(wrong_years)

    @classmethod
    def for_page(cls, listing: Listing, request: HttpRequest) -> "Selection":
        """What the address of `request` asks for, with all that the rows of a page show."""
        return cls(listing, listing.for_page(), *querystring.read(request))

    @classmethod
    def for_export(cls, listing: Listing, request: HttpRequest) -> "Selection":
        """What the address of `request` asks for, with all that the rows of an export hold."""
        return cls(listing, listing.for_export(), *querystring.read(request))

    @property
    def parameters(self) -> set[str]:
        """The parameters that the list knows."""
        return {*self.filterset.filters, SORT, PAGE}

    def _one_value(self, name: str) -> str:
        values = self.values_of(name)
        if len(values) > 1:
            self.errors[name] = [_("Give one value, not %(count)s.") % {"count": len(values)}]
            return ""
        return values[0] if values else ""

    def _read_sort(self) -> str:
        value = self._one_value(SORT)
        if not value:
            return self.listing.default_sort
        if value.removeprefix("-") not in self.listing.sorts:
            self.errors[SORT] = [
                _("This list cannot be sorted by “%(value)s”, only by %(sorts)s.")
                % {"value": shown(value), "sorts": ", ".join(self.listing.sorts)}
            ]
            return self.listing.default_sort
        return value

    def _read_page_number(self) -> int:
        value = self._one_value(PAGE)
        if not value:
            return 1
        if not (value.isascii() and value.isdigit() and len(value) <= 9 and int(value) > 0):
            self.errors[PAGE] = [_("“%(value)s” is not the number of a page.") % {"value": shown(value)}]
            return 1
        return int(value)

    @cached_property
    def records(self) -> QuerySet:
        """The matching records, in order."""
        if self.errors:
            return self.filterset.queryset.none()
        return self.listing.ordered(self.filterset.qs, self.sort)

    @cached_property
    def page(self) -> Page:
        """The page that is asked for; a number past the last one is an error and an empty page."""
        paginator = Paginator(self.records, PAGE_SIZE)
        if self.page_number <= paginator.num_pages or self.errors:
            return paginator.get_page(self.page_number)
        self.errors[PAGE] = [
            _("There is no page %(asked)s: the last is %(last)s.")
            % {"asked": self.page_number, "last": paginator.num_pages}
        ]
        return Paginator(self.filterset.queryset.none(), PAGE_SIZE).page(1)

    @property
    def count(self) -> int:
        return self.page.paginator.count

    def values_of(self, name: str) -> list[str]:
        """The values given for a parameter, without empty ones and repetitions."""
        return querystring.values(self.params, name)

    @cached_property
    def facets(self) -> list[Facet]:
        """Every filter of the list, with what it offers and what is wrong with what was given."""
        return [
            Facet(
                name, item.label, self.values_of(name), self._options(name, item), self.errors.get(name, [])
            )
            for name, item in self.filterset.filters.items()
        ]

    def _options(self, name, item) -> list[Option]:
        return item.options(self.filterset.form.fields[name], self.values_of(name))

    @cached_property
    def chips(self) -> list[Chip]:
        """The first active filter values, wrong ones too, each with the way to remove it."""
        active = ((facet, value) for facet in self.facets for value in facet.values)
        return [
            Chip(
                f"{facet.label}: {words.named(facet, value)}",
                value,
                querystring.without_value(self.params, facet.name, value),
                bool(facet.errors),
            )
            for facet, value in islice(active, MOST_CHIPS)
        ]

    @property
    def unshown_chips(self) -> int:
        """How many active filter values have no chip."""
        return sum(len(facet.values) for facet in self.facets) - len(self.chips)

    @cached_property
    def heading(self) -> str:
        """What is listed, in words: "12 initiatives with Kyrgyzstan, under way, on youth exchange"."""
        count = self.count
        if self.errors:
            return str(self.listing.title)
        return words.heading(self.listing.counted % {"count": Grouped(count)}, self._phrases())

    def _phrases(self) -> list[str]:
        filters = self.filterset.filters
        return [words.phrase(filters[facet.name].phrase, facet) for facet in self.facets if facet.is_active]

    @property
    def heads(self) -> list[Head]:
        """The heads of the table."""
        return [self._head(column) for column in self.listing.table_columns]

    def _head(self, column: Column) -> Head:
        if column.order is None:
            return Head(column.label, "", "")
        if self.sort == column.name:
            return Head(
                column.label, querystring.replacing(self.params, SORT, f"-{column.name}"), "ascending"
            )
        direction = "descending" if self.sort == f"-{column.name}" else ""
        return Head(column.label, querystring.replacing(self.params, SORT, column.name), direction)

    @property
    def export_query(self) -> str:
        """The query string with which an export gives these records: all of them, in this order."""
        return querystring.without(self.params, PAGE, *self.unknown_parameters)

    @property
    def unknown_parameters(self) -> set[str]:
        """The parameters given that the list does not know: pages ignore them, exports refuse them."""
        return set(self.params) - self.parameters

    def page_link(self, number: int) -> str:
        """The query string of another page."""
        return querystring.replacing(self.params, PAGE, str(number))
