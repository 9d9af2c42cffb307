"""Measures the memory of a process's facet index as the sum of its parts."""

from functools import partial

from pyroaring import BitMap

from .dimensions import Values
from .sorted_keys import SortedKeys
from .state import IndexState

_PARTS = ("n_bytes_array_containers", "n_bytes_run_containers", "n_bytes_bitset_containers")


def memory_size(state: IndexState) -> int:
    """Returns the size of the bitmaps and sort orders in bytes, excluding the records kept for their names.

    Only the sizes of changed parts are computed again, because a million records have 50,000 bitmaps.
    """
    size = 0
    for name, index in state.indexes.items():
        for dimension, values in index.dimensions.items():
            size += state.memoize(("size", name, dimension), (values,), partial(_values_size, values))
        size += state.memoize(("size", name), (index.order,), partial(_order_size, index.order))
    return size


def _values_size(values: Values) -> int:
    return sum(map(bitmap_bytes, values.values()))


def _order_size(order: SortedKeys) -> int:
    return sum(bitmap_bytes(block.members) + block.size for block in order.blocks)


def bitmap_bytes(bitmap: BitMap) -> int:
    """Returns the size of a bitmap's keys in bytes."""
    statistics = bitmap.get_statistics()
    return sum(statistics[part] for part in _PARTS)
