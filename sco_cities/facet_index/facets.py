"""Facets merge, group or look up values from dimensions for list filters.

A facet maps values to bitmaps. A value is a code or the primary key of a record in another collection. `inputs` returns
the objects that a facet reads. As long as these objects stay the same, the facet is unchanged.
"""

import datetime
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

from django.utils import timezone
from pyroaring import BitMap

from .dimensions import Values, merge_values


class FacetState(Protocol):
    """The interface of `IndexState` for facets, which avoids a circular import because states import facets."""

    def dimension(self, collection: str, name: str) -> Values: ...
    def facet(self, collection: str, facet: "Facet | str") -> Values: ...
    def index(self, collection: str) -> Any: ...
    def published(self, collection: str) -> BitMap: ...
    def memoize(self, key: Hashable, inputs: tuple, compute: Callable[[], Any]) -> Any: ...


class Reads(NamedTuple):
    """A facet's input from a collection (a dimension, a facet, the records, or only the published keys)."""

    collection: str
    dimension: str = ""
    facet: str = ""
    records: bool = False

    def of(self, state: FacetState) -> Any:
        """Returns the object from `state` that a facet reads."""
        if self.dimension:
            return state.dimension(self.collection, self.dimension)
        if self.facet:
            return state.facet(self.collection, self.facet)
        return state.index(self.collection).records if self.records else state.published(self.collection)


class Facet:
    """Maps values to bitmaps for one collection, computed from a state.

    Subclasses are frozen dataclasses. Equal declarations are therefore equal facets, and a state can cache their
    results.
    """

    def bitmaps(self, state: FacetState, collection: str) -> Values:
        raise NotImplementedError

    def inputs(self, state: FacetState, collection: str) -> tuple:
        """Returns the objects that determine the facet's bitmaps."""
        return tuple([read.of(state) for read in self.reads(collection)])

    def reads(self, collection: str) -> tuple[Reads, ...]:
        """Returns the declarations that the facet requires. System checks report missing declarations."""
        raise NotImplementedError


@dataclass(frozen=True)
class ValueFacet(Facet):
    """The values of a dimension."""

    dimension: str

    def bitmaps(self, state, collection):
        return state.dimension(collection, self.dimension)

    def reads(self, collection):
        return (Reads(collection, dimension=self.dimension),)


@dataclass(frozen=True)
class RoleFacet(ValueFacet):
    """The second elements of pairs in a dimension, such as the city in (role, city). If `role` is set, pairs with a
    different first element are ignored.
    """

    role: str = ""

    def bitmaps(self, state, collection):
        pairs = super().bitmaps(state, collection).items()
        return merge_values((value[1], keys) for value, keys in pairs if self.role in ("", value[0]))


@dataclass(frozen=True)
class AttributeFacet(Facet):
    """An attribute of the related records in another facet, such as the country of an initiative's cities.

    The related records belong to `related_collection`. Unpublished records are included only if `include_unpublished`
    is set.
    """

    facet: Facet
    related_collection: str
    attribute: str
    include_unpublished: bool = False

    def bitmaps(self, state, collection):
        records = state.index(self.related_collection).records

        def pairs():
            for key, keys in state.facet(collection, self.facet).items():
                record = records.get(key)
                if record is not None and (record.is_published or self.include_unpublished):
                    value = getattr(record, self.attribute)
                    if value is not None:
                        yield value, keys

        return merge_values(pairs())

    def reads(self, collection):
        return (*self.facet.reads(collection), Reads(self.related_collection, records=True))


@dataclass(frozen=True, init=False)
class UnionFacet(Facet):
    """The union of the values of several facets."""

    facets: tuple[Facet, ...]

    def __init__(self, *facets: Facet):
        object.__setattr__(self, "facets", facets)

    def bitmaps(self, state, collection):
        # The combined facets are computed directly, because they need no separate cache.
        return merge_values(
            pair for facet in self.facets for pair in facet.bitmaps(state, collection).items()
        )

    def reads(self, collection):
        return tuple(read for facet in self.facets for read in facet.reads(collection))


