"""What the background worker does for the history."""

from sco_cities.jobs import task_status
from sco_cities.jobs.gc_tuning import relaxed_gc

from . import background_revert


@task_status.task
def run_revert(number: int) -> None:
    """Takes back what the `RevertJob` of this number says."""
    with relaxed_gc():
        background_revert.run(number)


def is_waiting(number: int) -> bool:
    """Whether the worker is still to come to the reversal of this number, or is coming to it just now."""
    return task_status.is_waiting(run_revert, number)
