"""Filters that say in words what they keep; each kind of record declares its own, once, for every form of its list.

A filter goes by the facet of its name in the index (`kept`). While the index is being read it narrows by a method
of the record's QuerySet instead (`narrow="in_countries"`): the same records, said by the database itself.
"""

from collections.abc import Callable, Iterable
from copy import copy
from functools import cached_property
from typing import ClassVar

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from pyroaring import BitMap

from sco_cities.core.lru_cache import LRUCache
from sco_cities.facet_index.facet_counts import (
    FacetCounter,
    FacetCounters,
    SizedBitmaps,
    by_size,
    sized_bitmaps,
)
from sco_cities.facet_index.state import IndexState

from . import fields, search_backend
from .fields import NOT
from .filter_options import FilterOption, FilterOptions, RecordChoices

_NONE = BitMap()


class ListFilter(django_filters.Filter):
    """A filter over all the values of a parameter.

    `narrow` names the QuerySet method that keeps the matching records; `phrase` has "%s" where the chosen
    values are named in the heading, as in "with %s". Where it `stands_apart` a comma comes before it.
    """

    field_class = fields.ValuesField
    # Whether readers choose from a list of options.
    has_options = False

    def __init__(self, *, narrow: str, label: str, phrase: str, stands_apart: bool = False, **kwargs):
        self.narrow = narrow
        self.phrase = phrase
        self.stands_apart = stands_apart
        super().__init__(label=label, **kwargs)

    def __deepcopy__(self, memo):
        # Every filter set copies its filters, to tell them whose they are. What they are made of never changes, and
        # to copy all of that too took as long as to read the values.
        return copy(self)

    @property
    def collection(self) -> str:
        return self.parent.collection

    def kept(self, state: IndexState, value) -> BitMap:
        """The keys of the records that it keeps, drafts included."""
        raise NotImplementedError

    def filter(self, qs: QuerySet, value):
        return getattr(qs, self.narrow)(value) if value else qs

    def spelled(self, value: str) -> str:
        """A value as its option has it."""
        return value

    def label_of(self, value: str) -> str:
        """What readers call a value."""
        return value

    def number_offered(self, state: IndexState) -> int:
        """How many options there are, where that is known before they are counted; 0 where they are few."""
        return 0

    def options(
        self, state: IndexState | None, others: BitMap | None, values: list[str], most: int | None = None
    ) -> FilterOptions:
        """What a reader can choose from, counted among `others`, the records that all other filters keep.

        Of a long list the `most` frequent ones that any of these has, and those of `values` that are on it.
        """
        return FilterOptions([], 0)


class FacetFilter(ListFilter):
    """Keeps what has any of the wanted values of a facet and none of the unwanted ones."""

    has_options = True

    def facet_key(self, state: IndexState, value: str):
        """What the facet calls a value."""
        return value

    def kept(self, state, value):
        wanted = self.having(state, value.wanted) if value.wanted else state.published(self.collection)
        return wanted - self.having(state, value.unwanted)

    def having(self, state: IndexState, values: Iterable[str]) -> BitMap:
        """The keys of the records that have any of these values."""
        bitmaps = state.facet(self.collection, self.field_name)
        found = (bitmaps.get(self.facet_key(state, item)) for item in values)
        return BitMap.union(BitMap(), *(bitmap for bitmap in found if bitmap is not None))

    def _counted(
        self,
        state: IndexState,
        others: BitMap,
        of: SizedBitmaps,
        count: Callable[[], dict],
        most: int | None = None,
    ) -> dict:
        """What `count` counts `of` this facet, the `most` frequent values; among all records it does so once."""
        if others is not state.published(self.collection):
            return count()
        return state.remember(("among all", self.collection, self.field_name, most), (of, others), count)

    def _census(self, others: BitMap, of: SizedBitmaps) -> FacetCounter:
        return self.parent.censuses.of(others, of.last)

    def filter(self, qs, value):
        if value and value.wanted:
            qs = self._narrowed(qs, list(value.wanted))
        if value and value.unwanted:
            unwanted = self._narrowed(qs.model.objects.all(), list(value.unwanted))
            qs = qs.exclude(pk__in=unwanted.values("pk"))
        return qs

    def _narrowed(self, qs, values):
        return getattr(qs, self.narrow)(values)


class ChoicesFilter(FacetFilter):
    """Keeps what has any of the chosen codes."""

    field_class = fields.ChoicesField

    def __init__(self, *, choices: Iterable[tuple[str, str]], narrow: str = "", lookup: str = "", **kwargs):
        self.lookup = lookup
        super().__init__(narrow=narrow, choices=choices, **kwargs)

    def _narrowed(self, qs, values):
        if self.narrow:
            return super()._narrowed(qs, values)
        return qs.filter(**{f"{self.lookup or self.field_name}__in": values})

    def label_of(self, value):
        return str(self.field.choices.get(value, value))

    def options(self, state, others, values, most=None):
        counts = None if others is None else self._counts(state, others)
        options = [
            FilterOption(
                code,
                str(label),
                None if counts is None else counts.get(code, 0),
                code in values,
                NOT + code in values,
            )
            for code, label in self.field.choices.items()
        ]
        return FilterOptions(options, 0)

    def _counts(self, state, others) -> dict[str, int]:
        """The numbers of all codes."""
        codes = sized_bitmaps(
            state, (self.collection, self.field_name), state.facet(self.collection, self.field_name)
        )

        def count() -> dict[str, int]:
            counts = self._census(others, codes).counts(codes)
            return dict(zip(codes.values, counts, strict=True))

        return self._counted(state, others, codes, count)


