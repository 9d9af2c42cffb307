"""A selection of records in any order: which are on a page, and all of them block by block."""

from collections.abc import Iterator

from pyroaring import BitMap

from .sorted_keys import SortedKeys

# So few records that share a value are put in order together with others, more of them on their own.
FEW = 64


class OrderedSelection:
    """The order of a list: groups of equal rank one after the other, within each the order of names.

    `groups` are disjoint, the first ones first; what is in none comes last. Without groups it is the order of
    names alone, backwards where `reverse`.
    """

    def __init__(self, names: SortedKeys, groups: tuple[BitMap, ...] = (), *, reverse: bool = False):
        self.names = names
        self.groups = groups
        self.reverse = reverse

    def window(self, selected: BitMap, start: int, stop: int) -> list[int]:
        """The selected keys from place `start` up to `stop`."""
        if not self.groups:
            return self.names.window(selected, start, stop, reverse=self.reverse)
        pieces: list[list[int] | tuple[BitMap, int, int]] = []
        few = BitMap()
        wanted = stop - start
        for group in self._with_rest(selected):
            if wanted <= 0:
                break
            here = group.intersection_cardinality(selected)
            if here <= start:
                start -= here
                continue
            mine = group & selected
            taken = min(here - start, wanted)
            if here > FEW:
                pieces.append(self.names.window(mine, start, start + taken))
            else:
                few |= mine
                pieces.append((mine, start, taken))
            wanted -= taken
            start = 0
        places = {key: place for place, key in enumerate(self.names.window(few, 0, len(few)))}
        found = []
        for piece in pieces:
            if isinstance(piece, tuple):
                mine, first, taken = piece
                piece = sorted(mine, key=places.__getitem__)[first : first + taken]
            found += piece
        return found

    def runs(self, selected: BitMap) -> Iterator[list[int]]:
        """All selected keys in order, in lists of some thousands at most."""
        if not self.groups:
            yield from self.names.runs(selected, reverse=self.reverse)
            return
        for group in self._with_rest(selected):
            mine = group & selected
            if len(mine) == 1:
                yield list(mine)
            elif mine:
                yield from self.names.runs(mine)

    def _with_rest(self, selected: BitMap) -> Iterator[BitMap]:
        """The groups, then what is in none of them."""
        yield from self.groups
        yield selected - BitMap.union(*self.groups)
