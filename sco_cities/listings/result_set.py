"""The records that match a query, in order: from the facet index or, while it is built, from the database."""

from collections.abc import Iterator
from functools import cached_property
from itertools import islice
from typing import Any

from django.db.models import QuerySet
from pyroaring import BitMap

from .filters import ListFilterSet
from .listing import Listing

# Rows are read and written in batches of this size, at half the cost of single rows.
BATCH_SIZE = 1_000
# Names of more records are sorted by the database, by code point, until the index is built.
MAX_COLLATED = 20_000


class ResultSet:
    """The records that match all filters of `filterset`, sorted by `sort`; none if the query `has_errors`.

    A slice gives the keys at these positions.
    """

    def __init__(self, listing: Listing, filterset: ListFilterSet, sort: str, *, has_errors: bool):
        self.listing = listing
        self.filterset = filterset
        self.sort = sort
        self.has_errors = has_errors

    @cached_property
    def filter_values(self) -> dict[str, Any]:
        """The cleaned values of the active filters, by name."""
        if self.has_errors:
            return {}
        return {name: value for name, value in self.filterset.form.cleaned_data.items() if value}

    def count(self) -> int:
        raise NotImplementedError

    def __len__(self):
        return self.count()

    def __getitem__(self, positions: slice) -> list[int]:
        raise NotImplementedError

    def key_batches(self) -> Iterator[list[int]]:
        """All keys in order, in lists of at most `BATCH_SIZE`."""
        raise NotImplementedError

    def count_without(self, name: str) -> int:
        """The number of records that match all filters except one."""
        raise NotImplementedError

    def keys_without(self, *names: str) -> BitMap | None:
        """The keys of the records that match all other filters; None without the index."""
        return None


class IndexResultSet(ResultSet):
    """A result set from the bitmaps of the facet index."""

    @property
    def _published(self) -> BitMap:
        return self.filterset.state.published(self.listing.collection)

    @cached_property
    def _matching_keys(self) -> dict[str, BitMap]:
        state, filters = self.filterset.state, self.filterset.filters
        return {name: filters[name].matching_keys(state, value) for name, value in self.filter_values.items()}

    @cached_property
    def keys(self) -> BitMap:
        """The primary keys of the matching records."""
        return BitMap() if self.has_errors else self._intersect(tuple(self._matching_keys))

    @cached_property
    def _intersections(self) -> dict[tuple[str, ...], BitMap]:
        return {(): self._published}

    def _intersect(self, names: tuple[str, ...]) -> BitMap:
        """The keys that match all of these filters; the intersections of their leading parts are cached."""
        if names not in self._intersections:
            *leading, last = names
            self._intersections[names] = self._intersect(tuple(leading)) & self._matching_keys[last]
        return self._intersections[names]

    def count(self):
        return len(self.keys)

    def __getitem__(self, positions):
        order = self.listing.ordered_selection(self.filterset.state, self.sort)
        return order.window(self.keys, positions.start, min(positions.stop, len(self.keys)))

    def key_batches(self):
        pending: list[int] = []
        order = self.listing.ordered_selection(self.filterset.state, self.sort, is_awaited=True)
        for run in order.runs(self.keys):
            pending += run
            while len(pending) >= BATCH_SIZE:
                yield pending[:BATCH_SIZE]
                del pending[:BATCH_SIZE]
        if pending:
            yield pending

    def count_without(self, name):
        return len(self.keys_without(name))

    def keys_without(self, *names):
        if not self._matching_keys.keys() & set(names):
            return self.keys
        return self._intersect(tuple(other for other in self._matching_keys if other not in names))


class DatabaseResultSet(ResultSet):
    """A result set from plain queries, while the index is built."""

    @cached_property
    def _records(self) -> QuerySet:
        records = self._filter(self.filter_values)
        return records.none() if self.has_errors else self.listing.sorted_queryset(records, self.sort)

    def _filter(self, values: dict[str, Any]) -> QuerySet:
        records = self.listing.page_queryset()
        for name, value in values.items():
            records = self.filterset.filters[name].filter(records, value)
        return records

    @cached_property
    def _count(self) -> int:
        return self._records.count()

    def count(self):
        return self._count

    @cached_property
    def _collated_keys(self) -> list[int] | None:
        """All keys, sorted in Python, for an order by names in a language and few enough records; else None."""
        if not self.count() or self.count() > MAX_COLLATED:
            return None
        return self.listing.collated_keys(self._records, self.sort)

    def __getitem__(self, positions):
        if self._collated_keys is not None:
            return self._collated_keys[positions]
        return list(self._records.values_list("pk", flat=True)[positions])

    def key_batches(self):
        if self._collated_keys is not None:
            for start in range(0, len(self._collated_keys), BATCH_SIZE):
                yield self._collated_keys[start : start + BATCH_SIZE]
            return
        keys = self._records.values_list("pk", flat=True).iterator(chunk_size=BATCH_SIZE)
        while batch := list(islice(keys, BATCH_SIZE)):
            yield batch

    def count_without(self, name):
        return self._filter(
            {other: value for other, value in self.filter_values.items() if other != name}
        ).count()
