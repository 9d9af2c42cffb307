"""The task decorator, and whether a queued task still waits for the worker."""

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

try:
    from django.tasks import task
except ImportError:  # Django before 6
    from django_tasks import task

__all__ = ["is_waiting", "task"]

# Time for the worker to lock a job after it has taken the task.
STARTUP_GRACE = timedelta(seconds=10)


def is_waiting(queued_task, number: int) -> bool:
    """Whether `queued_task` with the argument `number` waits for the worker, or has started just now."""
    not_started = Q(status="READY") | Q(status="RUNNING", started_at__gt=timezone.now() - STARTUP_GRACE)
    waiting = DBTaskResult.objects.filter(not_started, task_path=queued_task.module_path)
    return any(arguments["args"] == [number] for arguments in waiting.values_list("args_kwargs", flat=True))
