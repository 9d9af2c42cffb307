"""Limits on the frequency and concurrency of actions, counted in each process without queries.

The numbers are in the modules that apply the limits, which are `accounts/login_limits.py` and the views of
`correction_requests` and `subscriptions`.
"""

import threading
import time
from collections import OrderedDict

from django.http import HttpRequest

from .client_address import client_address, client_network

# Maximum number of keys that a limit counts, at about 200 bytes each. The oldest keys are dropped.
MAX_COUNTED = 20_000


class RateLimit:
    """Allows at most `limit` attempts per key in `period_s` seconds. Thread-safe, with bounded memory."""

    def __init__(self, limit: int, period_s: float):
        self.limit, self.period_s = limit, period_s
        self._counts: OrderedDict[int, tuple[float, int]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, key: str) -> int:
        """Counts an attempt. Returns 0, or the seconds to wait if there were too many."""
        # The hash has a fixed size, however long the key is. Python's hashes are different in each process.
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
        """Removes a counted attempt."""
        number = hash(key)
        with self._lock:
            if number in self._counts:
                begun, count = self._counts[number]
                self._counts[number] = begun, max(0, count - 1)


class ClientLimit:
    """Limits a client's attempts in `period_s` seconds, per address and per network.

    A single client may control all addresses of a network. Nothing is counted behind a Unix socket whose proxy sends no
    client address, because all clients would share one limit.
    """

    def __init__(self, per_address: int, per_network: int, period_s: float):
        self.by_address, self.by_network = RateLimit(per_address, period_s), RateLimit(per_network, period_s)

    def take(self, request: HttpRequest) -> int:
        """Counts an attempt. Returns 0, or the seconds to wait. A rejected address does not count for its network."""
        address = client_address(request)
        if address is None:
            return 0
        return self.by_address.take(address) or self.by_network.take(client_network(request))

    def give_back(self, request: HttpRequest) -> None:
        """Removes a counted attempt."""
        if (address := client_address(request)) is not None:
            self.by_address.give_back(address)
            self.by_network.give_back(client_network(request))


class Turns:
    """Allows `at_once` threads at a time, while at most `waiting` more wait for a limited time."""

    def __init__(self, at_once: int, waiting: int, max_wait_s: float):
        self.max_wait_s = max_wait_s
        self._all = threading.BoundedSemaphore(at_once + waiting)
        self._at_once = threading.BoundedSemaphore(at_once)

    def take(self) -> bool:
        """Waits for a turn. False if too many are waiting already, or the wait is too long."""
        if not self._all.acquire(blocking=False):
            return False
        if self._at_once.acquire(timeout=self.max_wait_s):
            return True
        self._all.release()
        return False

    def give_back(self) -> None:
        """Ends a turn that was taken."""
        self._at_once.release()
        self._all.release()
