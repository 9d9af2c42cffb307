"""Leaves threads of each web process to readers and health checks while other requests wait long.

They wait for each other, as writers on SQLite, which has one at a time, or for their client, which sends more than
proxies receive before they ask the site. `db.query_deadline` limits how many threads wait for PostgreSQL.
"""

from contextvars import ContextVar

from django.core.signals import request_finished
from django.db import connection
from django.http import HttpRequest, HttpResponse

from sco_cities.db.database_errors import DatabaseOutage
from sco_cities.site.error_pages import BUSY, OUTAGES, error_page
from sco_cities.site.machine_paths import is_query_by_post

from .rate_limit import Turns
from .request_info import MAX_SMALL_BODY_SIZE, body_size

MAX_WAIT_S = 2.0
SAFE_METHODS = ("GET", "HEAD", "OPTIONS", "TRACE")

# None in processes that are not limited: commands, runserver and tests.
_turns: Turns | None = None
_turn: ContextVar[Turns | None] = ContextVar("turn_of_a_long_request", default=None)


def limit(threads: int) -> None:
    """Limits the long requests of this process, whose server has so many threads; 0 removes the limit."""
    global _turns
    # Two threads are left, or one while a request waits for its turn.
    _turns = Turns(max(1, threads - 2), int(threads > 2), MAX_WAIT_S) if threads else None
    request_finished.connect(_end)


def begin(request: HttpRequest) -> HttpResponse | None:
    """Waits for the turn of a request, which ends with its response; status 503 if it cannot wait."""
    is_write = connection.vendor == "sqlite" and _is_write(request)
    turns = _turns
    if turns is None or not (is_write or body_size(request) > MAX_SMALL_BODY_SIZE):
        return None
    if not turns.take():
        return error_page(request, OUTAGES[DatabaseOutage.LOCKED] if is_write else BUSY)
    _turn.set(turns)
    return None


def _is_write(request: HttpRequest) -> bool:
    return request.method not in SAFE_METHODS and not is_query_by_post(request)


def _end(**kwargs) -> None:
    if (turns := _turn.get()) is not None:
        _turn.set(None)
        turns.give_back()
