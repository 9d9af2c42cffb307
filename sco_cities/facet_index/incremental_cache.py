"""A cache whose entries are updated from the keys that changed since, instead of being computed again."""

from dataclasses import dataclass, field
from typing import Any

from pyroaring import BitMap

# Reading more changed records than this takes as long as reading all.
FEW_CHANGED = 2_000
# An entry that was not used during more changes than this is recomputed.
MAX_CHANGES = 500
# Versions kept of each entry. An older version serves requests that began before a change.
MAX_VERSIONS = 2


@dataclass(frozen=True)
class ChangedKeys:
    """A counter of the changes to some records, with the changed keys of the latest ones, newest last."""

    number: int = 0
    latest: tuple[BitMap, ...] = ()
    # Identifies the first version. Numbers are comparable only if they have the same origin.
    origin: object = field(default_factory=object)

    def after(self, changed: BitMap) -> "ChangedKeys":
        """The counter after one more change."""
        # Nothing older than a large change can be updated, so its bitmap of maybe millions of keys is not kept.
        latest = (*self.latest, changed)[-MAX_CHANGES:] if len(changed) <= FEW_CHANGED else ()
        return ChangedKeys(self.number + 1, latest, self.origin)

    def since(self, earlier: "ChangedKeys") -> BitMap | None:
        """The keys that changed since. None if unknown, or if they are too many."""
        number = self.number - earlier.number
        if earlier.origin is not self.origin or not 0 <= number <= len(self.latest):
            return None
        changed = BitMap.union(BitMap(), *self.latest[len(self.latest) - number :])
        return changed if len(changed) <= FEW_CHANGED else None


class IncrementalCache:
    """The last few versions of a value, newest first. Immutable."""

    def __init__(self, versions: tuple[tuple[ChangedKeys, Any], ...] = ()):
        self._versions = versions

    def with_version(self, changes: ChangedKeys, value: Any) -> "IncrementalCache":
        """The cache with the value as computed after these changes."""
        others = [
            version
            for version in self._versions
            if version[0].origin is changes.origin and version[0].number != changes.number
        ]
        versions = sorted([(changes, value), *others], key=lambda version: -version[0].number)
        return IncrementalCache(tuple(versions[:MAX_VERSIONS]))

    def latest(self, changes: ChangedKeys) -> tuple[Any, BitMap] | None:
        """The newest value that can be updated to these changes, with the keys changed since."""
        for earlier, value in self._versions:
            changed = changes.since(earlier)
            if changed is not None:
                return value, changed
        return None
