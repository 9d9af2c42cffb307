"""Limits of how often something is done, counted in the memory of each process: no count costs a query."""

import threading
import time
from collections import OrderedDict

# Keys that a limit counts, each about 200 bytes; the oldest are forgotten.
MAX_COUNTED = 20_000


class RateLimit:
    """At most `limit` tries of each key in `period_s` seconds; thread-safe, in bounded memory."""

    def __init__(self, limit: int, period_s: float):
        self.limit, self.period_s = limit, period_s
        self._counts: OrderedDict[int, tuple[float, int]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, key: str) -> int:
        """Counts a try and returns 0, or the seconds to wait if there were too many."""
        # Of a fixed size, however long the key is; the hash of Python differs in each process.
        number, now = hash(key), time.monotonic()
        with self._lock:
            begun, count = self._counts.pop(number, (now, 0))
            if now - begun >= self.period_s:
                begun, count = now, 0
            is_allowed = count < self.limit
            self._counts[number] = begun, count + is_allowed
            if len(self._counts) > MAX_COUNTED:
                self._counts.popitem(last=False)
        return 0 if is_allowed else max(1, round(begun + self.period_s - now))

    def give_back(self, key: str) -> None:
        """Forgets a try that was taken."""
        number = hash(key)
        with self._lock:
            if number in self._counts:
                begun, count = self._counts[number]
                self._counts[number] = begun, max(0, count - 1)
