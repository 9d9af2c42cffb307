"""Validates a list's query string, returns its errors or the sorted matching records, and creates the heading."""

import re
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import NamedTuple

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from sco_cities.core.exceptions import shortened
from sco_cities.facet_index.state import IndexState
from sco_cities.i18n.numbers import GroupedInt
from sco_cities.i18n.punctuation import Typeset, comma_list

from . import querystring
from .fields import NOT, divide
from .filters import ListFilter
from .listing import Listing
from .querystring import ErrorCode, QueryError, near_names, not_a_choice
from .record_filters import ANY, MATCH_CHOICES, with_joined_values
from .result_set import ResultSet

# Matches a placeholder in quotation marks, as in the Russian phrase "статус «%s»".
_QUOTED_PLACEHOLDER = re.compile("[«“]%s[»”]")


class Phrase(NamedTuple):
    """An active filter's text in a heading. If `comma_before` is set, a comma separates the text from the count."""

    text: str
    comma_before: bool = False


def value_label(item: ListFilter, value: str) -> str:
    """Returns a filter value's label, such as "completed" or "not completed", or the value if it has no label."""
    # Search words and years have no labels.
    if not item.has_options:
        return value
    label = item.label_of(value.removeprefix(NOT))
    return excluded_label(label) if value.startswith(NOT) else label


def excluded_label(label: str) -> str:
    """Returns the label of an excluded value, such as "not completed"."""
    return pgettext("a choice that is left out", "not %(value)s") % {"value": label}


def join_alternatives(items: list[str]) -> str:
    """Joins labels, as in "Almaty", "Almaty or Osh" or "Almaty, Osh or Kazan". Long lists end with a count."""
    if len(items) > 4:
        return _("%(first)s or any of %(others)s more") % {
            "first": comma_list(items[:2]),
            "others": len(items) - 2,
        }
    if len(items) < 2:
        return "".join(items)
    return _("%(first)s or %(last)s") % {"first": comma_list(items[:-1]), "last": items[-1]}


def phrases(name: str, item: ListFilter, values: list[str]) -> list[Phrase]:
    """Describes the values of a filter, such as "with Almaty or Osh", or "not with Kazan" for an excluded value.

    If the translated phrase quotes the value, each value is quoted, as in «согласовано» или «действует».
    """

    def make_phrase(labels: list[str], pattern: str = "%s") -> Phrase:
        template = pattern.replace("%s", str(item.phrase))
        if quoted := _QUOTED_PLACEHOLDER.search(template):
            template = template.replace(quoted[0], "%s")
            labels = [quoted[0].replace("%s", label) for label in labels]
        # Inserts labels last, because a "%s" in text from a reader is not a placeholder.
        return Phrase(template.replace("%s", join_alternatives(labels)), item.comma_before)

    if not item.has_options:
        quoted = pgettext("words that are searched for", "“%s”")
        return [make_phrase([quoted.replace("%s", value) if name == "q" else value for value in values])]
    included, excluded = divide(values)
    result = []
    if included:
        result.append(make_phrase([value_label(item, value) for value in included]))
    if excluded:
        labels = [value_label(item, value.removeprefix(NOT)) for value in excluded]
        # Translators: of a list, after "12 initiatives": %s is "with Kazan" or "agreed".
        result.append(make_phrase(labels, pgettext("what a list leaves out", "not %s")))
    return result


def heading(count_label: str, filters: list[Phrase]) -> str:
    """Combines a count and the texts of filters, as in "12 initiatives with Osh, agreed"."""
    if not filters:
        return Typeset(count_label)
    # Translators: separates the filters in a heading: "12 initiatives with Osh, agreed".
    separator = pgettext("between what narrows a list", ", ")
    parts = {"counted": count_label, "narrowed": separator.join(each.text for each in filters)}
    if filters[0].comma_before:
        # Translators: the heading of a list, such as "12 initiatives, agreed, with Osh".
        return Typeset(pgettext("heading, then what is no attribute", "%(counted)s, %(narrowed)s") % parts)
    # Translators: the heading of a list, such as "12 initiatives with Osh, agreed".
    # If filters have labels in your language ("country: Kazakhstan"), add a colon or brackets.
    return Typeset(pgettext("heading, then an attribute", "%(counted)s %(narrowed)s") % parts)


