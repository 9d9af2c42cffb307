"""What the background worker does (`manage.py db_worker`, which `make run` starts too)."""

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from .importing import jobs

try:
    from django.tasks import task
except ImportError:  # Django before 6
    from django_tasks import task

# Between taking a task and saying that it is being worked on.
JUST_NOW = timedelta(seconds=10)


@task
def run_import(number: int) -> None:
    """Checks or applies the import of this number."""
    jobs.run(number)


def is_waiting(number: int) -> bool:
    """Whether the worker is still to come to the import of this number, or is coming to it just now."""
    coming = Q(status="READY") | Q(status="RUNNING", started_at__gt=timezone.now() - JUST_NOW)
    waiting = DBTaskResult.objects.filter(coming, task_path=run_import.module_path)
    return any(given["args"] == [number] for given in waiting.values_list("args_kwargs", flat=True))
