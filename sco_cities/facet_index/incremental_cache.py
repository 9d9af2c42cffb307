"""A cache that updates its entries from changed keys instead of computing them again."""

from dataclasses import dataclass, field
from typing import Any

from pyroaring import BitMap

# Maximum number of changed records in an update. Reading more of them takes as long as reading all records.
FEW_CHANGED = 2_000
# Maximum number of changes that can be applied to an entry. After more changes, it is computed again.
MAX_CHANGES = 500
# Number of versions kept per entry. An older version serves requests that began before a change.
MAX_VERSIONS = 2


@dataclass(frozen=True)
class ChangedKeys:
    """Counts the changes to a set of records and keeps the changed keys of the latest changes, newest last."""

    number: int = 0
    latest: tuple[BitMap, ...] = ()
    # Identifies the first version. Numbers can be compared only if they have the same origin.
    origin: object = field(default_factory=object)

    def after(self, changed: BitMap) -> "ChangedKeys":
        """The counter after one more change."""
        # A large change cannot be applied to older entries. So its bitmap, with perhaps millions of keys, is not kept.
        latest = (*self.latest, changed)[-MAX_CHANGES:] if len(changed) <= FEW_CHANGED else ()
        return ChangedKeys(self.number + 1, latest, self.origin)

    def since(self, earlier: "ChangedKeys") -> BitMap | None:
        """The keys that changed since `earlier`. None if they are unknown or too many."""
        number = self.number - earlier.number
        if earlier.origin is not self.origin or not 0 <= number <= len(self.latest):
            return None
        changed = BitMap.union(BitMap(), *self.latest[len(self.latest) - number :])
        return changed if len(changed) <= FEW_CHANGED else None


class IncrementalCache:
    """The latest versions of a value, newest first. Immutable."""

    def __init__(self, versions: tuple[tuple[ChangedKeys, Any], ...] = ()):
        self._versions = versions

    def with_version(self, changes: ChangedKeys, value: Any) -> "IncrementalCache":
        """A copy of the cache that contains `value` as computed after `changes`."""
        others = [
            version
            for version in self._versions
            if version[0].origin is changes.origin and version[0].number != changes.number
        ]
        versions = sorted([(changes, value), *others], key=lambda version: -version[0].number)
        return IncrementalCache(tuple(versions[:MAX_VERSIONS]))

    def latest(self, changes: ChangedKeys) -> tuple[Any, BitMap] | None:
        """The newest value that can be updated to `changes`, and the keys that changed since it was computed."""
        for earlier, value in self._versions:
            changed = changes.since(earlier)
            if changed is not None:
                return value, changed
        return None
