"""Limits how long a web thread waits for PostgreSQL.

If a server hangs (because it is stopped or its disk does not respond), its time-outs have no effect, but its machine
still acknowledges every packet. Therefore one thread of each web process watches the waits of all other threads, and
ends waits that are too long. `db.psycopg2_wait` reports the waits of the driver.
"""

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.core.signals import request_finished, request_started
from django.db import DEFAULT_DB_ALIAS, OperationalError, connections

# Maximum total time that a reader's request waits for a server that does not answer.
READER_S = 4.0
# The limit for all other requests. It exceeds the server's limit for a statement (`config.WEB_TIMEOUTS`), because the
# server should report a slow statement or a lock itself.
PATIENT_S = 16.0
# Maximum duration of a short wait. The last free thread cannot begin a longer wait, because health checks need it.
SHORT_S = 0.3
STEP_S = 0.1
# Maximum wait of a request if earlier requests have waited for the full time in vain.
LATE_S = 1.0
# Minimum seconds between attempts to reach a server that does not answer. Only one request at a time makes an attempt.
TRY_INTERVAL_S = 1.0


class _Limit(threading.local):
    """The limit of one thread, with the servers that did not answer the thread. `is_request` is true in a request."""

    seconds = PATIENT_S
    is_request = False
    begun_at = 0.0
    failed: frozenset[str] = frozenset()


class _Server:
    """The state of a database server, as observed by this process."""

    def __init__(self):
        self.answered_at = self.failed_at = self.tried_at = 0.0
        # The start of the time without an answer to any wait, or None.
        self.silent_since: float | None = None

    @property
    def is_silent(self) -> bool:
        """True if a thread has waited in vain and no thread has received an answer since then."""
        return self.failed_at > self.answered_at


class _Wait:
    """The wait of a thread for an answer. `cut` makes its connection fail, or is None if that is not possible."""

    def __init__(self, alias: str, cut: Callable[[], None] | None):
        self.alias, self.cut = alias, cut
        self.seconds, self.is_request = _limit.seconds, _limit.is_request
        self.since = time.monotonic()
        # True if this wait is an attempt to reach a silent server.
        self.is_try = False
        self.error: NoAnswer | None = None


class NoAnswer(OperationalError):
    """Raised if the server did not answer in time. If `is_slow`, the server has answered other threads since then."""

    def __init__(self, *, is_slow: bool = False):
        super().__init__(
            "The database took too long for a query." if is_slow else "The database does not respond."
        )
        self.is_slow = is_slow


_limit = _Limit()
# Maps aliases to servers, because the replica can serve readers while the primary hangs.
_servers: defaultdict[str, _Server] = defaultdict(_Server)
_waits: set[_Wait] = set()
_lock = threading.Lock()
# The number of threads of the process. 0 in commands and tests, which wait without a limit.
_threads = 0
_patient_path = ""
_stopped = threading.Event()


def enforce(threads: int, patient_path: str) -> None:
    """Limits the waits of a web process with this many threads. Paths below `patient_path` get the longer limit."""
    global _threads, _patient_path
    _threads, _patient_path = threads, patient_path
    _servers.clear()
    _stopped.clear()
    request_started.connect(_begin_request)
    request_finished.connect(_end_request)
    threading.Thread(target=_watch, name="query deadline", daemon=True).start()


def stop() -> None:
    """Removes the limits, for tests."""
    global _threads
    _threads = 0
    _stopped.set()
    request_started.disconnect(_begin_request)
    request_finished.disconnect(_end_request)
    _end_request()


def _begin_request(environ=None, **kwargs) -> None:
    # The longer limit does not apply to a server that does not answer.
    is_patient = environ["PATH_INFO"].startswith(_patient_path) and not _servers[DEFAULT_DB_ALIAS].is_silent
    _limit.seconds, _limit.is_request = PATIENT_S if is_patient else READER_S, True
    _limit.begun_at, _limit.failed = time.monotonic(), frozenset()


