"""Records in the order of a column of their own.

Read from the database once somebody asks for it, which takes seconds for a million records, and kept beside the index
(4 MB for each direction): what has changed since is moved, in some 15 short queries.
"""

from dataclasses import dataclass
from typing import Any

from .sorted_keys import SortedKeys
from .sorting import SortKey
from .state import IndexState, ordered_keys


@dataclass(frozen=True, slots=True)
class _Descending:
    """A value that comes before smaller ones."""

    value: Any

    def __lt__(self, other: "_Descending") -> bool:
        return other.value < self.value


def column_order(state: IndexState, collection: str, by: SortKey, *, descending: bool) -> SortedKeys:
    """All records of a kind in order, drafts included; what has no value comes last, ties in the order of names."""
    kind = state.index(collection).kind
    stored = kind.model._base_manager.using(state.using)

    def read() -> SortedKeys:
        return SortedKeys.of(ordered_keys(stored.order_by(by.term(descending=descending), *kind.order)))

    def ranks(keys: list[int]) -> dict[int, tuple]:
        rows = stored.order_by().filter(pk__in=keys).values_list("pk", by.value, *kind.order)
        return {
            key: (value is None, _Descending(value) if descending and value is not None else value, *names)
            for key, value, *names in rows
        }

    return state.sorted(collection, ("own", by, descending), read, ranks)
