"""The memory of the facet index in a process, added up from its parts."""

from collections.abc import Hashable, Iterable

from pyroaring import BitMap

from .state import IndexState

_PARTS = ("n_bytes_array_containers", "n_bytes_run_containers", "n_bytes_bitset_containers")


class MemorySize:
    """Recounts only the parts changed since. A million records are 50,000 bitmaps."""

    def __init__(self):
        self._known: dict[Hashable, tuple[object, int]] = {}

    def of(self, states: Iterable[IndexState]) -> int:
        """The bytes of bitmaps and orders. The records kept for their names are not counted."""
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
    """The bytes of the keys of a bitmap."""
    statistics = bitmap.get_statistics()
    return sum(statistics[part] for part in _PARTS)
