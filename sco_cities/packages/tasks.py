"""What the background worker does (`manage.py db_worker`, which `make run` starts too)."""

from sco_cities.curation.background import queue

from .importing import jobs


@queue.task
def run_import(number: int) -> None:
    """Checks or applies the import of this number."""
    jobs.run(number)


def is_waiting(number: int) -> bool:
    """Whether the worker is still to come to the import of this number, or is coming to it just now."""
    return queue.is_waiting(run_import, number)
