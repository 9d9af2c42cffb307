"""A small thread-safe LRU cache."""

import threading
from collections import OrderedDict


class LRUCache:
    """Keeps the most recently used values, up to MAX_SIZE."""

    MAX_SIZE = 64

    def __init__(self):
        self._values: OrderedDict = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key):
        """Returns the value of `key`, or None."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
            return self._values.get(key)

    def put(self, key, value) -> None:
        """Stores a value. Removes the least recently used values if the cache is full."""
        with self._lock:
            self._values[key] = value
            while len(self._values) > self.MAX_SIZE:
                self._values.popitem(last=False)
