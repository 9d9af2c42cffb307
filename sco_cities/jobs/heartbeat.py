"""The heartbeat of the worker, which shows that a process runs the background jobs.

A worker reports every INTERVAL_S seconds, in a separate thread, because a job may take minutes. On PostgreSQL, the
worker writes a row. On SQLite, it touches a file next to the database, because a large import is one transaction, which
blocks all other writes.
"""

import datetime
import logging
import threading
from dataclasses import dataclass

from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection, connections, models
from django.db.models import Max
from django.utils import timezone

from .job_lock import is_running, path_beside_database
from .models import WorkerHeartbeat

log = logging.getLogger(__name__)

INTERVAL_S = 15
MAX_AGE = datetime.timedelta(seconds=60)
# Rows of workers that stopped earlier than this are deleted.
KEEP = datetime.timedelta(days=1)


def beat(worker: str) -> None:
    """Records that this worker is running, and deletes the rows of workers that stopped long ago."""
    if connection.vendor == "sqlite":
        path_beside_database("worker").touch()
        return
    now = timezone.now()
    WorkerHeartbeat.objects.update_or_create(worker=worker, defaults={"seen_at": now})
    WorkerHeartbeat.objects.filter(seen_at__lt=now - KEEP).delete()


def last_beat() -> datetime.datetime | None:
    """Returns the time of the last report by any worker. Returns None if unknown."""
    if connection.vendor != "sqlite":
        # The primary database is read, because a replica may lag behind.
        return WorkerHeartbeat.objects.using(DEFAULT_DB_ALIAS).aggregate(newest=Max("seen_at"))["newest"]
    try:
        modified = path_beside_database("worker").stat().st_mtime
    except FileNotFoundError:
        return None
    return datetime.datetime.fromtimestamp(modified, datetime.UTC)


def is_worker_running() -> bool:
    """Returns True if a worker has reported within MAX_AGE."""
    last = last_beat()
    return last is not None and timezone.now() - last < MAX_AGE


@dataclass(frozen=True)
class WorkerAbsence:
    """The absence of a running worker. `since` is the time of the last report, or None if unknown."""

    since: datetime.datetime | None


def absence(job: models.Model) -> WorkerAbsence | None:
    """Returns the absence of workers if a job waits for a worker. Returns None if a worker or the job is running."""
    if is_worker_running() or is_running(job):
        return None
    return WorkerAbsence(last_beat())


class HeartbeatThread(threading.Thread):
    """A thread that reports for a worker until the process ends."""

    def __init__(self, worker: str):
        super().__init__(name="heartbeat", daemon=True)
        self.worker = worker
        self.has_ended = threading.Event()

    def run(self) -> None:
        while True:
            try:
                beat(self.worker)
            except (DatabaseError, OSError):
                # The worker itself reports an unavailable database.
                log.debug("No heartbeat", exc_info=True)
            finally:
                connections.close_all()
            if self.has_ended.wait(INTERVAL_S):
                return
