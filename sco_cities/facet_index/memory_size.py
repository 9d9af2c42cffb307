"""Measures the memory of the facet index in a process as the sum of its parts."""

from collections.abc import Hashable, Iterable

from pyroaring import BitMap

from .state import IndexState

_PARTS = ("n_bytes_array_containers", "n_bytes_run_containers", "n_bytes_bitset_containers")


class MemorySize:
    """Counts only changed parts again, because a million records have 50,000 bitmaps."""

    def __init__(self):
        self._known: dict[Hashable, tuple[object, int]] = {}

    def of(self, states: Iterable[IndexState]) -> int:
        """The size of the bitmaps and sort orders in bytes. Records that are kept for their names are not counted."""
        known, self._known = self._known, {}
        for state in states:
            for name, index in state.indexes.items():
                for dimension, values in index.dimensions.items():
                    self._count((state.using, name, dimension), values, known)
                self._count((state.using, name), index.order, known)
        return sum(size for _part, size in self._known.values())

    def _count(self, key: Hashable, part, known: dict[Hashable, tuple[object, int]]) -> None:
        before = known.get(key)
        if before is not None and before[0] is part:
            self._known[key] = before
        elif isinstance(part, dict):
            self._known[key] = part, sum(map(bitmap_bytes, part.values()))
        else:
            self._known[key] = part, sum(bitmap_bytes(block.members) + block.size for block in part.blocks)


def bitmap_bytes(bitmap: BitMap) -> int:
    """The size of the keys in a bitmap in bytes."""
    statistics = bitmap.get_statistics()
    return sum(statistics[part] for part in _PARTS)