def _end_request(**kwargs) -> None:
    _limit.seconds, _limit.is_request, _limit.failed = PATIENT_S, False, frozenset()


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Limits queries in the block to this number of seconds. After the block, the former limit applies again."""
    before = _limit.seconds, _limit.failed
    _limit.seconds = min(seconds, _limit.seconds)
    try:
        yield
    finally:
        _limit.seconds, _limit.failed = before


@contextmanager
def waiting(alias: str, cut: Callable[[], None] | None = lambda: None) -> Iterator[_Wait]:
    """Marks a wait of this thread for a server. Raises NoAnswer if the server is known not to answer.

    If the wait is too long, another thread calls `cut`, which must make the wait fail. If `cut` is None, the wait must
    end by itself.
    """
    wait, server = _Wait(alias, cut), _servers[alias]
    with _lock:
        if not _may_begin(wait):
            # A server that has not answered any thread for a short time may only be slow.
            raise NoAnswer(is_slow=not server.is_silent and alias not in _limit.failed)
        _waits.add(wait)
        if server.silent_since is None:
            server.silent_since = wait.since
    try:
        yield wait
    except Exception as error:
        has_failed = wait.error is not None or (cut is None and time.monotonic() - wait.since >= SHORT_S)
        if wait.is_request and has_failed:
            # Further queries and connections of the request do not wait again.
            _limit.failed |= {alias}
        raise (wait.error or error) from None
    finally:
        if wait.is_request and server.answered_at < wait.since:
            # The request's remaining time is shorter after a wait that ended without an answer.
            _limit.seconds -= time.monotonic() - wait.since
        with _lock:
            _waits.discard(wait)
            if all(each.alias != alias for each in _waits):
                server.silent_since = None


def record_answer(alias: str) -> None:
    """Records that the server has answered this thread."""
    server = _servers[alias]
    server.answered_at = server.silent_since = time.monotonic()


@contextmanager
def held(lock: threading.Lock, alias: str) -> Iterator[None]:
    """Holds a lock that other threads hold during queries. A wait for the lock is a wait for the server's answer."""
    if not lock.acquire(blocking=False):
        with waiting(alias) as wait:
            while not lock.acquire(timeout=STEP_S):
                if wait.error is not None:
                    raise wait.error
    try:
        yield
    finally:
        lock.release()


def is_stalled(alias: str) -> bool:
    """Returns True if requests wait for a server that has not answered for a short time."""
    now = time.monotonic()
    with _lock:
        waits = any(wait.alias == alias and now - wait.since >= SHORT_S for wait in _waits)
    return waits and now - _servers[alias].answered_at >= SHORT_S


def _may_begin(wait: _Wait) -> bool:
    server, now = _servers[wait.alias], wait.since
    if wait.alias in _limit.failed:
        return False
    if server.is_silent:
        # A request that has already waited, for example while another request renders the same page, makes no attempt.
        has_waited = wait.is_request and now - _limit.begun_at > TRY_INTERVAL_S
        is_tried = any(each.is_try and each.alias == wait.alias for each in _waits)
        if has_waited or is_tried or now - server.tried_at < TRY_INTERVAL_S:
            return False
        server.tried_at, wait.is_try = now, True
    # A short wait, such as the wait of a health check, does not occupy its thread for long.
    if not wait.is_request or wait.seconds < LATE_S or now - server.answered_at < SHORT_S:
        return True
    others = [each for each in _waits if each.is_request and each.alias == wait.alias and not each.error]
    # If there is a replica, one more thread is left for its readers.
    most = max(1, _threads - len(list(connections)))
    return len(others) < most or all(now - each.since < SHORT_S for each in others)


def _watch() -> None:
    while not _stopped.wait(STEP_S):
        with _lock:
            _end_waits(time.monotonic())


def _end_waits(now: float) -> None:
    for wait in [wait for wait in _waits if not wait.error]:
        server, waited = _servers[wait.alias], now - wait.since
        # If the server has not answered any thread for this time, later requests need not wait for the full time.
        is_vain = waited >= LATE_S and now - server.silent_since >= wait.seconds and not wait.is_try
        if is_vain or waited >= wait.seconds:
            is_slow = server.answered_at > wait.since
            if not is_slow:
                server.failed_at = now
            _end(wait, is_slow=is_slow)
    lasting = [wait for wait in _waits if wait.is_request and not wait.error and now - wait.since >= SHORT_S]
    newest = max((wait for wait in lasting if wait.cut), key=lambda wait: wait.since, default=None)
    if newest and len(lasting) >= _threads and now - _servers[newest.alias].answered_at >= SHORT_S:
        # All threads wait if several of them began to wait at the same moment.
        _end(newest)


def _end(wait: _Wait, *, is_slow: bool = False) -> None:
    wait.error = NoAnswer(is_slow=is_slow)
    if wait.cut:
        wait.cut()
