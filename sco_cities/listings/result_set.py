"""The records that a query string finds, in order: from the facet index, or from the database without it."""

from collections.abc import Iterator
from functools import cached_property
from itertools import islice
from typing import Any

from django.db.models import QuerySet
from pyroaring import BitMap

from .filters import ListFilterSet
from .listing import Listing

# Rows are read and written in blocks: so many at a time cost half of what each alone would.
BLOCK = 1_000
# Of more records the database sorts names in other languages, by code point, until the index is read.
MAX_COLLATED = 20_000


class ResultSet:
    """What matches all filters of `filterset`, sorted by `sort`; nothing where `is_blank`.

    A slice of it gives the keys of these places.
    """

    def __init__(self, listing: Listing, filterset: ListFilterSet, sort: str, *, is_nothing: bool):
        self.listing = listing
        self.filterset = filterset
        self.sort = sort
        self.is_nothing = is_nothing

    @cached_property
    def asked(self) -> dict[str, Any]:
        """The values of the filters that are asked for."""
        if self.is_nothing:
            return {}
        return {name: value for name, value in self.filterset.form.cleaned_data.items() if value}

    def count(self) -> int:
        raise NotImplementedError

    def __len__(self):
        return self.count()

    def __getitem__(self, places: slice) -> list[int]:
        raise NotImplementedError

    def blocks(self) -> Iterator[list[int]]:
        """All keys in order, in lists of at most `BLOCK`."""
        raise NotImplementedError

    def count_without(self, name: str) -> int:
        """How many records all filters but one find."""
        raise NotImplementedError

    def without(self, *names: str) -> BitMap | None:
        """The records that all other filters find; None where only the database could say."""
        return None


class IndexResultSet(ResultSet):
    """What the bitmaps of the facet index say."""

    @property
    def _everything(self) -> BitMap:
        return self.filterset.state.published(self.listing.collection)

    @cached_property
    def _kept(self) -> dict[str, BitMap]:
        state, filters = self.filterset.state, self.filterset.filters
        return {name: filters[name].kept(state, value) for name, value in self.asked.items()}

    @cached_property
    def keys(self) -> BitMap:
        """The primary keys of what is found."""
        return BitMap() if self.is_nothing else self._meeting(tuple(self._kept))

    @cached_property
    def _met(self) -> dict[tuple[str, ...], BitMap]:
        return {(): self._everything}

    def _meeting(self, names: tuple[str, ...]) -> BitMap:
        """What all of these filters keep: of what all but the last one do, which is remembered, what that one does."""
        if names not in self._met:
            *before, last = names
            self._met[names] = self._meeting(tuple(before)) & self._kept[last]
        return self._met[names]

    def count(self):
        return len(self.keys)

    def __getitem__(self, places):
        ranking = self.listing.ranking(self.filterset.state, self.sort)
        return ranking.window(self.keys, places.start, min(places.stop, len(self.keys)))

    def blocks(self):
        waiting: list[int] = []
        ranking = self.listing.ranking(self.filterset.state, self.sort, is_awaited=True)
        for run in ranking.runs(self.keys):
            waiting += run
            while len(waiting) >= BLOCK:
                yield waiting[:BLOCK]
                del waiting[:BLOCK]
        if waiting:
            yield waiting

    def count_without(self, name):
        return len(self.without(name))

    def without(self, *names):
        if not self._kept.keys() & set(names):
            return self.keys
        return self._meeting(tuple(other for other in self._kept if other not in names))


class DatabaseResultSet(ResultSet):
    """What plain queries say, while the index is being read."""

    @cached_property
    def _records(self) -> QuerySet:
        records = self._meeting(self.asked)
        return records.none() if self.is_nothing else self.listing.ordered(records, self.sort)

    def _meeting(self, asked: dict[str, Any]) -> QuerySet:
        records = self.listing.for_page()
        for name, value in asked.items():
            records = self.filterset.filters[name].filter(records, value)
        return records

    @cached_property
    def _count(self) -> int:
        return self._records.count()

    def count(self):
        return self._count

    @cached_property
    def _collated(self) -> list[int] | None:
        """All keys, where the order is one that databases do not know and they are few enough to be sorted here."""
        if not self.count() or self.count() > MAX_COLLATED:
            return None
        return self.listing.collated(self._records, self.sort)

    def __getitem__(self, places):
        if self._collated is not None:
            return self._collated[places]
        return list(self._records.values_list("pk", flat=True)[places])

    def blocks(self):
        if self._collated is not None:
            for start in range(0, len(self._collated), BLOCK):
                yield self._collated[start : start + BLOCK]
            return
        keys = self._records.values_list("pk", flat=True).iterator(chunk_size=BLOCK)
        while block := list(islice(keys, BLOCK)):
            yield block

    def count_without(self, name):
        return self._meeting({other: value for other, value in self.asked.items() if other != name}).count()
