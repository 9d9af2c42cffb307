"""A small memory of what was made latest, for several threads."""

import threading
from collections import OrderedDict


class LRUCache:
    """The latest of many things that were made, by what they were made for."""

    MOST = 64

    def __init__(self):
        self._made: OrderedDict = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key):
        """What was made for `key`, or None."""
        with self._lock:
            if key in self._made:
                self._made.move_to_end(key)
            return self._made.get(key)

    def put(self, key, made) -> None:
        """Keeps what was made for `key`; the one that was asked for least lately goes."""
        with self._lock:
            self._made[key] = made
            while len(self._made) > self.MOST:
                self._made.popitem(last=False)