@dataclass(frozen=True)
class IdentityFacet(Facet):
    """Maps each record's key to a bitmap that contains only this key."""

    def bitmaps(self, state, collection):
        return {key: BitMap([key]) for key in state.index(collection).records}

    def reads(self, collection):
        return (Reads(collection, records=True),)


@dataclass(frozen=True)
class RelatedFacet(Facet):
    """The values of a record's published related records in another collection.

    For example, a city has the themes of its initiatives. `through` is the name of the other collection. In that
    collection, the values of `own_facet` are the records' keys, and `value_facet` contains the related values.
    """

    through: str
    own_facet: str
    value_facet: str

    def bitmaps(self, state, collection):
        published = state.published(self.through)
        own = [(key, keys & published) for key, keys in state.facet(self.through, self.own_facet).items()]
        values = {}
        for value, keys in state.facet(self.through, self.value_facet).items():
            if related := BitMap(key for key, own_keys in own if own_keys.intersect(keys)):
                values[value] = related
        return values

    def reads(self, collection):
        facets = self.own_facet, self.value_facet
        return *(Reads(self.through, facet=facet) for facet in facets), Reads(self.through)


class CountingFacet(Facet):
    """Base class for facets that group the published records by a count."""

    def bitmaps(self, state, collection):
        by_count = defaultdict(BitMap)
        counts = self.counts(state, collection)
        for key in state.published(collection):
            by_count[counts.get(key, 0)].add(key)
        return dict(by_count)

    def counts(self, state: FacetState, collection: str) -> dict[int, int]:
        """Maps primary keys to counts. Records with a count of 0 may be omitted."""
        raise NotImplementedError


@dataclass(frozen=True)
class CountFacet(CountingFacet):
    """The number of published records of `related_collection` that refer to a record.

    `facet` is a facet of `related_collection`. The values of `facet` are keys of records in this collection.
    """

    related_collection: str
    facet: str

    def counts(self, state, collection):
        published = state.published(self.related_collection)
        facet = state.facet(self.related_collection, self.facet)
        return state.memoize(
            (self, "counts"),
            (published, facet),
            lambda: {key: keys.intersection_cardinality(published) for key, keys in facet.items()},
        )

    def reads(self, collection):
        related = self.related_collection
        return Reads(related, facet=self.facet), Reads(related), Reads(collection)


@dataclass(frozen=True)
class ValueCountFacet(CountingFacet):
    """The number of published records among the values of `facet`. The values are keys of `related_collection`."""

    facet: Facet
    related_collection: str

    def counts(self, state, collection):
        published = state.published(self.related_collection)
        values = state.facet(collection, self.facet).items()
        return Counter(key for value, keys in values if value in published for key in keys)

    def reads(self, collection):
        return *self.facet.reads(collection), Reads(self.related_collection), Reads(collection)


@dataclass(frozen=True)
class PairFacet(Facet):
    """Pairs of values from two facets of a collection. Lists are sorted by both values in this order."""

    first: str
    second: str

    def bitmaps(self, state, collection):
        firsts, seconds = self.inputs(state, collection)
        return {
            (first, second): both
            for first, keys in firsts.items()
            for second, other_keys in seconds.items()
            if (both := keys & other_keys)
        }

    def reads(self, collection):
        return tuple(Reads(collection, facet=name) for name in (self.first, self.second))


_fixed_today: ContextVar[datetime.date | None] = ContextVar("fixed_today", default=None)


def today() -> datetime.date:
    """Returns the current date, or the date set by `fixed_today`.

    The result is the same object until midnight, so facets and caches can use it as an input.
    """
    return _same(_fixed_today.get() or timezone.localdate())


@contextmanager
def fixed_today(day: datetime.date) -> Iterator[None]:
    """Makes the block compute ages as of `day`."""
    token = _fixed_today.set(day)
    try:
        yield
    finally:
        _fixed_today.reset(token)


@lru_cache(maxsize=8)
def _same(day: datetime.date) -> datetime.date:
    return day


class LookupMapping(dict):
    """A mapping of values to bitmaps that looks up each bitmap on first use."""

    def __init__(self, look_up: Callable[[int], BitMap]):
        super().__init__()
        self.look_up = look_up

    def get(self, value, default=None):
        if value not in self:
            self[value] = self.look_up(value)
        return self[value]
