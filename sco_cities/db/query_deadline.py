"""How long a thread of a web process waits for an answer of the database server.

A server that hangs (stopped, or its disk does not answer) fires none of its own time-outs, and its machine still
acknowledges every packet. `db.psycopg2_wait` enforces the limits of this module in web processes.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError

# Without any answer for so long, a reader's request fails.
READER_S = 4.0
# All others: longer than a web process lets the server work at a statement (`config.WEB_TIMEOUTS`), so that the server
# reports a slow statement or a lock itself.
PATIENT_S = 16.0


class _Patience(threading.local):
    """What one thread may wait; `silent_since` is the time of the last answer while it waits for the next one."""

    seconds = PATIENT_S
    is_request = False
    silent_since: float | None = None


class _Server:
    """What this process knows of its database server."""

    is_limited = False
    answered_at = 0.0
    failed_at = 0.0
    # Since when requests wait for an answer, by thread.
    waiting: dict[int, float] = {}


_patience = _Patience()
_server = _Server()


def is_enforced() -> bool:
    """Whether this process limits its waiting, so that COPY does not work."""
    return _server.is_limited


def enforce(is_limited: bool = True) -> None:
    """Records that the driver of this process keeps the limits."""
    _server.is_limited = is_limited
    _server.answered_at = _server.failed_at = 0.0


def begin_request(seconds: float = READER_S) -> None:
    """This thread begins a request, which fails after `seconds` without an answer.

    After that its further queries fail at once: one that first waits for a cache's version and then for a page must
    not wait twice.
    """
    _patience.seconds, _patience.silent_since, _patience.is_request = seconds, None, True


def end_request() -> None:
    """This thread has ended its request."""
    _patience.seconds, _patience.silent_since, _patience.is_request = PATIENT_S, None, False
    _server.waiting.pop(threading.get_ident(), None)


def be_patient() -> None:
    """The rest of this request may wait as long as the server's own time-outs allow."""
    _patience.seconds = PATIENT_S


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Queries inside fail after at most `seconds`; their silence does not count afterwards."""
    before = _patience.seconds, _patience.silent_since, _patience.is_request
    _patience.seconds, _patience.silent_since, _patience.is_request = min(seconds, before[0]), None, True
    try:
        yield
    finally:
        _patience.seconds, _patience.silent_since, _patience.is_request = before


@contextmanager
def held(lock: threading.Lock) -> Iterator[None]:
    """Holds a lock that other threads hold during queries; waiting for it counts as waiting for their answer.

    Raises OperationalError when the thread has waited as long as it may.
    """
    if not _server.is_limited:
        with lock:
            yield
        return
    if not lock.acquire(blocking=False):
        _begin_silence()
        if not lock.acquire(timeout=seconds_left()):
            give_up()
            raise OperationalError("Another thread still waits for the database.")
        if _has_answered_others():
            _patience.silent_since = None
    try:
        yield
    finally:
        lock.release()


def begin_waiting() -> None:
    """This thread begins to wait for an answer."""
    _begin_silence()
    if _patience.is_request:
        _server.waiting.setdefault(threading.get_ident(), time.monotonic())


def _begin_silence() -> None:
    # Outside requests each query has its own time; a connection that was refused leaves one without an answer.
    if _patience.silent_since is None or not _patience.is_request:
        _patience.silent_since = time.monotonic()


def seconds_left() -> float:
    """How long this thread may still wait, at least 0."""
    since = _patience.silent_since
    if since is None:
        return _patience.seconds
    return max(0.0, since + _patience.seconds - time.monotonic())


def record_answer() -> None:
    """The server has answered this thread."""
    _server.answered_at = time.monotonic()
    _patience.silent_since = None
    _server.waiting.pop(threading.get_ident(), None)


def give_up() -> bool:
    """This thread does not wait any longer. Returns whether the server works, and only this query is slow."""
    _server.waiting.pop(threading.get_ident(), None)
    is_slow = _has_answered_others()
    if not is_slow:
        _server.failed_at = time.monotonic()
    return is_slow


def longest_wait() -> float:
    """For how many seconds a request of this process has now been waiting for an answer, at most."""
    return max((time.monotonic() - since for since in list(_server.waiting.values())), default=0.0)


def is_silent() -> bool:
    """Whether a thread of this process has waited in vain, and none has had an answer since."""
    return _server.failed_at > _server.answered_at


def _has_answered_others() -> bool:
    since = _patience.silent_since
    return since is not None and _server.answered_at > since
