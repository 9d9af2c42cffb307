"""Facets for the filters of readers, which merge, group or look up the values of dimensions.

A facet gives bitmaps by value, which is a code or the primary key of a record of another collection. Its `inputs` are
the objects that it reads. As long as they are the same objects, so is its result.
"""

import datetime
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

from django.utils import timezone
from pyroaring import BitMap

from .dimensions import Values, merge_values


class FacetState(Protocol):
    """The part of an `IndexState` that facets read. States import facets, so this cannot be the class itself."""

    def dimension(self, collection: str, name: str) -> Values: ...
    def facet(self, collection: str, facet: "Facet | str") -> Values: ...
    def index(self, collection: str) -> Any: ...
    def published(self, collection: str) -> BitMap: ...
    def memoize(self, key: Hashable, inputs: tuple, compute: Callable[[], Any]) -> Any: ...


@dataclass(frozen=True)
class Reads:
    """Something that a facet reads of a collection. A dimension or facet of this name, the `records`, or the published
    keys.
    """

    collection: str
    dimension: str = ""
    facet: str = ""
    records: bool = False


class Facet:
    """Computes bitmaps by value from a state, for one collection.

    Subclasses are frozen dataclasses: equal declarations are equal facets, so that a state can cache their results.
    """

    def bitmaps(self, state: FacetState, collection: str) -> Values:
        raise NotImplementedError

    def inputs(self, state: FacetState, collection: str) -> tuple:
        raise NotImplementedError

    def reads(self, collection: str) -> tuple[Reads, ...]:
        """The declarations that the facet requires. System checks report missing ones."""
        raise NotImplementedError


@dataclass(frozen=True)
class ValueFacet(Facet):
    """The values of a dimension."""

    dimension: str

    def bitmaps(self, state, collection):
        return state.dimension(collection, self.dimension)

    def inputs(self, state, collection):
        return (state.dimension(collection, self.dimension),)

    def reads(self, collection):
        return (Reads(collection, dimension=self.dimension),)


@dataclass(frozen=True)
class RoleFacet(ValueFacet):
    """The second part of a dimension whose values are pairs, such as the city of (role, city).

    If `role` is set, pairs with another first part are ignored.
    """

    role: str = ""

    def bitmaps(self, state, collection):
        pairs = super().bitmaps(state, collection).items()
        return merge_values((value[1], keys) for value, keys in pairs if self.role in ("", value[0]))


@dataclass(frozen=True)
class AttributeFacet(Facet):
    """An attribute of the records whose keys another facet gives, such as the countries of an initiative's cities.

    These records are of `related_collection`. Unpublished ones are skipped unless `include_unpublished`.
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

    def inputs(self, state, collection):
        return (*self.facet.inputs(state, collection), state.index(self.related_collection).records)

    def reads(self, collection):
        return (*self.facet.reads(collection), Reads(self.related_collection, records=True))


@dataclass(frozen=True, init=False)
class UnionFacet(Facet):
    """The values of several facets together."""

    facets: tuple[Facet, ...]

    def __init__(self, *facets: Facet):
        object.__setattr__(self, "facets", facets)

    def bitmaps(self, state, collection):
        # Computed for this facet only. The parts are not cached separately.
        return merge_values(
            pair for facet in self.facets for pair in facet.bitmaps(state, collection).items()
        )

    def inputs(self, state, collection):
        return tuple(item for facet in self.facets for item in facet.inputs(state, collection))

    def reads(self, collection):
        return tuple(read for facet in self.facets for read in facet.reads(collection))


@dataclass(frozen=True)
class IdentityFacet(Facet):
    """Each record by its own key."""

    def bitmaps(self, state, collection):
        return {key: BitMap([key]) for key in state.index(collection).records}

    def inputs(self, state, collection):
        return (state.index(collection).records,)

    def reads(self, collection):
        return (Reads(collection, records=True),)


@dataclass(frozen=True)
class RelatedFacet(Facet):
    """The values that published records of another collection relate to a record.

    For example, a city has the themes of its initiatives. `through` is the other collection, `own_facet` its facet with
    the keys of these records, `value_facet` its facet with the values.
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

    def inputs(self, state, collection):
        facets = state.facet(self.through, self.own_facet), state.facet(self.through, self.value_facet)
        return (*facets, state.published(self.through))

    def reads(self, collection):
        return tuple(Reads(self.through, facet=facet) for facet in (self.own_facet, self.value_facet))


@dataclass(frozen=True)
class CountFacet(Facet):
    """The number of published records of `related_collection` that refer to a record.

    `facet` is the facet of that collection whose values are the keys of these records.
    """

    related_collection: str
    facet: str

    def bitmaps(self, state, collection):
        by_count = defaultdict(BitMap)
        counts = self.counts(state)
        for key in state.published(collection):
            by_count[counts.get(key, 0)].add(key)
        return dict(by_count)

    def counts(self, state: FacetState) -> dict[int, int]:
        """The numbers by primary key, without records that no record refers to."""
        published = state.published(self.related_collection)
        facet = state.facet(self.related_collection, self.facet)
        return state.memoize(
            (self, "counts"),
            (published, facet),
            lambda: {key: keys.intersection_cardinality(published) for key, keys in facet.items()},
        )

    def inputs(self, state, collection):
        return (
            state.facet(self.related_collection, self.facet),
            state.published(self.related_collection),
            state.published(collection),
        )

    def reads(self, collection):
        return (Reads(self.related_collection, facet=self.facet),)


@dataclass(frozen=True)
class ValueCountFacet(Facet):
    """The number of values of a facet that are keys of published records of `related_collection`."""

    facet: Facet
    related_collection: str

    def bitmaps(self, state, collection):
        published = state.published(self.related_collection)
        values = state.facet(collection, self.facet).items()
        counts = Counter(key for value, keys in values if value in published for key in keys)
        by_count = defaultdict(BitMap)
        for key in state.published(collection):
            by_count[counts[key]].add(key)
        return dict(by_count)

    def inputs(self, state, collection):
        return (
            *self.facet.inputs(state, collection),
            state.published(self.related_collection),
            state.published(collection),
        )

    def reads(self, collection):
        return (*self.facet.reads(collection), Reads(self.related_collection))


def today() -> datetime.date:
    """The current date. It is the same object all day, as an input of facets and caches that depend on it."""
    return _same(timezone.localdate())


@lru_cache(maxsize=1)
def _same(day: datetime.date) -> datetime.date:
    return day


class LookupMapping(dict):
    """Bitmaps by value, each looked up on first use."""

    def __init__(self, look_up: Callable[[int], BitMap]):
        super().__init__()
        self.look_up = look_up

    def get(self, value, default=None):
        if value not in self:
            self[value] = self.look_up(value)
        return self[value]
