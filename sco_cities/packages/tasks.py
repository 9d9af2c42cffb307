"""What the background worker does (`manage.py db_worker`, which `make run` starts too)."""

from sco_cities.curation.background import queue
from sco_cities.curation.background.collecting import seldom_collecting

from .importing import jobs


@queue.task
def run_import(number: int) -> None:
    """Checks or applies the import of this number."""
    with seldom_collecting():
        jobs.run(number)


def is_waiting(number: int) -> bool:
    """Whether the worker is still to come to the import of this number, or is coming to it just now."""
    return queue.is_waiting(run_import, number)
