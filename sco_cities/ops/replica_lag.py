"""Measures the age of the replica's data, which must not exceed REPLICA_MAX_LAG_S.

Once a second a thread of each process reads the position of the primary's log, and the position that the replica has
replayed. When the replica has replayed up to the position of the primary, it includes everything committed before that
position was read. This also detects a replica that has lost its primary and cannot report its lag.
"""

import logging
import threading
import time
from math import inf

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, Error, connections

from sco_cities.db.database_errors import first_line

log = logging.getLogger(__name__)

INTERVAL_S = 1
# A primary that does not answer within this time counts as unavailable.
MAX_ANSWER_S = 2
# Pause after an error before the primary is tried again, because an attempt may cost the time-out of a connection.
RETRY_AFTER_S = 10
# Maximum number of stored answers of the primary, enough for nearly three hours. Beyond that, the lag of a replica
# appears to grow.
MAX_POSITIONS = 10_000
# Maximum time that a starting process, or else the first request, waits for the first answers.
MAX_START_S = 1

# Timeline and position. A failover begins a new timeline. A standby of the lost server may be further ahead on the old
# timeline, with transactions that no longer exist.
_PRIMARY_POSITION = """
    SELECT ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int,
        pg_current_wal_lsn() - '0/0'::pg_lsn"""
# The position is None if the server is not a standby.
_REPLICA_POSITION = """
    SELECT timeline_id, CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() - '0/0'::pg_lsn END
    FROM pg_control_checkpoint()"""


class ReplicaLag:
    """The lag of a replica on PostgreSQL as measured by this process."""

    def __init__(self, replica: str):
        self.replica = replica
        # The replica includes everything committed before this monotonic time.
        self.current_until = -inf
        # Times when the primary was queried, with the positions that the replica has not reached yet.
        self.positions: list[tuple[float, tuple[int, int]]] = []
        self.primary_is_away = self.replica_is_away = False
        self.asked_at = inf
        self.lock = threading.Lock()
        self.measured = threading.Event()
        self.stopped = threading.Event()
        self.thread: threading.Thread | None = None

    def is_within_limit(self) -> bool:
        """True if the replica may be read now. Always true if it is not a standby, or if the primary is unavailable."""
        self.start()
        now = time.monotonic()
        return (
            now - self.current_until <= settings.REPLICA_MAX_LAG_S
            or self.primary_is_away
            or now - self.asked_at > MAX_ANSWER_S
        )

    def seconds(self) -> float:
        """The maximum lag of the replica. Infinite if unknown, 0 if it is not a standby."""
        self.start()
        return max(0.0, time.monotonic() - self.current_until)

    def start(self) -> None:
        """Starts measuring, and waits a moment for the first answers."""
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
                    "The primary does not answer; the replica is read whatever its age: %s", first_line(error)
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
                log.warning("The replica does not say how far it is; it is left out: %s", first_line(error))
            self.replica_is_away = True
            return
        self.replica_is_away = False
        if position is None:
            self.current_until = inf
            return
        if self.current_until == inf:
            self.current_until = -inf
        # Starts with the newest position, because the position of a lost server may never be reached.
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
