"""Sorts a selection of records, and returns the keys of a page or all keys in batches."""

from array import array
from collections.abc import Iterator

from pyroaring import BitMap

from .sorted_keys import SortedKeys

# Maximum size of groups that are sorted together with other groups. Larger groups are sorted separately.
FEW = 64
# Number of records after which a pass over `base` takes no further groups. The limit grows from the first number to the
# second. The first pass is small, so that a download starts immediately. One pass per group would take half a minute
# for a million records in 400 groups.
FIRST_TOGETHER, MOST_TOGETHER = 1_000, 250_000


class OrderedSelection:
    """The order of a list, given by groups of records with equal rank. Each group is sorted as in `base`.

    `groups` are disjoint and in order. Records in no group come last. Without groups, the order is the order of `base`,
    or with `reverse` its reverse.
    """

    def __init__(self, base: SortedKeys, groups: tuple[BitMap, ...] = (), *, reverse: bool = False):
        self.base = base
        self.groups = groups
        self.reverse = reverse

    def window(self, selected: BitMap, start: int, stop: int) -> list[int]:
        """The selected keys from position `start` up to `stop`."""
        if not self.groups:
            return self.base.window(selected, start, stop, reverse=self.reverse)
        pieces: list[list[int] | tuple[BitMap, int, int]] = []
        few = BitMap()
        wanted = stop - start
        for group, size in self._sized_groups(selected):
            if size <= start:
                start -= size
                continue
            keys = group & selected
            length = min(size - start, wanted)
            if size > FEW:
                pieces.append(self.base.window(keys, start, start + length))
            else:
                few |= keys
                pieces.append((keys, start, length))
            wanted -= length
            start = 0
            if wanted <= 0:
                break
        places = {key: place for place, key in enumerate(self.base.window(few, 0, len(few)))}
        result = []
        for piece in pieces:
            if isinstance(piece, tuple):
                keys, first, length = piece
                piece = sorted(keys, key=places.__getitem__)[first : first + length]
            result += piece
        return result

    def runs(self, selected: BitMap) -> Iterator[list[int]]:
        """Yields all selected keys in order, in lists of at most a few thousand."""
        if not self.groups:
            yield from self.base.runs(selected, reverse=self.reverse)
            return
        for groups in self._groups_together(selected):
            if len(groups) == 1:
                yield from self.base.runs(groups[0])
            else:
                yield from self._in_order(groups)

    def _groups_together(self, selected: BitMap) -> Iterator[list[BitMap]]:
        """Yields lists of groups that are sorted together, each group reduced to its selected keys."""
        together: list[BitMap] = []
        size, most = 0, FIRST_TOGETHER
        for group, number in self._sized_groups(selected):
            if number:
                together.append(group & selected)
                size += number
            if size >= most:
                yield together
                together, size, most = [], 0, min(4 * most, MOST_TOGETHER)
        if together:
            yield together

    def _in_order(self, groups: list[BitMap]) -> Iterator[list[int]]:
        """Sorts the keys of each group, with one pass over `base`."""
        group_of = array("I", bytes(4 * (max(keys.max() for keys in groups) + 1)))
        for number, keys in enumerate(groups):
            for key in keys:
                group_of[key] = number
        in_order = [array("I") for _group in groups]
        for run in self.base.runs(BitMap.union(*groups)):
            for key in run:
                in_order[group_of[key]].append(key)
        return map(array.tolist, in_order)

    def _sized_groups(self, selected: BitMap) -> Iterator[tuple[BitMap, int]]:
        """Yields each group with the number of its selected records. Selected records in no group come last.

        Stops after the group with the last selected record.
        """
        remaining = len(selected)
        for group in self.groups:
            size = group.intersection_cardinality(selected)
            yield group, size
            remaining -= size
            if not remaining:
                return
        yield selected.difference(*self.groups), remaining