class RecordsFilter(FacetFilter):
    """Keeps what is tied to any of the chosen records of the kind `of`.

    `is_offered`: readers choose from a list; otherwise only links of other pages lead to it.
    """

    field_class = fields.RecordsField

    def __init__(self, *, of: str, is_offered: bool = True, **kwargs):
        self.of = of
        self.is_offered = is_offered
        super().__init__(known=self._known, is_offered=is_offered, **kwargs)

    def number_offered(self, state):
        return len(state.published(self.of)) if self.is_offered else 0

    def __deepcopy__(self, memo):
        copied = super().__deepcopy__(memo)
        # Each asks the records of its own filter set.
        copied.extra = {**self.extra, "known": copied._known}
        return copied

    @cached_property
    def offered(self) -> RecordChoices:
        """The records that can be chosen."""
        return RecordChoices(self.of, self.parent.state)

    def _known(self, slugs: list[str] | None = None) -> Iterable[str]:
        return self.offered.by_slug if slugs is None else self.offered.named(slugs)

    def facet_key(self, state, value):
        return self.offered.by_slug[value].pk

    def spelled(self, value):
        return value.lower()

    def label_of(self, value):
        slug = self.spelled(value)
        record = self.offered.named([slug]).get(slug)
        return str(record) if record else value

    def options(self, state, others, values, most=None):
        chosen = set(map(self.spelled, values))
        named = self.offered.named([value.removeprefix(NOT) for value in chosen])
        picked = {record.pk for record in named.values()}
        counts, number = self._counts(state, others, picked, most)
        records, labels, alphabet = self.offered.by_key, self.offered.labels, self.offered.alphabet
        ranked = sorted(counts, key=lambda key: (-(counts[key] or 0), alphabet[key]))
        if most is not None:
            # Those that are chosen are shown, however rare they are.
            ranked[most:] = [key for key in ranked[most:] if key in picked]
        shown = []
        for key in ranked:
            slug = records[key].slug
            shown.append(FilterOption(slug, labels[key], counts[key], slug in chosen, NOT + slug in chosen))
        return FilterOptions(shown, number - len(shown))

    def _counts(self, state, others, picked, most) -> tuple[dict[int, int | None], int]:
        """The numbers of the `most` frequent records and of the picked ones, and how many are on offer."""
        if others is None or not self.is_offered:
            keys = [record.pk for record in self.offered.by_slug.values()] if self.is_offered else picked
            return dict.fromkeys(keys), len(keys)
        bitmaps, published = state.facet(self.collection, self.field_name), state.published(self.of)
        sizes = by_size(state, self.collection, self.field_name, self.of)

        def count() -> dict[int, int]:
            return sizes.most_frequent(self._census(others, sizes), most)

        rest = picked if most is not None else published
        counts = dict.fromkeys(rest, 0) | self._counted(state, others, sizes, count, most)
        for key in picked:
            counts[key] = counts[key] or self._census(others, sizes).count(bitmaps.get(key, _NONE))
        return counts, len(published)


class SearchFilter(ListFilter):
    """Keeps what contains all words of a phrase; of several phrases, any."""

    field_class = fields.SearchField

    def __init__(self, **kwargs):
        super().__init__(
            narrow="containing_any",
            label=gettext_lazy("Search this list"),
            phrase=pgettext_lazy("of a list", "matching %s"),
        )

    def kept(self, state, value):
        # What is found differs only when something has changed; of many searches the latest are remembered.
        known = state.remember(("words", self.collection), (state.moment,), LRUCache)
        phrases = tuple(value)
        found = known.get(phrases)
        if found is None:
            found = search_backend.find(self.collection, value, state.using)
            known.put(phrases, found)
        return found


class ListFilterSet(django_filters.FilterSet):
    """The filters of a kind of record. `q` is there for every kind.

    `field_order` is the order in which the page shows them and the heading names them.
    """

    field_order: ClassVar[tuple[str, ...]] = ()

    q = SearchFilter()

    def __init__(self, *args, collection: str, state: IndexState | None, **kwargs):
        super().__init__(*args, **kwargs)
        self.collection = collection
        self.state = state
        self.censuses = FacetCounters()
        order = dict.fromkeys([*self.field_order, *self.filters])
        self.filters = {name: self.filters[name] for name in order}

    def wrong_years(self) -> str:
        """The reason why the two years cannot both hold, or ""."""
        first, last = (self.form.cleaned_data.get(name) for name in ("year_from", "year_to"))
        if first and last and first > last:
            return _("%(last)s is earlier than %(first)s. Change one of the two years.") % {
                "first": first,
                "last": last,
            }
        return ""
