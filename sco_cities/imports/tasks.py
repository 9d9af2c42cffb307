"""What the background worker does (`manage.py db_worker`, which `make run` starts too)."""

from sco_cities.jobs import task_status
from sco_cities.jobs.gc_tuning import relaxed_gc

from . import jobs


@task_status.task
def run_import(number: int) -> None:
    """Checks or applies the import of this number."""
    with relaxed_gc():
        jobs.run(number)


def is_waiting(number: int) -> bool:
    """Whether the worker is still to come to the import of this number, or is coming to it just now."""
    return task_status.is_waiting(run_import, number)
