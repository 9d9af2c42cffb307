"""Filters that say in words what they keep; each kind of record declares its own, once, for every form of its list.

A filter goes by the facet of its name in the index (`kept`). While the index is being read it narrows by a method
of the record's QuerySet instead (`narrow="in_countries"`): the same records, said by the database itself.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from heapq import nsmallest
from typing import ClassVar

import django_filters
from django.db.models import Model, QuerySet
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from pyroaring import BitMap

from . import fields, text
from .fields import NOT
from .index import kinds
from .index.state import State
from .latest import Latest


@dataclass(frozen=True)
class Option:
    """A value that a filter offers, and how many records have it under all other filters; None: not counted."""

    value: str
    label: str
    count: int | None = None
    is_wanted: bool = False
    is_unwanted: bool = False


@dataclass(frozen=True)
class Options:
    """The options of a filter that are shown, and how many others there are."""

    shown: list[Option]
    more: int


class ListFilter(django_filters.Filter):
    """A filter over all the values of a parameter.

    `narrow` names the QuerySet method that keeps the matching records; `phrase` has "%s" where the chosen
    values are named in the heading, as in "with %s"; one with a leading comma stands apart, as in ", %s".
    """

    field_class = fields.ValuesField
    # Whether readers choose from a list of options.
    has_options = False

    def __init__(self, *, narrow: str, label: str, phrase: str, **kwargs):
        self.narrow = narrow
        self.phrase = phrase
        super().__init__(label=label, **kwargs)

    @property
    def collection(self) -> str:
        return self.parent.collection

    def kept(self, state: State, value) -> BitMap:
        """The keys of the records that it keeps, drafts included."""
        raise NotImplementedError

    def filter(self, qs: QuerySet, value):
        return getattr(qs, self.narrow)(value) if value else qs

    def label_of(self, value: str) -> str:
        """What readers call a value."""
        return value

    def options(
        self, state: State | None, others: BitMap | None, values: list[str], most: int | None = None
    ) -> Options:
        """What a reader can choose from, counted among `others`, the records that all other filters keep.

        Of a long list the `most` frequent ones, and those of `values` that are on it.
        """
        return Options([], 0)


class FacetFilter(ListFilter):
    """Keeps what has any of the wanted values of a facet and none of the unwanted ones."""

    has_options = True

    def facet_key(self, state: State, value: str):
        """What the facet calls a value."""
        return value

    def kept(self, state, value):
        bitmaps = state.facet(self.collection, self.field_name)

        def having(values: Iterable[str]) -> BitMap:
            found = (bitmaps.get(self.facet_key(state, item)) for item in values)
            return BitMap.union(BitMap(), *(bitmap for bitmap in found if bitmap is not None))

        wanted = having(value.wanted) if value.wanted else state.published(self.collection)
        return wanted - having(value.unwanted)

    def counts(self, state: State, others: BitMap) -> dict:
        """How many of the records `others` have each value of the facet."""
        bitmaps = state.facet(self.collection, self.field_name)

        def count() -> dict:
            return {value: having.intersection_cardinality(others) for value, having in bitmaps.items()}

        # Among all records it takes longest, and is asked for most often.
        if others is state.published(self.collection):
            return state.remember(("counts", self.collection, self.field_name), (bitmaps, others), count)
        return count()

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
        counts = {} if others is None else self.counts(state, others)
        options = [
            Option(
                code,
                str(label),
                None if others is None else counts.get(code, 0),
                code in values,
                f"{NOT}{code}" in values,
            )
            for code, label in self.field.choices.items()
        ]
        return Options(options, 0)


class RecordsFilter(FacetFilter):
    """Keeps what is tied to any of the chosen records of the kind `of`.

    `is_offered`: readers choose from a list; otherwise only links of other pages lead to it.
    """

    field_class = fields.RecordsField

    def __init__(self, *, of: str, is_offered: bool = True, **kwargs):
        self.of = of
        self.is_offered = is_offered
        super().__init__(known=self._known, is_offered=is_offered, **kwargs)

    def facet_key(self, state, value):
        return self._by_slug(state)[value].pk

    def label_of(self, value):
        record = self._records([value.lower()]).get(value.lower())
        return str(record) if record else value

    def options(self, state, others, values, most=None):
        chosen = {value.lower() for value in values}
        counted = self._counted(state, others, chosen) if state else self._uncounted(chosen)
        labels = self._labels(self.parent.state)

        def place(item: tuple[int | None, Model]):
            return -(item[0] or 0), labels[item[1].pk]

        # The most frequent ones alone are put in order: of thousands only these are shown.
        first = sorted(counted, key=place) if most is None else nsmallest(most, counted, key=place)
        listed = {record.pk for _count, record in first}
        others_chosen = [
            item
            for item in counted
            if item[1].pk not in listed and {item[1].slug, NOT + item[1].slug} & chosen
        ] if chosen else []  # fmt: skip
        shown = [
            Option(record.slug, labels[record.pk], count, record.slug in chosen, NOT + record.slug in chosen)
            for count, record in [*first, *others_chosen]
        ]
        return Options(shown, len(counted) - len(shown))

    def _counted(self, state, others, chosen) -> list[tuple[int | None, Model]]:
        """Each published record that has something under the other filters, and those that are chosen."""
        by_slug = self._by_slug(state)
        picked = {by_slug[name].pk for slug in chosen if (name := slug.removeprefix(NOT)) in by_slug}
        records, published = state.index(self.of).records, state.published(self.of)
        if others is None or not self.is_offered:
            return [(None, records[key]) for key in (published if self.is_offered else picked)]
        counts = self.counts(state, others)
        counts = {key: count for key, count in counts.items() if count and key in published}
        counts |= {key: 0 for key in picked if key not in counts}
        return [(count, records[key]) for key, count in counts.items()]

    def _uncounted(self, chosen):
        slugs = None if self.is_offered else [slug.removeprefix(NOT) for slug in chosen]
        return [(None, record) for record in self._records(slugs).values()]

    def _labels(self, state: State | None) -> dict[int, str]:
        """The names of the records in the reader's language, by key."""
        if state is None:
            return {record.pk: str(record) for record in self._records().values()}
        records = state.index(self.of).records
        return state.remember(
            ("labels", self.of, get_language()),
            (records,),
            lambda: {key: str(record) for key, record in records.items()},
        )

    def _known(self, slugs: list[str] | None = None) -> Iterable[str]:
        return self._records(slugs).keys()

    def _records(self, slugs: list[str] | None = None) -> dict[str, Model]:
        """The published records by slug: those of `slugs`, or all."""
        if (state := self.parent.state) is not None:
            known = self._by_slug(state)
            return known if slugs is None else {slug: known[slug] for slug in slugs if slug in known}
        if slugs is not None:
            return {record.slug: record for record in self._stored().filter(slug__in=slugs)}
        return {record.slug: record for record in self._stored()}

    def _by_slug(self, state: State) -> dict[str, Model]:
        records, published = state.index(self.of).records, state.published(self.of)
        return state.remember(
            ("by slug", self.of),
            (records, published),
            lambda: {records[key].slug: records[key] for key in published},
        )

    def _stored(self) -> QuerySet:
        return kinds.kind(self.of).model.objects.published()


