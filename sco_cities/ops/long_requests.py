"""Reserves threads of each web process for readers and health checks while other requests wait.

Requests that write to SQLite wait for each other, because SQLite allows one writer at a time. Requests also wait for
slow clients that send a form or receive a file. `db.query_deadline` limits the threads that wait for PostgreSQL.
"""

from contextvars import ContextVar

from django.core.signals import request_finished, request_started
from django.db import connection
from django.http import HttpRequest, HttpResponse

from sco_cities.db.database_errors import DatabaseOutage
from sco_cities.site.error_pages import BUSY, OUTAGES, error_page
from sco_cities.site.machine_paths import is_query_by_post

from .rate_limit import Turns
from .request_info import MAX_SMALL_BODY_SIZE, body_size

# Maximum waiting times in seconds. The shorter time applies to the last free thread, which health checks need.
MAX_WAIT_S, MAX_SHORT_WAIT_S = 2.0, 0.3
SAFE_METHODS = ("GET", "HEAD", "OPTIONS", "TRACE")

# None in processes without limits (commands, runserver and tests). `_few` limits large bodies and SQLite writers.
# `_few` leaves two threads free, or one thread while a request waits for its turn. `_most` limits all requests that
# wait for clients, and leaves one thread free.
_few: Turns | None = None
_most: Turns | None = None
# The turns of this thread's current request, which end with the response.
_turns: ContextVar[tuple[Turns, ...]] = ContextVar("turns", default=())


def limit(threads: int) -> None:
    """Limits the long requests of this process, which has this number of threads. 0 removes the limit."""
    global _few, _most
    _few = Turns(max(1, threads - 2), int(threads > 2), MAX_WAIT_S) if threads else None
    _most = Turns(max(1, threads - 1), 1, MAX_SHORT_WAIT_S) if threads else None
    # If the server could not send a response, Django does not send `request_finished`. If so, the turns end when the
    # thread starts another request.
    for signal in (request_started, request_finished):
        signal.connect(_end)


def begin(request: HttpRequest) -> HttpResponse | None:
    """Waits for a request's turn, which ends with the response. Returns a 503 response if all turns are taken."""
    is_read = request.method in SAFE_METHODS or is_query_by_post(request)
    is_write = connection.vendor == "sqlite" and not is_read
    if (is_write or body_size(request) > MAX_SMALL_BODY_SIZE) and not _take(_few):
        return error_page(request, OUTAGES[DatabaseOutage.LOCKED] if is_write else BUSY)
    return begin_reading(request)


def begin_reading(request: HttpRequest) -> HttpResponse | None:
    """Waits for a turn to receive a body. Unlike `begin`, it does not limit writers and large bodies."""
    return None if not body_size(request) or _take(_most) else error_page(request, BUSY)


def begin_sending(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Takes a turn for sending a streaming file, because the client may be slow. Returns a 503 if all turns are taken.

    Pages and small files need no turn.
    """
    if not response.streaming or _is_small(response) or _take(_most):
        return response
    response.close()
    return error_page(request, BUSY)


def _is_small(response: HttpResponse) -> bool:
    size = response.get("Content-Length")
    is_page = response.get("Content-Type", "").startswith("text/html")
    return is_page or (size is not None and int(size) <= MAX_SMALL_BODY_SIZE)


def _take(turns: Turns | None) -> bool:
    held = _turns.get()
    if turns is None or turns in held:
        return True
    if not turns.take():
        return False
    _turns.set((*held, turns))
    return True


def _end(**kwargs) -> None:
    held = _turns.get()
    _turns.set(())
    for turns in held:
        turns.give_back()