def contradiction(item: ListFilter, values: list[str]) -> str:
    """Returns a sentence about the values that a filter both includes and excludes, or ""."""
    if not item.has_options:
        return ""
    excluded = {value.removeprefix(NOT).lower() for value in values if value.startswith(NOT)}
    both = [value_label(item, value) for value in values if value.lower() in excluded]
    if not both:
        return ""
    return _("%(filter)s: “%(value)s” is both selected and excluded. Remove one of the two.") % {
        "filter": item.label,
        "value": join_alternatives(both),
    }


PAGE_SIZES = ("20", "50", "100", "200")
DEFAULT_PAGE_SIZE = "50"
# Parameters that every list has in addition to its filters. All except `sort` apply only to pages.
SORT, PAGE, PER_PAGE, VIEW, ALL, NOTES = "sort", "page", "per_page", "view", "all", "notes"
PAGE_PARAMETERS = (PAGE, PER_PAGE, VIEW, ALL, NOTES)
# The values of `notes`, for a printed brief with or without footnotes.
WITH_NOTES, WITHOUT_NOTES = "all", "none"


class ListQuery:
    """The query `params` for `listing`, with results from the facet index `state`.

    `errors` maps parameters to lists of sentences. The key "" contains errors about the query string itself. If there
    are errors, the list is empty, because an invalid value must never widen a list.
    """

    def __init__(self, listing: Listing, state: IndexState, params: QueryDict, error: str = ""):
        self.listing = listing
        self.state = state
        self.errors: dict[str, list[QueryError]] = {}
        if error:
            self.errors[""] = [QueryError(error, ErrorCode.TOO_LONG)]
        self.params = params
        for parameter in self.listing.match_parameters.values():
            self._read_choice(parameter, MATCH_CHOICES, ANY)
        if not params.keys().isdisjoint(self.listing.match_parameters.values()):
            self.params = with_joined_values(params, self.listing.match_parameters.items())
        self.filterset = listing.filterset(
            self.params,
            queryset=listing.indexed_model.model.objects.all(),
            collection=listing.collection,
            state=state,
        )
        self.sort = self._read_sort()
        self.page_number = self._read_page_number()
        self.page_size = self._read_page_size()
        self.view = self._read_choice(VIEW, listing.views, listing.views[0])
        self.notes = self._read_choice(NOTES, (WITH_NOTES, WITHOUT_NOTES), WITH_NOTES)
        for name, errors in self.filterset.form.errors.as_data().items():
            self.errors[name] = [error.message for error in errors]
        if year_range_error := self.filterset.year_range_error():
            self.errors.setdefault("year_to", []).append(year_range_error)

    @classmethod
    def of(cls, listing: Listing, state: IndexState, request: HttpRequest):
        """Returns the query from the URL of `request`."""
        return cls(listing, state, *querystring.read(request))

    @property
    def sort_choices(self) -> Iterable[str]:
        """The names of sortable columns in the query string, for errors."""
        return self.listing.sorts

    @property
    def parameters(self) -> set[str]:
        """All parameters that the list accepts."""
        return {*self.filterset.filters, *self.listing.match_parameters.values(), SORT, *PAGE_PARAMETERS}

    @property
    def unknown_parameters(self) -> set[str]:
        """The query parameters that the list does not accept. Pages ignore them, but exports reject them."""
        return set(self.params) - self.parameters

    @property
    def misspelt_parameter(self) -> tuple[str, str] | None:
        """The first unknown parameter that resembles a known parameter, paired with the known parameter."""
        near = ((name, near_names(name, self.parameters)) for name in sorted(self.unknown_parameters))
        return next(((shortened(name), names[0]) for name, names in near if names), None)

    def values_of(self, name: str) -> list[str]:
        """Returns the values of a parameter, without empty values and duplicates."""
        return querystring.values(self.params, name)

    def _one_value(self, name: str) -> str:
        values = self.values_of(name)
        if len(values) > 1:
            sentence = _("Enter only one value, not %(count)s.") % {"count": len(values)}
            self.errors[name] = [QueryError(sentence, ErrorCode.TOO_MANY)]
            return ""
        return values[0] if values else ""

    def _read_sort(self) -> str:
        value = self._one_value(SORT)
        if not value:
            return self.listing.localized_default_sort
        if value.removeprefix("-") not in self.listing.sorts:
            sentence = _("This list cannot be sorted by “%(value)s”. Choose: %(sorts)s.") % {
                "value": shortened(value),
                "sorts": comma_list(self.sort_choices),
            }
            self.errors[SORT] = [QueryError(sentence, ErrorCode.NOT_A_CHOICE, value, self.sort_choices)]
            return self.listing.localized_default_sort
        return value

    def _read_page_number(self) -> int:
        value = self._one_value(PAGE)
        if not value:
            return 1
        if not (value.isascii() and value.isdigit() and len(value) <= 9 and int(value) > 0):
            sentence = _("“%(value)s” is not a valid page number. Enter a number such as 2.")
            sentence %= {"value": shortened(value)}
            self.errors[PAGE] = [QueryError(sentence, ErrorCode.NOT_A_NUMBER, value)]
            return 1
        return int(value)

    def missing_page_error(self, count: int, size: int) -> QueryError | None:
        """Returns the error for a page number above the last page, for `count` records at `size` per page."""
        last = max(1, -(-count // size))
        if self.page_number <= last:
            return None
        sentence = _("Page %(asked)s does not exist. The last page is %(last)s.")
        sentence %= {"asked": self.page_number, "last": last}
        return QueryError(sentence, ErrorCode.UNKNOWN_VALUE, str(self.page_number), (str(last),))

    def _read_page_size(self) -> int:
        return int(self._read_choice(PER_PAGE, PAGE_SIZES, DEFAULT_PAGE_SIZE))

    def _read_choice(self, name: str, choices: Sequence[str], default: str) -> str:
        value = self._one_value(name)
        if value and value not in choices:
            self.errors[name] = [not_a_choice(value, choices)]
            return default
        return value or default

    @cached_property
    def result_set(self) -> ResultSet:
        """The keys of the matching records, in order."""
        return ResultSet(self.listing, self.filterset, self.sort, has_errors=bool(self.errors))

    @cached_property
    def active_filters(self) -> list[tuple[str, ListFilter, list[str]]]:
        """The name, filter and values of each filter that has values."""
        items = ((name, item, self.values_of(name)) for name, item in self.filterset.filters.items())
        return [(name, item, values) for name, item, values in items if values]

    @cached_property
    def heading(self) -> str:
        """The count and filters as text, such as "12 initiatives with Kyrgyzstan, on youth exchange"."""
        if self.errors:
            return str(self.listing.title)
        texts = [text for name, item, values in self.active_filters for text in phrases(name, item, values)]
        return heading(self.listing.count_label % {"count": GroupedInt(self.result_set.count())}, texts)

    @property
    def filter_summary(self) -> list[tuple[str, list[str]]]:
        """The labels of each active filter and of its values."""
        return [
            (str(item.label), [value_label(item, value) for value in values])
            for _name, item, values in self.active_filters
        ]

    @property
    def sort_label(self) -> str:
        """The label of the column that sorts the list, with an arrow for the direction."""
        column = self.listing.column_by_name[self.sort.removeprefix("-")]
        return f"{column.label} {'↓' if self.sort.startswith('-') else '↑'}"

    @property
    def filter_query(self) -> str:
        """The query string with only the filters."""
        return querystring.without(self.params, SORT, *PAGE_PARAMETERS, *self.unknown_parameters)

    @property
    def first_page_query(self) -> str:
        """The query string for the first page of the same list."""
        return querystring.without(self.params, PAGE, *self.unknown_parameters)

    @property
    def export_query(self) -> str:
        """The query string for an export with the same filters and order, or "" for all records in default order."""
        return querystring.without(self.params, *PAGE_PARAMETERS, *self.unknown_parameters).removesuffix("?")
