"""A selection of records in any order: the keys of a page, or all of them in batches."""

from collections.abc import Iterator

from pyroaring import BitMap

from .sorted_keys import SortedKeys

# Up to this many records of a group are sorted together with those of other groups; larger groups separately.
FEW = 64


class OrderedSelection:
    """The order of a list: groups of equal rank one after the other, each in the order of `base`.

    `groups` are disjoint, first ones first; records in no group come last. Without groups, the order is that of `base`
    alone, backwards with `reverse`.
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
        for group in self._with_rest(selected):
            if wanted <= 0:
                break
            size = group.intersection_cardinality(selected)
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
        places = {key: place for place, key in enumerate(self.base.window(few, 0, len(few)))}
        result = []
        for piece in pieces:
            if isinstance(piece, tuple):
                keys, first, length = piece
                piece = sorted(keys, key=places.__getitem__)[first : first + length]
            result += piece
        return result

    def runs(self, selected: BitMap) -> Iterator[list[int]]:
        """All selected keys in order, in lists of some thousands at most."""
        if not self.groups:
            yield from self.base.runs(selected, reverse=self.reverse)
            return
        for group in self._with_rest(selected):
            keys = group & selected
            if len(keys) == 1:
                yield list(keys)
            elif keys:
                yield from self.base.runs(keys)

    def _with_rest(self, selected: BitMap) -> Iterator[BitMap]:
        """The groups, then the selected records that are in none."""
        yield from self.groups
        yield selected - BitMap.union(*self.groups)
