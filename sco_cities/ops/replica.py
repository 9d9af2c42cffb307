"""Selects the database for each request, and measures the lag of the read replica.

The replica is a copy of the database for public pages, so that readers do not slow down curators.

If DATABASE_REPLICA_URL is set, anonymous requests for public pages read from the replica. The admin, logged-in users
(curators must see their own changes immediately), all writes and management commands use the default database. Readers
also use the default database while the replica is unavailable or lags by more than REPLICA_MAX_LAG_S.

Once a second, a thread of each process reads the primary's log position and the replica's replayed position. When the
replica reaches a position, it contains everything committed before the position was read. The comparison also detects a
replica that has lost its primary and cannot report its lag.
"""

import logging
import sys
import threading
import time
from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps
from math import inf

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.db import DEFAULT_DB_ALIAS, Error, connections
from django.http import HttpRequest, HttpResponse

from sco_cities.db import query_deadline
from sco_cities.db.database_errors import DatabaseOutage, classify_database_error, first_line
from sco_cities.site.machine_paths import is_query_by_post

from .request_info import is_personal

log = logging.getLogger(__name__)

INTERVAL_S = 1
# A primary that does not respond within this time is treated as unavailable.
MAX_ANSWER_S = 2
# Seconds until another attempt to use an unavailable server. Each attempt may delay a reader by the connection timeout.
RETRY_AFTER_S = 10
# Maximum number of stored primary positions, enough for nearly three hours. A longer lag is overestimated.
MAX_POSITIONS = 10_000
# Maximum time that a starting process or the first request waits for the first measurement.
MAX_START_S = 1

# Selects the timeline and the position. A failover begins a new timeline. A standby of the lost server may be ahead on
# the old timeline, with transactions that no longer exist.
_PRIMARY_POSITION = """
    SELECT ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int,
        pg_current_wal_lsn() - '0/0'::pg_lsn"""
# The position is None unless the server is a standby.
_REPLICA_POSITION = """
    SELECT timeline_id, CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() - '0/0'::pg_lsn END
    FROM pg_control_checkpoint()"""


class ReplicaLag:
    """The lag of a PostgreSQL replica, measured by this process."""

    def __init__(self, replica: str):
        self.replica = replica
        # The replica contains everything committed before this monotonic time.
        self.current_until = -inf
        # Positions of the primary that the replica has not reached yet, with the times when they were read.
        self.positions: list[tuple[float, tuple[int, int]]] = []
        self.primary_is_away = self.replica_is_away = False
        self.asked_at = inf
        self.lock = threading.Lock()
        self.measured = threading.Event()
        self.stopped = threading.Event()
        self.thread: threading.Thread | None = None

    def is_within_limit(self) -> bool:
        """Returns True if the replica may be read now, or if it is not a standby or the primary is unavailable."""
        self.start()
        now = time.monotonic()
        return (
            now - self.current_until <= settings.REPLICA_MAX_LAG_S
            or self.primary_is_away
            or now - self.asked_at > MAX_ANSWER_S
        )

    def seconds(self) -> float:
        """Returns the maximum lag in seconds (infinite if unknown, 0 if the replica is not a standby)."""
        self.start()
        return max(0.0, time.monotonic() - self.current_until)

    def start(self) -> None:
        """Starts measuring, and waits at most MAX_START_S for the first measurement."""
        if self.thread is not None and self.thread.is_alive():
            return
        with self.lock:
            if self.thread is None or not self.thread.is_alive():
                self.thread = threading.Thread(target=self._run, name="replica lag", daemon=True)
                self.thread.start()
        self.measured.wait(MAX_START_S)

    def stop(self) -> None:
        """Ends the thread, for tests."""
        self.stopped.set()
        if self.thread is not None:
            self.thread.join()

    def _run(self) -> None:
        retry_at = 0.0
        try:
            while not self.stopped.is_set():
                if time.monotonic() >= retry_at:
                    retry_at = time.monotonic() + (RETRY_AFTER_S if self._ask_primary() else 0)
                self._ask_replica()
                self.measured.set()
                self.stopped.wait(INTERVAL_S)
        finally:
            connections.close_all()

    def _ask_primary(self) -> bool:
        """Reads the position of the primary's log. Returns True if the primary is unavailable."""
        self.asked_at = asked_at = time.monotonic()
        try:
            position = _position(DEFAULT_DB_ALIAS, _PRIMARY_POSITION)
        except Error as error:
            if not self.primary_is_away:
                log.warning(
                    "The primary does not respond, so the replica is read at any age: %s", first_line(error)
                )
            self.primary_is_away = True
        else:
            self.positions.append((asked_at, position))
            del self.positions[:-MAX_POSITIONS]
            self.primary_is_away = False
        self.asked_at = inf
        return self.primary_is_away

    def _ask_replica(self) -> None:
        try:
            timeline, position = _position(self.replica, _REPLICA_POSITION)
        except Error as error:
            if not self.replica_is_away:
                log.warning("The replica is not used, because its lag is unknown: %s", first_line(error))
            self.replica_is_away = True
            return
        self.replica_is_away = False
        if position is None:
            self.current_until = inf
            return
        if self.current_until == inf:
            self.current_until = -inf
        # Searches from the newest position, because the replica may never reach a position of a lost server.
        for number in reversed(range(len(self.positions))):
            if self.positions[number][1] <= (timeline, position):
                self.current_until = self.positions[number][0]
                del self.positions[: number + 1]
                break


