"""Whether the worker is still to come to a work."""

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

try:
    from django.tasks import task
except ImportError:  # Django before 6
    from django_tasks import task

__all__ = ["is_waiting", "task"]

# Between taking a task and saying that it is being worked on.
JUST_NOW = timedelta(seconds=10)


def is_waiting(work, number: int) -> bool:
    """Whether the worker is still to come to the task `work` with this number, or is coming to it just now."""
    coming = Q(status="READY") | Q(status="RUNNING", started_at__gt=timezone.now() - JUST_NOW)
    waiting = DBTaskResult.objects.filter(coming, task_path=work.module_path)
    return any(given["args"] == [number] for given in waiting.values_list("args_kwargs", flat=True))
