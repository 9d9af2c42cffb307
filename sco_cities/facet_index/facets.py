"""What readers choose from: the values of axes, joined, grouped or looked up in other kinds of record.

Each facet gives bitmaps by value: a code, or the primary key of a record of another kind. `inputs` are the
objects that it looks at: as long as these are the same, so is what it gives.
"""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyroaring import BitMap

from .dimensions import Values, joined

if TYPE_CHECKING:
    from .state import IndexState


class Facet:
    """Makes bitmaps by value out of a state, for the kind of record that it is a facet of.

    Facets of the same declaration are equal, so that a state remembers what they gave: they are frozen dataclasses.
    """

    def bitmaps(self, state: "IndexState", collection: str) -> Values:
        raise NotImplementedError

    def inputs(self, state: "IndexState", collection: str) -> tuple:
        raise NotImplementedError


@dataclass(frozen=True)
class ValueFacet(Facet):
    """The values of an axis."""

    axis: str

    def bitmaps(self, state, collection):
        return state.axis(collection, self.axis)

    def inputs(self, state, collection):
        return (state.axis(collection, self.axis),)


@dataclass(frozen=True)
class RoleFacet(ValueFacet):
    """The last part of the values of an axis that has pairs: of (role, city) the city.

    `only` keeps the pairs with this first part.
    """

    only: str = ""

    def bitmaps(self, state, collection):
        values = super().bitmaps(state, collection).items()
        return joined((value[1], having) for value, having in values if self.only in ("", value[0]))


@dataclass(frozen=True)
class AttributeFacet(Facet):
    """An attribute of the records whose keys another facet gives: of an initiative's cities, the countries.

    `published_only` leaves out what goes through records that readers do not see.
    """

    facet: Facet
    of: str
    attribute: str
    published_only: bool = False

    def bitmaps(self, state, collection):
        records = state.index(self.of).records

        def pairs():
            for key, having in state.facet(collection, self.facet).items():
                record = records.get(key)
                if record is not None and (record.is_published or not self.published_only):
                    value = getattr(record, self.attribute)
                    if value is not None:
                        yield value, having

        return joined(pairs())

    def inputs(self, state, collection):
        return (*self.facet.inputs(state, collection), state.index(self.of).records)


@dataclass(frozen=True, init=False)
class UnionFacet(Facet):
    """What any of several facets say."""

    facets: tuple[Facet, ...]

    def __init__(self, *facets: Facet):
        object.__setattr__(self, "facets", facets)

    def bitmaps(self, state, collection):
        # Made for this one alone, and not remembered beside it.
        return joined(pair for facet in self.facets for pair in facet.bitmaps(state, collection).items())

    def inputs(self, state, collection):
        return tuple(thing for facet in self.facets for thing in facet.inputs(state, collection))


@dataclass(frozen=True)
class IdentityFacet(Facet):
    """Each record by its own key."""

    def bitmaps(self, state, collection):
        return {key: BitMap([key]) for key in state.index(collection).records}

    def inputs(self, state, collection):
        return (state.index(collection).records,)


@dataclass(frozen=True)
class RelatedFacet(Facet):
    """What records are tied to by the published records of another kind that name both.

    Cities by theme: a city has the themes of the initiatives in which it has a part. `own` is the facet of the
    other kind that leads here, `other` the one that gives the values.
    """

    of: str
    own: str
    other: str

    def bitmaps(self, state, collection):
        published = state.published(self.of)
        own = [(key, having & published) for key, having in state.facet(self.of, self.own).items()]
        found = {}
        for value, having in state.facet(self.of, self.other).items():
            if tied := BitMap(key for key, ours in own if ours.intersect(having)):
                found[value] = tied
        return found

    def inputs(self, state, collection):
        facets = state.facet(self.of, self.own), state.facet(self.of, self.other)
        return (*facets, state.published(self.of))


@dataclass(frozen=True)
class CountFacet(Facet):
    """How many published records of another kind lead to a record, by that number.

    `facet` is the facet of the kind `of` whose values are the keys of these records.
    """

    of: str
    facet: str

    def bitmaps(self, state, collection):
        grouped = defaultdict(BitMap)
        counts = self.counts(state)
        for key in state.published(collection):
            grouped[counts.get(key, 0)].add(key)
        return dict(grouped)

    def counts(self, state: "IndexState") -> dict[int, int]:
        """The numbers by primary key; a record that nothing leads to is left out."""
        published = state.published(self.of)
        facet = state.facet(self.of, self.facet)
        return state.remember(
            (self, "counts"),
            (published, facet),
            lambda: {key: having.intersection_cardinality(published) for key, having in facet.items()},
        )

    def inputs(self, state, collection):
        return (
            state.facet(self.of, self.facet),
            state.published(self.of),
            state.published(collection),
        )


@dataclass(frozen=True)
class ValueCountFacet(Facet):
    """How many published records of the kind `of` a facet gives for a record, by that number."""

    facet: Facet
    of: str

    def bitmaps(self, state, collection):
        published = state.published(self.of)
        values = state.facet(collection, self.facet).items()
        counts = Counter(key for value, having in values if value in published for key in having)
        grouped = defaultdict(BitMap)
        for key in state.published(collection):
            grouped[counts[key]].add(key)
        return dict(grouped)

    def inputs(self, state, collection):
        return (
            *self.facet.inputs(state, collection),
            state.published(self.of),
            state.published(collection),
        )


class LookupMapping(dict):
    """A bitmap for each value that is asked for, looked up once."""

    def __init__(self, look_up: Callable[[int], BitMap]):
        super().__init__()
        self.look_up = look_up

    def get(self, value, default=None):
        if value not in self:
            self[value] = self.look_up(value)
        return self[value]
