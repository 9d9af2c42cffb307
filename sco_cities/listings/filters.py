"""Filters of lists, declared once per kind of record for the page, exports and feed.

A filter finds records (`matching_keys`) in the facet of the same name in the facet index.
"""

from collections.abc import Callable, Iterable
from functools import cache, cached_property
from typing import Any, ClassVar

import django_filters
from django import forms
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _
from pyroaring import BitMap

from sco_cities.core.lru_cache import LRUCache
from sco_cities.facet_index.facet_counts import (
    FacetCounter,
    FacetCounters,
    SizedBitmaps,
    sized_bitmaps,
)
from sco_cities.facet_index.state import IndexState

from . import fields, registered_functions
from .fields import NOT, divide
from .filter_options import FilterOption, FilterOptions
from .querystring import ErrorCode, QueryError


class ListFilter(django_filters.Filter):
    """A filter by all values of a query parameter.

    `phrase` describes the filter in the heading of the list. It contains "%s" for the values, as in "with %s". If
    `comma_before` is set, a comma separates the phrase from the count, as in "12 initiatives, agreed".
    """

    field_class = fields.ValuesField
    # True if readers select from a list of options.
    has_options = False

    @property
    def facet_name(self) -> str:
        """The name of the facet that `matching_keys` reads, or "" if no facet is read."""
        return ""

    def __init__(self, *, label: str, phrase: str, comma_before: bool = False, **kwargs):
        self.phrase = phrase
        self.comma_before = comma_before
        super().__init__(label=label, **kwargs)

    def __deepcopy__(self, memo):
        # Every filter set copies its filters to set their `parent`. The copies can share attributes, because attributes
        # never change. A deep copy took as long as reading the values, and `copy.copy` takes four times as long as this
        # method.
        copied = self.__class__.__new__(self.__class__)
        copied.__dict__ |= self.__dict__
        return copied

    @property
    def collection(self) -> str:
        return self.parent.collection

    def matching_keys(self, state: IndexState, value: Any) -> BitMap:
        """Returns the keys of the matching records, including drafts."""
        raise NotImplementedError

    def normalize(self, value: str) -> str:
        """Returns a value in the spelling of its option."""
        return value

    def label_of(self, value: str) -> str:
        """Returns the label of a value."""
        return value

    @property
    def match_parameter(self) -> str:
        """The form parameter that selects any or all of the ticked options, or "" if there is no choice."""
        return ""

    def requires_all(self, values: list[str]) -> bool:
        """Returns True if records must match all included values."""
        return False

    def option_values(self, values: list[str]) -> list[str]:
        """Splits the values into one value per ticked option."""
        return values

    def option_count(self, state: IndexState) -> int:
        """Returns the number of options if it is known without counting, or 0 for filters with few options."""
        return 0

    def options(
        self, state: IndexState, others: BitMap | None, values: list[str], limit: int | None = None
    ) -> FilterOptions:
        """Returns the options with their counts.

        `others` contains the records that match all other filters, or is None to skip counting. An option's count is
        the number of records that remain if the option is selected. For an excluded option, it is the number of removed
        records. A `limit` reduces long lists to the most frequent options and the options for `values`.
        """
        return FilterOptions([], 0)


class FacetFilter(ListFilter):
    """Keeps records that have at least one included value of a facet and no excluded value."""

    has_options = True
    # True if the page lists the options. Otherwise, only links set the filter.
    is_selectable = True

    @property
    def facet_name(self) -> str:
        return self.field_name

    def facet_key(self, state: IndexState, value: str):
        """Returns the facet key for a value."""
        return value

    def matching_keys(self, state, value):
        included = (
            self.keys_with_any(state, value.included) if value.included else state.published(self.collection)
        )
        return included - self.keys_with_any(state, value.excluded)

    def options(self, state, others, values, limit=None):
        included, excluded = divide(map(self.normalize, values))
        if others is None or not excluded:
            return self.options_among(state, others, values, limit)
        left_out = self.keys_with_any(state, [value.removeprefix(NOT) for value in excluded])
        options = self.options_among(state, others - left_out, values, limit)
        selected = others & self.keys_with_any(state, included) if included else others
        for option in options.visible:
            if option.is_excluded and not option.is_selected and option.count is not None:
                option.count = len(selected & self.keys_with_any(state, [option.value]))
        return options

    def options_among(
        self, state: IndexState, others: BitMap | None, values: list[str], limit: int | None = None
    ) -> FilterOptions:
        """Returns the options with their counts among `others`, ignoring exclusions."""
        raise NotImplementedError

    def keys_with_any(self, state: IndexState, values: Iterable[str]) -> BitMap:
        """Returns the keys of the records that have at least one of these values."""
        bitmaps = state.facet(self.collection, self.field_name)
        found = (bitmaps.get(self.facet_key(state, item)) for item in values)
        return BitMap.union(BitMap(), *(bitmap for bitmap in found if bitmap is not None))

    def _cached_counts(
        self,
        state: IndexState,
        others: BitMap,
        bitmaps: SizedBitmaps,
        count: Callable[[], dict],
        limit: int | None = None,
    ) -> dict:
        """Returns the result of `count` for `bitmaps`, cached only if no other filter is active."""
        if others is not state.published(self.collection):
            return count()
        return state.memoize(("among all", self.collection, self.field_name, limit), (bitmaps, others), count)

    def _counter(self, others: BitMap, bitmaps: SizedBitmaps) -> FacetCounter:
        return self.parent.counters.counter(others, bitmaps.last)