class WordsFilter(ListFilter):
    """Keeps what contains all words of a phrase; of several phrases, any."""

    field_class = fields.WordsField

    def __init__(self, **kwargs):
        super().__init__(
            narrow="containing_any", label=gettext_lazy("Words"), phrase=gettext_lazy("matching %s")
        )

    def kept(self, state, value):
        # What is found differs only when something has changed; of many searches the latest are remembered.
        known = state.remember(("words", self.collection), (state.moment,), Latest)
        phrases = tuple(value)
        found = known.get(phrases)
        if found is None:
            found = text.find(self.collection, value, state.using)
            known.put(phrases, found)
        return found


class BrowseFilterSet(django_filters.FilterSet):
    """The filters of a kind of record. `q` is there for every kind.

    `field_order` is the order in which the page shows them and the heading names them.
    """

    field_order: ClassVar[tuple[str, ...]] = ()

    q = WordsFilter()

    def __init__(self, *args, collection: str, state: State | None, **kwargs):
        super().__init__(*args, **kwargs)
        self.collection = collection
        self.state = state
        order = dict.fromkeys([*self.field_order, *self.filters])
        self.filters = {name: self.filters[name] for name in order}

    def wrong_years(self) -> str:
        """The reason why the two years cannot both hold, or ""."""
        first, last = (self.form.cleaned_data.get(name) for name in ("year_from", "year_to"))
        if first and last and first > last:
            return _("%(last)s comes before %(first)s.") % {"first": first, "last": last}
        return ""
