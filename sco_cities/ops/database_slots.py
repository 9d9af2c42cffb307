"""Keeps a thread of each web process free, so that health checks are answered while the database hangs.

All threads but one may be at work for requests that use the database. More requests wait as long as slots are taken
and freed, as short queries of many readers need. If nothing moves, they get status 503 and occupy the last thread no
longer.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection
from django.http import HttpRequest, HttpResponse

from sco_cities.db import query_deadline
from sco_cities.db.database_errors import DatabaseOutage
from sco_cities.site import error_pages
from sco_cities.site.machine_paths import is_query_by_post

from .replica import REPLICA, databases_for, is_of_a_reader
from .request_info import MAX_SMALL_BODY_SIZE, body_size, is_in_admin

# How long a request waits after a slot was last taken or freed, in seconds; the second value while the last thread
# would wait, or a query has been without an answer for just as long.
MAX_WAIT_S, MAX_SHORT_WAIT_S = 2.0, 0.3
# How often it looks which of them applies.
STEP_S = 0.1
# While the database does not answer, one request in so many seconds tries whether it does again.
TRY_INTERVAL_S = 1.0
SAFE_METHODS = ("GET", "HEAD", "OPTIONS", "TRACE")


class SlotPool:
    """A number of slots for threads of this process; `max_wait` is asked again and again."""

    def __init__(self, size: int):
        self.size = max(1, size)
        self.in_use = 0
        self._moved_at = 0.0
        self._freed = threading.Condition()

    def acquire(self, max_wait: Callable[[], float]) -> bool:
        """Takes a slot; False if there is none, and none was taken or freed for `max_wait` seconds."""
        with self._freed:
            while self.in_use >= self.size:
                left = self._moved_at + max_wait() - time.monotonic()
                if left <= 0:
                    return False
                self._freed.wait(min(left, STEP_S))
            self.in_use += 1
            self._moved_at = time.monotonic()
            return True

    def release(self) -> None:
        """Gives a slot back."""
        with self._freed:
            self.in_use -= 1
            self._moved_at = time.monotonic()
            self._freed.notify()


class DatabaseSlots:
    """The slots of a process with this number of threads.

    Requests that may wait long have fewer, so that readers have one: for each other, as writers on SQLite, which has
    one at a time, and with a replica all that need the primary; or for their client, which sends more than proxies
    receive before they ask the site.
    """

    def __init__(self, threads: int):
        self.threads = threads
        self.all = SlotPool(threads - 1)
        self.fewer = SlotPool(threads - 2)
        # Threads that wait for something else than one of all slots.
        self.waiting: list[None] = []
        self._tried_at: dict[tuple[str, ...], float] = {}
        self._lock = threading.Lock()

    def take(self, databases: tuple[str, ...] = (DEFAULT_DB_ALIAS,), *, of_fewer: bool = False) -> bool:
        """Takes the slots of a request that any of these databases may answer; False if there are none."""
        if all(map(query_deadline.is_silent, databases)) and not self._is_turn_to_try(databases):
            return False

        def max_wait() -> float:
            is_waiting = min(map(query_deadline.longest_wait, databases)) >= MAX_SHORT_WAIT_S
            return MAX_SHORT_WAIT_S if is_waiting else MAX_WAIT_S

        if of_fewer and not self._take_of_fewer(max_wait):
            return False
        if self.all.acquire(max_wait):
            return True
        if of_fewer:
            self.fewer.release()
        return False

    def _is_turn_to_try(self, databases: tuple[str, ...]) -> bool:
        # By the clock: a request that tries may be a slow upload, which asks the database nothing for minutes.
        now = time.monotonic()
        with self._lock:
            is_turn = now - self._tried_at.get(databases, -TRY_INTERVAL_S) >= TRY_INTERVAL_S
            if is_turn:
                self._tried_at[databases] = now
        return is_turn

    def _take_of_fewer(self, max_wait: Callable[[], float]) -> bool:
        with self.waiting_thread():
            return self.fewer.acquire(lambda: min(max_wait(), self.max_wait_outside()))

    @contextmanager
    def waiting_thread(self) -> Iterator[None]:
        """This thread waits inside, without a slot."""
        self.waiting.append(None)
        try:
            yield
        finally:
            self.waiting.pop()

    def max_wait_outside(self) -> float:
        """How long a thread without a slot may wait: the last one is needed for health checks."""
        is_last = self.all.in_use + len(self.waiting) >= self.threads
        return MAX_SHORT_WAIT_S if is_last else MAX_WAIT_S

    def give_back(self, *, of_fewer: bool = False) -> None:
        """Gives them back."""
        self.all.release()
        if of_fewer:
            self.fewer.release()


# None in processes that are not limited: commands, runserver and tests.
_slots: DatabaseSlots | None = None


def limit(threads: int | None) -> None:
    """Limits the requests of this process, whose server has so many threads; None removes the limit."""
    global _slots
    _slots = DatabaseSlots(threads) if threads else None


def wait_for(lock: threading.Lock, seconds: float) -> bool:
    """Acquires a lock for which a request without a slot may wait; False after so many seconds, or if it must not."""
    slots = _slots
    if slots is None:
        return lock.acquire(timeout=seconds)
    started = time.monotonic()
    with slots.waiting_thread():
        while not lock.acquire(timeout=STEP_S):
            if time.monotonic() - started > min(seconds, slots.max_wait_outside()):
                return False
    return True


class DatabaseSlotsMiddleware:
    """Gives each request a slot and its deadline; a streaming response keeps them until it ends."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        slots = _slots
        if slots is None:
            return self.get_response(request)
        databases, of_fewer = databases_for(request), _has_fewer(request)
        if not slots.take(databases, of_fewer=of_fewer):
            return self._refusal(request, databases)
        query_deadline.begin_request()
        is_streaming = False
        try:
            response = self.get_response(request)
            is_streaming = response.streaming
        finally:
            if not is_streaming:
                _end(slots, of_fewer)
        if is_streaming:
            # Django's only hook for the end of a response that has not been read to its end.
            response._resource_closers.append(lambda: _end(slots, of_fewer))
        return response

    def process_view(self, request: HttpRequest, view, args, kwargs):
        # Curators' statements may take longer, and may wait for a lock; but not for a server that does not answer.
        if _slots is not None and is_in_admin(request) and not query_deadline.is_silent(DEFAULT_DB_ALIAS):
            query_deadline.be_patient()

    def _refusal(self, request: HttpRequest, databases: tuple[str, ...]) -> HttpResponse:
        if all(map(query_deadline.is_silent, databases)):
            page = error_pages.OUTAGES[DatabaseOutage.UNAVAILABLE]
        elif _is_write_on_sqlite(request):
            page = error_pages.OUTAGES[DatabaseOutage.LOCKED]
        else:
            page = error_pages.BUSY
        return error_pages.error_page(request, page)


def _has_fewer(request: HttpRequest) -> bool:
    return (
        _is_write_on_sqlite(request)
        or body_size(request) > MAX_SMALL_BODY_SIZE
        or (REPLICA in settings.DATABASES and not is_of_a_reader(request))
    )


def _is_write_on_sqlite(request: HttpRequest) -> bool:
    is_write = request.method not in SAFE_METHODS and not is_query_by_post(request)
    return connection.vendor == "sqlite" and is_write


def _end(slots: DatabaseSlots, of_fewer: bool) -> None:
    query_deadline.end_request()
    slots.give_back(of_fewer=of_fewer)
