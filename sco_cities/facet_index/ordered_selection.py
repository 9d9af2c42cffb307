"""Takes the keys of a page, or all keys in batches, from a selection of records in any order."""

from array import array
from collections.abc import Iterator

from pyroaring import BitMap

from .sorted_keys import SortedKeys

# Groups with up to this many records are sorted together with other groups, larger ones separately.
FEW = 64
# The records of several groups that are sorted together in one pass over `base`. The first pass is small, so that a
# file starts immediately. A million records in 400 groups would take half a minute group by group.
FIRST_TOGETHER, MOST_TOGETHER = 1_000, 250_000


class OrderedSelection:
    """The order of a list, as groups of equal rank, each in the order of `base`.

    `groups` are disjoint, first ones first. Records in no group come last. Without groups, the order is the order of
    `base` alone, backwards with `reverse`.
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
        """All selected keys in order, in lists of at most a few thousand."""
        if not self.groups:
            yield from self.base.runs(selected, reverse=self.reverse)
            return
        for groups in self._groups_together(selected):
            if len(groups) == 1:
                yield from self.base.runs(groups[0])
            else:
                yield from self._in_order(groups)

    def _groups_together(self, selected: BitMap) -> Iterator[list[BitMap]]:
        """The selected keys of each group, in lists of groups that are sorted together."""
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
        """The keys of each group in order."""
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
        """Each group with the number of its selected records. Selected records in no group come last.

        It ends with the last selected record.
        """
        remaining = len(selected)
        for group in self.groups:
            size = group.intersection_cardinality(selected)
            yield group, size
            remaining -= size
            if not remaining:
                return
        yield selected.difference(*self.groups), remaining
