"""The sorted records that match a query, computed from the bitmaps of the facet index."""

import datetime
from collections.abc import Iterator
from functools import cached_property
from itertools import islice
from typing import Any

from django.db.models import Max
from pyroaring import BitMap

from sco_cities.db.pk_queries import InKeys

from .filters import ListFilterSet
from .listing import Listing

# Rows in batches of this size are read and written in half the time that single rows take.
BATCH_SIZE = 1_000


class ResultSet:
    """The records that match all filters of `filterset`, sorted by `sort`. The set is empty if the query `has_errors`.

    If `within` is given, only records with these keys can match. Slicing returns keys.
    """

    def __init__(
        self,
        listing: Listing,
        filterset: ListFilterSet,
        sort: str,
        *,
        has_errors: bool,
        within: BitMap | None = None,
    ):
        self.listing = listing
        self.filterset = filterset
        self.sort = sort
        self.has_errors = has_errors
        self.within = within

    @cached_property
    def filter_values(self) -> dict[str, Any]:
        """Maps the active filters to their cleaned values."""
        if self.has_errors:
            return {}
        return {name: value for name, value in self.filterset.form.cleaned_data.items() if value}

    @property
    def _published(self) -> BitMap:
        published = self.filterset.state.published(self.listing.collection)
        return published if self.within is None else published & self.within

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
        """Returns the keys that match all these filters. The result for each prefix of `names` is cached."""
        if names not in self._intersections:
            *leading, last = names
            self._intersections[names] = self._intersect(tuple(leading)) & self._matching_keys[last]
        return self._intersections[names]

    def count(self) -> int:
        return len(self.keys)

    def __len__(self):
        return self.count()

    def __getitem__(self, positions: slice) -> list[int]:
        order = self.listing.ordered_selection(self.filterset.state, self.sort)
        return order.window(self.keys, positions.start, min(positions.stop, len(self.keys)))

    def key_batches(self, size: int = BATCH_SIZE, first: int | None = None) -> Iterator[list[int]]:
        """Yields all keys in order, in lists of at most `size`. The first list contains at most `first` keys."""
        pending: list[int] = []
        wanted = first or size
        order = self.listing.ordered_selection(self.filterset.state, self.sort, is_awaited=True)
        for run in order.runs(self.keys):
            pending += run
            while len(pending) >= wanted:
                yield pending[:wanted]
                del pending[:wanted]
                wanted = size
        if pending:
            yield pending

    def keys_without(self, *names: str) -> BitMap:
        """Returns the keys of the records that match all filters except `names`."""
        if not self._matching_keys.keys() & set(names):
            return self.keys
        return self._intersect(tuple(other for other in self._matching_keys if other not in names))


# Up to this number of records, the latest change is queried by key. For more records, the latest changes of all records
# are searched, because a matching record is usually among them.
MAX_KEYS = 1_000
# If all matching records are old, the search stops after this number of keys per matching record.
MAX_SCANNED_PER_KEY = 10
# The chunks are small, because usually one of the first keys matches.
_CHUNK_SIZE = 200


def last_modified(result_set: ResultSet) -> datetime.datetime | None:
    """Returns the time of the latest change to a record in `result_set`, or None for an empty result set."""
    if not result_set.count():
        return None
    records = result_set.listing.records()
    keys = result_set.keys
    if len(keys) > MAX_KEYS:
        # The search includes unpublished records, because only the order of all records has a database index. Sorting
        # 100,000 published records took 60 ms.
        model = result_set.listing.indexed_model.model
        stored = model._base_manager.using(records.db).order_by("-updated_at")
        rows = stored.values_list("pk", "updated_at").iterator(chunk_size=_CHUNK_SIZE)
        latest = islice(rows, MAX_SCANNED_PER_KEY * len(keys))
        first = next((updated_at for key, updated_at in latest if key in keys), None)
        if first is not None:
            return first
    return records.filter(InKeys.of("pk", keys)).aggregate(newest=Max("updated_at"))["newest"]
