"""What a query string asks of a list: the records that match, or the reasons why it cannot be answered."""

from collections.abc import Sequence
from functools import cached_property

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from sco_cities.facet_index.state import IndexState
from sco_cities.i18n.numbers import GroupedInt

from . import headings, querystring
from .fields import shortened
from .filters import ListFilter
from .listing import Listing
from .result_set import DatabaseResultSet, IndexResultSet, ResultSet

PAGE_SIZES = ("20", "50", "100", "200")
PAGE_SIZE = "50"
# Parameters that any list takes besides its filters: the order, and those that only pages go by.
SORT, PAGE, PER_PAGE, VIEW, ALL = "sort", "page", "per_page", "view", "all"
PAGE_PARAMETERS = (PAGE, PER_PAGE, VIEW, ALL)


class ListQuery:
    """The records of `listing` that `params` ask for, by the facet index in `state` or, without it, the database.

    `errors` gives the reasons by parameter ("" for the query string as a whole). While there are any, no record
    is selected: a wrong value never widens.
    """

    def __init__(self, listing: Listing, state: IndexState | None, params: QueryDict, problem: str = ""):
        self.listing = listing
        self.state = state
        self.params = params
        self.filterset = listing.filterset(
            params, queryset=listing.records(), collection=listing.collection, state=state
        )
        self.errors: dict[str, list[str]] = {"": [problem]} if problem else {}
        self.sort = self._read_sort()
        self.page_number = self._read_page_number()
        self.page_size = int(self._read_choice(PER_PAGE, PAGE_SIZES, PAGE_SIZE))
        self.view = self._read_choice(VIEW, listing.views, listing.views[0])
        for name, errors in self.filterset.form.errors.items():
            self.errors[name] = list(errors)
        if wrong_years := self.filterset.wrong_years():
            self.errors.setdefault("year_to", []).append(wrong_years)

    @classmethod
    def of(cls, listing: Listing, state: IndexState | None, request: HttpRequest):
        """What the address of `request` asks for."""
        return cls(listing, state, *querystring.read(request))

    @property
    def parameters(self) -> set[str]:
        """The parameters that the list knows."""
        return {*self.filterset.filters, SORT, *PAGE_PARAMETERS}

    @property
    def unknown_parameters(self) -> set[str]:
        """The parameters given that the list does not know: pages ignore them, exports refuse them."""
        return set(self.params) - self.parameters

    def values_of(self, name: str) -> list[str]:
        """The values given for a parameter, without empty ones and repetitions."""
        return querystring.values(self.params, name)

    def _one_value(self, name: str) -> str:
        values = self.values_of(name)
        if len(values) > 1:
            self.errors[name] = [_("Enter only one value, not %(count)s.") % {"count": len(values)}]
            return ""
        return values[0] if values else ""

    def _read_sort(self) -> str:
        value = self._one_value(SORT)
        if not value:
            return self.listing.usual_sort
        if value.removeprefix("-") not in self.listing.sorts:
            self.errors[SORT] = [
                _("This list cannot be sorted by “%(value)s”. Choose: %(sorts)s.")
                % {"value": shortened(value), "sorts": ", ".join(self.listing.sorts)}
            ]
            return self.listing.usual_sort
        return value

    def _read_page_number(self) -> int:
        value = self._one_value(PAGE)
        if not value:
            return 1
        if not (value.isascii() and value.isdigit() and len(value) <= 9 and int(value) > 0):
            self.errors[PAGE] = [
                _("“%(value)s” is not a page number. Enter a number such as 2.") % {"value": shortened(value)}
            ]
            return 1
        return int(value)

    def _read_choice(self, name: str, choices: Sequence[str], default: str) -> str:
        value = self._one_value(name)
        if value and value not in choices:
            self.errors[name] = [
                _("“%(value)s” is not one of the options. Choose: %(choices)s.")
                % {"value": shortened(value), "choices": ", ".join(choices)}
            ]
            return default
        return value or default

    @cached_property
    def found(self) -> ResultSet:
        """The keys of the matching records, in order."""
        found = IndexResultSet if self.state else DatabaseResultSet
        return found(self.listing, self.filterset, self.sort, is_nothing=bool(self.errors))

    @property
    def active(self) -> list[tuple[str, ListFilter, list[str]]]:
        """The filters that are asked for, by name, with the values given."""
        given = ((name, item, self.values_of(name)) for name, item in self.filterset.filters.items())
        return [(name, item, values) for name, item, values in given if values]

    @cached_property
    def heading(self) -> str:
        """What is listed, in words: "12 initiatives with Kyrgyzstan, under way, on youth exchange"."""
        if self.errors:
            return str(self.listing.title)
        said = [
            phrase for name, item, values in self.active for phrase in headings.phrases(name, item, values)
        ]
        return headings.heading(self.listing.counted % {"count": GroupedInt(self.found.count())}, said)

    @property
    def asked(self) -> list[tuple[str, list[str]]]:
        """The active filters with the names of all that they are asked for."""
        return [
            (str(item.label), [headings.with_names(item, value) for value in values])
            for _name, item, values in self.active
        ]

    @property
    def order_in_words(self) -> str:
        """What the list is sorted by, and an arrow for the direction."""
        column = self.listing.column_by_name[self.sort.removeprefix("-")]
        return f"{column.label} {'↓' if self.sort.startswith('-') else '↑'}"

    @property
    def filter_query(self) -> str:
        """The query string of its filters alone."""
        return querystring.without(self.params, SORT, *PAGE_PARAMETERS, *self.unknown_parameters)

    @property
    def first_page_query(self) -> str:
        """The query string of the same page, but the first."""
        return querystring.without(self.params, PAGE, *self.unknown_parameters)

    @property
    def export_query(self) -> str:
        """The query string with which an export gives these records: all of them, in this order."""
        return querystring.without(self.params, *PAGE_PARAMETERS, *self.unknown_parameters)
