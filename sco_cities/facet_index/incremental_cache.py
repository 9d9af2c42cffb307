"""Which records have changed since something was made of them, so that no others need be looked at again."""

from dataclasses import dataclass, field
from typing import Any

from pyroaring import BitMap

# To look at more records than this again takes as long as to look at all.
FEW_CHANGED = 2_000
# What has not been asked for during more changes than this is made anew.
MAX_CHANGES = 500
# What was made at so many moments is kept: one of them is there for a request that began before a change.
MAX_VERSIONS = 2


@dataclass(frozen=True)
class ChangedKeys:
    """The changes that some records have gone through, of the latest ones with the records, newest last."""

    number: int = 0
    latest: tuple[BitMap, ...] = ()
    beginning: object = field(default_factory=object)

    def after(self, touched: BitMap) -> "ChangedKeys":
        """The same after one more change."""
        # What lies before too large a change cannot be followed, and bitmaps of millions need not be kept for it.
        latest = (*self.latest, touched)[-MAX_CHANGES:] if len(touched) <= FEW_CHANGED else ()
        return ChangedKeys(self.number + 1, latest, self.beginning)

    def since(self, earlier: "ChangedKeys") -> BitMap | None:
        """The records that have changed since; None where that is not known, or they are too many to look at."""
        late = self.number - earlier.number
        if earlier.beginning is not self.beginning or not 0 <= late <= len(self.latest):
            return None
        edited = BitMap.union(BitMap(), *self.latest[len(self.latest) - late :])
        return edited if len(edited) <= FEW_CHANGED else None


class IncrementalCache:
    """What was made of the same records at a few moments, the latest first. It does not change."""

    def __init__(self, made: tuple[tuple[ChangedKeys, Any], ...] = ()):
        self._made = made

    def with_another(self, edits: ChangedKeys, thing: Any) -> "IncrementalCache":
        """The same with what was made after these changes."""
        others = [
            each
            for each in self._made
            if each[0].beginning is edits.beginning and each[0].number != edits.number
        ]
        made = sorted([(edits, thing), *others], key=lambda each: -each[0].number)
        return IncrementalCache(tuple(made[:MAX_VERSIONS]))

    def latest(self, edits: ChangedKeys) -> tuple[Any, BitMap] | None:
        """The latest that can be followed to these changes, with the records that have changed since."""
        for earlier, thing in self._made:
            edited = edits.since(earlier)
            if edited is not None:
                return thing, edited
        return None