def _position(using: str, query: str) -> tuple[int, int | None]:
    connection = connections[using]
    try:
        with connection.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchone()
    except Error:
        connection.close()
        raise


REPLICA = "replica"
# Minimum seconds between two log lines about an unavailable replica.
LOG_INTERVAL_S = 60
RECENT_CHANGE_COOKIE = "recent_change"
# Maximum seconds that a reader waits for a response of the replica.
PATIENCE_S = 1

# This thread's current request, and whether the request reads from the replica (None before the first query).
_environ: ContextVar[dict | None] = ContextVar("environ", default=None)
_reads_replica: ContextVar[bool | None] = ContextVar("reads_replica", default=False)


class ReplicaRouter:
    """Routes all queries of a request to the same database, and all other queries to the default database."""

    def db_for_read(self, model, **hints):
        if _reads_replica.get() is None:
            _reads_replica.set(is_of_a_reader(WSGIRequest(_environ.get())) and _replica.is_readable())
        return REPLICA if _reads_replica.get() else DEFAULT_DB_ALIAS

    def db_for_write(self, model, **hints):
        # Otherwise, Django would write a record to the database where the record was read.
        return DEFAULT_DB_ALIAS

    def allow_relation(self, first, second, **hints):
        return True

    def allow_migrate(self, db, app_label, **hints):
        return False if db == REPLICA else None


class _Replica:
    """The state of the replica, as last observed by this process."""

    def __init__(self):
        self.unavailable_until = 0.0
        self.logged_at = -float(LOG_INTERVAL_S)
        self.lag = ReplicaLag(REPLICA)

    def is_readable(self) -> bool:
        """Returns True if a request can read from the replica. Also runs the request's connection health check."""
        if time.monotonic() < self.unavailable_until:
            return False
        connection, begun_at = connections[REPLICA], time.monotonic()
        try:
            # If the replica hangs, the request still has time for the default database.
            with query_deadline.within(PATIENCE_S):
                connection.close_if_health_check_failed()
                if connection.connection is None:
                    connection.ensure_connection()
        except Error as error:
            is_slow = classify_database_error(error) is DatabaseOutage.TIMED_OUT
            # If all other threads are waiting, the attempt fails immediately, even if the replica is available.
            if not is_slow or time.monotonic() - begun_at >= query_deadline.SHORT_S:
                self.set_unavailable()
            return False
        return not _has_lag() or self.lag.is_within_limit()

    def set_unavailable(self) -> None:
        """Marks the replica as unavailable for a few seconds. Must be called in an exception handler."""
        now = time.monotonic()
        self.unavailable_until = now + RETRY_AFTER_S
        if now - self.logged_at >= LOG_INTERVAL_S:
            self.logged_at = now
            reason = first_line(sys.exc_info()[1])
            log.warning("The replica does not respond. Reading from the default database: %s", reason)


_replica = _Replica()


def fall_back() -> None:
    """Switches this request and the next requests from the replica to the default database.

    Call this function in an exception handler. It does nothing if the request already reads from the default database.
    """
    if _reads_replica.get():
        # After a slow query, the next queries may be fast.
        if classify_database_error(sys.exc_info()[1]) is not DatabaseOutage.TIMED_OUT:
            _replica.set_unavailable()
        _reads_replica.set(False)


def warm_up() -> None:
    """Measures the lag of a replica on PostgreSQL before the first request.

    Otherwise, readers would wait for the first measurement if the primary hangs at process start.
    """
    if _has_lag():
        _replica.lag.start()


def lag_seconds() -> float | None:
    """Returns the replica's maximum data age, as measured by this process, or None without a PostgreSQL replica."""
    return _replica.lag.seconds() if _has_lag() else None


def _has_lag() -> bool:
    return REPLICA in settings.DATABASES and connections[REPLICA].vendor == "postgresql"


def is_of_a_reader(request: HttpRequest) -> bool:
    """Returns True if the response to the request may be read from the replica."""
    is_read = request.method in ("GET", "HEAD") or is_query_by_post(request)
    return is_read and not is_personal(request) and RECENT_CHANGE_COOKIE not in request.COOKIES


def begin_request(environ: dict | None = None, **kwargs) -> None:
    """Handles the signal `request_started`.

    The first query of the request then selects the database for the whole request.
    """
    if environ and REPLICA in settings.DATABASES:
        _environ.set(environ)
        _reads_replica.set(None)


def end_request(**kwargs) -> None:
    """Handles the signal `request_finished`, which Django sends for a streaming export after the last block."""
    _environ.set(None)
    _reads_replica.set(False)


def remembers_change(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Decorates a view that changes data.

    After a change, the user's requests read from the default database until the replica is certain to contain the
    change. A cookie records the time of the change, so that the rule applies even after logging out.
    """

    @wraps(view)
    def remember(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if request.method == "POST" and REPLICA in settings.DATABASES:
            response.set_cookie(
                RECENT_CHANGE_COOKIE,
                "1",
                max_age=settings.REPLICA_MAX_LAG_S,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
        return response

    return remember
