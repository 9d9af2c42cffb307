"""Records in an order, so that any page of any selection is found in the same time."""

import zlib
from array import array
from bisect import bisect
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import copy
from itertools import islice
from typing import Any

from pyroaring import BitMap

from .pk_bitmaps import compact

# A selection is counted against 250 blocks of a million records in 0.7 ms; within a block its records are
# picked out one by one, in 0.2 ms. A place within a block must fit into two bytes.
BLOCK = 4096
# So few keys of a block are looked for by their places, which need not be turned into keys first.
FEW = 64


class SortedBlock:
    """A stretch of an order: its keys as a bitmap, and in order.

    In order they are kept as places in the bitmap, three bytes and a half a record in all, where the keys
    themselves would take six: the second byte of a place is one of few, and packed. What was taken out later
    stays among the places and is left out by `members`.
    """

    __slots__ = ("_all", "_high", "_low", "members")

    def __init__(self, keys: array):
        self.members = self._all = compact(BitMap(keys))
        place = {key: place for place, key in enumerate(self._all)}
        places = array("H", map(place.__getitem__, keys)).tobytes()
        self._low, self._high = places[0::2], zlib.compress(places[1::2])

    @property
    def places(self) -> array:
        """The places of the keys in the bitmap that the block was made with, in order."""
        places = bytearray(2 * len(self._low))
        places[0::2], places[1::2] = self._low, zlib.decompress(self._high)
        return array("H", places)

    @property
    def keys(self) -> array:
        """The keys in order, with those that were taken out since."""
        return array("I", map(self._all.to_array().__getitem__, self.places))

    @property
    def last(self) -> int:
        """The last key in order; quicker than all of them."""
        keys = (self._all[place] for place in reversed(self.places))
        return next(key for key in keys if key in self.members)

    def without(self, gone: BitMap) -> "SortedBlock":
        """The block when these keys are taken out; shares all but the bitmap of its members."""
        block = copy(self)
        block.members = self.members - gone
        return block

    def among(self, selected: BitMap, *, reverse: bool) -> Iterator[int]:
        """The selected keys in order."""
        mine = selected & self.members
        if len(mine) > FEW:
            return (key for key in (reversed(self.keys) if reverse else self.keys) if key in mine)
        return self._few(mine, reverse=reverse)

    def _few(self, mine: BitMap, *, reverse: bool) -> Iterator[int]:
        by_place = {self._all.rank(key) - 1: key for key in mine}
        places = reversed(self.places) if reverse else self.places
        return (by_place[place] for place in places if place in by_place)


class UnsortedBlock(SortedBlock):
    """A block that has changed since the order was read: its keys are kept as they are, to be changed quickly."""

    __slots__ = ("_keys",)

    def __init__(self, keys: array):
        self.members = BitMap(keys)
        self._keys = keys

    @property
    def keys(self):
        return self._keys

    @property
    def last(self):
        return next(key for key in reversed(self._keys) if key in self.members)

    def _few(self, mine, *, reverse):
        return (key for key in (reversed(self._keys) if reverse else self._keys) if key in mine)


# What some keys are sorted by: by key.
Ranks = Callable[[Iterable[int]], Mapping[int, Any]]


