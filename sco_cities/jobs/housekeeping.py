"""Housekeeping, which deletes expired data. Apps register deletions, and `manage.py housekeeping` runs them all.

Much of this data is also deleted in normal operation, but only when a related event occurs.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta

from django.db import DEFAULT_DB_ALIAS, connection
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from sco_cities.facet_index import change_log

from .heartbeat import KEEP
from .models import WorkerHeartbeat

# Retention period of the results of background jobs, including tracebacks of failed jobs.
KEEP_RESULTS = timedelta(days=30)
# Upper limit for the duration of a job. A job that is still in progress after this time must have lost its worker.
LONGEST_JOB = timedelta(days=1)

_TASKS: dict[str, Callable[[], int]] = {}


def register(what: str, delete: Callable[[], int]) -> None:
    """Registers a function that deletes expired objects and returns their number. `what` is the name of the objects."""
    _TASKS[what] = delete


def tasks() -> Iterator[tuple[str, Callable[[], int]]]:
    """Yields the name of each kind of object, with the function that deletes the expired objects."""
    yield from sorted(_TASKS.items())


def delete_task_results() -> int:
    """Deletes results of background jobs that ended more than KEEP_RESULTS ago, or that can never end."""
    now = timezone.now()
    old = DBTaskResult.objects.finished().filter(finished_at__lt=now - KEEP_RESULTS)
    lost = DBTaskResult.objects.running().filter(started_at__lt=now - LONGEST_JOB)
    return old.delete()[0] + lost.delete()[0]


def delete_heartbeats() -> int:
    """Deletes heartbeats of workers that stopped long ago. On SQLite, heartbeats have no rows."""
    if connection.vendor == "sqlite":
        return 0
    return WorkerHeartbeat.objects.filter(seen_at__lt=timezone.now() - KEEP).delete()[0]


register("results of background jobs", delete_task_results)
register("heartbeats of workers", delete_heartbeats)
register("entries of the change log", lambda: change_log.prune(DEFAULT_DB_ALIAS))