class ChoicesFilter(FacetFilter):
    """Keeps records that have a selected code. If `is_selectable` is set, the page lists the codes as options."""

    field_class = fields.ChoicesField

    def __init__(self, *, choices: Iterable[tuple[str, str]], is_selectable: bool = True, **kwargs):
        self.is_selectable = is_selectable
        # All copies of the filter share the labels. Translating labels for each page took a twentieth of the page's
        # time.
        self._labels_in = cache(lambda language: {code: str(label) for code, label in dict(choices).items()})
        super().__init__(choices=choices, **kwargs)

    @property
    def labels(self) -> dict[str, str]:
        """Maps codes to labels in the active language."""
        return self._labels_in(get_language())

    def label_of(self, value):
        return self.labels.get(value, value)

    def options_among(self, state, others, values, limit=None):
        if not values and not self.is_selectable:
            return FilterOptions([], 0)
        counts = None if others is None else self._counts(state, others)
        options = [
            FilterOption.of(code, label, None if counts is None else counts.get(code, 0), values)
            for code, label in self.labels.items()
        ]
        return FilterOptions(options, 0)

    def _counts(self, state, others) -> dict[str, int]:
        """Returns the number of records for each code."""
        bitmaps = sized_bitmaps(
            state, (self.collection, self.field_name), state.facet(self.collection, self.field_name)
        )

        def count() -> dict[str, int]:
            counts = self._counter(others, bitmaps).counts(bitmaps)
            return dict(zip(bitmaps.values, counts, strict=True))

        return self._cached_counts(state, others, bitmaps, count)


class SearchFilter(ListFilter):
    """Keeps records that contain all words of at least one phrase."""

    field_class = fields.SearchField

    def __init__(self, **kwargs):
        super().__init__(
            label=gettext_lazy("Search this list"), phrase=pgettext_lazy("of a list", "matching %s")
        )

    def matching_keys(self, state, value):
        # Recent searches are cached until any data changes.
        cache = state.memoize(("words", self.collection), (state.change_token,), LRUCache)
        phrases = tuple(value)
        keys = cache.get(phrases)
        if keys is None:
            keys = registered_functions.search(self.collection, value, state)
            cache.put(phrases, keys)
        return keys


class ListFilterSet(django_filters.FilterSet):
    """The filters for a kind of record. Every kind has the filter `q`.

    `field_order` lists the filters in the order of the page and the heading.
    """

    field_order: ClassVar[tuple[str, ...]] = ()

    q = SearchFilter()

    def __init__(self, *args, collection: str, state: IndexState, **kwargs):
        super().__init__(*args, **kwargs)
        self.collection = collection
        self.state = state
        self.counters = FacetCounters()
        order = dict.fromkeys([*self.field_order, *self.filters])
        self.filters = {name: self.filters[name] for name in order}

    @cached_property
    def form(self) -> forms.Form:
        """A form with only the fields for the given parameters. A form with all fields took 10 % of a page's time."""
        form = forms.Form(self.data)
        form.fields = {name: item.field for name, item in self.filters.items() if name in self.data}
        return form

    def year_range_error(self) -> QueryError | None:
        """Returns the error for a last year that is earlier than the first year."""
        first, last = (self.form.cleaned_data.get(name) for name in ("year_from", "year_to"))
        if first and last and first > last:
            sentence = _("%(last)s is earlier than %(first)s. Change one of the two years.")
            return QueryError(sentence % {"first": first, "last": last}, ErrorCode.CONTRADICTION, str(last))
        return None