class _Search:
    """The search for the first of `keys`, which are in order, whose rank is higher than `rank`."""

    def __init__(self, rank: Any, keys: Sequence[int]):
        self.rank = rank
        self.keys = keys
        self.low, self.high = 0, len(keys)

    @property
    def middle(self) -> int:
        """The key whose rank is to be known next."""
        return self.keys[(self.low + self.high) // 2]

    def halve(self, rank_of_middle: Any) -> None:
        """Goes on in the half that this rank leaves."""
        half = (self.low + self.high) // 2
        if self.rank < rank_of_middle:
            self.high = half
        else:
            self.low = half + 1


class SortedKeys:
    """Keys in an order. It does not change: what differs from it is a new one that shares the blocks."""

    def __init__(self, blocks: Iterable[SortedBlock]):
        self.blocks = tuple(blocks)

    @classmethod
    def of(cls, keys: array) -> "SortedKeys":
        return cls(SortedBlock(keys[start : start + BLOCK]) for start in range(0, len(keys), BLOCK))

    def __len__(self):
        return sum(len(block.members) for block in self.blocks)

    def window(self, selected: BitMap, start: int, stop: int, *, reverse: bool = False) -> list[int]:
        """The selected keys from place `start` up to `stop`, in order; all that are selected are in it."""
        behind = len(selected) - stop
        if start > behind >= 0:
            # Sooner found from the other end.
            return self.window(selected, behind, len(selected) - start, reverse=not reverse)[::-1]
        found = []
        wanted = stop - start
        for block in reversed(self.blocks) if reverse else self.blocks:
            if wanted <= len(found):
                break
            here = block.members.intersection_cardinality(selected)
            if here <= start:
                start -= here
                continue
            found += islice(block.among(selected, reverse=reverse), start, start + wanted - len(found))
            start = 0
        return found

    def runs(self, selected: BitMap, *, reverse: bool = False) -> Iterator[list[int]]:
        """All selected keys in order, a block of them at a time."""
        for block in reversed(self.blocks) if reverse else self.blocks:
            if block.members.intersect(selected):
                yield list(block.among(selected, reverse=reverse))

    def without(self, gone: BitMap) -> "SortedKeys":
        """The order when these keys are taken out."""
        blocks = (block.without(gone) if block.members.intersect(gone) else block for block in self.blocks)
        return SortedKeys(block for block in blocks if block.members)

    def inserted(self, places: Iterable[tuple[int, int | None]]) -> "SortedKeys":
        """The order with new keys, each before the key that follows it, or at the end (None).

        Of several before the same key the first that is given comes first.
        """
        before: dict[int | None, list[int]] = {}
        for key, following in places:
            before.setdefault(following, []).append(key)
        followers = BitMap(key for key in before if key is not None)
        blocks = []
        for block in self.blocks:
            here = block.members & followers
            if not here:
                blocks.append(block)
                continue
            keys = array("I", block.among(block.members, reverse=False))
            for key in here:
                place = keys.index(key)
                keys[place:place] = array("I", before[key])
            # One that has grown too long is cut in pieces.
            blocks += SortedKeys.of(keys).blocks if len(keys) > 2 * BLOCK else [UnsortedBlock(keys)]
        if None in before:
            # Appended to the last block, or one more each time would leave a row of tiny ones.
            keys = array("I")
            if blocks and len(blocks[-1].members) < BLOCK:
                last = blocks.pop()
                keys.extend(last.among(last.members, reverse=False))
            keys.extend(before[None])
            blocks += SortedKeys.of(keys).blocks
        return SortedKeys(blocks)

    def moved(self, changed: BitMap, ranks: Ranks) -> "SortedKeys":
        """The order after these keys have come to have other ranks, have been added or are stored no longer.

        `ranks` tells what the stored ones among some keys are sorted by, no two of them alike. It is asked some
        15 times, for a key of each block and a dozen more for each that has changed.
        """
        rest = self.without(changed)
        moving = ranks(changed)
        placed = sorted(moving, key=moving.__getitem__)
        return rest.inserted(
            zip(placed, rest._following([moving[key] for key in placed], ranks), strict=True)
        )

    def _following(self, wanted: list, ranks: Ranks) -> list[int | None]:
        """For each of the ranks the first key that has a higher one."""
        lasts = [block.last for block in self.blocks]
        known = ranks(lasts)
        places = [bisect(lasts, rank, key=known.__getitem__) for rank in wanted]
        listed = {
            place: array("I", block.among(block.members, reverse=False))
            for place, block in enumerate(self.blocks)
            if place in places
        }
        searches = [_Search(rank, listed.get(place, ())) for rank, place in zip(wanted, places, strict=True)]
        # All together, so that each halving is one question.
        while going_on := [search for search in searches if search.low < search.high]:
            known = ranks({search.middle for search in going_on})
            for search in going_on:
                search.halve(known[search.middle])
        return [search.keys[search.low] if search.keys else None for search in searches]

    @property
    def keys(self) -> Iterator[int]:
        """All keys in order."""
        return (key for block in self.blocks for key in block.among(block.members, reverse=False))
