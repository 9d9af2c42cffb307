"""Keeps a thread of each web process free, so that health checks are answered whatever happens to the database.

All threads but one may be at work for requests that use the database. More requests wait as long as slots are taken
and freed, as short queries of many readers need. If nothing moves, they get status 503 and occupy the last thread no
longer.
"""

import logging
import threading
import time
from collections.abc import Callable

from django.db import connection
from django.http import HttpRequest, HttpResponse

from sco_cities.db import query_deadline
from sco_cities.db.database_errors import DatabaseOutage
from sco_cities.site import error_pages

from .request_info import is_in_admin

log = logging.getLogger(__name__)

# How long a request waits after a slot was last taken or freed, in seconds: while threads compute; while a query has
# been without an answer for just as long; and while the database does not answer at all.
MAX_WAIT_S, MAX_WAIT_FOR_QUERY_S, MAX_WAIT_IN_SILENCE_S = 2.0, 0.3, 0.1
# How often it looks which of them applies.
STEP_S = 0.1
# Seconds between two lines of the log about refused requests.
LOG_INTERVAL_S = 60
SAFE_METHODS = ("GET", "HEAD", "OPTIONS", "TRACE")


class SlotPool:
    """A number of slots, which `size` returns, for threads of this process."""

    def __init__(self, size: Callable[[], int]):
        self.size = size
        self.in_use = 0
        self._moved_at = 0.0
        self._freed = threading.Condition()

    def acquire(self) -> bool:
        """Takes a slot; False if there is none, and none was taken or freed for a moment."""
        with self._freed:
            while self.in_use >= self.size():
                left = self._moved_at + _max_wait() - time.monotonic()
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


def _max_wait() -> float:
    if query_deadline.is_silent():
        return MAX_WAIT_IN_SILENCE_S
    return MAX_WAIT_FOR_QUERY_S if query_deadline.longest_wait() >= MAX_WAIT_FOR_QUERY_S else MAX_WAIT_S


class DatabaseSlots:
    """The slots of a process with this number of threads.

    While the database does not answer, one request at a time tries whether it does again. SQLite has one writer at a
    time, and the others wait in it: there fewer requests may write, so that readers have a slot.
    """

    def __init__(self, threads: int):
        self.all = SlotPool(lambda: 1 if query_deadline.is_silent() else max(1, threads - 1))
        self.writers = SlotPool(lambda: max(1, threads - 2))

    def take(self, *, is_write: bool) -> DatabaseOutage | None:
        """Takes the slots of a request, or says why there are none."""
        if is_write and not self.writers.acquire():
            return DatabaseOutage.LOCKED
        if self.all.acquire():
            return None
        if is_write:
            self.writers.release()
        return DatabaseOutage.UNAVAILABLE

    def give_back(self, *, is_write: bool) -> None:
        """Gives them back."""
        self.all.release()
        if is_write:
            self.writers.release()


# None in processes that are not limited: commands, runserver and tests.
_slots: DatabaseSlots | None = None


def limit(threads: int | None) -> None:
    """Limits the requests of this process, whose server has so many threads; None removes the limit."""
    global _slots
    _slots = DatabaseSlots(threads) if threads else None


class DatabaseSlotsMiddleware:
    """Gives each request a slot and its deadline; a streaming response keeps them until it ends."""

    def __init__(self, get_response):
        self.get_response = get_response
        self.logged_at = -float(LOG_INTERVAL_S)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        slots = _slots
        if slots is None:
            return self.get_response(request)
        is_write = connection.vendor == "sqlite" and request.method not in SAFE_METHODS
        if outage := slots.take(is_write=is_write):
            return self._refusal(request, outage)
        query_deadline.begin_request()
        is_streaming = False
        try:
            response = self.get_response(request)
            is_streaming = response.streaming
        finally:
            if not is_streaming:
                _end(slots, is_write)
        if is_streaming:
            # Django's only hook for the end of a response that has not been read to its end.
            response._resource_closers.append(lambda: _end(slots, is_write))
        return response

    def process_view(self, request: HttpRequest, view, args, kwargs):
        # Curators' statements may take longer, and may wait for a lock.
        if _slots is not None and is_in_admin(request):
            query_deadline.be_patient()

    def _refusal(self, request: HttpRequest, outage: DatabaseOutage) -> HttpResponse:
        if time.monotonic() - self.logged_at >= LOG_INTERVAL_S:
            self.logged_at = time.monotonic()
            log.warning("Requests are refused: too many already wait for the database (%s).", outage.value)
        is_busy = outage is DatabaseOutage.UNAVAILABLE and not query_deadline.is_silent()
        response = error_pages.error_page(
            request, error_pages.BUSY if is_busy else error_pages.OUTAGES[outage]
        )
        # Django would log each of many.
        response._has_been_logged = True
        return response


def _end(slots: DatabaseSlots, is_write: bool) -> None:
    query_deadline.end_request()
    slots.give_back(is_write=is_write)
