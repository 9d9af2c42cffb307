"""How long a thread of a web process waits for an answer of the database server.

A server that hangs (stopped, or its disk does not answer) fires none of its own time-outs, and its machine still
acknowledges every packet. `db.psycopg2_wait` enforces the limits of this module in web processes.
"""

import threading
import time
from collections import defaultdict
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
    """What this process knows of a database server."""

    def __init__(self):
        self.answered_at = self.failed_at = 0.0
        # Since when requests wait for an answer, by thread.
        self.waiting: dict[int, float] = {}


_patience = _Patience()
# By alias: while the primary hangs, the replica answers readers.
_servers: defaultdict[str, _Server] = defaultdict(_Server)
_is_enforced = False


def is_enforced() -> bool:
    """Whether this process limits its waiting, so that COPY does not work."""
    return _is_enforced


def enforce(is_limited: bool = True) -> None:
    """Records that the driver of this process keeps the limits, and forgets what is known of the servers."""
    global _is_enforced
    _is_enforced = is_limited
    _servers.clear()


def begin_request(seconds: float = READER_S) -> None:
    """This thread begins a request, which fails after `seconds` without an answer.

    After that its further queries fail at once: one that first waits for a cache's version and then for a page must
    not wait twice.
    """
    _patience.seconds, _patience.silent_since, _patience.is_request = seconds, None, True


def end_request() -> None:
    """This thread has ended its request."""
    _patience.seconds, _patience.silent_since, _patience.is_request = PATIENT_S, None, False


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
def held(lock: threading.Lock, alias: str) -> Iterator[None]:
    """Holds a lock that other threads hold during queries of a database; waiting for it is waiting for their answer.

    Raises OperationalError when the thread has waited as long as it may.
    """
    if not _is_enforced:
        with lock:
            yield
        return
    if not lock.acquire(blocking=False):
        _begin_silence()
        if not lock.acquire(timeout=seconds_left()):
            give_up(alias)
            raise OperationalError("Another thread still waits for the database.")
        if _has_answered_others(alias):
            _patience.silent_since = None
    try:
        yield
    finally:
        lock.release()


@contextmanager
def waiting_for_other_threads(alias: str) -> Iterator[None]:
    """Waiting for other threads inside is waiting for an answer, unless the server answers one of them."""
    if not _is_enforced:
        yield
        return
    _begin_silence()
    yield
    if _has_answered_others(alias):
        _patience.silent_since = None


def begin_waiting(alias: str) -> None:
    """This thread begins to wait for an answer."""
    _begin_silence()
    if _patience.is_request:
        _servers[alias].waiting.setdefault(threading.get_ident(), time.monotonic())


def _begin_silence() -> None:
    # Outside requests each query has its own time; a connection that was refused leaves one without an answer.
    if _patience.silent_since is None or not _patience.is_request:
        _patience.silent_since = time.monotonic()


def end_waiting(alias: str) -> None:
    """This thread does not wait any longer, with or without an answer."""
    _servers[alias].waiting.pop(threading.get_ident(), None)


def seconds_left() -> float:
    """How long this thread may still wait, at least 0."""
    since = _patience.silent_since
    if since is None:
        return _patience.seconds
    return max(0.0, since + _patience.seconds - time.monotonic())


def record_answer(alias: str) -> None:
    """The server has answered this thread."""
    server = _servers[alias]
    server.answered_at = time.monotonic()
    server.waiting.pop(threading.get_ident(), None)
    _patience.silent_since = None


def give_up(alias: str) -> bool:
    """This thread has waited in vain. Returns whether the server works, and only this query is slow."""
    is_slow = _has_answered_others(alias)
    if not is_slow:
        _servers[alias].failed_at = time.monotonic()
    return is_slow


def longest_wait(alias: str) -> float:
    """For how many seconds a request of this process has now been waiting for an answer, at most."""
    waiting = list(_servers[alias].waiting.values())
    return max((time.monotonic() - since for since in waiting), default=0.0)


def is_silent(alias: str) -> bool:
    """Whether a thread of this process has waited in vain, and none has had an answer since."""
    return _servers[alias].failed_at > _servers[alias].answered_at


def _has_answered_others(alias: str) -> bool:
    since = _patience.silent_since
    return since is not None and _servers[alias].answered_at > since
